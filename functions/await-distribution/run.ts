import type { z } from 'zod';
import type { Distributions } from '../../aws/distributions.ts';
import { TowpathError } from '../../domain/errors.ts';
import { PipelineState } from '../../domain/pipeline.ts';
import type { StepResult } from '../../middleware/step.ts';

export const Input = PipelineState.pick({ version: true, deployment: true, site: true });

export interface Ports {
  distributions: Pick<Distributions, 'find'>;
}

/** The state machine's Retry on this name is the loop that waits. */
const DISTRIBUTION_IN_PROGRESS = {
  code: 'DistributionInProgress',
  fault: 'provider',
  retryable: true,
  remedy:
    'CloudFront takes some minutes to spread a change: the step waits by itself; replay the deployment if it gave up.',
} as const;

const DISTRIBUTION_GONE = {
  code: 'DISTRIBUTION_GONE',
  fault: 'user',
  retryable: false,
  remedy: 'Somebody deleted the distribution while this deployment ran: deploy again, and it is made anew.',
} as const;

/** Succeeds once the change is live everywhere. */
export async function run({ site }: z.output<typeof Input>, ports: Ports): Promise<StepResult<{ deployed: true }>> {
  const found = await ports.distributions.find(site.distributionId);
  if (!found) throw new TowpathError(DISTRIBUTION_GONE, `distribution ${site.distributionId} does not exist any more`);
  if (!found.deployed) {
    throw new TowpathError(
      DISTRIBUTION_IN_PROGRESS,
      `distribution ${site.distributionId} is not deployed everywhere yet`,
    );
  }
  return { output: { deployed: true }, figures: { distribution: site.distributionId } };
}
