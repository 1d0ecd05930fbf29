/** All checks on one tree: how it would be built, and everything that is to be said about it. */

import type { AccountUse } from './account.ts';
import { CHECK_CODES, type Severity } from './catalogue.ts';
import { accountFindings } from './checks/account.ts';
import { configFindings } from './checks/config.ts';
import { edgeFindings } from './checks/edge.ts';
import { fileFindings } from './checks/files.ts';
import { imageFindings } from './checks/images.ts';
import { lockfileFindings } from './checks/lockfile.ts';
import { middlewareFindings } from './checks/middleware.ts';
import { packageFindings } from './checks/packages.ts';
import { secretFindings } from './checks/secrets.ts';
import type { Finding } from './finding.ts';
import { decidePlan, type Overrides, type Plan } from './plan.ts';
import type { SourceTree } from './source-tree.ts';

export interface Inspection {
  /** Complete, unless a finding is an error. */
  plan: Partial<Plan>;
  /** Errors first, then in the order of the catalogue. */
  findings: Finding[];
}

const SEVERITIES: Severity[] = ['error', 'warning', 'info'];
const byWeight = (a: Finding, b: Finding) =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  CHECK_CODES.indexOf(a.code) - CHECK_CODES.indexOf(b.code);

/** @param account of a site that has no distribution yet, where the account can be asked */
export function inspect(tree: SourceTree, overrides: Overrides = {}, account?: AccountUse): Inspection {
  const { plan, findings } = decidePlan(tree, overrides);
  const more = [
    packageFindings,
    lockfileFindings,
    middlewareFindings,
    configFindings,
    secretFindings,
    fileFindings,
    imageFindings,
    edgeFindings,
  ];
  const found = [...findings, ...more.flatMap((check) => check(tree, plan)), ...accountFindings(account)];
  return { plan, findings: found.sort(byWeight) };
}

export const isComplete = (plan: Partial<Plan>): plan is Plan =>
  Boolean(plan.packageJson && plan.next && plan.rendering);
