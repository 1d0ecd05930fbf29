/**
 * `npm run test:next -- [--all] [EXAMPLE…]`: each example, or those named, on the version of Next.js in its package.json;
 * with `--all`, with all variants of test/next/variants.ts. Ends with a table.
 */
import { globSync, readFileSync } from 'node:fs';
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

const majorOf = (example: string) => Number(/\d+$/.exec(example)?.[0]);

function rowsOf(examples: string[], all: boolean): Row[] {
  return examples.flatMap((example) => [
    ...(all ? (VARIANTS[example] ?? []) : []).map((variant) => ({ example, next: nameOf(variant), variant })),
    { example, next: ownVersion(example) },
  ]);
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { all: { type: 'boolean' } }, allowPositionals: true });
  const compared = globSync('test/next/next-*.test.ts', { cwd: root })
    .map((file) => /(next-[^/]+)\.test\.ts$/.exec(file)?.[1] as string)
    .sort((a, b) => majorOf(a) - majorOf(b));
  const unknown = positionals.filter((name) => !compared.includes(name));
  if (unknown.length > 0) throw new Error(`no example ${unknown.join(', ')}: there are ${compared.join(', ')}`);
  await packageControlPlane(console.error);

  const table: Record<string, string | number>[] = [];
  for (const { example, next, variant } of rowsOf(
    positionals.length > 0 ? positionals : compared,
    values.all ?? false,
  )) {
    const started = performance.now();
    const { passed, failed } = await runJest({
      files: `test/next/${example}\\.test`,
      workers: 1,
      only: variant?.only,
      without: variant ? leftOut(variant).join('|') || undefined : undefined,
      environment: variant ? { TOWPATH_VARIANT: next } : {},
    });
    table.push({ example, next, passed, failed, seconds: Math.round((performance.now() - started) / 1000) });
  }
  console.table(table);
  const failed = table.reduce((sum, row) => sum + Number(row.failed), 0);
  console.log(`${table.reduce((sum, row) => sum + Number(row.passed), 0)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
