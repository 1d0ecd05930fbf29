import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AwsError } from '../../local-cloud/protocol/aws-error.ts';
import type { Caller, Operations } from '../../local-cloud/service.ts';
import { createStatesService } from '../../local-cloud/services/states/index.ts';
import { type ServedServices, serveService } from '../support/serve-service.ts';
import { until } from '../support/until.ts';

const ROLE = 'arn:aws:iam::111122223333:role/machine';
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:deploy';
const DAY = 24 * 60 * 60 * 1000;

let folder: string;
let cloud: ServedServices;
let sfn: SFNClient;
let shift = 0;
let events: { DetailType: string; Source: string; Detail: string }[] = [];
let functions: Record<string, (payload: unknown) => unknown> = {};
let calls: { operation: string; input: Record<string, unknown>; caller: Caller }[] = [];
let builds: Record<string, { buildStatus: string }> = {};

const others: Record<string, Operations> = {
  lambda: {
    Invoke: async (input, caller) => {
      calls.push({ operation: 'Invoke', input, caller });
      const run = functions[input.FunctionName];
      if (!run) throw new AwsError('ResourceNotFoundException', `Function not found: ${input.FunctionName}`, 404);
      try {
        const value = await run(JSON.parse(Buffer.from(input.Payload).toString()));
        return { StatusCode: 200, ExecutedVersion: '1', Payload: Buffer.from(JSON.stringify(value ?? null)) };
      } catch (error) {
        const { name, message } = error as Error;
        const payload = { errorType: name, errorMessage: message };
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(payload)) };
      }
    },
  },
  events: {
    PutEvents: async (input) => {
      events.push(...input.Entries);
      return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
    },
  },
  sqs: {
    SendMessage: async (input, caller) => {
      calls.push({ operation: 'SendMessage', input, caller });
      return { MessageId: 'm-1' };
    },
  },
  codebuild: {
    StartBuild: async (input, caller) => {
      calls.push({ operation: 'StartBuild', input, caller });
      builds['p:1'] ??= { buildStatus: 'IN_PROGRESS' };
      return { build: { id: 'p:1', startTime: new Date(5), buildStatus: 'IN_PROGRESS' } };
    },
    BatchGetBuilds: async ({ ids }) => ({
      builds: ids.map((id: string) => ({ id, ...builds[id], startTime: new Date(5), logs: { groupName: 'g' } })),
    }),
    StopBuild: async ({ id }) => {
      builds[id] = { buildStatus: 'STOPPED' };
      return {};
    },
  },
};

async function open(): Promise<void> {
  cloud = await serveService(createStatesService, { folder, calls: others, now: () => Date.now() + shift });
  sfn = new SFNClient(cloud.client);
}

async function restart(): Promise<void> {
  sfn.destroy();
  await cloud.stop();
  await open();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-states-'));
  shift = 0;
  events = [];
  calls = [];
  functions = {};
  builds = {};
  await open();
});

afterEach(async () => {
  sfn.destroy();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const invoke = (name: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  ...more,
});

const single = (state: object) => ({ StartAt: 'A', States: { A: { End: true, ...state } } });

async function create(definition: object, name = 'deploy'): Promise<void> {
  const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
  await sfn.send(new CreateStateMachineCommand({ name, definition: text, roleArn: ROLE }));
}

async function start(input: unknown = {}, name?: string): Promise<string> {
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: MACHINE, input: JSON.stringify(input), name }),
  );
  return executionArn as string;
}

const describe = (executionArn: string) => sfn.send(new DescribeExecutionCommand({ executionArn }));

const ended = (executionArn: string) =>
  until(async () => {
    const execution = await describe(executionArn);
    return execution.status !== 'RUNNING' && execution;
  });

