/** Follows a deployment to its end, showing each step as it finishes. */

import { setTimeout as wait } from 'node:timers/promises';
import { isFinal } from '../domain/deployment.ts';
import { siteIdOf } from '../domain/site.ts';
import { answer, type TowpathApi } from './api.ts';
import { lastLines, readLog } from './build-log.ts';
import { CliError } from './errors.ts';
import { duration, seconds } from './format.ts';

const POLL_MILLISECONDS = 250;
const FAILED_LOG_LINES = 40;

/** What `--json` and `npm start -- --once` print as their last line. */
export interface DeploymentReport {
  status: 'succeeded' | 'failed' | 'skipped';
  url?: string;
  deploymentId: string;
  releaseId?: string;
  steps: { name: string; ms: number }[];
  totalMs: number;
}

type Deployment = Awaited<ReturnType<typeof read>>;
type Entry = Deployment['timeline'][number];

const read = (api: TowpathApi, id: string) => answer(api.deployments[':id'].$get({ param: { id } }));

export async function follow(api: TowpathApi, id: string, show: (line: string) => void): Promise<DeploymentReport> {
  const shown = new Map<string, string>();
  for (;;) {
    const deployment = await read(api, id);
    for (const entry of deployment.timeline) {
      showPhases(entry, shown, show);
      showOnce(entry, shown, show);
    }
    if (isFinal(deployment.status)) {
      if (deployment.status === 'skipped') show(`\nNothing was deployed: ${deployment.error?.message}`);
      else if (deployment.status !== 'succeeded') await showFailure(api, deployment, show);
      return reportOf(deployment);
    }
    await wait(POLL_MILLISECONDS);
  }
}

function showOnce(entry: Entry, shown: Map<string, string>, show: (line: string) => void): void {
  if (shown.get(entry.step) === entry.status) return;
  const first = !shown.has(entry.step);
  shown.set(entry.step, entry.status);
  if (entry.status === 'running') {
    // Only the build takes long enough to say that it has begun.
    if (entry.step === 'Build' && first) show(`  … ${entry.step}`);
    return;
  }
  const mark = entry.status === 'succeeded' ? '✓' : '✗';
  const time = entry.finishedAt ? seconds(duration(entry.startedAt, entry.finishedAt)) : '';
  show(`  ${mark} ${entry.step.padEnd(20)}${time.padStart(9)}  ${figuresOf(entry)}`.trimEnd());
  for (const [name, value] of Object.entries(entry.figures)) {
    const [, kind] = TOLD.exec(name) ?? [];
    if (kind) show(`      ${kind === 'warning' ? '! ' : ''}${value}`);
  }
}

/** The build's phases, each when it is over. */
function showPhases({ step, status, figures }: Entry, shown: Map<string, string>, show: (line: string) => void): void {
  if (step !== 'Build' || status !== 'running' || !shown.has(step)) return;
  for (const [name, value] of Object.entries(figures)) {
    const [, phase] = /^([A-Z_]+) s$/.exec(name) ?? [];
    if (!phase || shown.has(name)) continue;
    shown.set(name, String(value));
    show(`      ${phase.padEnd(18)}${seconds(Number(value) * 1000).padStart(7)}`);
  }
}

/** What Detect decided by, and what it found odd: each on a line of its own. */
const TOLD = /^(reason|warning) \d+$/;

const figuresOf = ({ figures }: Entry) =>
  Object.entries(figures)
    .filter(([name]) => name !== 'logGroup' && name !== 'logStream' && !TOLD.test(name))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

async function showFailure(api: TowpathApi, deployment: Deployment, show: (line: string) => void): Promise<void> {
  const failed = deployment.timeline.findLast(({ status }) => status === 'failed');
  if (failed?.step === 'Build') {
    show(`\nFrom the build log ("towpath logs ${deployment.id}" has all of it):\n`);
    for (const line of lastLines(await readLog(api, deployment.id), FAILED_LOG_LINES)) show(`  ${line}`);
    show('');
  }
  const error = failed?.error ?? deployment.error;
  show(
    `Deployment ${deployment.id} ${deployment.status}${failed ? ` in ${failed.step}` : ''}${error ? `: ${error.message} (${error.code})` : '.'}`,
  );
  if (error?.remedy) show(error.remedy);
}

function reportOf(deployment: Deployment): DeploymentReport {
  const finished = deployment.timeline.filter(({ finishedAt }) => finishedAt !== undefined);
  const end = deployment.finishedAt ?? finished.at(-1)?.finishedAt ?? deployment.createdAt;
  return {
    status: deployment.status === 'succeeded' || deployment.status === 'skipped' ? deployment.status : 'failed',
    ...(deployment.url && { url: deployment.url }),
    deploymentId: deployment.id,
    ...(deployment.release && { releaseId: deployment.release }),
    steps: finished.map(({ step, startedAt, finishedAt }) => ({
      name: step,
      ms: duration(startedAt, finishedAt as string),
    })),
    totalMs: duration(deployment.createdAt, end),
  };
}

interface Pushed {
  app: string;
  branch: string;
  sha: string;
  /** Ids of older deployments. */
  known: Set<string>;
  /** Whether the preview of a pull request from that branch will do, where the branch itself is not deployed. */
  orPreview?: boolean;
}

type Found = Awaited<ReturnType<typeof deploymentsOf>>[number];

const deploymentsOf = (api: TowpathApi, site: string) =>
  answer(api.sites[':site'].deployments.$get({ param: { site } }));

/** A promotion or removal right after the push is of the same commit. */
const isOfPush = ({ id, commit, promotes, removes }: Found, { sha, known }: Pushed) =>
  commit.sha === sha && !known.has(id) && !promotes && !removes;

async function inPreviews(api: TowpathApi, pushed: Pushed): Promise<Found | undefined> {
  const sites = await answer(api.apps[':app'].sites.$get({ param: { app: pushed.app } }));
  for (const { id, preview } of sites) {
    // A fork's branch of that name is another one.
    if (!preview || preview.isFork) continue;
    const found = (await deploymentsOf(api, id)).find((one) => isOfPush(one, pushed));
    if (found?.commit.branch === pushed.branch) return found;
  }
  return undefined;
}

/** The deployment that a push of `sha` began. */
export async function awaitPushed(api: TowpathApi, pushed: Pushed, timeoutSeconds = 30): Promise<Found> {
  const { app, branch, sha, orPreview } = pushed;
  for (const end = Date.now() + timeoutSeconds * 1000; Date.now() < end; await wait(POLL_MILLISECONDS)) {
    const ofBranch = (await deploymentsOf(api, siteIdOf(app, branch))).find((one) => isOfPush(one, pushed));
    const found = ofBranch ?? (orPreview ? await inPreviews(api, pushed) : undefined);
    if (found) return found;
  }
  throw new CliError(
    `The push of ${sha.slice(0, 7)} started no deployment of ${app} within ${timeoutSeconds} s: ${await whyNot(api, pushed)}`,
  );
}

async function whyNot(api: TowpathApi, { app, sha }: Pushed): Promise<string> {
  const { ignored } = await answer(api.apps[':app'].pushes.$get({ param: { app } }));
  const [last] = ignored.filter((one) => one.sha === sha);
  return last
    ? `${last.branch}: ${last.reason}`
    : `Towpath was not told of it. Was it pushed? "towpath pushes ${app}" shows what was heard and not deployed.`;
}

export const awaitDeployment = async (api: TowpathApi, pushed: Pushed): Promise<string> =>
  (await awaitPushed(api, pushed)).id;
