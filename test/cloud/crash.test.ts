import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createDynamoDbService } from '../../local-cloud/services/dynamodb/index.ts';
import { createS3Service } from '../../local-cloud/services/s3/index.ts';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import { serveServices } from '../support/serve-service.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-crash-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs the writer until it has acknowledged `count` writes, then kills it in the middle of the next ones. */
async function writeAndKill(count: number): Promise<number> {
  const script = join(import.meta.dirname, '../support/crash-writer.ts');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === count) child.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
}

test.each([3, 20])(
  'what was acknowledged survives SIGKILL after %i writes, and nothing is half-done',
  async (count) => {
    const acknowledged = await writeAndKill(count);
    expect(acknowledged).toBeGreaterThanOrEqual(count);
    const served = await serveServices([createS3Service, createSqsService, createDynamoDbService], { folder });
    try {
      const object = await new S3Client(served.client).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'object' }));
      const body = (await object.Body?.transformToString()) ?? '';
      const written = Number(body.slice(0, body.length / 10_000));
      expect(written).toBeGreaterThanOrEqual(acknowledged);
      expect(body).toBe(String(written).repeat(10_000));

      const QueueUrl = `${served.endpoint}/111122223333/queue`;
      const attributes = await new SQSClient(served.client).send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      expect(Number(attributes.Attributes?.ApproximateNumberOfMessages)).toBeGreaterThanOrEqual(acknowledged);

      const documents = DynamoDBDocumentClient.from(new DynamoDBClient(served.client));
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'table' }));
      const marks = new Set(Items.map(({ mark }) => String(mark)));
      expect(Items).toHaveLength(2);
      expect(marks.size).toBe(1);
      const [mark = ''] = marks;
      expect(Number(mark)).toBeGreaterThanOrEqual(acknowledged);
      const index = await documents.send(new ScanCommand({ TableName: 'table', IndexName: 'marks' }));
      expect(index.Count).toBe(2);
      const query = new QueryCommand({
        TableName: 'table',
        IndexName: 'marks',
        KeyConditionExpression: 'mark = :mark',
        ExpressionAttributeValues: { ':mark': mark },
      });
      expect((await documents.send(query)).Count).toBe(2);
    } finally {
      await served.stop();
    }
  },
);
