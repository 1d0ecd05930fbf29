import { expect, test } from '@jest/globals';
import { StateError } from '../../../local-cloud/services/states/engine/errors.ts';
import { matches, nextAttempt } from '../../../local-cloud/services/states/engine/retry.ts';
import { rewound } from '../../../local-cloud/services/states/engine/scope.ts';
import { type MachineRun, runDefinition, task, taskError } from '../../support/run-machine.ts';

const machine = (state: object, more: object = {}) => ({
  StartAt: 'A',
  States: { A: { End: true, ...state } },
  ...more,
});
const types = (run: MachineRun) => run.events.map((event) => event.type);

test('matches: names, States.ALL, States.TaskFailed, and what they do not take', () => {
  const failed = new StateError('Mine', '', { fromTask: true });
  const timeout = new StateError('States.Timeout', '', { fromTask: true });
  const heartbeat = new StateError('States.HeartbeatTimeout', '', { fromTask: true });
  expect(matches(['Other', 'Mine'], failed)).toBe(true);
  expect(matches(['States.TaskFailed'], failed)).toBe(true);
  expect(matches(['States.TaskFailed'], timeout)).toBe(false);
  expect(matches(['States.TaskFailed'], new StateError('Mine', ''))).toBe(false);
  expect(matches(['States.Timeout'], heartbeat)).toBe(true);
  expect(matches(['States.ALL'], new StateError('States.DataLimitExceeded', ''))).toBe(false);
  expect(matches(['States.ALL', 'States.Runtime'], new StateError('States.Runtime', ''))).toBe(false);
});

test('nextAttempt: interval, backoff, cap, jitter, own counts, MaxAttempts 0', () => {
  const failure = new StateError('E', '');
  const rule = { ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 };
  const delays = [0, 1, 2, 3, 4].map((used) => nextAttempt([rule], [used], failure, () => 0.5)?.delayMs);
  expect(delays).toEqual([2000, 6000, 10_000, 10_000, undefined]);
  expect(nextAttempt([{ ...rule, JitterStrategy: 'FULL' }], [0], failure, () => 0.5)?.delayMs).toBe(1000);
  expect(nextAttempt([{ ErrorEquals: ['E'], MaxAttempts: 0 }], [0], failure, () => 0)).toBeUndefined();
  expect(nextAttempt([{ ErrorEquals: ['X'] }, { ErrorEquals: ['States.ALL'] }], [3, 0], failure, () => 0)).toEqual({
    retrier: 1,
    delayMs: 1000,
  });
});

test('Retry runs the task again with a growing RetryCount, then gives up to Catch', async () => {
  const counts: unknown[] = [];
  const run = await runDefinition(
    {
      StartAt: 'A',
      States: {
        A: task('f', {
          Arguments: { count: '{% $states.context.State.RetryCount %}' },
          Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B', Assign: { why: '{% $states.errorOutput.Error %}' } }],
          End: true,
        }),
        B: { Type: 'Pass', Output: '{% $why %}', End: true },
      },
    },
    {
      task: ({ arguments: args }) => {
        counts.push((args as { count: number }).count);
        throw taskError('Busy');
      },
    },
  );
  expect(counts).toEqual([0, 1, 2]);
  expect(run.clock.slept).toEqual([1000, 2000]);
  expect(run.output).toBe('Busy');
});

test('a task that outlasts TimeoutSeconds is told so and fails with States.Timeout', async () => {
  let told: unknown;
  const run = await runDefinition(machine(task('slow', { TimeoutSeconds: 5 })), {
    task: ({ signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          told = signal.reason;
        });
      }),
  });
  expect(run.outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(told).toMatchObject({ error: 'States.Timeout' });
  expect(types(run)).toContain('TaskTimedOut');
});

test('heartbeats keep a task alive; without them it fails with States.HeartbeatTimeout', async () => {
  const state = task('beating', { HeartbeatSeconds: 10 });
  const silent = await runDefinition(machine(state), { task: () => new Promise(() => {}) });
  expect(silent.outcome).toMatchObject({ error: 'States.HeartbeatTimeout' });
  const { clock } = silent;
  const beating = await runDefinition(machine(state), {
    clock,
    task: async ({ heartbeat, signal }) => {
      for (let beat = 0; beat < 3; beat += 1) {
        await clock.sleep(8000, signal);
        heartbeat();
      }
      return 'alive';
    },
  });
  expect(beating.output).toBe('alive');
});

