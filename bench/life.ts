/**
 * `npm run bench:life`: how long a rollback takes on the local cloud, and a revert from `git push` until it is live.
 * Prints a table, then one JSON line; ends with 1 when a deployment failed or was built that had no need to be.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, connect, type TowpathApi } from '../cli/api.ts';
import { deployRepository } from '../cli/deploy.ts';
import { type DeploymentReport, follow } from '../cli/follow.ts';
import { table } from '../cli/format.ts';
import { git, inspectRepository } from '../cli/repository.ts';
import { packageControlPlane } from '../scripts/package.ts';
import { exampleRepository, IDENTITY } from './example.ts';
import { startBenchCloud } from './local-cloud.ts';

const APP = 'next-11';
const SITE = 'next-11-main';
const ROLLBACKS = 3;
const TARGETS = { rollbackMs: 2_000, revertMs: 8_000 };
const PAGE = 'pages/about.js';

interface Timed {
  /** From the command, or `git push`, until the site is verified, as the one who waits sees it. */
  ms: number;
  report: DeploymentReport;
}

async function timed(work: () => Promise<DeploymentReport>): Promise<Timed> {
  const began = performance.now();
  const report = await work();
  const ms = performance.now() - began;
  if (report.status !== 'succeeded') throw new Error(`deployment ${report.deploymentId} ${report.status}`);
  return { ms, report };
}

async function rollback(api: TowpathApi): Promise<DeploymentReport> {
  const { deployment } = await answer(api.sites[':site'].rollback.$post({ param: { site: SITE } }));
  return follow(api, deployment, console.error);
}

function tell(rollbacks: Timed[], revert: Timed): void {
  const slowest = Math.max(...rollbacks.map(({ ms }) => ms));
  const row = (name: string, ms: number, target: number) => [
    name,
    `${Math.round(ms)} ms`,
    `${target} ms`,
    ms <= target ? 'met' : 'NOT MET',
  ];
  const [rolled] = rollbacks as [Timed];
  console.log(
    table(
      ['step', 'rollback', 'revert'],
      revert.report.steps.map(({ name, ms }) => {
        const same = rolled.report.steps.find((step) => step.name === name);
        return [name, same ? `${same.ms} ms` : '', `${ms} ms`];
      }),
    ),
  );
  console.log(
    `\n${table(
      ['figure', 'measured', 'target', ''],
      [
        row(`rollback, the slowest of ${ROLLBACKS}`, slowest, TARGETS.rollbackMs),
        row('reverted commit live', revert.ms, TARGETS.revertMs),
      ],
    )}`,
  );
  console.log(
    JSON.stringify({ rollbacksMs: rollbacks.map(({ ms }) => Math.round(ms)), revertMs: Math.round(revert.ms) }),
  );
}

async function main(): Promise<void> {
  await packageControlPlane(console.error);
  const cloud = await startBenchCloud();
  try {
    const folder = join(cloud.folder, 'example');
    await exampleRepository(folder);
    const deploy = async () =>
      deployRepository(cloud.running, await inspectRepository(folder, 'main'), { app: APP, show: console.error });
    await timed(deploy);
    const page = join(folder, PAGE);
    writeFileSync(page, `${readFileSync(page, 'utf8')}\n// another\n`);
    await git(folder, ...IDENTITY, 'commit', '--quiet', '--all', '--message', 'another');
    await timed(deploy);
    await git(folder, ...IDENTITY, 'revert', '--no-edit', 'HEAD');
    const revert = await timed(deploy);
    if (revert.report.steps.some(({ name }) => name === 'Build')) throw new Error('the revert was built');
    const rollbacks: Timed[] = [];
    for (let count = 0; count < ROLLBACKS; count++) rollbacks.push(await timed(() => rollback(connect(cloud.running))));
    tell(rollbacks, revert);
  } finally {
    await cloud.stop();
  }
}

await main();
