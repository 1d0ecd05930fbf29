/** One decision: the caller's own policies, and that of the resource. */
import type { Caller } from '../service.ts';
import type { Reason } from './denial.ts';
import { type Asked, evaluate, type Matched, type Verdict } from './evaluate.ts';
import type { Policies } from './policies.ts';
import { about, isRoot } from './principal.ts';

export interface Judgement {
  /** Why not; undefined when it is allowed. */
  refused?: Reason;
  by?: Matched;
  /** Allowed by this statement alone: without it the call would be refused. */
  alone?: boolean;
  /** Condition keys that statements asked for in vain. */
  missingKeys: string[];
}

/** Who acts with the rights of whoever set it up, or only reaches its own parts. */
const NOT_JUDGED = new Set(['cloudformation.amazonaws.com', 'lambda.amazonaws.com', 'edgelambda.amazonaws.com']);
/** What AWS services may do for themselves only if the resource's policy allows it. */
const JUDGED_FOR_SERVICES = /^(s3:|sqs:SendMessage$|lambda:InvokeFunction$|sts:AssumeRole$)/;

export function isJudged(caller: Caller, action: string): boolean {
  if (isRoot(caller)) return false;
  return caller.service === undefined || (!NOT_JUDGED.has(caller.service) && JUDGED_FOR_SERVICES.test(action));
}

const SILENT: Verdict = { outcome: 'silent', missingKeys: [] };

export function judge(policies: Policies, caller: Caller, asked: Asked): Judgement {
  const resource = policies.ofResource(asked.resource);
  const identity = evaluate(policies.ofRole(caller.roleArn), asked);
  const whole = resource ? evaluate([about(resource, caller, 'either')], asked) : SILENT;
  const direct = resource ? evaluate([about(resource, caller, 'itself')], asked) : SILENT;
  if (identity.outcome === 'denied') return { refused: 'denied by identity', by: identity.by, missingKeys: [] };
  if (whole.outcome === 'denied') return { refused: 'denied by resource', by: whole.by, missingKeys: [] };
  if (direct.outcome === 'allowed') {
    return { by: direct.by, alone: direct.alone && identity.outcome !== 'allowed', missingKeys: [] };
  }
  // A role has to trust the caller, or the whole account; elsewhere the caller's own policies are enough.
  const isTrust = asked.action === 'sts:AssumeRole';
  const enough = !isTrust || whole.outcome === 'allowed';
  if (identity.outcome === 'allowed' && enough) return { by: identity.by, alone: identity.alone, missingKeys: [] };
  const missingKeys = [...new Set([...identity.missingKeys, ...whole.missingKeys])];
  return { refused: caller.service || !enough ? 'no resource' : 'no identity', missingKeys };
}
