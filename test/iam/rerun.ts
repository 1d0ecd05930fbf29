/**
 * `npm run test:iam [-- --only REGEX]`: takes each statement of each role away in turn, deploys, visits, rolls back and removes a site
 * anew, and sees something fail. Of the statements that this story needs; the others are judged by what the journeys recorded
 * (`npm test -- iam`). Takes about half an hour.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageControlPlane } from '../../scripts/package.ts';
import { startTowpath, type Towpath } from '../faults/towpath.ts';
import { kindOf } from '../support/permission-ledger.ts';
import { statementsOf } from '../support/permissions.ts';
import { Broken, tellStory } from './story.ts';

interface Wanted {
  kind: string;
  policy: string;
  statement: number;
  actions: string[];
}

const nameOf = (arn: string) => arn.split('/').at(-1) ?? '';

/** Those without which some call of a story that went well would have been refused; roles of all sites are one. */
async function neededOf({ cloud }: Towpath): Promise<Wanted[]> {
  const all = (await statementsOf(cloud)).filter(({ needed }) => needed.length > 0);
  const wanted = all.map(({ role, policy, index, needed }) => ({
    kind: kindOf(role),
    policy,
    statement: index,
    actions: needed,
  }));
  return [...new Map(wanted.map((one) => [`${one.kind} ${one.policy} ${one.statement}`, one])).values()];
}

/** What became of a story without it; undefined when no call was refused: whatever else went wrong was not for that. */
async function withoutIt(towpath: Towpath, wanted: Wanted, app: string): Promise<string | undefined> {
  const { cloud } = towpath;
  const refused = () =>
    cloud
      .decisions()
      .filter(({ allowed, principal }) => !allowed && kindOf(nameOf(principal)) === wanted.kind)
      .reduce((sum, { count }) => sum + count, 0);
  const before = refused();
  const giveBack = cloud.withhold(
    ({ owner, policy, statement }) =>
      kindOf(nameOf(owner)) === wanted.kind && policy === wanted.policy && statement === wanted.statement,
  );
  const told = (what: string) => (refused() > before ? `${refused() - before} calls refused: ${what}` : undefined);
  try {
    await tellStory(towpath, app, () => refused() - before);
    return told('the deployments went on');
  } catch (error) {
    if (error instanceof Broken) return told(error.message);
    throw error;
  } finally {
    giveBack();
  }
}

async function main(only: string): Promise<number> {
  const packaged = await packageControlPlane(console.error);
  const home = mkdtempSync(join(tmpdir(), 'towpath-iam-'));
  let towpath = await startTowpath(join(home, '0'), packaged);
  try {
    await tellStory(towpath, 'whole', () => 0);
    const needed = await neededOf(towpath);
    const chosen = needed.filter(({ kind, actions }) => new RegExp(only).test(`${kind} ${actions}`));
    console.log(`${chosen.length} statements of ${needed.length} that the story needs`);
    const idle: string[] = [];
    for (const [index, wanted] of chosen.entries()) {
      // What a broken story left must not meet the next one.
      await towpath.stop();
      towpath = await startTowpath(join(home, String(index + 1)), packaged);
      const failure = await withoutIt(towpath, wanted, `app${index}`);
      const line = `${wanted.kind}: ${wanted.actions.join(', ')}`;
      console.log(`${failure === undefined ? '✗' : '✓'} ${line}\n    ${failure ?? 'nothing failed without it'}`);
      if (failure === undefined) idle.push(line);
      rmSync(join(home, String(index)), { recursive: true, force: true });
    }
    console.log(`\n${chosen.length - idle.length} of ${chosen.length} were missed`);
    return idle.length === 0 ? 0 : 1;
  } finally {
    await towpath.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
process.exitCode = await main(values.only);
