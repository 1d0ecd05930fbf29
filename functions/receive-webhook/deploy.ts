/** One app's deployment of a pushed commit: recorded, then started or left waiting for the site's running one. */
import type { Executions } from '../../aws/executions.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { SlotAnswer, SlotStore } from '../../aws/table/slots.ts';
import type { App } from '../../domain/app.ts';
import { Deployment, type DeploymentRecord, isFinal } from '../../domain/deployment.ts';
import { type DeployInput, PIPELINE_VERSION } from '../../domain/pipeline.ts';
import { siteIdOf } from '../../domain/site.ts';
import type { Push } from '../../githost/index.ts';

export interface DeployPorts {
  sites: Pick<SiteStore, 'getOrCreate' | 'nextNumber'>;
  deployments: Pick<DeploymentStore, 'create' | 'ofSite' | 'get' | 'advance'>;
  slots: Pick<SlotStore, 'request'>;
  executions: Pick<Executions, 'start'>;
  /** Tells whoever listens that a deployment never will run. */
  superseded: (deployment: DeploymentRecord, by: string) => Promise<void>;
  newId: () => string;
  now: () => Date;
}

/** `started`: its execution runs. */
export interface Started {
  id: string;
  site: string;
  status: 'started' | 'waiting' | 'superseded';
}

/**
 * A half-done delivery comes again: the deployment that it recorded is taken up, not doubled. Only the newest counts: a
 * branch that is moved back to a commit which still runs must be deployed after the one in between.
 */
async function unfinishedOf(site: string, push: Push, { deployments }: DeployPorts) {
  const [newest] = await deployments.ofSite(site, 1);
  return newest?.commit.sha === push.sha && !isFinal(newest.status) ? newest : undefined;
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

async function supersede(id: string, by: string, ports: DeployPorts) {
  const error = { code: 'SUPERSEDED', message: `Deployment ${by} of a newer commit took its place.` };
  const changed = await ports.deployments.advance(id, {
    status: 'superseded',
    finishedAt: ports.now().toISOString(),
    error,
  });
  const record = changed && (await ports.deployments.get(id));
  if (record) await ports.superseded(record, by);
}

async function act(record: DeploymentRecord, answer: SlotAnswer, ports: DeployPorts): Promise<Started['status']> {
  if (answer.slot === 'running') {
    const input: DeployInput = { version: PIPELINE_VERSION, deployment: Deployment.parse(record) };
    await ports.executions.start(record.id, input);
    return 'started';
  }
  const loser = answer.slot === 'superseded' ? record.id : answer.superseded;
  if (loser) await supersede(loser, answer.slot === 'superseded' ? answer.by : record.id, ports);
  return answer.slot;
}

export async function deploy(app: App, push: Push, ports: DeployPorts): Promise<Started> {
  const site = siteIdOf(app.id, push.branch);
  await ports.sites.getOrCreate({ id: site, app: app.id, branch: push.branch, createdAt: ports.now().toISOString() });
  const record = (await unfinishedOf(site, push, ports)) ?? (await recordNew(site, app, push, ports));
  const answer = await ports.slots.request(site, record);
  return { id: record.id, site, status: await act(record, answer, ports) };
}
