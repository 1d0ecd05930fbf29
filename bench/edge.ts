/**
 * `npm run bench:edge -- [EXAMPLE…]`: how soon a fresh process answers, and how fast a warm one, through the edge function,
 * by `next start`, and, for Next 16, by OpenNext's server function; all of the same app. Prints a table, then one JSON line.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildApp, startNext } from '../test/next/support/next-app.ts';
import { BENCH_APPS, type BenchApp } from './edge/apps.ts';
import { type Figures, measure } from './edge/measure.ts';
import { buildOpenNext, openNextServer } from './edge/open-next.ts';
import { startTowpath } from './edge/towpath.ts';

interface Row extends Figures {
  example: string;
  server: 'Towpath' | 'next start' | 'OpenNext';
}

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const collector = join(root, 'nextjs/collect/main.ts');

async function rowsOf(app: BenchApp): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), `towpath-bench-${app.example}-`));
  const { example } = app;
  try {
    console.error(`${example}: building…`);
    const built = await buildApp(join(root, 'examples', example), join(folder, 'app'), app.nodeMajor, app.variant);
    const bundle = join(folder, 'bundle');
    // In a process of its own: one Next.js loaded after another finds the former's modules.
    await run(process.execPath, [collector, '--app', built.folder, '--out', bundle]);
    const towpath = await startTowpath(bundle, join(folder, 'functions'));
    const rows: Row[] = [];
    try {
      rows.push({ example, server: 'Towpath', ...(await measure(app, towpath.start, towpath.zipBytes)) });
    } finally {
      await towpath.stop();
    }
    const next = async () => {
      const { ask, stop } = await startNext(built, {});
      return { ask: async (target: string) => (await ask({ method: 'GET', target })).status, stop };
    };
    rows.push({ example, server: 'next start', ...(await measure(app, next)) });
    if (app.openNext) {
      console.error(`${example}: building with OpenNext…`);
      const server = openNextServer(await buildOpenNext(built, join(folder, 'open-next')));
      rows.push({ example, server: 'OpenNext', ...(await measure(app, server.start, await server.zipBytes())) });
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !BENCH_APPS.some(({ example }) => example === name));
if (unknown.length > 0) throw new Error(`no example ${unknown.join(', ')}: see bench/edge/apps.ts`);
const rows: Row[] = [];
for (const app of BENCH_APPS) {
  if (chosen.length === 0 || chosen.includes(app.example)) rows.push(...(await rowsOf(app)));
}
console.table(rows);
console.log(JSON.stringify({ node: process.version, cpus: (await import('node:os')).cpus().length, rows }));
