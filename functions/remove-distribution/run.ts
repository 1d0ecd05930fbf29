import type * as z from 'zod';
import type { Distributions } from '../../aws/distributions.ts';
import { takeSiteAway } from '../../aws/table/fence.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { TowpathError } from '../../domain/errors.ts';
import type { DeployInput } from '../../domain/pipeline.ts';
import { type Deployer, isDistributionOf, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';
import { disabledConfig, type Move, nextMove } from './decide.ts';

export interface Ports {
  distributions: Pick<Distributions, 'find' | 'idsByComment' | 'update' | 'remove'>;
  sites: Pick<SiteStore, 'takeFence' | 'get' | 'setNothingLive'>;
  deployer: Deployer;
}

/** The state machine's Retry on this name is the loop that waits. */
const DISTRIBUTION_IN_PROGRESS = {
  code: 'DistributionInProgress',
  fault: 'provider',
  retryable: true,
  remedy:
    'CloudFront takes some minutes to spread a change: the step waits by itself; replay the removal if it gave up.',
} as const;

async function move(id: string, { distributions }: Ports): Promise<Move> {
  const found = await distributions.find(id);
  const next = nextMove(found);
  if (found && next === 'disable') await distributions.update(id, disabledConfig(found.config), found.etag);
  if (found && next === 'delete') await distributions.remove(id, found.etag);
  return next;
}

/** One move each time it is tried: visitors are refused from the first on. */
export async function run(
  { deployment }: z.output<typeof DeployInput>,
  ports: Ports,
): Promise<StepResult<{ distributions: string[] }>> {
  const site = await takeSiteAway(ports.sites, deployment);
  // One that was created but never recorded is known by its comment alone.
  const { distributionReference } = resourceNames(ports.deployer, deployment.site);
  const listed = await ports.distributions.idsByComment(isDistributionOf(distributionReference));
  const ids = [...new Set([...(site.distributionId ? [site.distributionId] : []), ...listed])];
  const moves = await Promise.all(ids.map((id) => move(id, ports)));
  await ports.sites.setNothingLive(site.id, deployment.number);
  const waiting = ids.filter((_, index) => moves[index] === 'disable' || moves[index] === 'wait');
  if (waiting.length > 0) {
    throw new TowpathError(
      DISTRIBUTION_IN_PROGRESS,
      `distribution ${waiting.join(', ')} is not disabled everywhere yet`,
    );
  }
  return { output: { distributions: ids }, figures: { distributions: ids.length } };
}