test('an execution runs its tasks as the role of the machine and ends with an output', async () => {
  functions.double = (payload) => ({ n: (payload as { n: number }).n * 2 });
  await create({ StartAt: 'A', States: { A: invoke('double', { Next: 'B' }), B: invoke('double', { End: true }) } });
  const execution = await ended(await start({ n: 1 }));
  expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"n":4}', input: '{"n":1}', redriveCount: 0 });
  expect(calls.map(({ caller }) => caller.roleArn)).toEqual([ROLE, ROLE]);
  expect(execution.redriveStatusReason).toBe('Execution is SUCCEEDED and cannot be redriven');
});

test("a function's error fails the execution by its type, with its payload as cause", async () => {
  functions.bad = () => {
    throw Object.assign(new Error('nothing there'), { name: 'NO_BUILD_SCRIPT' });
  };
  await create(single(invoke('bad')));
  const execution = await ended(await start());
  expect(execution).toMatchObject({ status: 'FAILED', error: 'NO_BUILD_SCRIPT' });
  expect(JSON.parse(execution.cause as string)).toEqual({
    errorType: 'NO_BUILD_SCRIPT',
    errorMessage: 'nothing there',
  });
});

test('an error of the service itself is Lambda.<error>', async () => {
  await create(single(invoke('absent')));
  expect(await ended(await start())).toMatchObject({ error: 'Lambda.ResourceNotFoundException' });
});

test('an execution name is used once: the same input while running answers the same, else ExecutionAlreadyExists', async () => {
  let release = () => {};
  functions.slow = () => new Promise<void>((resolve) => (release = resolve));
  await create(single(invoke('slow')));
  const first = await start({ a: 1 }, 'one');
  expect(await start({ a: 1 }, 'one')).toBe(first);
  await expect(start({ a: 2 }, 'one')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await until(async () => calls.length > 0);
  release();
  await ended(first);
  await expect(start({ a: 1 }, 'one')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await expect(start({}, 'a/b')).rejects.toMatchObject({ name: 'InvalidName' });
  await expect(start({}, 'x'.repeat(81))).rejects.toMatchObject({ name: 'InvalidName' });
});

test('inputs that are no JSON or above 256 KiB are refused', async () => {
  await create(single({ Type: 'Pass' }));
  const send = (input: string) => sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE, input }));
  await expect(send('{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  await expect(send(JSON.stringify('x'.repeat(256 * 1024)))).rejects.toMatchObject({ name: 'ValidationException' });
});

test('history has paging, reverse order, and can leave data out', async () => {
  await create(single({ Type: 'Pass' }));
  const executionArn = await start({ secret: 1 });
  await ended(executionArn);
  const all = (await sfn.send(new GetExecutionHistoryCommand({ executionArn }))).events ?? [];
  expect(all.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ]);
  expect(all[1]?.stateEnteredEventDetails).toMatchObject({ name: 'A', input: '{"secret":1}' });
  const first = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 3, reverseOrder: true }));
  expect(first.events?.map(({ id }) => id)).toEqual([4, 3, 2]);
  const second = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 3, reverseOrder: true, nextToken: first.nextToken }),
  );
  expect(second.events?.map(({ id }) => id)).toEqual([1]);
  expect(second.nextToken).toBeUndefined();
  const bare = await sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
  expect(JSON.stringify(bare.events)).not.toContain('secret');
});

test('a redrive goes on from the failed state by the old definition and counts up', async () => {
  let broken = true;
  functions.first = () => ({ from: 'first' });
  functions.second = (payload) => {
    if (broken) throw Object.assign(new Error('later'), { name: 'NOT_YET' });
    return payload;
  };
  const definition = {
    StartAt: 'A',
    States: { A: invoke('first', { Next: 'B' }), B: invoke('second', { End: true }) },
  };
  await create(definition);
  const executionArn = await start();
  expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
  const other = JSON.stringify({
    QueryLanguage: 'JSONata',
    ...single({ Type: 'Pass', Output: "{% 'new definition' %}" }),
  });
  await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: MACHINE, definition: other }));

  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
  broken = false;
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  const execution = await ended(executionArn);
  expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"from":"first"}', redriveCount: 2 });
  expect(calls.map(({ input }) => input.FunctionName)).toEqual(['first', 'second', 'second', 'second']);
  const forExecution = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(JSON.parse(forExecution.definition as string).States).toEqual(definition.States);

  const { executions } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: MACHINE, redriveFilter: 'REDRIVEN' }),
  );
  expect(executions).toHaveLength(1);
  await expect(sfn.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
  });
});

