/**
 * Sites and apps are taken away. A removal is a deployment that builds nothing (`removes` in its record): it takes the
 * site's slot and fence as any other, is followed, settled and replayed as any other, and is outranked by a later push.
 */
import type { Parameters } from '../aws/parameters.ts';
import type { AccessStore } from '../aws/table/access.ts';
import type { AppStore } from '../aws/table/apps.ts';
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import type { App } from '../domain/app.ts';
import { type DeploymentRecord, isFinal } from '../domain/deployment.ts';
import type { Site } from '../domain/site.ts';
import { type BeginPorts, type Begun, begin } from './begin.ts';
import { noSuchApp, noSuchSite } from './errors.ts';
import { takeNumber } from './number.ts';

export interface RemovePorts extends BeginPorts, ForgetAppPorts {
  apps: Pick<AppStore, 'get' | 'forget' | 'markRemoving'>;
  sites: Pick<SiteStore, 'get' | 'ofApp' | 'nextNumber' | 'numberFor'>;
  deployments: Pick<DeploymentStore, 'create' | 'get' | 'advance' | 'ofSite'>;
  newId: () => string;
}

export interface Removal {
  /** The one to follow. */
  deployment: string;
  site: string;
  status: Begun;
}

/** Of a site that nothing was ever deployed to. */
const NO_COMMIT = '0'.repeat(40);

function removalRecord(site: Site, app: App, newest: DeploymentRecord | undefined, id: string, at: Date) {
  const branch = site.branch;
  return {
    id,
    app: site.app,
    site: site.id,
    number: 0,
    repository: newest?.repository ?? app.repository,
    commit: newest?.commit ?? { sha: NO_COMMIT, branch, message: '' },
    appRoot: newest?.appRoot ?? app.appRoot,
    preview: site.preview,
    status: 'queued',
    createdAt: at.toISOString(),
    redriveCount: 0,
    removes: true,
  } satisfies DeploymentRecord;
}

/** One that is under way is taken up. */
async function removalUnderWay({ runningDeployment, waitingDeployment }: Site, { deployments }: RemovePorts) {
  for (const id of [waitingDeployment, runningDeployment]) {
    const record = id === undefined ? undefined : await deployments.get(id);
    if (record?.removes && !isFinal(record.status)) return record;
    // What waits is newer than what runs.
    if (record && id === waitingDeployment) return undefined;
  }
  return undefined;
}

/**
 * @param announcedAt when its branch was deleted, or its pull request closed; absent when a person asks for it. Throws
 * `OVERTAKEN` when what was pushed later has been applied already.
 */
export async function removeSite(siteId: string, ports: RemovePorts, announcedAt?: string): Promise<Removal> {
  const site = await ports.sites.get(siteId);
  const app = site && (await ports.apps.get(site.app));
  if (!site || !app) throw noSuchSite(siteId);
  const underWay = await removalUnderWay(site, ports);
  if (underWay) return { deployment: underWay.id, site: siteId, status: await begin(underWay, ports) };
  const [newest] = await ports.deployments.ofSite(siteId, 1);
  const record = {
    ...removalRecord(site, app, newest, ports.newId(), ports.now()),
    number: await takeNumber({ site: siteId, branch: site.branch, announcedAt }, ports),
    announcedAt,
  };
  await ports.deployments.create(record);
  return { deployment: record.id, site: siteId, status: await begin(record, ports) };
}

/** All its sites, then the app itself: by the last of its removals, or now when it has no site. */
export async function removeApp(id: string, ports: RemovePorts): Promise<Removal[]> {
  if (!(await ports.apps.markRemoving(id, ports.now().toISOString()))) throw noSuchApp(id);
  const removals: Removal[] = [];
  for (const site of await ports.sites.ofApp(id)) removals.push(await removeSite(site.id, ports));
  if (removals.length === 0) await forgetAppWithoutSites(id, ports);
  return removals;
}

export interface ForgetAppPorts {
  apps: Pick<AppStore, 'get' | 'forget'>;
  sites: Pick<SiteStore, 'get' | 'ofApp'>;
  parameters: Pick<Parameters, 'removeUnder'>;
  access: Pick<AccessStore, 'all' | 'remove'>;
  stage: string;
}

/** The end of an app that is being taken away: its secrets and passwords, then its record. */
export async function forgetAppWithoutSites(id: string, ports: ForgetAppPorts): Promise<void> {
  const app = await ports.apps.get(id);
  if (!app?.removingSince) return;
  // The list comes from an index that lags.
  const listed = await Promise.all((await ports.sites.ofApp(id)).map((site) => ports.sites.get(site.id)));
  if (listed.some((site) => site !== undefined)) return;
  await ports.parameters.removeUnder(`/towpath/${ports.stage}/apps/${id}`);
  // Of sites that were protected and never deployed.
  for (const { site } of (await ports.access.all()).filter((one) => one.app === id)) await ports.access.remove(site);
  await ports.apps.forget(app);
}

/** Longer than an execution can be redriven: its site's numbers go on from here when it is deployed again. */
const KEPT_SECONDS = 15 * 24 * 60 * 60;

export interface RemovedPorts extends ForgetAppPorts {
  deployments: Pick<DeploymentStore, 'expire'>;
  now: () => Date;
}

/** A removal has succeeded. Repeated, it does the same again. */
export async function afterRemoval({ id, app }: DeploymentRecord, ports: RemovedPorts): Promise<void> {
  await ports.deployments.expire(id, ports.now().getTime() / 1000 + KEPT_SECONDS);
  await forgetAppWithoutSites(app, ports);
}
