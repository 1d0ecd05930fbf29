/** `npm test`: every tier in turn, from the quickest to the slowest; ends with the sum of all. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './browser.ts';
import { runJest, runNode, type Tally } from './jest.ts';
import { packageControlPlane } from './package.ts';

const root = join(import.meta.dirname, '..');
const bin = (...path: string[]) => join(root, 'node_modules', ...path);

const CHECKS: Record<string, string[]> = {
  lint: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  types: [bin('typescript/bin/tsc'), '--noEmit', '-p', '.'],
};

/** Folder under test/ of each tier, and what it needs before it can run. */
const TIERS: Record<string, { workers: number; prepare?: () => Promise<unknown> }> = {
  unit: { workers: 2 },
  cloud: { workers: 2, prepare: () => packageControlPlane(console.error) },
  next: { workers: 1, prepare: () => packageControlPlane(console.error) },
  journeys: { workers: 2, prepare: () => packageControlPlane(console.error) },
  faults: { workers: 1, prepare: () => packageControlPlane(console.error) },
  browser: {
    workers: 1,
    prepare: () => Promise.all([packageControlPlane(console.error), ensureBrowser(console.error)]),
  },
};

async function main(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const chosen = positionals.length > 0 ? positionals : [...Object.keys(CHECKS), ...Object.keys(TIERS)];
  const unknown = chosen.filter((name) => !(name in CHECKS) && !(name in TIERS));
  if (unknown.length > 0)
    throw new Error(
      `no tier ${unknown.join(', ')}: there are ${[...Object.keys(CHECKS), ...Object.keys(TIERS)].join(', ')}`,
    );

  const sum: Tally = { passed: 0, failed: 0 };
  for (const name of chosen) {
    console.error(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
    const { passed, failed } = CHECKS[name] ? await check(CHECKS[name]) : await tier(name);
    sum.passed += passed;
    sum.failed += failed;
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed === 0 ? 0 : 1;
}

const check = async (command: string[]): Promise<Tally> =>
  (await runNode(command)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

async function tier(name: string): Promise<Tally> {
  const { workers, prepare } = TIERS[name] as (typeof TIERS)[string];
  await prepare?.();
  return runJest({ files: `test/${name}/`, workers });
}

process.exitCode = await main(process.argv.slice(2));
