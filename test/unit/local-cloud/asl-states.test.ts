import { expect, test } from '@jest/globals';
import { runDefinition, task, taskError } from '../../support/run-machine.ts';

const one = (state: object, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'A',
  States: { A: { End: true, ...state } },
  ...more,
});

test('a Pass gives its input on, or its Output', async () => {
  expect((await runDefinition(one({ Type: 'Pass' }), { input: { a: 1 } })).output).toEqual({ a: 1 });
  const made = one({ Type: 'Pass', Output: { deep: ['{% $states.input.a + 1 %}', 'plain', null, 3] } });
  expect((await runDefinition(made, { input: { a: 1 } })).output).toEqual({ deep: [2, 'plain', null, 3] });
});

test('Assign and Output see the variables of before the state; later states see the new ones', async () => {
  const run = await runDefinition({
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: { before: '{% $n %}' }, Next: 'C' },
      C: { Type: 'Pass', Output: { ...{ now: '{% $n %}' }, input: '{% $states.input %}' }, End: true },
    },
  });
  expect(run.output).toEqual({ now: 2, input: { before: 1 } });
});

test('a Choice takes the first rule that holds, else its Default, else fails', async () => {
  const choice = (more: object) => ({
    StartAt: 'A',
    States: {
      A: {
        Type: 'Choice',
        Choices: [
          { Condition: "{% $states.input.kind = 'x' %}", Next: 'X', Assign: { by: 'rule' } },
          { Condition: '{% true %}', Next: 'Y', Output: 'second' },
        ].slice(0, 'Default' in more || 'none' in more ? 1 : 2),
        ...('none' in more ? {} : more),
      },
      X: { Type: 'Pass', Output: '{% $by %}', End: true },
      Y: { Type: 'Succeed' },
    },
  });
  expect((await runDefinition(choice({}), { input: { kind: 'x' } })).output).toBe('rule');
  expect((await runDefinition(choice({}), { input: { kind: 'y' } })).output).toBe('second');
  expect((await runDefinition(choice({ Default: 'Y', Output: 'default' }), { input: {} })).output).toBe('default');
  expect((await runDefinition(choice({ none: true }), { input: {} })).outcome).toMatchObject({
    status: 'FAILED',
    error: 'States.NoChoiceMatched',
  });
});

test('a Wait sleeps for Seconds, or until Timestamp', async () => {
  const seconds = await runDefinition(one({ Type: 'Wait', Seconds: '{% $states.input.s %}' }), { input: { s: 7 } });
  expect(seconds.clock.slept).toEqual([7000]);
  const until = await runDefinition(one({ Type: 'Wait', Timestamp: '2030-01-01T00:01:00Z' }));
  expect(until.clock.slept).toEqual([60_000]);
});

test('a Fail state fails the execution with its Error and Cause', async () => {
  const run = await runDefinition(
    one({ Type: 'Fail', Error: 'Mine', Cause: '{% $states.input.why %}', End: undefined }),
    {
      input: { why: 'because' },
    },
  );
  expect(run.outcome).toEqual({ status: 'FAILED', error: 'Mine', cause: 'because' });
  expect(run.events.map((event) => event.type)).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
});

test('Parallel runs its branches on the same input and gives their outputs in order', async () => {
  const branch = (name: string) => ({ StartAt: 'B', States: { B: task(name, { End: true }) } });
  const run = await runDefinition(one({ Type: 'Parallel', Branches: [branch('a'), branch('b')] }), {
    input: { n: 1 },
    task: ({ arguments: args }) => args,
  });
  expect(run.output).toEqual([
    { FunctionName: 'a', Payload: { n: 1 } },
    { FunctionName: 'b', Payload: { n: 1 } },
  ]);
});

test('Map runs its processor for each item, with ItemSelector and at most MaxConcurrency at once', async () => {
  let running = 0;
  let most = 0;
  const run = await runDefinition(
    one({
      Type: 'Map',
      Items: '{% $states.input.items %}',
      MaxConcurrency: 2,
      ItemSelector: { value: '{% $states.context.Map.Item.Value %}', index: '{% $states.context.Map.Item.Index %}' },
      ItemProcessor: { StartAt: 'P', States: { P: task('p', { End: true, Output: '{% $states.input %}' }) } },
    }),
    {
      input: { items: ['x', 'y', 'z'] },
      task: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        return null;
      },
    },
  );
  expect(most).toBe(2);
  expect(run.output).toEqual(['x', 'y', 'z'].map((value, index) => ({ value, index })));
});

test('a failing branch fails the Parallel, which its Catch may take', async () => {
  const run = await runDefinition(
    {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'B', States: { B: task('bad', { End: true }) } },
            { StartAt: 'C', States: { C: { Type: 'Wait', Seconds: 1000, End: true } } },
          ],
          Catch: [{ ErrorEquals: ['Bad'], Next: 'D', Output: '{% $states.errorOutput %}' }],
          End: true,
        },
        D: { Type: 'Succeed' },
      },
    },
    { task: () => Promise.reject(taskError('Bad', 'no')) },
  );
  expect(run.output).toEqual({ Error: 'Bad', Cause: 'no' });
});

test('an undefined value and a wrong type are States.QueryEvaluationError, which Catch may take', async () => {
  const run = await runDefinition(one({ Type: 'Pass', Output: '{% $states.input.none %}' }));
  expect(run.outcome).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(run.events.map((event) => event.type)).toContain('EvaluationFailed');
});

test('a payload above 256 KiB is States.DataLimitExceeded, which States.ALL does not catch', async () => {
  const definition = (names: string[]) => ({
    StartAt: 'A',
    States: {
      A: task('big', { Catch: [{ ErrorEquals: names, Next: 'B', Output: 'caught' }], End: true }),
      B: { Type: 'Succeed' },
    },
  });
  const big = () => 'x'.repeat(256 * 1024);
  expect((await runDefinition(definition(['States.ALL']), { task: big })).outcome).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
  });
  expect((await runDefinition(definition(['States.DataLimitExceeded']), { task: big })).output).toBe('caught');
});

test("Step Functions' own functions: $partition, $range, $hash, $parse, $random, $uuid; no $eval", async () => {
  const run = await runDefinition(
    one({
      Type: 'Pass',
      Output: {
        partition: '{% $partition([1,2,3], 2) %}',
        range: '{% $range(0, 10, 5) %}',
        hash: "{% $hash('a', 'MD5') %}",
        parse: '{% $parse(\'{"a":[1]}\') %}',
        random: '{% $random(1) = $random(1) and $random() < 1 %}',
        uuid: '{% $length($uuid()) %}',
      },
    }),
  );
  expect(run.output).toEqual({
    partition: [[1, 2], [3]],
    range: [0, 5, 10],
    hash: '0cc175b9c0f1b6a831c399e269772661',
    parse: { a: [1] },
    random: true,
    uuid: 36,
  });
  const evil = await runDefinition(one({ Type: 'Pass', Output: "{% $eval('1') %}" }));
  expect(evil.outcome).toMatchObject({ error: 'States.QueryEvaluationError' });
});
