/**
 * The local cloud is killed with SIGKILL in the middle of deployments and started again on its folder: pushes that were
 * taken are deployed, executions go on or are redriven, and nothing of the old process is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { git } from '../../cli/repository.ts';
import type { Running } from '../../cli/running.ts';
import type { StepName } from '../../domain/deployment.ts';
import { seeded } from '../../local-cloud/runtime/seeded.ts';
import { tinySite } from '../faults/site.ts';
import { commitAll, makeRepository, ROOT, writeFiles } from '../support/journey.ts';
import { freePorts } from '../support/ports.ts';
import { strayProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

const SEED = 20_261_120;
const LIMIT_MILLISECONDS = 120_000;
/** Killed a moment after this step began; or so long after the push was taken, wherever that is. */
const MOMENTS: [when: string, moment: { step?: StepName; milliseconds: number }][] = (() => {
  const random = seeded(SEED);
  const steps: StepName[] = ['Detect', 'PrepareSite', 'Build', 'Package', 'PublishFunctions', 'AwaitDistribution'];
  const inAStep = steps.map((step) => ({ step, milliseconds: Math.floor(random() * 150) }));
  const anywhere = [100, 1_500, 4_000].map((most) => ({ milliseconds: Math.floor(random() * most) }));
  return [...inAStep, ...anywhere].map((moment) => [JSON.stringify(moment), moment]);
})();

const folder = mkdtempSync(join(tmpdir(), 'towpath-kill-'));
const data = join(folder, 'data');
let port: number;
let up: ChildProcess;
let running: Running;
let repository: string;
/** Oldest first. */
const pushed: string[] = [];

interface Deployment {
  id: string;
  status: string;
  commit: { sha: string };
  executionArn?: string;
  url?: string;
}

async function start(): Promise<void> {
  const args = [join(ROOT, 'cli/towpath.ts'), 'up', '--port', String(port), '--data', data];
  up = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  up.stdout?.on('data', (text) => {
    said += text;
  });
  await until(async () => {
    if (up.exitCode !== null) throw new Error(`towpath up ended with ${up.exitCode}: ${said}`);
    return said.includes('Local cloud ready') || undefined;
  });
  running = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as Running;
}

async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const gone = once(up, 'exit');
  up.kill(signal);
  await gone;
}

async function api<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${running.api}/v1${path}`, { ...init, headers });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

const deploymentOf = async (sha: string) =>
  (await api<Deployment[]>('/sites/tiny-main/deployments')).find(({ commit }) => commit.sha === sha);

async function push(text: string): Promise<string> {
  writeFiles(repository, tinySite(text));
  await commitAll(repository, text);
  await git(repository, 'push', '--quiet', `${running.git}/tiny.git`, 'HEAD:refs/heads/main');
  const sha = await git(repository, 'rev-parse', 'HEAD');
  pushed.push(sha);
  return sha;
}

const hasBegun = (sha: string, step: string) =>
  until(async () => {
    const id = (await deploymentOf(sha))?.id;
    const { timeline = [] } = id ? await api<{ timeline?: { step: string }[] }>(`/deployments/${id}`) : {};
    return timeline.some((entry) => entry.step === step) || undefined;
  });

const client = () => ({
  endpoint: running.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
});

/** As its schedule does every few minutes: a status event that was not sent yet died with the local cloud. */
async function reconcile(): Promise<void> {
  await wait(4_000);
  const lambda = new LambdaClient(client());
  await lambda.send(new InvokeCommand({ FunctionName: 'towpath-control-dev-reconcile', Payload: '{}' }));
  lambda.destroy();
}

/** Redriven where it failed, as `towpath replay` does; what it was that failed. */
async function recover(sha: string): Promise<string[]> {
  const sfn = new SFNClient(client());
  const failures: string[] = [];
  const { id, executionArn } = await until(async () => {
    const deployment = await deploymentOf(sha);
    if (deployment?.executionArn) return { id: deployment.id, executionArn: deployment.executionArn };
    return void (deployment && (await reconcile()));
  }, LIMIT_MILLISECONDS);
  for (;;) {
    const { status, error } = await until(async () => {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === 'RUNNING' ? undefined : execution;
    }, LIMIT_MILLISECONDS);
    if (status === 'SUCCEEDED') break;
    failures.push(String(error));
    expect(failures.length).toBeLessThan(4);
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
  }
  sfn.destroy();
  await until(async () => {
    const deployment = await deploymentOf(sha);
    if (deployment?.id === id && deployment.status === 'succeeded') return true;
    return void (await reconcile());
  }, LIMIT_MILLISECONDS);
  return failures;
}

beforeAll(async () => {
  // Deployments remember the Git host's address, so that it must be the same after a restart.
  port = await freePorts();
  await start();
  repository = await makeRepository(join(folder, 'tiny'), tinySite('none'));
  await fetch(`${running.git}/tiny.git`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const about = { repository: { host: 'git', name: 'tiny', url: `${running.git}/tiny.git` }, branches: ['main'] };
  await api('/apps/tiny', { method: 'PUT', body: JSON.stringify(about) });
}, 120_000);

afterAll(async () => {
  if (up.exitCode === null && up.signalCode === null) await kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test.each(MOMENTS)(
  'killed at %s, it goes on',
  async (when, { step, milliseconds }) => {
    const text = `killed at ${when}`;
    const sha = await push(text);
    if (step) await hasBegun(sha, step);
    await wait(milliseconds);
    await kill('SIGKILL');
    await start();
    await recover(sha);
    const deployment = await deploymentOf(sha);
    const { distributions } = (await (await fetch(`${running.endpoint}/_local`)).json()) as {
      distributions: { domainName: string; url: string }[];
    };
    expect(distributions).toHaveLength(1);
    expect(deployment?.url).toContain(distributions[0]?.domainName);
    expect(await (await fetch(`${distributions[0]?.url}/now`)).text()).toBe(`rendered: ${text}`);
  },
  180_000,
);

test('every acknowledged push has its deployment, and each of them is over', async () => {
  const deployments = await api<Deployment[]>('/sites/tiny-main/deployments');
  expect(deployments.map(({ commit, status }) => [commit.sha, status])).toEqual(
    pushed.toReversed().map((sha) => [sha, 'succeeded']),
  );
});

test('no process is left once it has ended, and the stores are whole', async () => {
  await kill('SIGTERM');
  expect(strayProcesses(folder)).toEqual([]);
  const stores = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sqlite'));
  expect(stores).not.toEqual([]);
  for (const file of stores) {
    const database = new DatabaseSync(join(data, file), { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  }
}, 60_000);
