/** `npm test`: every tier in turn, from the quickest to the slowest; ends with the sum of all. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './browser.ts';
import { runJest, runNode, type Tally } from './jest.ts';
import { emptyLedger, LEDGER_FOLDER, LEDGER_VARIABLE } from './ledger.ts';
import { packageControlPlane } from './package.ts';

const root = join(import.meta.dirname, '..');
const bin = (...path: string[]) => join(root, 'node_modules', ...path);

const CHECKS_BEFORE: Record<string, string[]> = {
  lint: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  types: [bin('typescript/bin/tsc'), '--noEmit', '-p', '.'],
};

/** Of what the tiers left behind. */
const CHECKS_AFTER: Record<string, string[]> = { iam: [join(root, 'test', 'iam', 'judge.ts')] };

const CHECKS = { ...CHECKS_BEFORE, ...CHECKS_AFTER };

interface Tier {
  workers: number;
  environment?: Record<string, string>;
  prepare?: () => Promise<unknown>;
}

/** Folder under test/ of each tier, and what it needs before it can run. */
const TIERS: Record<string, Tier> = {
  unit: { workers: 2 },
  cloud: { workers: 2, prepare: () => packageControlPlane(console.error) },
  next: { workers: 1, prepare: () => packageControlPlane(console.error) },
  journeys: {
    workers: 2,
    environment: { [LEDGER_VARIABLE]: LEDGER_FOLDER },
    prepare: async () => {
      emptyLedger();
      await packageControlPlane(console.error);
    },
  },
  faults: { workers: 1, prepare: () => packageControlPlane(console.error) },
  browser: {
    workers: 1,
    prepare: () => Promise.all([packageControlPlane(console.error), ensureBrowser(console.error)]),
  },
};

async function main(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const all = [CHECKS_BEFORE, TIERS, CHECKS_AFTER].flatMap((some) => Object.keys(some));
  const chosen = positionals.length > 0 ? positionals : all;
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`no tier ${unknown.join(', ')}: there are ${all.join(', ')}`);

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
  const { workers, environment, prepare } = TIERS[name] as Tier;
  await prepare?.();
  return runJest({ files: `test/${name}/`, workers, environment });
}

process.exitCode = await main(process.argv.slice(2));
