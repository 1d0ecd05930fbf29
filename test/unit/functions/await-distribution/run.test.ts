import { expect, jest, test } from '@jest/globals';
import type { Distribution } from '../../../../aws/distributions.ts';
import { type Ports, run } from '../../../../functions/await-distribution/run.ts';
import { pipelineState } from '../../../support/pipeline-state.ts';

const NOW = 1_000_000;

/** What is found, look after look; `age` in milliseconds. */
function world(looks: boolean[], age = 60_000) {
  const found = looks.map((deployed) => ({ deployed, modifiedAt: new Date(NOW - age) }) as Distribution);
  return {
    distributions: { find: jest.fn<Ports['distributions']['find']>(async () => found.shift()) },
    sleep: jest.fn<Ports['sleep']>(async () => undefined),
    now: () => NOW,
  };
}
const IN_PROGRESS = { name: 'DistributionInProgress', retryable: true };

test('succeeds once the change is everywhere', async () => {
  await expect(run(pipelineState(), world([true]))).resolves.toMatchObject({ output: { deployed: true } });
});

test('until then it fails at once, under the name that its Retry waits on', async () => {
  const ports = world([false]);
  await expect(run(pipelineState(), ports)).rejects.toMatchObject(IN_PROGRESS);
  expect([ports.distributions.find.mock.calls.length, ports.sleep.mock.calls]).toEqual([1, []]);
});

test('a change of this moment is looked at a second time, and no third', async () => {
  const ports = world([false, true], 100);
  await expect(run(pipelineState(), ports)).resolves.toMatchObject({ output: { deployed: true } });
  expect(ports.sleep.mock.calls).toEqual([[300]]);
  await expect(run(pipelineState(), world([false, false, true], 100))).rejects.toMatchObject(IN_PROGRESS);
  // A clock that is behind CloudFront's by a minute waits for nothing.
  await expect(run(pipelineState(), world([false, true], -60_000))).rejects.toMatchObject(IN_PROGRESS);
});

test('a distribution that is gone is not waited for', async () => {
  await expect(run(pipelineState(), world([]))).rejects.toMatchObject({ name: 'DISTRIBUTION_GONE', retryable: false });
});
