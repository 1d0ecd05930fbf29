/**
 * What all journeys together used of every role's policies: each writes its part when it ends, test/iam/sweep.ts reads them.
 * A statement counts for an action when some call by that action would have been refused without it.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalCloud } from '../../local-cloud/index.ts';
import { type RoleStatement, statementsOf } from './permissions.ts';

/** The folder; without it nothing is written. */
export const LEDGER_VARIABLE = 'TOWPATH_PERMISSION_LEDGER';

export async function writeLedger(cloud: LocalCloud, folder = process.env[LEDGER_VARIABLE]): Promise<void> {
  if (folder) writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(await statementsOf(cloud)));
}

/** Actions that only AWS itself asks for: CodeBuild looks where artifacts go, and whose they are. */
const ASKED_BY_AWS_ALONE: [role: string, actions: string[]][] = [
  // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
  ['site/build', ['s3:GetBucketLocation', 's3:GetBucketAcl', 's3:GetObjectVersion', 'logs:CreateLogGroup']],
];

/** The roles of all sites are alike; those of the control plane have the same names everywhere. */
const kindOf = (role: string) => role.replace(/^.*-(fn|build)$/, 'site/$1');

interface Line {
  role: string;
  policy: string;
  action: string;
  needed: boolean;
}

/** How many permissions there are, and role, policy and action of each that nothing would have missed. */
export function idlePermissions(parts: RoleStatement[][]): { permissions: number; idle: string[] } {
  const lines = new Map<string, Line>();
  for (const { role, policy, index, actions, needed } of parts.flat()) {
    const kind = kindOf(role);
    for (const action of actions) {
      // A site with secrets has statements that others have not: their place says nothing.
      const key = [kind, policy, kind.startsWith('site/') ? '' : index, action].join('\n');
      const line = lines.get(key) ?? { role: kind, policy, action, needed: false };
      line.needed ||= needed.includes(action);
      lines.set(key, line);
    }
  }
  const asked = ({ role, action }: Line) =>
    ASKED_BY_AWS_ALONE.some(([whose, actions]) => whose === role && actions.includes(action));
  const idle = [...lines.values()]
    .filter((line) => !line.needed && !asked(line))
    .map(({ role, policy, action }) => `${role} ${policy}: ${action}`)
    .sort();
  return { permissions: lines.size, idle };
}

export const readLedger = (folder: string): RoleStatement[][] =>
  readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RoleStatement[]);
