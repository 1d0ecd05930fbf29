import { expect, test } from '@jest/globals';
import type { Invoked } from '../../../../aws/functions.ts';
import { run } from '../../../../functions/smoke-test/run.ts';
import { pipelineState } from '../../../support/pipeline-state.ts';

const answering = (answer: (arn: string) => Partial<Invoked>) => {
  const invoked: string[] = [];
  const ports = {
    functions: {
      invoke: async (arn: string) => {
        invoked.push(arn);
        return { payload: { status: '200' }, failed: false, logTail: '', ...answer(arn) };
      },
    },
    releases: { get: async () => undefined },
  };
  return { ports, invoked };
};

test('every function is asked, by its version', async () => {
  const state = pipelineState();
  const { ports, invoked } = answering(() => ({}));

  const { output } = await run(state, ports);

  expect(output).toEqual({ probes: 2 });
  expect(invoked).toEqual([state.functions.default, state.functions.default]);
});

test('a failure names the function, the request and the end of the log', async () => {
  const { ports } = answering(() => ({
    failed: true,
    payload: { errorType: 'Error', errorMessage: "Cannot find module 'pg'" },
    logTail: 'INIT_START\nERROR pg\n',
  }));

  await expect(run(pipelineState(), ports)).rejects.toMatchObject({
    name: 'SMOKE_TEST_FAILED',
    message: "function default threw Error: Cannot find module 'pg', asked for GET /\nINIT_START\nERROR pg",
  });
});

test('a static site has nothing to ask', async () => {
  const { ports, invoked } = answering(() => ({}));
  await expect(run({ ...pipelineState(), functions: {} }, ports)).resolves.toMatchObject({ output: { probes: 0 } });
  expect(invoked).toEqual([]);
});
