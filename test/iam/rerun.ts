/**
 * `npm run test:iam [-- --only REGEX]`: takes each statement of each role away in turn, tells a story anew without it, and sees
 * something fail: the first of the stories that needs it. What none of them needs is judged by what the journeys recorded
 * (`npm test -- iam`). Takes more than an hour.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LocalCloud, Traps } from '../../local-cloud/index.ts';
import { packageControlPlane } from '../../scripts/package.ts';
import { startTowpath, type Towpath } from '../faults/towpath.ts';
import { kindOf } from '../support/permission-ledger.ts';
import * as host from './stories/host.ts';
import * as life from './stories/life.ts';
import * as owner from './stories/owner.ts';
import * as readers from './stories/readers.ts';
import * as upkeep from './stories/upkeep.ts';
import { Broken, createTeller, type Teller } from './teller.ts';

interface Story {
  tell(teller: Teller): Promise<void>;
  TRAPS?: Traps;
  REGION?: string;
}
/** The quickest first: a statement is tried in the first that needs it. */
const STORIES: Record<string, Story> = { life, owner, host, upkeep, readers };

interface Wanted {
  story: string;
  kind: string;
  policy: string;
  statement: number;
  /** By which calls were made that nothing else allowed. */
  actions: Set<string>;
}

/** A function's last lines are written after it has answered: how long a story's verdict waits for such calls. */
const LAST_CALLS_MS = { toBeMade: 3_000, toBeRefused: 10_000 };

const kindOfArn = (arn: string) => kindOf(arn.split('/').at(-1) ?? '');

/** Those without which some call of a story that went well would have been refused; roles of all sites are one. */
function neededIn(story: string, { decisions }: LocalCloud): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { by, needed, action } of decisions()) {
    // Policies of buckets, queues and functions, and roles' trust, are journeys' alone: cloud/authorization.
    if (!by || !needed || by.policy === 'resource') continue;
    const { owner, policy, statement } = by;
    const kind = kindOfArn(owner);
    const key = `${kind} ${policy} ${statement}`;
    const one = wanted.get(key) ?? { story, kind, policy, statement, actions: new Set() };
    one.actions.add(action);
    wanted.set(key, one);
  }
  return wanted;
}

/** What became of a story without it; undefined when no call was refused: whatever else went wrong was not for that. */
async function withoutIt(towpath: Towpath, wanted: Wanted): Promise<string | undefined> {
  const { cloud } = towpath;
  const refused = () =>
    cloud
      .decisions()
      .filter(({ allowed, principal }) => !allowed && kindOfArn(principal) === wanted.kind)
      .reduce((sum, { count }) => sum + count, 0);
  const before = refused();
  cloud.withhold(
    ({ owner, policy, statement }) =>
      kindOfArn(owner) === wanted.kind && policy === wanted.policy && statement === wanted.statement,
  );
  const told = async (what: string) => {
    for (const end = Date.now() + LAST_CALLS_MS.toBeRefused; refused() === before && Date.now() < end; )
      await sleep(100);
    return refused() > before ? `${refused() - before} calls refused: ${what}` : undefined;
  };
  try {
    await STORIES[wanted.story]?.tell(createTeller(towpath, 'app', () => refused() - before));
    return await told('the story went on');
  } catch (error) {
    if (error instanceof Broken) return await told(error.message);
    throw error;
  }
}

async function main(only: string): Promise<number> {
  const packaged = await packageControlPlane(console.error);
  /** Each has a Towpath of its own: what a broken story left must not meet the next one. */
  async function inTowpath<T>(story: string, work: (towpath: Towpath) => Promise<T>): Promise<T> {
    const home = mkdtempSync(join(tmpdir(), 'towpath-iam-'));
    const { TRAPS: traps, REGION: region } = STORIES[story] ?? {};
    const towpath = await startTowpath(home, packaged, { traps, region });
    try {
      return await work(towpath);
    } finally {
      await towpath.stop();
      rmSync(home, { recursive: true, force: true });
    }
  }

  const all = new Map<string, Wanted>();
  for (const [name, { tell }] of Object.entries(STORIES)) {
    const needed = await inTowpath(name, async (towpath) => {
      await tell(createTeller(towpath, 'app', () => 0));
      await sleep(LAST_CALLS_MS.toBeMade);
      return neededIn(name, towpath.cloud);
    });
    const before = all.size;
    for (const [key, one] of needed) if (!all.has(key)) all.set(key, one);
    console.log(`${name} needs ${needed.size} statements, ${all.size - before} that no story before it does`);
  }

  const chosen = [...all.values()].filter(({ story, kind, actions }) =>
    new RegExp(only).test(`${story} ${kind} ${[...actions]}`),
  );
  console.log(`${chosen.length} of ${all.size} statements are taken away, one after the other`);
  const idle: string[] = [];
  for (const wanted of chosen) {
    const failure = await inTowpath(wanted.story, (towpath) => withoutIt(towpath, wanted));
    const line = `${wanted.story}, ${wanted.kind}: ${[...wanted.actions].join(', ')}`;
    console.log(`${failure === undefined ? '✗' : '✓'} ${line}\n    ${failure ?? 'nothing failed without it'}`);
    if (failure === undefined) idle.push(line);
  }
  console.log(`\n${chosen.length - idle.length} of ${chosen.length} were missed`);
  return idle.length === 0 ? 0 : 1;
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
process.exitCode = await main(values.only);
