/**
 * `npm run bench:pipeline`: how long the local cloud takes to be ready, what it holds idle, and what each step of a first
 * deployment and of an unchanged redeployment of examples/next-11 takes. Prints a table, then one JSON line.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { deployRepository } from '../cli/deploy.ts';
import type { DeploymentReport } from '../cli/follow.ts';
import { table } from '../cli/format.ts';
import { findRunning } from '../cli/running.ts';
import { packageControlPlane } from '../scripts/package.ts';
import { exampleRepository } from './example.ts';

const root = join(import.meta.dirname, '..');
const SETTLE_MILLISECONDS = 5_000;
const TARGETS = { readyMs: 3_000, idleMiB: 250, firstMs: 10_000, againMs: 6_000 };

async function main(): Promise<void> {
  await packageControlPlane(console.error);
  const folder = mkdtempSync(join(tmpdir(), 'towpath-bench-'));
  const cloud = spawn(
    process.execPath,
    [...process.execArgv, join(root, 'cli/towpath.ts'), 'up', '--port', '0', '--data', folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise((resolve) => cloud.once('exit', resolve));
  try {
    const readyMs = await untilReady(cloud);
    await wait(SETTLE_MILLISECONDS);
    const idleMiB = residentMiB(cloud.pid as number);
    const repository = await exampleRepository(join(folder, 'example'));
    const first = await deployRepository(findRunning(folder), repository, { app: 'next-11', show: console.error });
    const again = await deployRepository(findRunning(folder), repository, { app: 'next-11', show: console.error });
    report({ readyMs, idleMiB, first, again });
    process.exitCode = first.status === 'succeeded' && again.status === 'succeeded' ? 0 : 1;
  } finally {
    cloud.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilReady(cloud: ChildProcess): Promise<number> {
  const started = performance.now();
  for await (const line of createInterface({ input: cloud.stdout as NonNullable<ChildProcess['stdout']> })) {
    if (line.startsWith('Local cloud ready')) {
      cloud.stdout?.resume();
      return performance.now() - started;
    }
  }
  throw new Error('the local cloud ended before it was ready');
}

/** Resident memory of a process. Linux; elsewhere NaN. */
function residentMiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

const withoutBuild = ({ totalMs, steps }: DeploymentReport) =>
  totalMs - (steps.find(({ name }) => name === 'Build')?.ms ?? 0);

function report({
  readyMs,
  idleMiB,
  first,
  again,
}: Record<'readyMs' | 'idleMiB', number> & Record<'first' | 'again', DeploymentReport>) {
  const ms = (value: number | undefined) => (value === undefined ? '' : `${Math.round(value)} ms`);
  const stepMs = ({ steps }: DeploymentReport, step: string) => steps.find(({ name }) => name === step)?.ms;
  const names = first.steps.map(({ name }) => name);
  const met = (value: number, target: number) => (value <= target ? 'met' : 'NOT MET');
  console.log(
    table(
      ['', 'first', 'unchanged'],
      [
        ...names.map((name) => [name, ms(stepMs(first, name)), ms(stepMs(again, name))]),
        ['all', ms(first.totalMs), ms(again.totalMs)],
        ['all but Build', ms(withoutBuild(first)), ms(withoutBuild(again))],
      ],
    ),
  );
  console.log(
    `\n${table(
      ['figure', 'measured', 'target', ''],
      [
        ['local cloud ready', ms(readyMs), ms(TARGETS.readyMs), met(readyMs, TARGETS.readyMs)],
        ['idle memory', `${Math.round(idleMiB)} MiB`, `${TARGETS.idleMiB} MiB`, met(idleMiB, TARGETS.idleMiB)],
        [
          'first deployment, all but Build',
          ms(withoutBuild(first)),
          ms(TARGETS.firstMs),
          met(withoutBuild(first), TARGETS.firstMs),
        ],
        [
          'unchanged redeployment, all but Build',
          ms(withoutBuild(again)),
          ms(TARGETS.againMs),
          met(withoutBuild(again), TARGETS.againMs),
        ],
      ],
    )}`,
  );
  console.log(
    JSON.stringify({ readyMs, idleMiB, firstMs: withoutBuild(first), againMs: withoutBuild(again), first, again }),
  );
}

await main();
