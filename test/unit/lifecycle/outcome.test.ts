import { expect, test } from '@jest/globals';
import type { Execution } from '../../../aws/executions.ts';
import { failureOf, statusOf } from '../../../lifecycle/outcome.ts';

const execution = (change: Partial<Execution>): Execution =>
  ({ arn: 'arn', status: 'SUCCEEDED', redriveCount: 0, ...change }) as Execution;

test.each([
  [execution({}), 'succeeded'],
  [execution({ output: JSON.stringify({ detection: { unchangedSince: 'a'.repeat(40) } }) }), 'skipped'],
  [execution({ output: JSON.stringify({ detection: {} }) }), 'succeeded'],
  [execution({ output: '{ broken' }), 'succeeded'],
  [execution({ status: 'FAILED', error: 'SUPERSEDED' }), 'superseded'],
  [execution({ status: 'FAILED', error: 'BUILD_FAILED' }), 'failed'],
  [execution({ status: 'ABORTED', error: 'SUPERSEDED' }), 'superseded'],
  [execution({ status: 'ABORTED' }), 'aborted'],
  [execution({ status: 'PENDING_REDRIVE' }), 'running'],
] as const)('%#: an execution that ended so is %s', (ended, status) => {
  expect(statusOf(ended)).toBe(status);
});

test('what was skipped says since when nothing has changed', () => {
  const output = JSON.stringify({ detection: { unchangedSince: 'abcdef0'.padEnd(40, '0') } });
  expect(failureOf(execution({ output }), [])).toMatchObject({
    code: 'UNCHANGED',
    message: expect.stringContaining('since commit abcdef0, which is live'),
  });
});
