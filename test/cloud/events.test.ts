import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as eb from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../local-cloud/protocol/aws-error.ts';
import { createEventsService } from '../../local-cloud/services/events/index.ts';
import { createLogsService } from '../../local-cloud/services/logs/index.ts';
import { standIn, startTestCloud, type TestCloud } from '../support/start-cloud.ts';
import { until } from '../support/until.ts';

interface Sent {
  operation: string;
  input: Record<string, unknown>;
  caller: { service?: string; roleArn?: string };
}

const sent: Sent[] = [];
let waiting: (() => void)[] = [];
let lambdaFails: Error | undefined;

const record =
  (operation: string, answer: object) => async (input: Record<string, unknown>, caller: Sent['caller']) => {
    sent.push({ operation, input, caller });
    for (const wake of waiting.splice(0)) wake();
    if (operation === 'Invoke' && lambdaFails) throw lambdaFails;
    return answer;
  };

const services = {
  events: createEventsService,
  logs: createLogsService,
  lambda: standIn('lambda', { Invoke: record('Invoke', { StatusCode: 202 }) }),
  sqs: standIn('sqs', {
    GetQueueUrl: async ({ QueueName }: { QueueName: string }) => ({ QueueUrl: `http://queue/${QueueName}` }),
    SendMessage: record('SendMessage', { MessageId: 'm' }),
  }),
  iam: standIn('iam', {}),
  states: standIn('states', { StartExecution: record('StartExecution', { executionArn: 'e' }) }),
};

let folder: string;
let cloud: TestCloud<typeof services>;
let client: eb.EventBridgeClient;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-events-'));
  cloud = await startTestCloud(services, { folder });
  client = new eb.EventBridgeClient(cloud.client);
});
afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  sent.length = 0;
  waiting = [];
  lambdaFails = undefined;
});

async function untilSent(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => waiting.push(resolve));
}

async function rule(
  pattern: object,
  Targets: eb.Target[],
  more: Partial<eb.PutRuleCommandInput> = {},
): Promise<string> {
  const Name = `rule-${++count}`;
  await client.send(new eb.PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern), ...more }));
  await client.send(new eb.PutTargetsCommand({ Rule: Name, EventBusName: more.EventBusName, Targets }));
  return Name;
}

const emit = (source: string, detail: object, more: Partial<eb.PutEventsRequestEntry> = {}) =>
  client.send(
    new eb.PutEventsCommand({
      Entries: [{ Source: source, DetailType: 'Thing Happened', Detail: JSON.stringify(detail), ...more }],
    }),
  );

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:f';
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:q.fifo';
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:m';
const payload = (index = 0) => JSON.parse(Buffer.from(sent[index]!.input.Payload as Uint8Array).toString());

