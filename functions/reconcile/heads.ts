/**
 * Branch heads that no webhook announced: hosts drop deliveries, and refuse to send large ones. What a branch points at is
 * compared with what was last deployed of it.
 */
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import type { HeadStore } from '../../aws/table/heads.ts';
import type { IgnoredStore } from '../../aws/table/ignored.ts';
import type { App } from '../../domain/app.ts';
import { isDeployedBranch } from '../../domain/branch-pattern.ts';
import type { DeploymentRecord } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
import { type Site, siteIdOf } from '../../domain/site.ts';
import { skipReason } from '../../domain/skip.ts';
import { shortenedMessage, type Wanted } from '../../lifecycle/deploy.ts';

export interface HeadPorts {
  deployments: Pick<DeploymentStore, 'ofSite'>;
  ignored: Pick<IgnoredStore, 'ofApp' | 'put'>;
  headOf: (app: App, branch: string) => Promise<{ sha: string; message: string }>;
  /** Undefined where there are more than the host lists at once. */
  branchesOf: (app: App) => Promise<NamedHead[] | undefined>;
  heads: HeadStore;
  deploy: (app: App, commit: Wanted) => Promise<unknown>;
  newId: () => string;
  now: () => Date;
  log: (entry: object) => void;
}

type NamedHead = { name: string; sha: string };

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
/** Of an app in one run: hosts count requests by the hour, and webhooks tell of most pushes. */
const MAX_BRANCHES = 50;

/**
 * The branches to look at. Those of sites; and, while the app is new, those that it names outright: later on, one without
 * a site is one whose site was taken away. Pure.
 */
export function branchesToCheck(app: App, sites: Pick<Site, 'branch' | 'preview'>[], now: Date): string[] {
  const ofSites = sites.filter(({ preview }) => !preview).map(({ branch }) => branch);
  const isNew = now.getTime() - Date.parse(app.createdAt) < DAY_MILLISECONDS;
  const named = isNew ? app.branches.filter((pattern) => !pattern.includes('*')) : [];
  return [...new Set([...ofSites, ...named])]
    .filter((branch) => isDeployedBranch(app.branches, branch))
    .slice(0, MAX_BRANCHES);
}

/**
 * Of a repository's branches those that a pattern matches, that have no site, and that are new or moved since it was last looked
 * at. What was there at the first look waits for a push, as it did when the app was connected. Pure.
 */
export function newBranches(
  app: Pick<App, 'branches'>,
  sites: Pick<Site, 'branch'>[],
  seen: Record<string, string> | undefined,
  heads: NamedHead[],
): string[] {
  const known = new Set(sites.map(({ branch }) => branch));
  return heads
    .filter(({ name, sha }) => seen && seen[name] !== sha && !known.has(name) && isDeployedBranch(app.branches, name))
    .map(({ name }) => name);
}

/** Without a token, GitHub answers 60 requests an hour: once an hour will do. Pure. */
export const isTimeToAsk = ({ gitTokenParameter }: Pick<App, 'gitTokenParameter'>, now: Date) =>
  gitTokenParameter !== undefined || now.getUTCMinutes() < 5;

/** Whether a head is news: promotions are no pushes, and what was taken away is not to come back by itself. Pure. */
export function isUnannounced(sha: string, deployments: DeploymentRecord[]): boolean {
  const newest = deployments.find(({ promotes }) => !promotes);
  return newest?.commit.sha !== sha;
}

async function checkBranch(app: App, branch: string, ports: HeadPorts): Promise<void> {
  const announcedAt = ports.now().toISOString();
  const { sha, message } = await ports.headOf(app, branch);
  const deployments = await ports.deployments.ofSite(siteIdOf(app.id, branch));
  if (!isUnannounced(sha, deployments)) return;
  const ignored = await ports.ignored.ofApp(app.id);
  if (ignored.some((one) => one.branch === branch && one.sha === sha && !one.overtaken)) return;
  const reason = skipReason(message);
  if (reason) {
    await ports.ignored.put({ id: ports.newId(), app: app.id, at: ports.now().toISOString(), branch, sha, reason });
    return;
  }
  ports.log({ level: 'warn', message: 'no webhook announced this commit', app: app.id, branch, sha });
  const commit = { branch, sha, message: shortenedMessage(message) };
  // A push that comes now, or waits in the queue since, is newer or known here already.
  await ports.deploy(app, { ...commit, repository: app.repository, announcedAt });
}

/** Remembered once all are dealt with: whoever ends half-way looks at them again. */
async function checkPatterns(app: App, sites: Site[], ports: HeadPorts): Promise<void> {
  if (!app.branches.some((pattern) => pattern.includes('*'))) return;
  const heads = await ports.branchesOf(app);
  // Of a part of them nobody knows whether one that was not in it before is new.
  if (!heads) return;
  const before = await ports.heads.get(app.id);
  const { url } = app.repository;
  const seen = before?.repository === url ? before.heads : undefined;
  for (const branch of newBranches(app, sites, seen, heads)) await checkBranch(app, branch, ports);
  await ports.heads.put(app.id, {
    repository: url,
    heads: Object.fromEntries(heads.map(({ name, sha }) => [name, sha])),
  });
}

/** One after the other: a host that refuses one is not asked for the rest. */
export async function reconcileHeads(app: App, sites: Site[], ports: HeadPorts): Promise<void> {
  const now = ports.now();
  // The embedded remote keeps its deliveries until they are taken.
  if (app.repository.host === 'git' || app.disconnectedAt || app.removingSince || !isTimeToAsk(app, now)) return;
  try {
    for (const branch of branchesToCheck(app, sites, now)) await checkBranch(app, branch, ports);
    await checkPatterns(app, sites, ports);
  } catch (error) {
    // That a host refuses or does not answer is no failure of ours: the next run asks again.
    if (!(error instanceof TowpathError)) throw error;
    ports.log({
      level: 'warn',
      message: 'branches not looked at',
      app: app.id,
      code: error.code,
      reason: error.message,
    });
  }
}
