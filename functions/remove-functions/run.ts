import type * as z from 'zod';
import type { EventSources } from '../../aws/event-sources.ts';
import type { FifoQueues } from '../../aws/fifo-queues.ts';
import type { EdgeFunctions } from '../../aws/functions.ts';
import { takeSiteAway } from '../../aws/table/fence.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { TombstoneStore } from '../../aws/table/tombstones.ts';
import type { DeployInput } from '../../domain/pipeline.ts';
import { type Deployer, EDGE_FUNCTIONS, queueArn, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';

export interface Ports {
  /** In us-east-1, from where CloudFront replicated them. */
  functions: Pick<EdgeFunctions, 'remove'>;
  /** In the control plane's Region. */
  regionalFunctions: Pick<EdgeFunctions, 'remove'>;
  eventSources: Pick<EventSources, 'removeQueue'>;
  queues: Pick<FifoQueues, 'remove'>;
  sites: Pick<SiteStore, 'takeFence' | 'get'>;
  tombstones: Pick<TombstoneStore, 'put'>;
  deployer: Deployer;
  now: () => Date;
}

/** What renders stale pages anew: first nothing invokes it any more, then it goes, then the queue that fed it. */
async function removeRegeneration(site: string, { deployer, ...ports }: Ports): Promise<void> {
  const names = resourceNames(deployer, site);
  await ports.eventSources.removeQueue(queueArn(deployer, names.regenerationQueue));
  await ports.regionalFunctions.remove(names.functionName('regeneration'));
  await ports.queues.remove(names.regenerationQueue);
}

/** The edge keeps copies for hours: what cannot be deleted yet gets a tombstone, and functions/reap deletes it later. */
async function removeEdgeFunction(functionName: string, site: string, ports: Ports): Promise<'removed' | 'replicated'> {
  const removed = await ports.functions.remove(functionName);
  if (removed === 'replicated') {
    const at = ports.now().toISOString();
    await ports.tombstones.put({ functionName, site, since: at, dueAt: at, attempts: 0 });
  }
  return removed;
}

export async function run(
  { deployment }: z.output<typeof DeployInput>,
  ports: Ports,
): Promise<StepResult<{ waiting: number }>> {
  const { site } = deployment;
  await takeSiteAway(ports.sites, deployment);
  const names = EDGE_FUNCTIONS.map(resourceNames(ports.deployer, site).functionName);
  const [edge] = await Promise.all([
    Promise.all(names.map((name) => removeEdgeFunction(name, site, ports))),
    removeRegeneration(site, ports),
  ]);
  const waiting = edge.filter((one) => one === 'replicated').length;
  return { output: { waiting }, figures: { 'waiting for the edge': waiting } };
}