describe('delivery', () => {
  test('an event that matches reaches its function, whole, called by EventBridge', async () => {
    await rule({ source: ['whole'], detail: { size: [{ numeric: ['>', 1] }] } }, [{ Id: 'f', Arn: FUNCTION }]);
    await emit('whole', { size: 1 });
    const { Entries } = await emit('whole', { size: 2 }, { Resources: ['arn:r'], Time: new Date(1_700_000_000_000) });
    await untilSent(() => sent.length > 0);
    expect(sent).toMatchObject([
      {
        operation: 'Invoke',
        input: { FunctionName: FUNCTION, InvocationType: 'Event' },
        caller: { service: 'events.amazonaws.com' },
      },
    ]);
    expect(payload()).toEqual({
      version: '0',
      id: Entries![0]!.EventId,
      'detail-type': 'Thing Happened',
      source: 'whole',
      account: '111122223333',
      time: '2023-11-14T22:13:20Z',
      region: 'us-east-1',
      resources: ['arn:r'],
      detail: { size: 2 },
    });
  });

  test('a queue, a state machine under its role, and a log group', async () => {
    const logGroupName = '/aws/events/all';
    await cloud.call('logs', 'CreateLogGroup', { logGroupName }, cloud.environment('test').asService('test'));
    const logs = `arn:aws:logs:us-east-1:111122223333:log-group:${logGroupName}`;
    const role = 'arn:aws:iam::111122223333:role/start';
    await rule({ source: ['three'] }, [
      { Id: 'q', Arn: QUEUE, SqsParameters: { MessageGroupId: 'g' }, InputPath: '$.detail' },
      { Id: 'm', Arn: MACHINE, RoleArn: role, Input: '{"fixed":true}' },
      { Id: 'l', Arn: logs },
    ]);
    await emit('three', { a: 1 });
    await untilSent(() => sent.length === 2);
    const by = (operation: string) => sent.find((each) => each.operation === operation);
    expect(by('SendMessage')?.input).toMatchObject({
      QueueUrl: 'http://queue/q.fifo',
      MessageBody: '{"a":1}',
      MessageGroupId: 'g',
    });
    expect(by('StartExecution')).toMatchObject({
      input: { stateMachineArn: MACHINE, input: '{"fixed":true}' },
      caller: { roleArn: role },
    });
    const logged = async () => {
      const caller = cloud.environment('test').asService('test');
      return (await cloud.call<{ events: object[] }>('logs', 'FilterLogEvents', { logGroupName }, caller)).events;
    };
    await until(async () => (await logged()).length > 0);
    expect(await logged()).toHaveLength(1);
  });

  test('an input transformer fills JSON and text', async () => {
    const InputTransformer = {
      InputPathsMap: { who: '$.detail.who', list: '$.detail.list', type: '$.detail-type' },
      InputTemplate: '{"who": <who>, "list": <list>, "text": "<who> did: <type>", "rule": <aws.events.rule-name>}',
    };
    const name = await rule({ source: ['transformed'] }, [{ Id: 'f', Arn: FUNCTION, InputTransformer }]);
    await emit('transformed', { who: 'a "b"', list: [1, 2] });
    await untilSent(() => sent.length > 0);
    expect(payload()).toEqual({ who: 'a "b"', list: [1, 2], text: 'a "b" did: Thing Happened', rule: name });
  });

  test('a busy target is tried again with the same event', async () => {
    lambdaFails = new AwsError('TooManyRequestsException', 'busy', 429);
    await rule({ source: ['busy'] }, [{ Id: 'f', Arn: FUNCTION, RetryPolicy: { MaximumRetryAttempts: 3 } }]);
    await emit('busy', {});
    await untilSent(() => sent.length === 1);
    lambdaFails = undefined;
    await untilSent(() => sent.length === 2);
    expect(payload(1)).toEqual(payload(0));
  });

  test('what cannot be delivered goes to the dead-letter queue, with the reason', async () => {
    lambdaFails = new AwsError('ResourceNotFoundException', 'no such function', 404);
    const DeadLetterConfig = { Arn: 'arn:aws:sqs:us-east-1:111122223333:dead' };
    const name = await rule({ source: ['dead'] }, [{ Id: 'f', Arn: FUNCTION, DeadLetterConfig }]);
    await emit('dead', { a: 1 });
    await untilSent(() => sent.length === 2);
    expect(sent[1]?.input).toMatchObject({
      QueueUrl: 'http://queue/dead',
      MessageAttributes: {
        ERROR_CODE: { DataType: 'String', StringValue: 'ResourceNotFoundException' },
        RULE_ARN: { StringValue: `arn:aws:events:us-east-1:111122223333:rule/${name}` },
        TARGET_ARN: { StringValue: FUNCTION },
      },
    });
    expect(JSON.parse(sent[1]?.input.MessageBody as string)).toMatchObject({ source: 'dead', detail: { a: 1 } });
  });

  test('an event that was not delivered when the cloud stopped is delivered after its restart', async () => {
    lambdaFails = new AwsError('ServiceException', 'down', 500);
    await rule({ source: ['restart'] }, [{ Id: 'f', Arn: FUNCTION }]);
    await emit('restart', { a: 1 });
    await untilSent(() => sent.length === 1);
    await cloud.stop();
    lambdaFails = undefined;
    sent.length = 0;
    cloud = await startTestCloud(services, { folder });
    client = new eb.EventBridgeClient(cloud.client);
    await untilSent(() => sent.length === 1);
    expect(payload()).toMatchObject({ source: 'restart', detail: { a: 1 } });
  });

  test('after 24 hours of failures an event is a dead letter', async () => {
    lambdaFails = new AwsError('ServiceException', 'down', 500);
    const DeadLetterConfig = { Arn: 'arn:aws:sqs:us-east-1:111122223333:dead' };
    await rule({ source: ['a day'] }, [{ Id: 'f', Arn: FUNCTION, DeadLetterConfig }]);
    await emit('a day', {});
    await untilSent(() => sent.length === 1);
    const restartedAfter = async (hours: number) => {
      await cloud.stop();
      cloud = await startTestCloud(services, { folder, now: () => Date.now() + hours * 3_600_000 });
    };
    await restartedAfter(23.9);
    await untilSent(() => sent.length === 2);
    await restartedAfter(24.1);
    await untilSent(() => sent.length === 4);
    expect(sent.map(({ operation }) => operation)).toEqual(['Invoke', 'Invoke', 'Invoke', 'SendMessage']);
    await cloud.stop();
    cloud = await startTestCloud(services, { folder });
    client = new eb.EventBridgeClient(cloud.client);
  });
});