test('what failed, was stopped or ran out of time may be redriven; what runs or has succeeded may not', async () => {
  let task: () => unknown = () => new Promise(() => undefined);
  functions.task = () => task();
  const redriven = async (executionArn: string) => {
    task = () => 'done';
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    const { status, redriveCount } = await ended(executionArn);
    return [status, redriveCount];
  };
  await create({ ...single(invoke('task', { End: true })), TimeoutSeconds: 1 });
  const late = await start();
  expect(await ended(late)).toMatchObject({ status: 'TIMED_OUT', redriveStatus: 'REDRIVABLE' });
  expect(await redriven(late)).toEqual(['SUCCEEDED', 1]);

  task = () => new Promise(() => undefined);
  const stopped = await start();
  const refused = { name: 'ExecutionNotRedrivable' };
  await expect(sfn.send(new RedriveExecutionCommand({ executionArn: stopped }))).rejects.toMatchObject(refused);
  await sfn.send(new StopExecutionCommand({ executionArn: stopped }));
  expect(await describe(stopped)).toMatchObject({ status: 'ABORTED', redriveStatus: 'REDRIVABLE' });
  expect(await redriven(stopped)).toEqual(['SUCCEEDED', 1]);
  await expect(sfn.send(new RedriveExecutionCommand({ executionArn: stopped }))).rejects.toMatchObject(refused);
});

test('after 14 days an execution cannot be redriven', async () => {
  await create(single({ Type: 'Fail', Error: 'E', End: undefined }));
  const executionArn = await start();
  await ended(executionArn);
  shift = 14 * DAY + 60_000;
  expect(await describe(executionArn)).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE' });
  await expect(sfn.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
  });
});

const buildState = {
  Type: 'Task',
  Resource: 'arn:aws:states:::codebuild:startBuild.sync',
  Arguments: { ProjectName: 'p', EnvironmentVariablesOverride: [{ Name: 'K', Value: 'v' }], IdempotencyToken: 't' },
};

test('startBuild.sync waits for the build and gives it in Step Functions shape', async () => {
  await create(single(buildState));
  const executionArn = await start();
  await until(async () => builds['p:1']);
  builds['p:1'] = { buildStatus: 'SUCCEEDED' };
  const execution = await ended(executionArn);
  expect(JSON.parse(execution.output as string)).toEqual({
    Build: { Id: 'p:1', BuildStatus: 'SUCCEEDED', StartTime: 5, Logs: { GroupName: 'g' } },
  });
  expect(calls[0]?.input).toEqual({
    projectName: 'p',
    environmentVariablesOverride: [{ name: 'K', value: 'v' }],
    idempotencyToken: 't',
  });
});

test('a failed build is States.TaskFailed with the build as cause', async () => {
  builds['p:1'] = { buildStatus: 'FAILED' };
  await create(single(buildState));
  const execution = await ended(await start());
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(JSON.parse(execution.cause as string)).toMatchObject({ Id: 'p:1', BuildStatus: 'FAILED' });
});

test('StopExecution ends it as ABORTED and stops its build', async () => {
  await create(single(buildState));
  const executionArn = await start();
  await until(async () => builds['p:1']);
  await sfn.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause: 'newer' }));
  expect(await describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Superseded', cause: 'newer' });
  await until(async () => builds['p:1']?.buildStatus === 'STOPPED');
});

test('a restart goes on: the same build is waited for, other tasks run again', async () => {
  functions.after = () => 'after';
  await create({ StartAt: 'A', States: { A: { ...buildState, Next: 'B' }, B: invoke('after', { End: true }) } });
  const executionArn = await start();
  await until(async () => builds['p:1']);
  await until(async () => {
    const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    return events?.some(({ type }) => type === 'TaskSubmitted');
  });
  await restart();
  expect(await describe(executionArn)).toMatchObject({ status: 'RUNNING' });
  builds['p:1'] = { buildStatus: 'SUCCEEDED' };
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"after"' });
  expect(calls.filter(({ operation }) => operation === 'StartBuild')).toHaveLength(1);
});

