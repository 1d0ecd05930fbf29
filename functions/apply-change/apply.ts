/**
 * What a delivery's changes ask of each app of their repository: record a deployment and start it unless the site is busy, take
 * a site away, or nothing. A delivery counts as seen once all of that is done, so one that failed half-way may come again.
 * Whatever is not deployed is kept with its reason, and a pull request is told at its host.
 */
import type { DeliveryStore } from '../../aws/table/deliveries.ts';
import type { IgnoredChange, IgnoredStore } from '../../aws/table/ignored.ts';
import type { App } from '../../domain/app.ts';
import { TowpathError } from '../../domain/errors.ts';
import { previewBranch, siteIdOf } from '../../domain/site.ts';
import { skipReason } from '../../domain/skip.ts';
import type { Announced, Change } from '../../githost/index.ts';
import {
  type DeployPorts,
  deploy,
  passOver,
  type Started,
  shortenedMessage,
  type Wanted,
} from '../../lifecycle/deploy.ts';
import { OVERTAKEN } from '../../lifecycle/errors.ts';
import type { Removal } from '../../lifecycle/remove.ts';
import { type Decision, decide } from './decide.ts';
import { type DeclinePorts, decline } from './decline.ts';

export interface ApplyPorts extends DeployPorts, DeclinePorts {
  deployments: DeployPorts['deployments'];
  deliveries: Pick<DeliveryStore, 'seen' | 'record'>;
  ignored: Pick<IgnoredStore, 'ofApp' | 'put'>;
  removeSite: (site: string, announcedAt?: string) => Promise<Removal>;
}

export interface Applied {
  deployments: (Started | Removal)[];
  /** Why there are not more of them. */
  reasons: string[];
}

function branchOf(change: Change): string {
  if (change.kind === 'pull-request') return previewBranch(change.number);
  return change.kind === 'tag' ? `tag ${change.tag}` : change.branch;
}

const shaOf = (change: Change) => ('sha' in change ? change.sha : undefined);

/** Whether `later` will be deployed where `change` would be. Pure. */
const overtakes = (later: Change, change: Change) =>
  later.kind === change.kind &&
  later.kind !== 'deletion' &&
  branchOf(later) === branchOf(change) &&
  later.skip === undefined &&
  shaOf(later) !== undefined &&
  !(later.kind === 'pull-request' && later.change === 'closed');

type Why = Pick<IgnoredChange, 'reason' | 'announcedAt' | 'overtaken' | 'sha'>;

/** Keeps why nothing happens where its app is looked at; answers it. */
async function ignore(app: App, change: Change, why: Why, ports: ApplyPorts): Promise<string> {
  const about = { id: ports.newId(), app: app.id, at: ports.now().toISOString(), branch: branchOf(change) };
  const whole = { sha: shaOf(change), ...why };
  await ports.ignored.put({ ...about, ...whole });
  if (change.kind === 'pull-request' && !why.overtaken) await decline(app, change, whole, ports);
  return why.reason;
}

/** A host that told only a commit's beginning is asked for the newest one, whose message may say that it is not to be deployed. */
async function wholeCommit(
  app: App,
  { sha, ...wanted }: Extract<Decision, { do: 'deploy' }>['wanted'],
  ports: ApplyPorts,
): Promise<Wanted | { reason: string; sha: string }> {
  if (sha !== undefined) return { ...wanted, sha };
  const newest = await ports.headOf(app, wanted.branch, wanted.preview?.number);
  const reason = skipReason(newest.message);
  return reason
    ? { reason, sha: newest.sha }
    : { ...wanted, sha: newest.sha, message: shortenedMessage(newest.message) };
}

/** What one message of the queue is applied with. */
export interface Circumstances {
  /** The apps of its repository. */
  connected: App[];
  /** What the repository's deliveries behind it tell of. */
  later: Change[];
  announcedAt?: string;
}

/** Answers what was begun, or why nothing was. */
async function attempt(decision: Decision, change: Change, { later, announcedAt }: Circumstances, ports: ApplyPorts) {
  const { app } = decision;
  if (decision.do === 'nothing') return ignore(app, change, { reason: decision.reason }, ports);
  if (decision.do === 'remove') {
    const site = siteIdOf(app.id, decision.branch);
    if (await ports.sites.get(site)) return ports.removeSite(site, announcedAt);
    return ignore(app, change, { reason: `${decision.branch} is no more, and had no site`, announcedAt }, ports);
  }
  const commit = await wholeCommit(app, decision.wanted, ports);
  if ('reason' in commit) {
    const reason = `${branchOf(change)}: ${commit.reason}`;
    return ignore(app, change, { reason, sha: commit.sha }, ports);
  }
  const wanted = { ...commit, announcedAt };
  const overtaking = later.find((one) => overtakes(one, change));
  const newer = overtaking && shaOf(overtaking);
  return newer === undefined ? deploy(app, wanted, ports) : passOver(app, wanted, newer, ports);
}

async function carryOut(decision: Decision, change: Change, circumstances: Circumstances, ports: ApplyPorts) {
  try {
    return await attempt(decision, change, circumstances, ports);
  } catch (error) {
    // What a host says or does not say is no failure of ours: trying again would not help, and reconcile looks at the branch.
    if (!(error instanceof TowpathError)) throw error;
    const overtaken = error.code === OVERTAKEN ? true : undefined;
    return ignore(decision.app, change, { reason: error.message, overtaken }, ports);
  }
}

async function applyChange(change: Change, circumstances: Circumstances, ports: ApplyPorts) {
  const decisions = decide(change, circumstances.connected);
  if ('reason' in decisions) return [decisions.reason];
  return Promise.all(decisions.map((decision) => carryOut(decision, change, circumstances, ports)));
}

export async function apply(
  { deliveryId, announcedAt, changes }: Announced,
  { connected, later }: Omit<Circumstances, 'announcedAt'>,
  ports: ApplyPorts,
): Promise<Applied> {
  const { host } = (changes[0] as Change).repository;
  if (await ports.deliveries.seen(host, deliveryId))
    return { deployments: [], reasons: ['this delivery was already handled'] };
  const circumstances = { connected, later, announcedAt };
  const results = (await Promise.all(changes.map((change) => applyChange(change, circumstances, ports)))).flat();
  const deployments = results.filter((result) => typeof result !== 'string');
  if (deployments.length > 0) await ports.deliveries.record(host, deliveryId, ports.now().getTime() / 1000);
  return { deployments, reasons: [...new Set(results.filter((result) => typeof result === 'string'))] };
}