describe('entries', () => {
  test('each is judged by itself', async () => {
    const good = { Source: 's', DetailType: 't', Detail: '{}' };
    const Entries = [
      good,
      { ...good, Detail: '[1]' },
      { ...good, Detail: undefined },
      { ...good, Source: 'aws.states' },
      { ...good, EventBusName: 'no-such-bus' },
    ];
    const answer = await client.send(new eb.PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(4);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
  });

  test('eleven are too many', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 't', Detail: '{}' }));
    await expect(client.send(new eb.PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('buses, rules and targets', () => {
  test('a rule sees the events of its own bus only, and none while it is disabled', async () => {
    await client.send(new eb.CreateEventBusCommand({ Name: 'towpath' }));
    const again = client.send(new eb.CreateEventBusCommand({ Name: 'towpath' }));
    await expect(again).rejects.toBeInstanceOf(eb.ResourceAlreadyExistsException);
    const EventBusName = 'towpath';
    const Name = await rule({ source: ['bus'] }, [{ Id: 'f', Arn: FUNCTION }], { EventBusName });
    await emit('bus', { n: 1 });
    await client.send(new eb.DisableRuleCommand({ Name, EventBusName }));
    await emit('bus', { n: 2 }, { EventBusName });
    await client.send(new eb.EnableRuleCommand({ Name, EventBusName }));
    await emit('bus', { n: 3 }, { EventBusName: 'arn:aws:events:us-east-1:111122223333:event-bus/towpath' });
    await untilSent(() => sent.length > 0);
    expect(sent).toHaveLength(1);
    expect(payload().detail).toEqual({ n: 3 });
    const described = await client.send(new eb.DescribeRuleCommand({ Name, EventBusName }));
    expect(described).toMatchObject({
      State: 'ENABLED',
      Arn: `arn:aws:events:us-east-1:111122223333:rule/towpath/${Name}`,
    });
  });

  test('a rule with targets is not deleted; without them it is', async () => {
    const Name = await rule({ source: ['deleted'] }, [{ Id: 'f', Arn: FUNCTION }]);
    await expect(client.send(new eb.DeleteRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await client.send(new eb.RemoveTargetsCommand({ Rule: Name, Ids: ['f'] }));
    await client.send(new eb.DeleteRuleCommand({ Name }));
    const gone = client.send(new eb.DescribeRuleCommand({ Name }));
    await expect(gone).rejects.toBeInstanceOf(eb.ResourceNotFoundException);
  });

  test('patterns, schedules and targets that are not possible are refused', async () => {
    const put = (more: Partial<eb.PutRuleCommandInput>) => client.send(new eb.PutRuleCommand({ Name: 'bad', ...more }));
    await expect(put({ EventPattern: '{"source": "text"}' })).rejects.toBeInstanceOf(eb.InvalidEventPatternException);
    await expect(put({ EventPattern: '{' })).rejects.toBeInstanceOf(eb.InvalidEventPatternException);
    await expect(put({})).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put({ ScheduleExpression: 'cron(0 1 * * ? *)' })).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(put({ ScheduleExpression: 'rate(0 minutes)' })).rejects.toMatchObject({ name: 'ValidationException' });
    const target = rule({ source: ['x'] }, [{ Id: 'k', Arn: 'arn:aws:kinesis:us-east-1:1:stream/s' }]);
    await expect(target).rejects.toThrow('arn:aws:kinesis:us-east-1:1:stream/s is not emulated');
  });
});