const tokenState = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Arguments: { QueueUrl: 'q', MessageBody: { token: '{% $states.context.Task.Token %}' } },
};

async function sentToken(): Promise<string> {
  const call = await until(async () => calls.find(({ operation }) => operation === 'SendMessage'));
  return JSON.parse(call.input.MessageBody as string).token;
}

test('a task token comes back as success, also after a restart', async () => {
  await create(single(tokenState));
  const executionArn = await start();
  const taskToken = await sentToken();
  await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
  await until(async () => {
    const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    return events?.some(({ type }) => type === 'TaskSubmitted');
  });
  await restart();
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"ok":true}' }));
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' });
  expect(calls).toHaveLength(1);
  await expect(sfn.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))).rejects.toMatchObject({
    name: 'TaskTimedOut',
  });
  await expect(sfn.send(new SendTaskHeartbeatCommand({ taskToken: 'made up' }))).rejects.toMatchObject({
    name: 'InvalidToken',
  });
});

test('a task token comes back as failure', async () => {
  await create(single(tokenState));
  const executionArn = await start();
  await sfn.send(new SendTaskFailureCommand({ taskToken: await sentToken(), error: 'Rejected', cause: 'no' }));
  expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'no' });
});

test('each change of status is an event of aws.states', async () => {
  await create(single({ Type: 'Fail', Error: 'E', Cause: 'C', End: undefined }));
  const executionArn = await start({ a: 1 }, 'named');
  await until(async () => events.length === 2);
  const details = events.map(({ Detail }) => JSON.parse(Detail));
  expect(events[0]).toMatchObject({ Source: 'aws.states', DetailType: 'Step Functions Execution Status Change' });
  expect(details.map(({ status }) => status)).toEqual(['RUNNING', 'FAILED']);
  expect(details[1]).toMatchObject({
    executionArn,
    stateMachineArn: MACHINE,
    name: 'named',
    input: '{"a":1}',
    inputDetails: { included: true },
    output: null,
    error: 'E',
    cause: 'C',
    redriveCount: 0,
    redriveStatus: 'REDRIVABLE',
  });
});

test('putEvents and any aws-sdk call work as tasks', async () => {
  const put = {
    Type: 'Task',
    Resource: 'arn:aws:states:::events:putEvents',
    Arguments: { Entries: [{ Source: 'towpath', DetailType: 'd', Detail: { x: '{% 1 + 1 %}' } }] },
    Next: 'B',
  };
  const build = {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:codebuild:batchGetBuilds',
    Arguments: { Ids: ['p:9'] },
    End: true,
  };
  await create({ StartAt: 'A', States: { A: put, B: build } });
  const execution = await ended(await start());
  expect(JSON.parse(execution.output as string)).toEqual({
    Builds: [{ Id: 'p:9', StartTime: '1970-01-01T00:00:00.005Z', Logs: { GroupName: 'g' } }],
  });
  expect(events.find(({ Source }) => Source === 'towpath')?.Detail).toBe('{"x":2}');
});

test('a child execution is started and waited for', async () => {
  await create(single({ Type: 'Pass', Output: { from: '{% $states.input.n %}' } }), 'child');
  await create(
    single({
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: MACHINE.replace('deploy', 'child'), Input: { n: 3 } },
      Output: '{% $states.result.Output %}',
    }),
  );
  expect(await ended(await start())).toMatchObject({ status: 'SUCCEEDED', output: '{"from":3}' });
});

