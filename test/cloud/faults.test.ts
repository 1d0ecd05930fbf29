/** AWS calls that fail to order, as the official SDK clients meet them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, HeadBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { executionsClient } from '../../aws/clients.ts';
import { type LocalCloud, startLocalCloud } from '../../local-cloud/index.ts';

let folder: string;
let cloud: LocalCloud;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-faulty-'));
  cloud = await startLocalCloud({ folder });
});
afterEach(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const settings = (maxAttempts = 1) => {
  const { endpoint, region, credentials } = cloud;
  return { endpoint, region, credentials, maxAttempts, forcePathStyle: true };
};
const THROTTLED = /Throttl|SlowDown|TooManyRequests|ThroughputExceeded/;
const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: Error & { $metadata: { httpStatusCode: number } }) => error,
  );

const READS: [service: string, ask: (attempts?: number) => Promise<unknown>][] = [
  ['s3', (attempts) => new S3Client(settings(attempts)).send(new ListBucketsCommand({}))],
  ['lambda', (attempts) => new LambdaClient(settings(attempts)).send(new ListFunctionsCommand({}))],
  ['iam', (attempts) => new IAMClient(settings(attempts)).send(new ListRolesCommand({}))],
  ['cloudfront', (attempts) => new CloudFrontClient(settings(attempts)).send(new ListDistributionsCommand({}))],
  ['dynamodb', (attempts) => new DynamoDBClient(settings(attempts)).send(new ListTablesCommand({}))],
  ['states', (attempts) => new SFNClient(settings(attempts)).send(new ListStateMachinesCommand({}))],
  ['events', (attempts) => new EventBridgeClient(settings(attempts)).send(new ListRulesCommand({}))],
  ['sqs', (attempts) => new SQSClient(settings(attempts)).send(new ListQueuesCommand({}))],
  ['secretsmanager', (attempts) => new SecretsManagerClient(settings(attempts)).send(new ListSecretsCommand({}))],
];

test.each(READS)('%s throttles and fails in its own words, and the SDK tries again', async (service, ask) => {
  const { inject } = cloud.faults;
  inject({ way: 'throttle', service });
  expect((await refusal(ask()))?.name).toMatch(THROTTLED);
  inject({ way: 'error', service });
  expect((await refusal(ask()))?.$metadata.httpStatusCode).toBeGreaterThanOrEqual(500);
  for (const way of ['throttle', 'error', 'timeout', 'lost'] as const) {
    const { failed } = inject({ way, service });
    await ask(3);
    expect(failed).toMatchObject([{ service, caller: 'root', attempt: 1, fault: way }]);
  }
});

test('a HEAD fails without a body', async () => {
  cloud.faults.inject({ way: 'throttle', operation: 'HeadBucket' });
  const head = new S3Client(settings()).send(new HeadBucketCommand({ Bucket: 'none' }));
  await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
});

test('timeout: nothing was done; lost: everything was', async () => {
  const s3 = new S3Client(settings());
  const create = (Bucket: string) => s3.send(new CreateBucketCommand({ Bucket }));
  const names = async () => (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);
  cloud.faults.inject({ way: 'timeout', operation: 'CreateBucket' });
  await expect(create('held')).rejects.toThrow('socket hang up');
  expect(await names()).toEqual([]);
  cloud.faults.inject({ way: 'lost', operation: 'CreateBucket' });
  await expect(create('made')).rejects.toThrow('socket hang up');
  expect(await names()).toEqual(['made']);
});

test('every try of one call can fail, and a fault can be taken back', async () => {
  const ask = () => new SSMClient(settings(3)).send(new GetParameterCommand({ Name: 'x' }));
  const fault = cloud.faults.inject({ way: 'error', service: 'ssm', nth: 2, attempts: 'all' });
  await expect(ask()).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await expect(ask()).rejects.toMatchObject({ name: 'InternalServerError' });
  expect(fault.failed.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  await expect(ask()).rejects.toMatchObject({ name: 'ParameterNotFound' });
  const later = cloud.faults.inject({ way: 'error', service: 'ssm' });
  later.remove();
  await expect(ask()).rejects.toMatchObject({ name: 'ParameterNotFound' });
  expect(later.failed).toEqual([]);
});

test('calls are recorded with their operation, in order, until the recording stops', async () => {
  const recording = cloud.faults.record();
  const s3 = new S3Client(settings());
  await s3.send(new CreateBucketCommand({ Bucket: 'recorded' }));
  await new DynamoDBClient(settings()).send(new ListTablesCommand({}));
  recording.stop();
  await s3.send(new ListBucketsCommand({}));
  expect(recording.calls).toMatchObject([
    { service: 's3', operation: 'CreateBucket', caller: 'root', attempt: 1, status: 200 },
    { service: 'dynamodb', operation: 'ListTables', caller: 'root', attempt: 1, status: 200 },
  ]);
  expect(recording.calls[0]!.sequence).toBeLessThan(recording.calls[1]!.sequence);
});

test('a plan may be there from the start', async () => {
  await cloud.stop();
  cloud = await startLocalCloud({ folder, faults: [{ way: 'error', service: 'iam' }] });
  const list = () => new IAMClient(settings()).send(new ListRolesCommand({}));
  await expect(list()).rejects.toMatchObject({ name: expect.stringMatching(/^ServiceFailure/) });
  await list();
});

test('a client of ours gives up a connection that stays silent, and tries again', async () => {
  const { endpoint, region, credentials } = cloud;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  const { failed } = cloud.faults.inject({ way: 'timeout', service: 'states', heldMilliseconds: 600_000 });
  const client = executionsClient();
  await client.send(new ListStateMachinesCommand({}));
  client.destroy();
  expect(failed).toHaveLength(1);
});
