/**
 * What policies say about one action on one resource.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { Context } from './pattern.ts';
import type { Statement } from './policy.ts';

export interface Asked {
  /** e.g. `s3:GetObject` */
  action: string;
  /** An ARN, or `*` for actions that take none. */
  resource: string;
  context: Context;
}

export interface PolicySource {
  /** ARN of the role or the resource that the policy belongs to. */
  owner: string;
  /** Of a role's policy; `resource` for the policy of a resource. */
  name: string;
  statements: Statement[];
}

export interface Matched {
  owner: string;
  policy: string;
  statement: number;
  sid: string | undefined;
}

export interface Verdict {
  outcome: 'allowed' | 'denied' | 'silent';
  /** The statement that decided. */
  by?: Matched;
  /** Whether it would be denied without the statement that allowed it. */
  alone?: boolean;
  /** Condition keys that statements asked for in vain: the call does not carry them. */
  missingKeys: string[];
}

/** An explicit deny wins over every allow. */
export function evaluate(policies: readonly PolicySource[], asked: Asked): Verdict {
  const missing = new Set<string>();
  let allowed: Matched | undefined;
  let alone = true;
  for (const policy of policies) {
    for (const statement of policy.statements) {
      if (!statement.coversAction(asked.action) || !statement.coversResource(asked.resource, asked.context)) continue;
      const failed = statement.conditions.filter((condition) => !condition.holds(asked.context));
      if (failed.length > 0) {
        for (const { key } of failed) if (asked.context[key] === undefined) missing.add(key);
        continue;
      }
      const by = { owner: policy.owner, policy: policy.name, statement: statement.index, sid: statement.sid };
      if (statement.effect === 'Deny') return { outcome: 'denied', by, missingKeys: [] };
      alone = allowed === undefined;
      allowed ??= by;
    }
  }
  if (allowed) return { outcome: 'allowed', by: allowed, alone, missingKeys: [] };
  return { outcome: 'silent', missingKeys: [...missing] };
}
