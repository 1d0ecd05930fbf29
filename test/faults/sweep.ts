/**
 * `npm run test:faults`; `-- --help` names its options.
 *
 * Fails every AWS call that a first deployment and a redeployment make, in every way, and looks whether each recovers and
 * ends as without the fault. A deployment meets several faults, one in each function; what leads to more than a retry in
 * such company is tried again alone. Verdicts are kept in .towpath/faults.jsonl, so that a run that was broken off goes on.
 */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULT_WAYS } from '../../local-cloud/faults/index.ts';
import { type PackagedControlPlane, packageControlPlane } from '../../scripts/package.ts';
import { openAgenda, workOff } from './agenda.ts';
import { attemptCold, type Laboratory, openLaboratory, type Trial } from './laboratory.ts';
import { casesOf, DEPTHS, type Depth, idOf } from './plan.ts';
import type { Verdict } from './trial.ts';

const RESULTS = join(import.meta.dirname, '..', '..', '.towpath', 'faults.jsonl');
const DEPTH_NAMES = { once: 'the first try', always: 'every try', outage: 'until it failed' };
const OUTCOMES = ['retried', 'redriven', 'unmet', 'wrong'] as const;

const USAGE = `npm run test:faults -- [--workers N] [--depth DEPTH]… [--only TEXT] [--limit N] [--fresh]

  --workers N    Towpaths that work side by side (2)
  --depth DEPTH  once (the SDK's next try succeeds), always (all tries of a call fail), outage (until the
                 execution has failed); all three unless said
  --only TEXT    cases whose name has this text: 'second: detect s3:PutObject #1, lost once'
  --limit N      the first N cases
  --fresh        forgets the verdicts that are kept in .towpath/faults.jsonl`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        workers: { type: 'string', default: '2' },
        depth: { type: 'string', multiple: true, default: [...DEPTHS] },
        only: { type: 'string', default: '' },
        limit: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const options = readOptions();
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const unknown = options.depth.find((depth) => !DEPTHS.includes(depth as Depth));
if (unknown !== undefined) {
  console.error(`There is no depth "${unknown}".\n\n${USAGE}`);
  process.exit(2);
}

/** By id; of this very control plane, unless it should begin anew. */
function readVerdicts(stamp: string): Map<string, Verdict> {
  if (options.fresh) rmSync(RESULTS, { force: true });
  const lines = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8').trim().split('\n').filter(Boolean) : [];
  const rows = lines.map((line) => JSON.parse(line) as Verdict & { stamp: string });
  return new Map(rows.filter((row) => row.stamp === stamp && row.outcome !== 'wrong').map((row) => [row.id, row]));
}

async function sweep(packaged: PackagedControlPlane, stamp: string): Promise<Verdict[]> {
  const home = mkdtempSync(join(tmpdir(), 'towpath-faults-'));
  const verdicts = readVerdicts(stamp);
  const workers: Laboratory[] = [];
  try {
    const opening = Array.from({ length: Number(options.workers) }, async (_, index) => {
      workers.push(await openLaboratory(join(home, `laboratory-${index}`), packaged));
    });
    await Promise.all(opening);
    const [{ targets, expected }] = workers as [Laboratory];
    const cases = casesOf(
      targets,
      DEPTHS.filter((depth) => options.depth.includes(depth)),
    )
      .filter((one) => idOf(one).includes(options.only))
      .slice(0, options.limit === undefined ? undefined : Number(options.limit));
    const open = cases.filter((one) => !verdicts.has(idOf(one)));
    console.log(`${targets.length} calls, ${cases.length} cases, ${open.length} of them still to be tried`);
    const keep = (found: Verdict[]) => {
      for (const verdict of found) {
        if (verdict.outcome !== 'unclear') {
          verdicts.set(verdict.id, verdict);
          appendFileSync(RESULTS, `${JSON.stringify({ stamp, ...verdict })}\n`);
        }
        const mark = verdict.detail ? `${verdict.outcome}\n${verdict.detail}` : verdict.outcome;
        const tried = cases.filter((one) => verdicts.has(idOf(one))).length;
        console.log(`${tried}/${cases.length}  ${verdict.id}: ${mark}  ${verdict.milliseconds} ms`);
      }
    };
    const agenda = openAgenda(open.filter(({ cold }) => !cold));
    await Promise.all(workers.map(({ attempt }) => workOff(agenda, attempt, keep)));
    const onANewTowpath = ({ first }: Trial) => attemptCold(join(home, 'cold'), packaged, first, expected.first);
    await workOff(openAgenda(open.filter(({ cold }) => cold)), onANewTowpath, keep);
    return cases.flatMap((one) => verdicts.get(idOf(one)) ?? []);
  } finally {
    await Promise.all(workers.map((laboratory) => laboratory.close()));
    rmSync(home, { recursive: true, force: true });
  }
}

function report(verdicts: Verdict[]): void {
  const rows = DEPTHS.flatMap((depth) => FAULT_WAYS.map((way) => ({ depth, way })));
  const counted = rows.map(({ depth, way }) => {
    const those = verdicts.filter(({ id }) => id.endsWith(`, ${way} ${depth}`));
    const counts = OUTCOMES.map((outcome) => those.filter((verdict) => verdict.outcome === outcome).length);
    return [`${way}, ${DEPTH_NAMES[depth]}`, those.length, ...counts];
  });
  const sum = [0, 1, 2, 3, 4].map((at) => counted.reduce((total, row) => total + Number(row[at + 1]), 0));
  console.log();
  for (const row of [['way', 'cases', ...OUTCOMES], ...counted, ['all', ...sum]]) {
    console.log(row.map((cell, at) => (at === 0 ? String(cell).padEnd(26) : String(cell).padStart(9))).join(''));
  }
  const calls = new Set(verdicts.map(({ id }) => id.replace(/, \w+ \w+$/, '')));
  console.log(`\n${calls.size} calls, ${FAULT_WAYS.length} ways: ${FAULT_WAYS.join(', ')}`);
  const wrong = verdicts.filter(({ outcome }) => outcome === 'wrong');
  for (const { id, detail } of wrong) console.log(`\nWRONG ${id}\n${detail}`);
  console.log(`\n${verdicts.length - wrong.length} passed, ${wrong.length} failed`);
}

mkdirSync(join(RESULTS, '..'), { recursive: true });
const packaged = await packageControlPlane(console.error);
const stamp = readFileSync(join(packaged.artifacts, 'towpath-inputs.sha256'), 'utf8').slice(0, 16);
const verdicts = await sweep(packaged, stamp);
report(verdicts);
process.exitCode = verdicts.some(({ outcome }) => outcome === 'wrong') ? 1 : 0;
