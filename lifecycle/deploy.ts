/** One app's deployment of a pushed commit: recorded, then started or left waiting for the site's running one. */
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { IgnoredStore } from '../aws/table/ignored.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import type { App } from '../domain/app.ts';
import { type Commit, type DeploymentRecord, isFinal, type Repository } from '../domain/deployment.ts';
import { type Preview, previewBranch, siteIdOf } from '../domain/site.ts';
import { type BeginPorts, type Begun, begin } from './begin.ts';
import { overtaken } from './errors.ts';
import { takeNumber } from './number.ts';
import { tell } from './tell.ts';

export interface DeployPorts extends BeginPorts {
  sites: Pick<SiteStore, 'get' | 'getOrCreate' | 'nextNumber' | 'numberFor'>;
  deployments: Pick<DeploymentStore, 'create' | 'ofSite' | 'get' | 'advance'>;
  ignored: Pick<IgnoredStore, 'ofApp'>;
  newId: () => string;
}

/** A commit that is to be deployed to its branch's site, or to its pull request's. */
export interface Wanted extends Commit {
  repository: Repository;
  preview?: Preview;
  /** When it was pushed, or seen at its host; absent for what is deployed whatever was pushed since. */
  announcedAt?: string;
}

/** A commit message may have megabytes; a deployment travels as an item of 400 KB and a state of 256 KiB. */
const MAX_MESSAGE_LENGTH = 1_000;
export const shortenedMessage = (message: string) => message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed();

/** What the site is called by: the branch, or the pull request. */
export const siteBranch = ({ branch, preview }: Pick<Wanted, 'branch' | 'preview'>) =>
  preview ? previewBranch(preview.number) : branch;

export interface Started {
  id: string;
  site: string;
  status: Begun;
}

/**
 * A half-done delivery comes again: the deployment that it recorded is taken up, not doubled. Only the newest counts: a
 * branch that is moved back to a commit which still runs must be deployed after the one in between.
 */
function unfinishedOf(newest: DeploymentRecord | undefined, push: Wanted) {
  const same = newest?.commit.sha === push.sha && !newest.promotes && !newest.removes;
  return same && !isFinal(newest.status) ? newest : undefined;
}

async function recordNew(
  site: string,
  app: App,
  push: Wanted,
  ports: DeployPorts,
  end?: Pick<DeploymentRecord, 'status' | 'error' | 'finishedAt'>,
): Promise<DeploymentRecord> {
  const record: DeploymentRecord = {
    id: ports.newId(),
    app: app.id,
    site,
    number: await takeNumber({ site, branch: siteBranch(push), announcedAt: push.announcedAt }, ports),
    repository: push.repository,
    commit: { sha: push.sha, branch: push.branch, message: push.message },
    appRoot: app.appRoot,
    preview: push.preview,
    status: 'queued',
    createdAt: ports.now().toISOString(),
    announcedAt: push.announcedAt,
    redriveCount: 0,
    ...end,
  };
  await ports.deployments.create(record);
  return record;
}

/** Of a site that is not there: when its removal was announced, be it that it had never been made. */
async function removalAnnounced(app: App, branch: string, newest: DeploymentRecord | undefined, ports: DeployPorts) {
  const deletions = (await ports.ignored.ofApp(app.id)).filter((one) => one.branch === branch);
  return [newest, ...deletions]
    .flatMap((one) => one?.announcedAt ?? [])
    .sort()
    .at(-1);
}

/** Answers its id. */
async function siteFor(app: App, push: Wanted, ports: DeployPorts): Promise<string> {
  const branch = siteBranch(push);
  const id = siteIdOf(app.id, branch);
  if (await ports.sites.get(id)) return id;
  const [newest] = await ports.deployments.ofSite(id, 1);
  const announcedAt = await removalAnnounced(app, branch, newest, ports);
  if (announcedAt && push.announcedAt && push.announcedAt < announcedAt) throw overtaken(branch);
  // A site that was taken away before goes on with its numbers: what ran then stays older.
  const about = { id, app: app.id, branch, preview: push.preview, lastNumber: newest?.number ?? 0, announcedAt };
  await ports.sites.getOrCreate({ ...about, createdAt: ports.now().toISOString() });
  return id;
}

/** Throws `OVERTAKEN` when what was announced later has been applied already. */
export async function deploy(app: App, push: Wanted, ports: DeployPorts): Promise<Started> {
  const site = await siteFor(app, push, ports);
  const [newest] = await ports.deployments.ofSite(site, 1);
  const record = unfinishedOf(newest, push) ?? (await recordNew(site, app, push, ports));
  return { id: record.id, site, status: await begin(record, ports) };
}

/** A commit that had a newer one behind it before anybody could begin with it: superseded from the start, and told so. */
export async function passOver(app: App, push: Wanted, newer: string, ports: DeployPorts): Promise<Started> {
  const site = await siteFor(app, push, ports);
  const error = { code: 'SUPERSEDED', message: `The newer commit ${newer.slice(0, 7)} took its place.` };
  const end = { status: 'superseded', finishedAt: ports.now().toISOString(), error } as const;
  const record = await recordNew(site, app, push, ports, end);
  await tell(record, ports);
  return { id: record.id, site, status: 'superseded' };
}
