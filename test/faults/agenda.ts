/** What is left to be tried: companies of cases first, and alone what stays unclear in company. */
import type { Trial } from './laboratory.ts';
import { type Case, companiesOf, idOf, RUNS, type RunName } from './plan.ts';
import type { Verdict } from './trial.ts';

export interface Agenda {
  /** The next company of each run; undefined when nothing is left. */
  next(): Trial | undefined;
  /** Takes back what has no verdict yet. */
  putBack(trial: Trial, verdicts: readonly Verdict[]): void;
}

export function openAgenda(cases: readonly Case[], companies?: number): Agenda {
  const of = (run: RunName): (readonly Case[])[] =>
    companiesOf(cases.filter((one) => one.run === run)).slice(0, companies);
  const left = { first: of('first'), second: of('second') };
  return {
    next() {
      if (RUNS.every((run) => left[run].length === 0)) return undefined;
      return { first: left.first.shift() ?? [], second: left.second.shift() ?? [] };
    },
    putBack(trial, verdicts) {
      for (const run of RUNS) {
        const found = verdicts.filter(({ id }) => trial[run].some((one) => idOf(one) === id));
        if (found.some(({ outcome }) => outcome === 'unclear')) left[run].push(...trial[run].map((one) => [one]));
        else if (found.length === 0 && trial[run].length > 0) left[run].push(trial[run]);
      }
    },
  };
}

/** Until nothing is left. */
export async function workOff(
  agenda: Agenda,
  attempt: (trial: Trial) => Promise<Verdict[]>,
  keep: (verdicts: Verdict[]) => void,
): Promise<void> {
  for (let trial = agenda.next(); trial; trial = agenda.next()) {
    const found = await attempt(trial);
    keep(found);
    agenda.putBack(trial, found);
  }
}
