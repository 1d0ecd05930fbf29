/**
 * `npm run bench:edge -- [EXAMPLE…]`: how soon a fresh process answers, and how fast a warm one, through the edge function,
 * by `next start`, and, for Next 16, by OpenNext's server function; all of the same app. Prints a table, then one JSON line.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { table } from '../cli/format.ts';
import { buildApp, startNext } from '../test/next/support/next-app.ts';
import { BENCH_APPS, type BenchApp } from './edge/apps.ts';
import { measure, type Row, type Server } from './edge/measure.ts';
import { buildOpenNext, openNextServer } from './edge/open-next.ts';
import { judge } from './edge/targets.ts';
import { towpathServer } from './edge/towpath.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const collector = join(root, 'nextjs/collect/main.ts');

async function serversOf(app: BenchApp, folder: string) {
  const { example } = app;
  console.error(`${example}: building…`);
  const built = await buildApp(join(root, 'examples', example), join(folder, 'app'), app.nodeMajor, app.variant);
  const bundle = join(folder, 'bundle');
  // In a process of its own: one Next.js loaded after another finds the former's modules.
  await run(process.execPath, [collector, '--app', built.folder, '--out', bundle]);
  const openNext: Server[] = [];
  if (app.openNext) {
    console.error(`${example}: building with OpenNext…`);
    openNext.push(await openNextServer(await buildOpenNext(built, join(folder, 'open-next'))));
  }
  const next: Server = {
    name: 'next start',
    async start() {
      const { ask, stop } = await startNext(built, {});
      return { ask: async (target) => (await ask({ method: 'GET', target })).status, stop };
    },
  };
  const { server, stop } = await towpathServer(bundle, join(folder, 'functions'));
  return { servers: [server, next, ...openNext], stop };
}

async function rowsOf(app: BenchApp): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), `towpath-bench-${app.example}-`));
  try {
    const { servers, stop } = await serversOf(app, folder);
    console.error(`${app.example}: measuring…`);
    return await measure(app, servers).finally(stop);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Found {
  app: BenchApp;
  rows: Row[];
}

function tell(found: Found[]): void {
  console.table(found.flatMap(({ app: { example }, rows }) => rows.map((row) => ({ example, ...row }))));
  const verdicts = found.flatMap(({ app, rows }) =>
    judge(rows, app).map((verdict) => ({ example: app.example, ...verdict })),
  );
  const lines = verdicts.map(({ example, figure, measured, target, unit }) => [
    `${example}: ${figure}`,
    `${measured} ${unit}`,
    `${target} ${unit}`,
    measured <= target ? 'met' : 'NOT MET',
  ]);
  console.log(table(['figure', 'measured', 'at most', ''], lines));
  console.log(
    JSON.stringify({
      node: process.version,
      cpus: cpus().length,
      found: found.map(({ app: { example }, rows }) => ({ example, rows })),
      verdicts,
    }),
  );
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !BENCH_APPS.some(({ example }) => example === name));
if (unknown.length > 0) throw new Error(`no example ${unknown.join(', ')}: see bench/edge/apps.ts`);
const found: Found[] = [];
for (const app of BENCH_APPS) {
  if (chosen.length === 0 || chosen.includes(app.example)) found.push({ app, rows: await rowsOf(app) });
}
tell(found);
