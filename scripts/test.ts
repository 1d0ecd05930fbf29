/** `npm test`: the quick tiers in turn, then the slow ones together; ends with the sum of all. */
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

const packaged = () => packageControlPlane(console.error);

interface Tier {
  environment?: Record<string, string>;
  /** What it needs before it can run. */
  prepare?: () => Promise<unknown>;
  /** Its tests wait for builds and for time-outs, so that it runs beside the others of its kind. */
  isSlow?: boolean;
}

/** By folder under test/. */
const TIERS: Record<string, Tier> = {
  unit: {},
  cloud: { prepare: packaged },
  next: { prepare: packaged, isSlow: true },
  journeys: {
    environment: { [LEDGER_VARIABLE]: LEDGER_FOLDER },
    prepare: async () => {
      emptyLedger();
      await packaged();
    },
    isSlow: true,
  },
  faults: { prepare: packaged, isSlow: true },
  browser: { prepare: () => Promise.all([packaged(), ensureBrowser(console.error)]), isSlow: true },
};

/** Each works with two or three processes of its own. */
const WORKERS = 2;

async function main(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const all = [CHECKS_BEFORE, TIERS, CHECKS_AFTER].flatMap((some) => Object.keys(some));
  const chosen = positionals.length > 0 ? positionals : all;
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`no tier ${unknown.join(', ')}: there are ${all.join(', ')}`);

  const sum: Tally = { passed: 0, failed: 0, failures: [] };
  for (const names of runsOf(chosen)) {
    const title = names.join(', ');
    console.error(`\n── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}`);
    const command = CHECKS[title];
    const { passed, failed, failures } = command ? await check(title, command) : await test(names);
    sum.passed += passed;
    sum.failed += failed;
    sum.failures.push(...failures);
  }
  // Once more, since the tiers that came after them may have printed for half an hour.
  if (sum.failed > 0) console.log(['\nFailed:', ...sum.failures].join('\n  '));
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed === 0 ? 0 : 1;
}

const kindOf = (name: string) => (name in CHECKS_AFTER ? 'after' : TIERS[name]?.isSlow ? 'slow' : 'quick');

/** What runs together, in its order. */
function runsOf(chosen: string[]): string[][] {
  const { quick = [], slow = [], after = [] } = Object.groupBy(chosen, kindOf);
  const alone = (name: string) => [name];
  return [...quick.map(alone), slow, ...after.map(alone)].filter((names) => names.length > 0);
}

const check = async (name: string, command: string[]): Promise<Tally> =>
  (await runNode(command)) === 0 ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [name] };

async function test(names: string[]): Promise<Tally> {
  const tiers = names.map((name) => TIERS[name] as Tier);
  await Promise.all(tiers.map(({ prepare }) => prepare?.()));
  const environment = Object.assign({}, ...tiers.map((tier) => tier.environment));
  return runJest({ files: `test/(${names.join('|')})/`, workers: WORKERS, environment });
}

process.exitCode = await main(process.argv.slice(2));
