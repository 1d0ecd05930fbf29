/** Limits of Step Functions, CodeBuild, Lambda and SQS that no other file is about. docs/reference/aws-limits.md lists all. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetProjectsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  type CreateProjectCommandInput,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openRecords } from '../../local-cloud/runtime/records.ts';
import { createCodeBuildService } from '../../local-cloud/services/codebuild/index.ts';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import type { MessageRecord } from '../../local-cloud/services/sqs/store.ts';
import { createStatesService } from '../../local-cloud/services/states/index.ts';
import { fakeBuildServices } from '../support/fake-build-services.ts';
import { startLambdaCloud } from '../support/lambda-cloud.ts';
import { type ServedServices, serveService } from '../support/serve-service.ts';
import { until } from '../support/until.ts';

const ROLE = 'arn:aws:iam::111122223333:role/any';

let folder: string;
let served: ServedServices | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-limits-'));
});
afterEach(async () => {
  await served?.stop();
  served = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe('Step Functions', () => {
  let sfn: SFNClient;
  let invoked: number;
  beforeEach(async () => {
    invoked = 0;
    const lambda = {
      Invoke: async () => {
        invoked += 1;
        const error = { errorType: 'Broken', errorMessage: 'as always' };
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(error)) };
      },
    };
    served = await serveService(createStatesService, {
      folder,
      calls: { lambda, events: { PutEvents: async () => ({ FailedEntryCount: 0, Entries: [] }) } },
    });
    sfn = new SFNClient(served.client);
  });
  afterEach(() => sfn.destroy());

  const create = async (definition: object) => {
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
    return sfn.send(new CreateStateMachineCommand({ name: 'm', definition: text, roleArn: ROLE }));
  };
  const start = async (definition: object) => {
    const { stateMachineArn } = await create(definition);
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    return executionArn as string;
  };
  const ended = (executionArn: string) =>
    until(async () => {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === 'RUNNING' ? undefined : execution;
    });
  const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' } };

  test('a definition has at most 1 MB', async () => {
    const padded = (bytes: number) => ({
      Comment: 'x'.repeat(bytes),
      StartAt: 'A',
      States: { A: { Type: 'Succeed' } },
    });
    await create(padded(1_048_000));
    await expect(create(padded(1_048_576))).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  test('an execution’s name has at most 80 letters, digits, - and _', async () => {
    const { stateMachineArn } = await create({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
    const named = (name: string) => sfn.send(new StartExecutionCommand({ stateMachineArn, name }));
    await named('x'.repeat(80));
    for (const name of ['x'.repeat(81), 'feature/branch', 'a b', 'a:b']) {
      await expect(named(name)).rejects.toMatchObject({ name: 'InvalidName' });
    }
  });

  test('an execution ends with its 25,000th event', async () => {
    const arn = await start({
      StartAt: 'Loop',
      States: {
        Loop: { Type: 'Pass', Next: 'Again' },
        Again: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Loop' }], Default: 'End' },
        End: { Type: 'Succeed' },
      },
    });
    expect(await ended(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      redriveStatus: 'NOT_REDRIVABLE',
    });
    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true, maxResults: 1 }),
    );
    expect(events[0]?.id).toBe(25_000);
  }, 60_000);

  test('a Fail state reached through a Catch fails again when it is redriven', async () => {
    const arn = await start({
      StartAt: 'Work',
      States: {
        Work: { ...invoke, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Give up' }], End: true },
        'Give up': { Type: 'Fail', Error: 'GaveUp' },
      },
    });
    expect(await ended(arn)).toMatchObject({ status: 'FAILED', error: 'GaveUp', redriveCount: 0 });
    await sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
    expect(await ended(arn)).toMatchObject({ status: 'FAILED', error: 'GaveUp', redriveCount: 1 });
    expect(invoked).toBe(1);
  });

  test('a redrive gives a task all its retries again', async () => {
    const Retry = [{ ErrorEquals: ['Broken'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 1 }];
    const arn = await start({ StartAt: 'Work', States: { Work: { ...invoke, Retry, End: true } } });
    await ended(arn);
    expect(invoked).toBe(2);
    await sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
    await ended(arn);
    expect(invoked).toBe(4);
  });
});

describe('CodeBuild', () => {
  let codebuild: CodeBuildClient;
  beforeEach(async () => {
    served = await serveService(createCodeBuildService, { folder, calls: fakeBuildServices().calls });
    codebuild = new CodeBuildClient(served.client);
  });
  afterEach(() => codebuild.destroy());

  const create = (name: string, more: Partial<CreateProjectCommandInput> = {}) =>
    codebuild.send(
      new CreateProjectCommand({
        name,
        source: {
          type: 'NO_SOURCE',
          buildspec: JSON.stringify({ version: 0.2, phases: { build: { commands: ['sleep 60'] } } }),
        },
        artifacts: { type: 'NO_ARTIFACTS' },
        environment: {
          type: 'LINUX_CONTAINER',
          image: 'aws/codebuild/standard:7.0',
          computeType: 'BUILD_GENERAL1_SMALL',
        },
        serviceRole: ROLE,
        ...more,
      }),
    );

  test('a build may take 5 to 2,160 minutes, 60 unless said, and wait 8 hours', async () => {
    await create('usual');
    const { projects } = await codebuild.send(new BatchGetProjectsCommand({ names: ['usual'] }));
    expect(projects?.[0]).toMatchObject({ timeoutInMinutes: 60, queuedTimeoutInMinutes: 480 });
    await create('longest', { timeoutInMinutes: 2_160 });
    for (const timeoutInMinutes of [4, 2_161]) {
      await expect(create('wrong', { timeoutInMinutes })).rejects.toMatchObject({ name: 'InvalidInputException' });
    }
  });

  test('a project’s own limit makes StartBuild an error instead of a wait', async () => {
    await create('single', { concurrentBuildLimit: 1 });
    const start = () => codebuild.send(new StartBuildCommand({ projectName: 'single' }));
    await start();
    await expect(start()).rejects.toMatchObject({ name: 'AccountLimitExceededException' });
  });
});

describe('Lambda', () => {
  test('a function has at most 15 minutes, 10 GB of memory and 10 GB of /tmp', async () => {
    const cloud = await startLambdaCloud({ folder });
    try {
      const code = 'export const handler = () => 1;';
      const most = { Timeout: 900, MemorySize: 10_240, EphemeralStorage: { Size: 10_240 } };
      expect(await cloud.create('most', code, most)).toMatchObject(most);
      const tooMuch = [{ Timeout: 901 }, { MemorySize: 10_241 }, { EphemeralStorage: { Size: 10_241 } }];
      for (const settings of tooMuch) {
        await expect(cloud.create('more', code, settings)).rejects.toMatchObject({ name: 'ValidationException' });
      }
    } finally {
      await cloud.stop();
    }
  });
});

describe('SQS', () => {
  /** A queue with one message less in flight than there may be. */
  async function almostFull(QueueName: string, Attributes: Record<string, string> = {}) {
    served = await serveService(createSqsService, { folder });
    const before = new SQSClient(served.client);
    await before.send(new CreateQueueCommand({ QueueName, Attributes }));
    before.destroy();
    await served.stop();
    const file = openRecords(join(folder, 'records.sqlite'));
    const records = file.records('service-0');
    const messages = records.collection<MessageRecord>('messages');
    records.atomically(() => {
      for (let sequence = 1; sequence < 120_000; sequence++) {
        const key = `${QueueName}/${String(sequence).padStart(20, '0')}`;
        const visibleAt = Date.now() + 3_600_000;
        const common = { body: '', attributes: {}, senderId: 'x', sentAt: Date.now(), visibleAt, receiveCount: 1 };
        messages.put(key, { ...common, sequence, id: `m-${sequence}`, groupId: `g-${sequence}` });
      }
      records.collection<number>('counters').put('sequence', 120_000);
    });
    file.close();
    served = await serveService(createSqsService, { folder });
    const sqs = new SQSClient({ ...served.client, maxAttempts: 1 });
    const QueueUrl = `${served.endpoint}/111122223333/${QueueName}`;
    const receive = (WaitTimeSeconds = 0) =>
      sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }));
    const send = (more: Partial<SendMessageCommandInput>) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'new', ...more }));
    return { receive, send };
  }

  test('120,000 messages of a standard queue may be in flight, more are an error', async () => {
    const { receive, send } = await almostFull('standard');
    await send({});
    await send({});
    expect((await receive()).Messages).toHaveLength(1);
    await expect(receive()).rejects.toMatchObject({ name: 'OverLimit' });
    expect((await receive(1)).Messages).toBeUndefined();
  });

  test('120,000 messages of a FIFO queue may be in flight, more are not given', async () => {
    const { receive, send } = await almostFull('ordered.fifo', { FifoQueue: 'true' });
    await send({ MessageGroupId: 'a', MessageDeduplicationId: 'a' });
    await send({ MessageGroupId: 'b', MessageDeduplicationId: 'b' });
    expect((await receive()).Messages).toHaveLength(1);
    expect((await receive()).Messages).toBeUndefined();
  });
});
