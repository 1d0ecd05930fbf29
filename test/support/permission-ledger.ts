/**
 * What all journeys together used of every role's policies: each writes its part when it ends, test/iam/judge.ts reads them.
 * A statement is needed when some call would have been refused without it; so is each of its actions.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalCloud } from '../../local-cloud/index.ts';
import { LEDGER_VARIABLE } from '../../scripts/ledger.ts';
import { type RoleStatement, statementsOf } from './permissions.ts';

export async function writeLedger(cloud: LocalCloud, folder = process.env[LEDGER_VARIABLE]): Promise<void> {
  if (folder) writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(await statementsOf(cloud)));
}

/**
 * Statements that no journey needs: for which action among theirs, why they are there, and the test that shows it (under test/), unless
 * AWS alone asks for it.
 * One that some journey does need is told as idle talk.
 */
export const EXCUSED: { role: string; action: string; why: string; test?: string }[] = [
  {
    role: 'site/build',
    action: 's3:GetBucketLocation',
    // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    why: 'CodeBuild in AWS looks where artifacts go',
  },
  {
    role: 'towpath-control-dev-api',
    action: 'cloudfront:GetDistribution',
    why: 'a replay that finds its execution ended well after all tells the site’s address',
    test: 'unit/lifecycle/settle.test.ts',
  },
  {
    role: 'towpath-control-dev-applyChange',
    action: 'sqs:ChangeMessageVisibility',
    why: 'a change that AWS could not take at once comes again later',
    test: 'unit/functions/apply-change/apply.test.ts',
  },
  {
    role: 'towpath-control-dev-applyChange',
    action: 'ssm:GetParameter',
    why: 'Bitbucket, with a token, is asked for a pull request’s whole commit',
    test: 'unit/functions/apply-change/apply.test.ts',
  },
  {
    role: 'towpath-control-dev-prepareSite',
    action: 'cloudfront:ListDistributions',
    why: 'a distribution that was created and not recorded is found again',
    test: 'unit/aws/distributions.test.ts',
  },
  {
    role: 'towpath-control-dev-prune',
    action: 'states:StartExecution',
    why: 'a push that came while a site was pruned is started after it',
    test: 'unit/lifecycle/settle.test.ts',
  },
  {
    role: 'towpath-control-dev-reconcile',
    action: 'ssm:DeleteParameter',
    why: 'an app’s removal that was left half-done is finished',
    test: 'unit/lifecycle/remove.test.ts',
  },
  {
    role: 'towpath-control-dev-removeTraces',
    action: 'iam:GetRole',
    why: 'a removal that is replayed looks for a role that is gone already',
    test: 'cloud/authorization.test.ts',
  },
  {
    role: 'towpath-control-dev-reportStatus',
    action: 'sqs:SendMessage',
    why: 'after a day of a host that is busy, the message is a dead letter',
    test: 'unit/functions/report-status/run.test.ts',
  },
];

const anyStage = (name: string) => name.replace(/^towpath-control-[a-z0-9]+-/, 'towpath-control-dev-');

/** The roles of all sites are alike, and so are those of all stages and Regions. */
export const kindOf = (role: string) =>
  anyStage(role.replace(/^.*-(fn|build)$/, 'site/$1').replace(/-[a-z]{2}-[a-z]+-\d-lambdaRole$/, '')).replace(
    /^[a-z0-9]+-(\w+)-[0-9a-f]{12}$/,
    'local-$1',
  );

interface Line {
  kind: string;
  who: string;
  actions: string[];
  needed: Set<string>;
}

export interface Verdict {
  /** How many statements there are. */
  statements: number;
  /** Role, policy and actions of each that nothing would have missed, and that nothing excuses. */
  idle: string[];
  /** Excuses for what is needed, or is not there. */
  idleTalk: string[];
  /** Of the others, the actions that nothing would have missed. */
  idleActions: string[];
}

export function judgeLedger(parts: RoleStatement[][]): Verdict {
  const lines = new Map<string, Line>();
  for (const { role, policy: name, index, actions, needed } of parts.flat()) {
    const kind = kindOf(role);
    const policy = anyStage(name);
    // A site with secrets has statements that others have not: their place says nothing.
    const key = [kind, policy, kind.startsWith('site/') ? '' : index, ...actions].join('\n');
    const line = lines.get(key) ?? { kind, who: `${kind} ${policy}`, actions, needed: new Set() };
    for (const action of needed) line.needed.add(action);
    lines.set(key, line);
  }
  const all = [...lines.values()];
  const excuses = (line: Line) =>
    EXCUSED.filter(({ role, action }) => role === line.kind && line.actions.includes(action) && line.needed.size === 0);
  const used = new Set(all.flatMap(excuses));
  const told = (whose: Line[], actionsOf: (line: Line) => string[]) =>
    whose.flatMap((line) => (actionsOf(line).length > 0 ? [`${line.who}: ${actionsOf(line).join(', ')}`] : [])).sort();
  return {
    statements: lines.size,
    idle: told(
      all.filter((line) => line.needed.size === 0 && excuses(line).length === 0),
      ({ actions }) => actions,
    ),
    idleTalk: EXCUSED.filter((excuse) => !used.has(excuse)).map(({ role, action }) => `${role}: ${action}`),
    idleActions: told(
      all.filter(({ needed }) => needed.size > 0),
      ({ actions, needed }) => actions.filter((action) => !needed.has(action)),
    ),
  };
}

export const readLedger = (folder: string): RoleStatement[][] =>
  (existsSync(folder) ? readdirSync(folder) : []).map(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RoleStatement[],
  );
