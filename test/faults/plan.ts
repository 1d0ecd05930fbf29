/** Which calls a deployment makes, and the faults that this makes to be tried. Pure. */

import { STEPS } from '../../domain/deployment.ts';
import { FAULT_WAYS, type Fault, type FaultWay, type RecordedCall } from '../../local-cloud/faults/index.ts';
import { seeded } from '../../local-cloud/runtime/seeded.ts';

/** Of the two deployments that each app goes through. */
export const RUNS = ['first', 'second'] as const;
export type RunName = (typeof RUNS)[number];

export interface Target {
  run: RunName;
  service: string;
  operation: string;
  /** The role that signs. */
  caller: string;
  /** From 1, among the calls of that role to that operation. */
  nth: number;
  /** Made by a control plane's first deployment alone: its functions have just started. */
  cold: boolean;
}

/**
 * `once`: the SDK's next try succeeds. `always`: all tries of that call fail, so that the step or the function does, and is
 * tried again. `outage`: so does whatever is tried after it, until the execution has failed.
 */
export type Depth = 'once' | 'always' | 'outage';
export const DEPTHS: readonly Depth[] = ['once', 'always', 'outage'];

export interface Case extends Target {
  way: FaultWay;
  depth: Depth;
}

/** The CLI's polling, the schedule's and the test's own looking around are no part of a deployment. */
const isPart = ({ caller, attempt }: RecordedCall) =>
  attempt === 1 && caller !== 'root' && !/-(api|reconcile)-/.test(caller);

/** Whoever waits for CloudFront asks until it is there: how often is a matter of luck, so that only the first round counts. */
const ROUNDS: [caller: RegExp, operation: string, inTheFirst: number][] = [
  [/-awaitDistribution-/, 'GetDistribution', 1],
  [/-awaitDistribution-/, 'UpdateItem', 2],
  [/-invalidate-/, 'GetInvalidation', 1],
];

const isOfALaterRound = ({ caller, operation, nth }: Target) =>
  ROUNDS.some(([whose, which, inTheFirst]) => whose.test(caller) && which === operation && nth > inTheFirst);

const keyOf = ({ caller, service, operation }: RecordedCall) => `${caller} ${service} ${operation}`;

/** The calls of a warm run, and those that only a cold one made. */
export function targetsOf(run: RunName, warm: RecordedCall[], cold: RecordedCall[] = []): Target[] {
  const count = (calls: RecordedCall[]) => {
    const targets = new Map<string, Target>();
    const seen = new Map<string, number>();
    for (const call of calls.filter(isPart)) {
      const nth = (seen.get(keyOf(call)) ?? 0) + 1;
      seen.set(keyOf(call), nth);
      const { service, operation, caller } = call;
      targets.set(`${keyOf(call)} ${nth}`, { run, service, operation, caller, nth, cold: false });
    }
    return targets;
  };
  const warmTargets = count(warm);
  const coldTargets = [...count(cold)].filter(
    ([key, { operation }]) => !warmTargets.has(key) && !OF_LUCK.test(operation),
  );
  const targets = [...warmTargets.values(), ...coldTargets.map(([, target]) => ({ ...target, cold: true }))];
  return targets.filter((target) => !isOfALaterRound(target));
}

/** One run has one more of these than another: a status event came in time, or another function was quicker. */
const OF_LUCK = /^(GetDistribution|GetInvalidation|UpdateItem|GetItem)$/;

export const casesOf = (targets: Target[], depths: readonly Depth[] = DEPTHS): Case[] =>
  depths.flatMap((depth) =>
    FAULT_WAYS.flatMap((way, index) => {
      const those = depth === 'outage' ? outageTargets(targets, index / FAULT_WAYS.length) : targets;
      return those.map((target) => ({ ...target, way, depth }));
    }),
  );

const ofAState = new RegExp(`-(${STEPS.map((step) => step.charAt(0).toLowerCase() + step.slice(1)).join('|')})-`);

/**
 * A step that cannot write its line of the timeline goes on without. A site whose next release fails in Verify gets the one
 * before back, and is not as without the fault: test/journeys/replay.test.ts.
 */
const failsTheStep = ({ run, operation, caller }: Target) =>
  operation !== 'UpdateItem' && !(run === 'second' && /-verify-/.test(caller));

/**
 * One call of each state's function. An outage takes as long as all tries of the state, so that not every call is tried: each
 * way meets another one. `share`: how far behind the first of its calls, below 1.
 */
function outageTargets(targets: Target[], share: number): Target[] {
  const firsts = targets.filter(
    (target) => target.nth === 1 && !target.cold && ofAState.test(target.caller) && failsTheStep(target),
  );
  const ofFunctions = Map.groupBy(firsts, ({ run, caller }) => `${run} ${caller}`);
  return [...ofFunctions.values()].flatMap((calls) => calls[Math.floor(share * calls.length)] ?? []);
}

/** `detect s3:PutObject #1`, `towpath-dev-x-fn s3:GetObject #1`. */
const nameOf = ({ run, caller, service, operation, nth }: Target) =>
  `${run}: ${/^towpath-control-[a-z0-9]+-(\w+)-/.exec(caller)?.[1] ?? caller} ${service}:${operation} #${nth}`;

export const idOf = (one: Case) => `${nameOf(one)}, ${one.way} ${one.depth}`;

const mayMeet = (one: Case, other: Case) =>
  one.caller !== other.caller && one.depth !== 'outage' && other.depth !== 'outage';

/**
 * Cases that one deployment can meet together: each function of Towpath is failed once at most, so that none of the faults
 * decides what another one meets. An outage is met alone.
 */
export function companiesOf(cases: readonly Case[]): Case[][] {
  const companies: Case[][] = [];
  for (const one of cases) {
    const company = companies.find((those) => those.every((other) => mayMeet(one, other)));
    if (company) company.push(one);
    else companies.push([one]);
  }
  return companies;
}

export const faultOf = ({ service, operation, caller, nth, way, depth }: Case): Fault => ({
  service,
  operation,
  caller,
  nth,
  way,
  attempts: depth === 'always' ? 'all' : 1,
  lasting: depth === 'outage',
});

/** In another order, the same for the same seed. */
export function shuffle<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seeded(seed);
  const left = [...items];
  const chosen: Item[] = [];
  while (left.length > 0) chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  return chosen;
}
