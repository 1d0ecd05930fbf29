import { expect, test } from '@jest/globals';
import type { Distribution } from '../../../../aws/distributions.ts';
import { run } from '../../../../functions/await-distribution/run.ts';
import { pipelineState } from '../../../support/pipeline-state.ts';

const ports = (found?: Partial<Distribution>) => ({
  distributions: { find: async () => found as Distribution | undefined },
});

test('succeeds once the change is everywhere', async () => {
  await expect(run(pipelineState(), ports({ deployed: true }))).resolves.toMatchObject({ output: { deployed: true } });
});

test('until then it fails under the name that its Retry waits on', async () => {
  await expect(run(pipelineState(), ports({ deployed: false }))).rejects.toMatchObject({
    name: 'DistributionInProgress',
    retryable: true,
  });
});

test('a distribution that is gone is not waited for', async () => {
  await expect(run(pipelineState(), ports())).rejects.toMatchObject({ name: 'DISTRIBUTION_GONE', retryable: false });
});
