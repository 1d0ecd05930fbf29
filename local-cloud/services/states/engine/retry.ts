/** Which retrier or catcher takes an error, and when to try again: pure. */
import { ERRORS, type StateError } from './errors.ts';
import type { Catcher, Retrier } from './language.ts';

/** Neither Retry nor Catch ever takes it. */
const UNCATCHABLE = new Set<string | undefined>([ERRORS.runtime]);
/** Taken by name only, never by States.ALL. */
const NOT_IN_ALL = new Set<string | undefined>([ERRORS.dataLimit]);
const TIMEOUTS = new Set<string | undefined>([ERRORS.timeout, ERRORS.heartbeatTimeout]);

export function matches(names: string[], failure: StateError): boolean {
  if (UNCATCHABLE.has(failure.error)) return false;
  return names.some((name) => {
    if (name === failure.error) return true;
    if (name === ERRORS.all) return !NOT_IN_ALL.has(failure.error);
    if (name === ERRORS.taskFailed) return failure.fromTask && !TIMEOUTS.has(failure.error);
    return name === ERRORS.timeout && failure.error === ERRORS.heartbeatTimeout;
  });
}

export interface NextAttempt {
  /** The retrier that was used: each counts its own attempts. */
  retrier: number;
  delayMs: number;
}

/**
 * The next attempt after `failure`, or undefined when the retrier that takes it is exhausted or none takes it.
 * `attempts[i]` is how often retrier i was used; `random` is in [0, 1).
 */
export function nextAttempt(
  retriers: Retrier[],
  attempts: number[],
  failure: StateError,
  random: () => number,
): NextAttempt | undefined {
  const retrier = retriers.findIndex((candidate) => matches(candidate.ErrorEquals, failure));
  const rule = retriers[retrier];
  const used = attempts[retrier] ?? 0;
  if (!rule || used >= (rule.MaxAttempts ?? 3)) return undefined;
  const grown = (rule.IntervalSeconds ?? 1) * (rule.BackoffRate ?? 2) ** used;
  const seconds = Math.min(grown, rule.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return { retrier, delayMs: 1000 * seconds * (rule.JitterStrategy === 'FULL' ? random() : 1) };
}

export function findCatcher(catchers: Catcher[], failure: StateError): Catcher | undefined {
  return catchers.find((candidate) => matches(candidate.ErrorEquals, failure));
}
