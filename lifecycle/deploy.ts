/** One app's deployment of a pushed commit: recorded, then started or left waiting for the site's running one. */
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import type { App } from '../domain/app.ts';
import { type DeploymentRecord, isFinal } from '../domain/deployment.ts';
import { siteIdOf } from '../domain/site.ts';
import type { Push } from '../githost/index.ts';
import { type BeginPorts, type Begun, begin } from './begin.ts';

export interface DeployPorts extends BeginPorts {
  sites: Pick<SiteStore, 'get' | 'getOrCreate' | 'nextNumber'>;
  deployments: Pick<DeploymentStore, 'create' | 'ofSite' | 'get' | 'advance'>;
  newId: () => string;
}

export interface Started {
  id: string;
  site: string;
  status: Begun;
}

/**
 * A half-done delivery comes again: the deployment that it recorded is taken up, not doubled. Only the newest counts: a
 * branch that is moved back to a commit which still runs must be deployed after the one in between.
 */
async function unfinishedOf(site: string, push: Push, { deployments }: DeployPorts) {
  const [newest] = await deployments.ofSite(site, 1);
  const same = newest?.commit.sha === push.sha && newest.promotes === undefined;
  return same && !isFinal(newest.status) ? newest : undefined;
}

async function recordNew(site: string, app: App, push: Push, ports: DeployPorts): Promise<DeploymentRecord> {
  const record: DeploymentRecord = {
    id: ports.newId(),
    app: app.id,
    site,
    number: await ports.sites.nextNumber(site),
    repository: push.repository,
    commit: { sha: push.sha, branch: push.branch, message: push.message },
    appRoot: app.appRoot,
    status: 'queued',
    createdAt: ports.now().toISOString(),
    redriveCount: 0,
  };
  await ports.deployments.create(record);
  return record;
}

export async function deploy(app: App, push: Push, ports: DeployPorts): Promise<Started> {
  const site = siteIdOf(app.id, push.branch);
  await ports.sites.getOrCreate({ id: site, app: app.id, branch: push.branch, createdAt: ports.now().toISOString() });
  const record = (await unfinishedOf(site, push, ports)) ?? (await recordNew(site, app, push, ports));
  return { id: record.id, site, status: await begin(record, ports) };
}
