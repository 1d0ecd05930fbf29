import type * as z from 'zod';
import type { Distributions } from '../../aws/distributions.ts';
import { TowpathError } from '../../domain/errors.ts';
import { PipelineState } from '../../domain/pipeline.ts';
import type { StepResult } from '../../middleware/step.ts';

export const Input = PipelineState.pick({ version: true, deployment: true, site: true });

export interface Ports {
  distributions: Pick<Distributions, 'find'>;
  sleep: (milliseconds: number) => Promise<unknown>;
  now: () => number;
}

/** A change that is younger is looked at once more when it is that old: it may need no more, and Retry waits whole seconds. */
const YOUNG_MILLISECONDS = 400;

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

async function look(id: string, { distributions, sleep, now }: Ports) {
  const found = await distributions.find(id);
  const left = found ? found.modifiedAt.getTime() + YOUNG_MILLISECONDS - now() : 0;
  if (found?.deployed || left <= 0 || left > YOUNG_MILLISECONDS) return found;
  await sleep(left);
  return distributions.find(id);
}

/** Succeeds once the change is live everywhere. */
export async function run({ site }: z.output<typeof Input>, ports: Ports): Promise<StepResult<{ deployed: true }>> {
  const found = await look(site.distributionId, ports);
  if (!found) throw new TowpathError(DISTRIBUTION_GONE, `distribution ${site.distributionId} does not exist any more`);
  if (!found.deployed) {
    throw new TowpathError(
      DISTRIBUTION_IN_PROGRESS,
      `distribution ${site.distributionId} is not deployed everywhere yet`,
    );
  }
  return { output: { deployed: true }, figures: { distribution: site.distributionId } };
}
