import type * as z from 'zod';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { Buckets } from '../../aws/buckets.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import { takeSiteAway } from '../../aws/table/fence.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { TowpathError } from '../../domain/errors.ts';
import type { DeployInput } from '../../domain/pipeline.ts';
import { type Deployer, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';

export interface Ports {
  buckets: Pick<Buckets, 'find' | 'remove'>;
  artifacts: Pick<ArtifactStore, 'removeAll'>;
  deployments: Pick<DeploymentStore, 'ofSite'>;
  sites: Pick<SiteStore, 'takeFence' | 'get'>;
  deployer: Deployer;
  artifactBucket: string;
  now: () => Date;
}

/** Well within the function's time-out. */
const WORK_MILLISECONDS = 200_000;

/** The state machine's Retry on this name goes on with the rest. */
const REMOVAL_IN_PROGRESS = {
  code: 'RemovalInProgress',
  fault: 'provider',
  retryable: true,
  remedy: 'There are very many files: the step goes on by itself; replay the removal if it gave up.',
} as const;

/** The site's bucket, its builds' cache, and what its deployments left in the control plane's bucket. */
export async function run(
  { deployment }: z.output<typeof DeployInput>,
  ports: Ports,
): Promise<StepResult<{ objects: number }>> {
  await takeSiteAway(ports.sites, deployment);
  const { deployer, artifactBucket } = ports;
  const end = ports.now().getTime() + WORK_MILLISECONDS;
  let objects = 0;
  const empty = async (bucket: string, prefix = '') => {
    const { removed, done } = await ports.artifacts.removeAll(bucket, prefix, () => ports.now().getTime() > end);
    objects += removed;
    if (!done)
      throw new TowpathError(REMOVAL_IN_PROGRESS, `${bucket} has more than the ${removed} files deleted so far`);
  };
  const { bucket } = resourceNames(deployer, deployment.site);
  if ((await ports.buckets.find(bucket, deployer.accountId)) === 'ours') {
    await empty(bucket);
    await ports.buckets.remove(bucket);
  }
  const deployments = await ports.deployments.ofSite(deployment.site, Number.POSITIVE_INFINITY);
  for (const { id } of deployments) await empty(artifactBucket, `deployments/${id}/`);
  // CodeBuild writes the cache under exactly this key, or under keys below it.
  await empty(artifactBucket, `cache/${deployment.site}/`);
  return { output: { objects }, figures: { objects } };
}
