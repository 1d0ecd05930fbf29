/** What was decided, for tests and for whoever asks why: each permission that was used, and the last denials. */
import type { Matched } from './evaluate.ts';

export interface Decision {
  /** ARN of the role, or an AWS service, e.g. `cloudfront.amazonaws.com`. */
  principal: string;
  action: string;
  /** Of the first call that was decided so. */
  resource: string;
  allowed: boolean;
  /** The statement that allowed or denied it: none when nothing allowed it. */
  by: Matched | undefined;
  /** Whether one of these calls would have been refused without that statement. */
  needed: boolean;
  /** How often. */
  count: number;
}

const MAX_DENIALS = 200;

export interface Decisions {
  add(decision: Omit<Decision, 'count'>): void;
  list(): Decision[];
}

/** Bounded by the statements there are, not by the calls: of the allowed ones, the same by the same statement is one. */
export function createDecisions(): Decisions {
  const allowed = new Map<string, Decision>();
  const denied = new Map<string, Decision>();
  return {
    add: (decision) => {
      const { principal, action, resource, by } = decision;
      const parts = [principal, action, by?.owner, by?.policy, by?.statement];
      const [map, key] = decision.allowed ? [allowed, parts.join('\n')] : [denied, [...parts, resource].join('\n')];
      const known = map.get(key);
      if (known) {
        known.count += 1;
        known.needed ||= decision.needed;
      } else map.set(key, { ...decision, count: 1 });
      const [oldest] = denied.keys();
      if (denied.size > MAX_DENIALS && oldest !== undefined) denied.delete(oldest);
    },
    list: () => [...allowed.values(), ...denied.values()].map((decision) => ({ ...decision })),
  };
}
