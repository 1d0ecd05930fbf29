/** A child process for the crash test: writes to S3, SQS and DynamoDB in the folder given, names each write once it is acknowledged, until it is killed. */

import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbService } from '../../local-cloud/services/dynamodb/index.ts';
import { createS3Service } from '../../local-cloud/services/s3/index.ts';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import { serveServices } from './serve-service.ts';

const served = await serveServices([createS3Service, createSqsService, createDynamoDbService], {
  folder: process.argv[2],
});
const s3 = new S3Client(served.client);
const sqs = new SQSClient(served.client);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(served.client));

await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'queue' }));
await documents.send(
  new CreateTableCommand({
    TableName: 'table',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'mark'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'marks',
        KeySchema: [{ AttributeName: 'mark', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  }),
);

async function write(count: number): Promise<void> {
  const text = String(count);
  const half = (pk: string) => ({ Put: { TableName: 'table', Item: { pk, mark: text } } });
  await Promise.all([
    s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'object', Body: text.repeat(10_000) })),
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: text })),
    documents.send(new TransactWriteCommand({ TransactItems: [half('left'), half('right')] })),
  ]);
  process.stdout.write(`${text}\n`);
}

for (let count = 1; ; count++) await write(count);