test("the machine's TimeoutSeconds ends the execution as TIMED_OUT, past any Catch", async () => {
  const run = await runDefinition(
    machine(task('slow', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A' }] }), { TimeoutSeconds: 60 }),
    { task: () => new Promise(() => {}) },
  );
  expect(run.outcome).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
});

test('stop ends it as ABORTED with the given error and cause', async () => {
  const run = await runDefinition(machine(task('slow')), {
    task: () => new Promise(() => {}),
    started: (execution) => setImmediate(() => execution.stop('Superseded', 'by 7')),
  });
  expect(run.outcome).toEqual({ status: 'ABORTED', error: 'Superseded', cause: 'by 7' });
  expect(types(run).at(-1)).toBe('ExecutionAborted');
});

const steps = {
  StartAt: 'A',
  States: {
    A: task('a', { Assign: { from: '{% $states.result %}' }, Next: 'B' }),
    B: task('b', {
      Arguments: { FunctionName: 'b', from: '{% $from %}', redrive: '{% $states.context.Execution.RedriveCount %}' },
      End: true,
    }),
  },
};
const nameOf = (args: unknown) => (args as { FunctionName: string }).FunctionName;

test('a redrive goes on from the failed state with its input and variables; history continues', async () => {
  const first = await runDefinition(steps, {
    task: ({ arguments: args }) => (nameOf(args) === 'a' ? 'made by a' : Promise.reject(taskError('Broken'))),
  });
  expect(first.outcome).toMatchObject({ status: 'FAILED', error: 'Broken' });
  const calls: unknown[] = [];
  const checkpoint = first.checkpoint && rewound(first.checkpoint);
  const second = await runDefinition(steps, {
    from: { ...first, checkpoint },
    redriven: 1,
    task: ({ arguments: args }) => {
      calls.push(args);
      return 'done';
    },
  });
  expect(calls).toEqual([{ FunctionName: 'b', from: 'made by a', redrive: 1 }]);
  expect(second.output).toBe('done');
  expect(types(second).slice(first.events.length)).toEqual([
    'ExecutionRedriven',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(second.events.map((event) => event.id)).toEqual(second.events.map((_, index) => index + 1));
});

test('a redrive runs only the branches that did not end', async () => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: task(name, { End: true }) } });
  const definition = machine({ Type: 'Parallel', Branches: [branch('good'), branch('bad')] });
  const first = await runDefinition(definition, {
    task: async ({ arguments: args }) => {
      if (nameOf(args) === 'good') return 1;
      await new Promise(setImmediate);
      throw taskError('Broken');
    },
  });
  expect(first.outcome?.status).toBe('FAILED');
  const called: string[] = [];
  const second = await runDefinition(definition, {
    from: { ...first, checkpoint: first.checkpoint && rewound(first.checkpoint) },
    redriven: 1,
    task: ({ arguments: args }) => {
      called.push(nameOf(args));
      return 2;
    },
  });
  expect(called).toEqual(['bad']);
  expect(second.output).toEqual([1, 2]);
});

test('a suspended execution writes nothing more and goes on from its checkpoint, waiting for the same job', async () => {
  const definition = machine({ ...task('job'), Resource: 'arn:aws:states:::codebuild:startBuild.sync' });
  const first = await runDefinition(definition, {
    task: ({ submitted }) => {
      submitted('build:1', {});
      return new Promise(() => {});
    },
    started: (execution) => setTimeout(() => execution.suspend(), 5),
  });
  expect(first.outcome).toBeUndefined();
  expect(types(first).at(-1)).toBe('TaskSubmitted');
  const second = await runDefinition(definition, { from: first, task: ({ progress }) => progress.job ?? 'none' });
  expect(second.output).toBe('build:1');
  expect(types(second).filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
});
