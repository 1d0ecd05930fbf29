/**
 * What all journeys together used of every role's policies: each writes its part when it ends, test/iam/judge.ts reads them.
 * A statement is needed when some call would have been refused without it; so is each of its actions.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalCloud } from '../../local-cloud/index.ts';
import { LEDGER_VARIABLE } from '../../scripts/ledger.ts';
import { type RoleStatement, statementsOf } from './permissions.ts';

export async function writeLedger(cloud: LocalCloud, folder = process.env[LEDGER_VARIABLE]): Promise<void> {
  if (folder) writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(await statementsOf(cloud)));
}

/** Statements that only AWS itself asks for: CodeBuild looks where artifacts go, and whose they are. */
const ASKED_BY_AWS_ALONE: [role: string, action: string][] = [
  // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
  ['site/build', 's3:GetBucketLocation'],
];

/** The roles of all sites are alike; those of the control plane have the same names everywhere. */
const kindOf = (role: string) =>
  role.replace(/^.*-(fn|build)$/, 'site/$1').replace(/-[a-z]{2}-[a-z]+-\d-lambdaRole$/, '');

interface Line {
  who: string;
  actions: string[];
  needed: Set<string>;
  asked: boolean;
}

export interface Verdict {
  /** How many statements there are. */
  statements: number;
  /** Role, policy and actions of each that nothing would have missed. */
  idle: string[];
  /** Of the others, the actions that nothing would have missed. */
  idleActions: string[];
}

export function judgeLedger(parts: RoleStatement[][]): Verdict {
  const lines = new Map<string, Line>();
  for (const { role, policy, index, actions, needed } of parts.flat()) {
    const kind = kindOf(role);
    // A site with secrets has statements that others have not: their place says nothing.
    const key = [kind, policy, kind.startsWith('site/') ? '' : index, ...actions].join('\n');
    const asked = ASKED_BY_AWS_ALONE.some(([whose, action]) => whose === kind && actions.includes(action));
    const line = lines.get(key) ?? { who: `${kind} ${policy}`, actions, needed: new Set(), asked };
    for (const action of needed) line.needed.add(action);
    lines.set(key, line);
  }
  const listed = [...lines.values()].filter(({ asked }) => !asked);
  const told = (whose: Line[], actionsOf: (line: Line) => string[]) =>
    whose.flatMap((line) => (actionsOf(line).length > 0 ? [`${line.who}: ${actionsOf(line).join(', ')}`] : [])).sort();
  return {
    statements: lines.size,
    idle: told(
      listed.filter(({ needed }) => needed.size === 0),
      ({ actions }) => actions,
    ),
    idleActions: told(
      listed.filter(({ needed }) => needed.size > 0),
      ({ actions, needed }) => actions.filter((action) => !needed.has(action)),
    ),
  };
}

export const readLedger = (folder: string): RoleStatement[][] =>
  readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RoleStatement[]);