test('machines are listed, described, tagged, updated and deleted', async () => {
  await create(single({ Type: 'Pass' }));
  await create(single({ Type: 'Pass' }));
  await expect(create(single({ Type: 'Succeed', End: undefined }))).rejects.toMatchObject({
    name: 'StateMachineAlreadyExists',
  });
  const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE }));
  expect(described).toMatchObject({ name: 'deploy', type: 'STANDARD', status: 'ACTIVE', roleArn: ROLE });
  await sfn.send(
    new TagResourceCommand({
      resourceArn: MACHINE,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    }),
  );
  await sfn.send(new UntagResourceCommand({ resourceArn: MACHINE, tagKeys: ['a'] }));
  expect((await sfn.send(new ListTagsForResourceCommand({ resourceArn: MACHINE }))).tags).toEqual([
    { key: 'b', value: '2' },
  ]);
  const executionArn = await start();
  await ended(executionArn);
  expect((await sfn.send(new ListStateMachinesCommand({}))).stateMachines).toHaveLength(1);
  await sfn.send(new DeleteStateMachineCommand({ stateMachineArn: MACHINE }));
  await expect(start()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(describe(executionArn)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
});

test('executions are listed newest first, by status, in pages', async () => {
  functions.slow = () => new Promise(() => {});
  await create({
    StartAt: 'A',
    States: {
      A: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.slow %}', Next: 'B' }], Default: 'C' },
      B: invoke('slow', { End: true }),
      C: { Type: 'Succeed' },
    },
  });
  for (const [index, slow] of [false, true, false].entries()) {
    shift = index * 1000;
    const arn = await start({ slow }, `e${index}`);
    if (!slow) await ended(arn);
  }
  const list = async (more: object) => {
    const { executions, nextToken } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE, ...more }));
    return { names: executions?.map(({ name }) => name), nextToken };
  };
  expect((await list({})).names).toEqual(['e2', 'e1', 'e0']);
  expect((await list({ statusFilter: 'RUNNING' })).names).toEqual(['e1']);
  const { names, nextToken } = await list({ maxResults: 2 });
  expect(names).toEqual(['e2', 'e1']);
  expect((await list({ maxResults: 2, nextToken })).names).toEqual(['e0']);
});

test('texts and expressions may have line breaks or be empty, and an Output may be plain text', async () => {
  const output = { lines: 'a\nb\n', none: '', sum: '{%\n  1 +\n  1\n%}' };
  await create({
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Assign: output, Output: 'plain', Next: 'B' },
      B: { Type: 'Pass', Output: output, End: true },
    },
  });
  expect(JSON.parse((await ended(await start())).output as string)).toEqual({ lines: 'a\nb\n', none: '', sum: 2 });
});

test('what is not emulated is refused by name: JSONPath, Express, unknown resources, activities', async () => {
  const reasons = async (definition: object) => {
    const { result, diagnostics } = await sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition) }),
    );
    return { result, messages: diagnostics?.map(({ message }) => message).join('\n') };
  };
  expect(await reasons({ QueryLanguage: 'JSONata', ...single({ Type: 'Pass' }) })).toEqual({
    result: 'OK',
    messages: '',
  });
  expect(await reasons(single({ Type: 'Pass' }))).toMatchObject({
    result: 'FAIL',
    messages: expect.stringContaining('JSONPath is not emulated'),
  });
  const odd = { ...invoke('f'), Resource: 'arn:aws:states:::batch:submitJob.sync' };
  expect((await reasons({ QueryLanguage: 'JSONata', ...single(odd) })).messages).toContain('batch:submitJob.sync');
  const lost = { QueryLanguage: 'JSONata', ...single({ Type: 'Pass', End: undefined, Next: 'Nowhere' }) };
  expect((await reasons(lost)).result).toBe('FAIL');
  await expect(
    sfn.send(
      new CreateStateMachineCommand({ name: 'p', definition: JSON.stringify(single({ Type: 'Pass' })), roleArn: ROLE }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidDefinition' });
  await expect(
    sfn.send(new CreateStateMachineCommand({ name: 'p', definition: '{}', roleArn: ROLE, type: 'EXPRESS' })),
  ).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
  await expect(sfn.send(new CreateActivityCommand({ name: 'a' }))).rejects.toThrow(/CreateActivity is not emulated/);
});
