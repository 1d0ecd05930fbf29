/**
 * A failed deployment is tried again. What is right depends on where it stands: redriven from the state that failed, its
 * release promoted when the site was taken back to another one, or its commit started anew when AWS cannot redrive it.
 */
import * as z from 'zod';
import type { Execution, Executions } from '../aws/executions.ts';
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { ReleaseStore } from '../aws/table/releases.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import type { SlotStore } from '../aws/table/slots.ts';
import { type DeploymentRecord, releaseOf } from '../domain/deployment.ts';
import type { TowpathError } from '../domain/errors.ts';
import { PIPELINE_VERSION } from '../domain/pipeline.ts';
import type { Site } from '../domain/site.ts';
import { type BeginPorts, type Begun, begin } from './begin.ts';
import { noSuchDeployment, notReplayable, siteBusy, superseded } from './errors.ts';
import { promotionRecord } from './promotion.ts';
import { type SettlePorts, settleAs } from './settle.ts';
import { passSlot } from './slot.ts';
import { executionArnOf } from './start.ts';

export interface ReplayPorts extends BeginPorts, SettlePorts {
  sites: Pick<SiteStore, 'get' | 'nextNumber'>;
  deployments: Pick<DeploymentStore, 'create' | 'get' | 'advance' | 'isBegunBy'>;
  releases: Pick<ReleaseStore, 'get'>;
  slots: Pick<SlotStore, 'request' | 'release' | 'take' | 'handOver'>;
  executions: Pick<Executions, 'start' | 'stop' | 'arnOf' | 'describe' | 'redrive'>;
  newId: () => string;
}

/** `deployment` is the one to follow: the same one when redriven, a new one else. `because`: why it is a new one. */
export type Replayed =
  | { how: 'redriven'; deployment: string }
  | { how: 'promoted' | 'anew'; deployment: string; status: Begun; because: string };

type Decision = { how: 'redrive' } | { how: 'promote' | 'anew'; because: string };

const Input = z.object({ version: z.number() });

function versionOf({ input }: Pick<Execution, 'input'>): number | undefined {
  try {
    return Input.safeParse(JSON.parse(input ?? 'null')).data?.version;
  } catch {
    return undefined;
  }
}

const REFUSED: Partial<Record<DeploymentRecord['status'], [state: string, remedy: string]>> = {
  queued: ['waits for its turn', 'It runs by itself once the deployment before it has ended.'],
  running: ['runs', 'Wait for its end.'],
  succeeded: ['succeeded', 'To bring its release back, promote it: towpath promote SITE RELEASE.'],
  skipped: ['changed nothing of its app', 'To build it all the same: towpath redeploy SITE --build.'],
  superseded: ['was superseded by a newer one', 'To bring this commit back, push it anew.'],
};

/** What a replay does; throws why it is refused. Pure. */
export function decideReplay(
  record: DeploymentRecord,
  site: Pick<Site, 'fence' | 'liveNumber' | 'liveRelease' | 'runningDeployment'>,
  execution: Execution | undefined,
  keepsRelease: boolean,
): Decision {
  const refuse = (error: TowpathError): never => {
    throw error;
  };
  const { id, status, number, error } = record;
  const refused = REFUSED[status];
  if (refused) refuse(notReplayable(`Deployment ${id} ${refused[0]}.`, refused[1]));
  if (execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE')
    refuse(notReplayable(`Deployment ${id} is being replayed already.`, 'Wait for its end.'));
  if (execution?.status === 'SUCCEEDED')
    refuse(notReplayable(`Deployment ${id} has just succeeded.`, 'Its record follows within 5 minutes.'));
  if (site.fence > number || (site.liveNumber ?? 0) > number) refuse(superseded(id));
  const { runningDeployment: running } = site;
  if (running !== undefined && running !== id) refuse(siteBusy(record.site, running));

  if (error?.step === 'Verify' && site.liveRelease !== releaseOf(record) && keepsRelease)
    return { how: 'promote', because: 'the site was taken back to another release' };
  if (!execution) return { how: 'anew', because: 'its execution is gone: AWS keeps one for 90 days' };
  const version = versionOf(execution);
  if (version !== PIPELINE_VERSION)
    return {
      how: 'anew',
      because: `it ran with version ${version ?? 'unknown'} of the pipeline, now ${PIPELINE_VERSION}`,
    };
  if (!execution.redrivable)
    return { how: 'anew', because: execution.redriveStatusReason ?? `its execution is ${execution.status}` };
  return { how: 'redrive' };
}

async function beginNew(
  how: 'promoted' | 'anew',
  record: DeploymentRecord,
  because: string,
  ports: ReplayPorts,
): Promise<Replayed> {
  const identity = {
    id: ports.newId(),
    number: await ports.sites.nextNumber(record.site),
    createdAt: ports.now().toISOString(),
  };
  const { promotes: _, ...build } = promotionRecord(record, identity);
  const { reuses, rebuild, removes } = record;
  const anew = { ...build, ...(reuses && { reuses }), ...(rebuild && { rebuild }), ...(removes && { removes }) };
  const fresh = how === 'promoted' || record.promotes ? promotionRecord(record, identity) : anew;
  await ports.deployments.create(fresh);
  return { how, deployment: fresh.id, status: await begin(fresh, ports), because };
}

export async function replay(id: string, ports: ReplayPorts): Promise<Replayed> {
  const record = await ports.deployments.get(id);
  const site = record && (await ports.sites.get(record.site));
  if (!record || !site) throw noSuchDeployment(id);
  const arn = executionArnOf(record, ports.executions);
  const [execution, release] = await Promise.all([
    ports.executions.describe(arn),
    ports.releases.get(record.site, releaseOf(record)),
  ]);
  const decision = decideReplay(record, site, execution, release?.published !== undefined);
  if (decision.how === 'promote') return beginNew('promoted', record, decision.because, ports);
  if (decision.how === 'anew' || !execution) {
    return beginNew('anew', record, decision.how === 'anew' ? decision.because : 'its execution is gone', ports);
  }
  return redrive(record, execution, ports);
}

/** The slot first: whoever pushes meanwhile waits for this one. A slot whose replay never began is freed by reconcile. */
async function redrive(record: DeploymentRecord, execution: Execution, ports: ReplayPorts): Promise<Replayed> {
  const slot = await ports.slots.take(record.site, record.id);
  if (!slot.taken) throw siteBusy(record.site, slot.by);
  const answer = await ports.executions.redrive(execution.arn);
  if (!answer.redriven) {
    await passSlot(record.site, record.id, ports);
    return beginNew('anew', record, answer.reason, ports);
  }
  // As the event will say, which may come late; DescribeExecution may lag as well.
  const redriveCount = execution.redriveCount + 1;
  await settleAs(record, { ...execution, status: 'RUNNING', redriveCount, error: undefined, cause: undefined }, ports);
  return { how: 'redriven', deployment: record.id };
}
