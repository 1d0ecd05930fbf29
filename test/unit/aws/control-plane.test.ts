import { CloudWatchLogsClient, GetLogEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, EntityAlreadyExistsException, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createBuckets } from '../../../aws/buckets.ts';
import { createEvents } from '../../../aws/events.ts';
import { createExecutions } from '../../../aws/executions.ts';
import { createLogs } from '../../../aws/logs.ts';
import { createRoles } from '../../../aws/roles.ts';
import { eventDeployment } from '../../support/event-deployment.ts';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:towpath-dev-deploy';
const MACHINES = {
  deploy: MACHINE,
  promote: MACHINE.replace('deploy', 'promote'),
  teardown: MACHINE.replace('deploy', 'teardown'),
  domain: MACHINE.replace('deploy', 'domain'),
};
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:towpath-dev-deploy:D1';
const clients = {
  sfn: mockClient(SFNClient),
  events: mockClient(EventBridgeClient),
  logs: mockClient(CloudWatchLogsClient),
  iam: mockClient(IAMClient),
  s3: mockClient(S3Client),
};

beforeEach(() => {
  for (const client of Object.values(clients)) client.reset();
});

test('an execution is started once: its name finds the one that is there', async () => {
  const executions = createExecutions(new SFNClient({}), MACHINES);
  clients.sfn
    .on(StartExecutionCommand)
    .resolvesOnce({ executionArn: EXECUTION })
    .rejects(new ExecutionAlreadyExists({ message: '', $metadata: {} }));
  expect(await executions.start('deploy', 'D1', { a: 1 })).toBe(EXECUTION);
  expect(await executions.start('deploy', 'D1', { a: 1 })).toBe(EXECUTION);
});

test('an execution tells whether it can be replayed', async () => {
  const executions = createExecutions(new SFNClient({}), MACHINES);
  clients.sfn.on(DescribeExecutionCommand).resolves({ status: 'FAILED', redriveCount: 2, redriveStatus: 'REDRIVABLE' });
  expect(await executions.describe(EXECUTION)).toMatchObject({ status: 'FAILED', redriveCount: 2, redrivable: true });
});

test('an execution that is gone, and one that cannot be redriven, are answers', async () => {
  const executions = createExecutions(new SFNClient({}), MACHINES);
  const gone = new ExecutionDoesNotExist({ message: '', $metadata: {} });
  clients.sfn.on(DescribeExecutionCommand).rejects(gone);
  clients.sfn.on(StopExecutionCommand).rejects(gone);
  clients.sfn
    .on(RedriveExecutionCommand)
    .resolvesOnce({ redriveDate: new Date() })
    .rejectsOnce(new ExecutionNotRedrivable({ message: 'older than 14 days', $metadata: {} }))
    .rejects(new Error('throttled'));
  expect(await executions.describe(EXECUTION)).toBeUndefined();
  expect(await executions.stop(EXECUTION, 'E', 'c')).toBe(false);
  expect(await executions.redrive(EXECUTION)).toEqual({ redriven: true });
  expect(await executions.redrive(EXECUTION)).toEqual({ redriven: false, reason: 'older than 14 days' });
  await expect(executions.redrive(EXECUTION)).rejects.toThrow('throttled');
});

test("an execution's ARN follows from its deployment's id", () => {
  const { arnOf } = createExecutions(new SFNClient({}), MACHINES);
  expect(arnOf('deploy', 'D1')).toBe(EXECUTION);
  expect(arnOf('promote', 'D2')).toBe('arn:aws:states:eu-west-1:111122223333:execution:towpath-dev-promote:D2');
});

test('an event that the bus refused is an error', async () => {
  const events = createEvents(new EventBridgeClient({}), 'towpath-dev');
  clients.events.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorMessage: 'too large' }] });
  const deployment = eventDeployment();
  await expect(events.emit('deployment.succeeded', { deployment })).rejects.toThrow('too large');
  expect(clients.events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0]).toMatchObject({
    EventBusName: 'towpath-dev',
    Source: 'towpath',
    DetailType: 'deployment.succeeded',
  });
});

test('a log that nobody has written yet is empty', async () => {
  const logs = createLogs(new CloudWatchLogsClient({}));
  clients.logs.on(GetLogEventsCommand).rejects(new ResourceNotFoundException({ message: '', $metadata: {} }));
  expect(await logs.read('g', 's', 'token')).toEqual({ lines: [], next: 'token' });
});

test('lines come without their ends', async () => {
  const logs = createLogs(new CloudWatchLogsClient({}));
  clients.logs
    .on(GetLogEventsCommand)
    .resolves({ events: [{ timestamp: 5, message: 'npm ci\n' }], nextForwardToken: 'n' });
  expect(await logs.read('g', 's')).toEqual({ lines: [{ time: 5, text: 'npm ci' }], next: 'n' });
});

test('a role that another attempt created is taken over', async () => {
  const roles = createRoles(new IAMClient({}));
  clients.iam.on(CreateRoleCommand).rejects(new EntityAlreadyExistsException({ message: '', $metadata: {} }));
  clients.iam.on(GetRoleCommand).resolves({ Role: { Arn: 'arn:role' } as never });
  const role = { name: 'r', path: '/towpath/dev/', description: '', trusted: ['lambda.amazonaws.com'], tags: {} };
  expect(await roles.create(role)).toBe('arn:role');
});

test('a bucket is ours, another account’s, or not there', async () => {
  const buckets = createBuckets(new S3Client({}));
  const refused = (httpStatusCode: number) =>
    new S3ServiceException({ name: 'X', $fault: 'client', $metadata: { httpStatusCode } });
  clients.s3
    .on(HeadBucketCommand)
    .resolvesOnce({})
    .rejectsOnce(refused(403))
    .rejectsOnce(refused(404))
    .rejects(refused(500));
  expect(await buckets.find('b', '111122223333')).toBe('ours');
  expect(await buckets.find('b', '111122223333')).toBe('refused');
  expect(await buckets.find('b', '111122223333')).toBeUndefined();
  await expect(buckets.find('b', '111122223333')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
});

test('a bucket that another attempt created is taken over; us-east-1 is not named', async () => {
  const buckets = createBuckets(new S3Client({}));
  clients.s3
    .on(CreateBucketCommand)
    .rejectsOnce(new BucketAlreadyOwnedByYou({ message: '', $metadata: {} }))
    .resolves({});
  await buckets.create('b', 'eu-west-1');
  await buckets.create('b', 'us-east-1');
  const [europe, virginia] = clients.s3.commandCalls(CreateBucketCommand).map((call) => call.args[0].input);
  expect(europe?.CreateBucketConfiguration).toEqual({ LocationConstraint: 'eu-west-1' });
  expect(virginia?.CreateBucketConfiguration).toBeUndefined();
});
