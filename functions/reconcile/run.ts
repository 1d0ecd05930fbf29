/**
 * Every 5 minutes: whatever an event, a webhook or a killed Lambda left half-done is found and finished, site by site. It
 * asks AWS how every unfinished deployment stands and applies what the event would have; frees slots whose holder has
 * ended; starts what waits; deploys branch heads that no webhook announced; and goes on with the names that sites were to get.
 */
import { decodeTime, isValid } from 'ulid';
import type { Executions } from '../../aws/executions.ts';
import type { AppStore } from '../../aws/table/apps.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import type { DomainStore } from '../../aws/table/domains.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { App } from '../../domain/app.ts';
import { type DeploymentRecord, isFinal } from '../../domain/deployment.ts';
import type { Site } from '../../domain/site.ts';
import { begin, yieldToWaiting } from '../../lifecycle/begin.ts';
import { type SettlePorts, settleAs } from '../../lifecycle/settle.ts';
import { passSlot } from '../../lifecycle/slot.ts';
import { executionArnOf } from '../../lifecycle/start.ts';
import { advanceAndTell } from '../../lifecycle/tell.ts';
import { needOf } from './decide.ts';
import { type DomainPorts, reconcileDomains } from './domains.ts';
import { type HeadPorts, reconcileHeads } from './heads.ts';

export interface ReconcilePorts extends SettlePorts, HeadPorts, DomainPorts {
  apps: Pick<AppStore, 'list'>;
  sites: Pick<SiteStore, 'get' | 'ofApp'>;
  deployments: Pick<DeploymentStore, 'create' | 'get' | 'advance' | 'isBegunBy' | 'ofSite'>;
  domains: Pick<DomainStore, 'all' | 'get' | 'put'>;
  executions: Pick<Executions, 'describe' | 'start' | 'stop' | 'arnOf'>;
  /** The end of an app that is being taken away, once it has no site. */
  forgetApp: (app: string) => Promise<void>;
}

/** Of each site. Older ones cannot have been left behind: at most one runs and one waits. */
const LOOKED_AT = 50;

/** An execution that is gone left no outcome. */
async function giveUp({ id, redriveCount }: DeploymentRecord, ports: ReconcilePorts): Promise<void> {
  const error = {
    code: 'EXECUTION_GONE',
    message: 'AWS does not know the execution of this deployment any more.',
    remedy: 'Replay the deployment: its commit is started anew.',
  };
  const finishedAt = ports.now().toISOString();
  await advanceAndTell(id, { status: 'failed', redriveCount, finishedAt, error }, ports);
}

/** The list comes from an index that lags: what is done rests on the record itself. */
async function reconcileDeployment(id: string, site: Site, ports: ReconcilePorts): Promise<void> {
  const record = await ports.deployments.get(id);
  if (!record) return;
  const execution = await ports.executions.describe(executionArnOf(record, ports.executions));
  const need = needOf(record, site, execution);
  if (need === 'nothing') return;
  ports.log({ level: 'info', message: 'deployment reconciled', deployment: record.id, site: site.id, need });
  if (need === 'begin') await begin(record, ports);
  else if (need === 'give up') await giveUp(record, ports);
  else if (execution) await settleAs(record, execution, ports);
}

/** Longer than the prune function lives, which holds slots under ids of no deployment. */
const LONGEST_PRUNE_MILLISECONDS = 16 * 60_000;

const mayBePruning = (holder: string, now: Date) =>
  isValid(holder) && now.getTime() - decodeTime(holder) < LONGEST_PRUNE_MILLISECONDS;

/** The slot is a lease: who has ended holds it no longer. */
async function reconcileSlot(siteId: string, ports: ReconcilePorts): Promise<void> {
  const holder = (await ports.sites.get(siteId))?.runningDeployment;
  if (!holder) return;
  const record = await ports.deployments.get(holder);
  if (!record && mayBePruning(holder, ports.now())) return;
  const execution =
    record && isFinal(record.status)
      ? await ports.executions.describe(executionArnOf(record, ports.executions))
      : undefined;
  if (!record || (isFinal(record.status) && execution?.status !== 'RUNNING')) {
    ports.log({ level: 'warn', message: 'stale slot freed', deployment: holder, site: siteId });
    await passSlot(siteId, holder, ports);
  }
  await yieldToWaiting(siteId, ports);
}

async function reconcileSite(site: Site, ports: ReconcilePorts): Promise<void> {
  const deployments = await ports.deployments.ofSite(site.id, LOOKED_AT);
  // The newest may have been redriven past us, its events lost.
  const suspects = deployments.filter(
    ({ status }, index) => !isFinal(status) || (index === 0 && status !== 'succeeded'),
  );
  for (const { id } of suspects) await reconcileDeployment(id, site, ports);
  await reconcileSlot(site.id, ports);
}

async function reconcileApp(app: App, attempt: Attempt, ports: ReconcilePorts): Promise<void> {
  const sites = await ports.sites.ofApp(app.id);
  for (const site of sites) await attempt({ site: site.id }, () => reconcileSite(site, ports));
  await attempt({ app: app.id }, () => reconcileHeads(app, sites, ports));
  if (app.removingSince) await attempt({ app: app.id }, () => ports.forgetApp(app.id));
}

type Attempt = (what: Record<string, string>, work: () => Promise<void>) => Promise<void>;

/** What cannot be reconciled does not keep the rest from it. */
export async function run(ports: ReconcilePorts): Promise<void> {
  const failures: unknown[] = [];
  const attempt: Attempt = async (what, work) => {
    try {
      await work();
    } catch (error) {
      ports.log({ level: 'error', message: 'not reconciled', ...what, error: String(error) });
      failures.push(error);
    }
  };
  for (const app of await ports.apps.list()) await reconcileApp(app, attempt, ports);
  for (const domains of await ports.domains.all())
    await attempt({ site: domains.site }, () => reconcileDomains(domains, ports));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} apps and sites could not be reconciled`);
}
