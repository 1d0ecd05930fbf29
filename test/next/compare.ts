/**
 * `npm run test:next -- [--all | --only VERSION] [EXAMPLE…]`: each example, or those named, on the version of Next.js in its
 * package.json; with `--all`, with all variants of test/next/variants.ts too, with `--only` with those whose names begin so.
 * Ends with a table.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runJest } from '../../scripts/jest.ts';
import { packageControlPlane } from '../../scripts/package.ts';
import { leftOut, nameOf, VARIANTS, type Variant } from './variants.ts';

const root = join(import.meta.dirname, '..', '..');

interface Row {
  example: string;
  next: string;
  variant?: Variant;
}

const ownVersion = (example: string): string =>
  JSON.parse(readFileSync(join(root, 'examples', example, 'package.json'), 'utf8')).dependencies.next;

const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);

const timeNow = () => new Date().toTimeString().slice(0, 8);

const majorOf = (example: string) => Number(/\d+$/.exec(example)?.[0]);

function rowsOf(examples: string[], all: boolean, only?: string): Row[] {
  const rows = examples.flatMap((example): Row[] => [
    ...(VARIANTS[example] ?? []).map((variant) => ({ example, next: nameOf(variant), variant })),
    { example, next: ownVersion(example) },
  ]);
  if (only === undefined) return all ? rows : rows.filter(({ variant }) => !variant);
  const chosen = rows.filter(({ variant, next }) => variant && next.startsWith(only));
  if (chosen.length === 0) throw new Error(`no ${only} among ${rows.map(({ next }) => next).join('; ')}`);
  return chosen;
}

/** @param file in which each example that is stopped says how many requests were compared with `next start` */
async function compare({ example, next, variant }: Row, file: string) {
  const started = performance.now();
  writeFileSync(file, '');
  const { passed, failed } = await runJest({
    files: `test/next/${example}\\.test`,
    workers: 1,
    only: variant?.only,
    without: variant ? leftOut(variant).join('|') || undefined : undefined,
    environment: { TOWPATH_COMPARED: file, ...(variant ? { TOWPATH_VARIANT: next } : {}) },
  });
  const compared = sum(readFileSync(file, 'utf8').split('\n').map(Number));
  return { example, next, passed, failed, compared, seconds: Math.round((performance.now() - started) / 1000) };
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { all: { type: 'boolean' }, only: { type: 'string' } },
    allowPositionals: true,
  });
  const examples = globSync('test/next/*-*.test.ts', { cwd: root })
    .map((file) => /([^/]+)\.test\.ts$/.exec(file)?.[1] as string)
    .sort((a, b) => majorOf(a) - majorOf(b));
  const unknown = positionals.filter((name) => !examples.includes(name));
  if (unknown.length > 0) throw new Error(`no example ${unknown.join(', ')}: there are ${examples.join(', ')}`);
  const rows = rowsOf(positionals.length > 0 ? positionals : examples, values.all ?? false, values.only);
  await packageControlPlane(console.error);

  const folder = mkdtempSync(join(tmpdir(), 'towpath-compare-'));
  const table: Awaited<ReturnType<typeof compare>>[] = [];
  for (const [index, row] of rows.entries()) {
    console.log(`\n── ${index + 1} of ${rows.length}: ${row.example} on ${row.next}, from ${timeNow()} on`);
    table.push(await compare(row, join(folder, 'compared')));
    console.table(table.slice(-1));
  }
  console.log(`\n── all, until ${timeNow()}`);
  rmSync(folder, { recursive: true });
  console.table(table);
  const [passed, failed, compared] = (['passed', 'failed', 'compared'] as const).map((key) =>
    sum(table.map((row) => row[key])),
  );
  console.log(`${passed} passed, ${failed} failed; ${compared} requests compared with next start`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
