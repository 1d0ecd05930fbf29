/**
 * A recorded deployment asks for its site's slot, and runs or waits. The newest that waits wins: the one that waited before
 * never runs, and the one that runs is stopped unless it began to change the site.
 */
import type { Executions } from '../aws/executions.ts';
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import type { SlotStore } from '../aws/table/slots.ts';
import type { DeploymentRecord } from '../domain/deployment.ts';
import type { Site } from '../domain/site.ts';
import { type SlotPorts, startHolder } from './slot.ts';
import { executionArnOf } from './start.ts';
import { advanceAndTell, tell } from './tell.ts';

export interface YieldPorts {
  sites: Pick<SiteStore, 'get'>;
  deployments: Pick<DeploymentStore, 'get'>;
  executions: Pick<Executions, 'stop' | 'arnOf'>;
}

export interface BeginPorts extends SlotPorts {
  sites: Pick<SiteStore, 'get'>;
  slots: Pick<SlotStore, 'request' | 'release'>;
  executions: Pick<Executions, 'start' | 'stop' | 'arnOf'>;
}

/** `started`: its execution runs. */
export type Begun = 'started' | 'waiting' | 'superseded';

const tookItsPlace = (by: string) => `Deployment ${by} of a newer commit took its place.`;

/** Repeated for the same deployment, it does what is still to be done. */
export async function begin(record: DeploymentRecord, ports: BeginPorts): Promise<Begun> {
  const answer = await ports.slots.request(record.site, record);
  if (answer.slot === 'running') {
    const refused = await startHolder(record, ports);
    if (refused) throw refused;
    return 'started';
  }
  if (answer.slot === 'superseded') {
    await supersede(record.id, answer.by, ports);
    return 'superseded';
  }
  if (answer.superseded) await supersede(answer.superseded, record.id, ports);
  await tell(record, ports);
  await yieldToWaiting(record.site, ports);
  return 'waiting';
}

/** One that waited ends without having run. */
async function supersede(id: string, by: string, ports: BeginPorts): Promise<void> {
  const error = { code: 'SUPERSEDED', message: tookItsPlace(by) };
  const finishedAt = ports.now().toISOString();
  await advanceAndTell(id, { status: 'superseded', finishedAt, error }, ports, by);
}

/**
 * Whether the running deployment is stopped for the waiting one: the fence has its number from PublishFunctions on, and a
 * fence of a newer one says that it cannot end well anyway. Pure.
 */
export const mayBeStopped = (
  { fence, waitingDeployment, waitingNumber = 0 }: Pick<Site, 'fence' | 'waitingDeployment' | 'waitingNumber'>,
  running: Pick<DeploymentRecord, 'number'>,
): boolean => waitingDeployment !== undefined && waitingNumber > running.number && fence !== running.number;

/**
 * Stops what runs when a newer deployment waits. A stop that comes just after PublishFunctions began is harmless: nothing
 * points at the published versions. Repeated, it changes nothing.
 */
export async function yieldToWaiting(siteId: string, ports: YieldPorts): Promise<void> {
  const site = await ports.sites.get(siteId);
  const running = site?.runningDeployment ? await ports.deployments.get(site.runningDeployment) : undefined;
  if (!site?.waitingDeployment || !running || !mayBeStopped(site, running)) return;
  const arn = executionArnOf(running, ports.executions);
  await ports.executions.stop(arn, 'SUPERSEDED', tookItsPlace(site.waitingDeployment));
}
