/**
 * `npm run bench:settings`: how long Detect takes, and how long until a changed variable, redirect, header or password is live,
 * with no Build, on the local cloud. Prints a table, then one JSON line.
 */
import { join } from 'node:path';
import { answer, connect, type TowpathApi } from '../cli/api.ts';
import { deployRepository } from '../cli/deploy.ts';
import { type DeploymentReport, follow } from '../cli/follow.ts';
import { table } from '../cli/format.ts';
import { packageControlPlane } from '../scripts/package.ts';
import { exampleRepository } from './example.ts';
import { startBenchCloud } from './local-cloud.ts';

const SITE = 'next-11-main';
const TARGETS = { detectMs: 1_500, settingsMs: 6_000 };

type Figure = [name: string, milliseconds: number, target: number];

/** Everything after the change itself, until the site was verified. */
async function redeployed(api: TowpathApi): Promise<DeploymentReport> {
  const post = api.sites[':site'].redeploy.$post;
  const asked = post({ param: { site: SITE }, json: { build: false } } as never) as ReturnType<typeof post>;
  const { deployment } = await answer(asked);
  return follow(api, deployment, console.error);
}

type Put = (path: string, body: object) => Promise<{ deployment?: string }>;

/** What is changed, and the deployment that brings it to the visitors. */
const CHANGES: [name: string, change: (put: Put, api: TowpathApi) => Promise<DeploymentReport>][] = [
  ['variable', changed('/apps/next-11/variables/BENCH', { scope: 'app', given: { kind: 'plain', value: 'another' } })],
  ['redirect', changed('/apps/next-11/settings', { rewrites: '[{"source":"/bench","target":"/","status":"301"}]' })],
  [
    'header',
    changed('/apps/next-11/settings', {
      headers: "customHeaders:\n  - pattern: '**'\n    headers: [{ key: X-Bench, value: 'yes' }]\n",
    }),
  ],
  [
    'password',
    async (put, api) => follow(api, (await put(`/sites/${SITE}/access`, {})).deployment ?? '', console.error),
  ],
];

function changed(path: string, body: object) {
  return async (put: Put, api: TowpathApi) => {
    await put(path, body);
    return redeployed(api);
  };
}

function tell(figures: Figure[]): void {
  const rows = figures.map(([name, milliseconds, target]) => [
    name,
    `${Math.round(milliseconds)} ms`,
    `${target} ms`,
    milliseconds <= target ? 'met' : 'NOT MET',
  ]);
  console.log(table(['figure', 'measured', 'target', ''], rows));
  console.log(JSON.stringify(Object.fromEntries(figures.map(([name, ms]) => [name, Math.round(ms)]))));
}

async function main(): Promise<void> {
  await packageControlPlane(console.error);
  const cloud = await startBenchCloud();
  try {
    const { api: url, token } = cloud.running;
    const api = connect(cloud.running);
    const put: Put = async (path, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(`${url}/v1${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as { deployment?: string };
    };
    const repository = await exampleRepository(join(cloud.folder, 'example'));
    const first = await deployRepository(cloud.running, repository, { app: 'next-11', show: console.error });
    const detect = first.steps.find(({ name }) => name === 'Detect')?.ms ?? Number.NaN;
    const figures: Figure[] = [['Detect, first', detect, TARGETS.detectMs]];
    for (const [name, change] of CHANGES) {
      const { status, totalMs, steps } = await change(put, api);
      if (status !== 'succeeded') throw new Error(`the changed ${name} was not deployed`);
      if (steps.some((step) => step.name === 'Build')) throw new Error(`the changed ${name} was built`);
      figures.push([`changed ${name}, live`, totalMs, TARGETS.settingsMs]);
    }
    tell(figures);
  } finally {
    await cloud.stop();
  }
}

await main();
