/** One app's deployments, and what a fault in one of them led to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedCall } from '../../local-cloud/faults/index.ts';
import { makeRepository } from '../support/journey.ts';
import { type Ended, followDeployment, pushText, quiet } from './deployment.ts';
import { type Case, faultOf, idOf, type RunName } from './plan.ts';
import { tinySite } from './site.ts';
import { differences, type State, stateOf, tally } from './state.ts';
import type { Towpath } from './towpath.ts';

export interface Verdict {
  id: string;
  /**
   * `unmet`: the call was not made this time. `unclear`: in company, one of the faults led to something else than a retry;
   * which one, and what becomes of the others, shows when each is tried alone.
   */
  outcome: 'retried' | 'redriven' | 'unmet' | 'wrong' | 'unclear';
  detail: string;
  milliseconds: number;
}

/** What a run left behind. */
export interface Outcome {
  state: State;
  /** What there is more of in the account. */
  growth: Record<string, number>;
}

export interface Run extends Outcome {
  ended: Ended;
  calls: RecordedCall[];
}

/** `failed`: its execution has, and is redriven now. */
export type Deploy = (text: string, failed?: () => void) => Promise<Run>;

/** Connects an app; what is answered deploys a new commit of it and waits until all has come to rest. */
export async function connectApp(towpath: Towpath, app: string): Promise<Deploy> {
  const remote = await towpath.connect(app);
  const folder = join(towpath.folder, 'repositories', app);
  mkdirSync(folder, { recursive: true });
  await makeRepository(folder, tinySite('none'));
  const known: string[] = [];
  return async (text, failed = () => undefined) => {
    const recording = towpath.cloud.faults.record();
    try {
      const before = await tally(towpath);
      await pushText(folder, remote, text);
      const ended = await followDeployment(towpath, `${app}-main`, known, failed);
      await quiet(recording.calls);
      known.push(ended.id);
      const after = await tally(towpath);
      const growth = Object.fromEntries(Object.entries(after).map(([kind, n]) => [kind, n - (before[kind] ?? 0)]));
      return { ended, calls: recording.calls, growth, state: await stateOf(towpath, app, known, ended.redrives > 0) };
    } finally {
      recording.stop();
    }
  };
}

const wrongIn = (expected: Outcome, found: Outcome) => [
  ...differences(expected.state, found.state),
  ...differences({ account: JSON.stringify(expected.growth) }, { account: JSON.stringify(found.growth) }),
];

/** Deploys under the faults of `cases`; answers what became of each. */
export async function tryRun(
  towpath: Towpath,
  run: RunName,
  cases: readonly Case[],
  deploy: Deploy,
  expected: Outcome,
): Promise<Verdict[]> {
  const started = Date.now();
  const faults = cases.map((one) => towpath.cloud.faults.inject(faultOf(one)));
  const all = (outcome: Verdict['outcome'], detail = ''): Verdict[] =>
    cases.map((one) => ({ id: idOf(one), outcome, detail, milliseconds: Date.now() - started }));
  try {
    const found = await deploy(run, () => {
      for (const [index, fault] of faults.entries()) if (cases[index]?.depth === 'outage') fault.remove();
    });
    const wrong = wrongIn(expected, found);
    const { redrives, failures } = found.ended;
    if (wrong.length > 0) return all(cases.length > 1 ? 'unclear' : 'wrong', wrong.join('\n'));
    if (redrives > 0) return all(cases.length > 1 ? 'unclear' : 'redriven', failures.join(' | '));
    return all('retried').map((verdict, index) =>
      faults[index]?.failed.length ? verdict : { ...verdict, outcome: cases.length > 1 ? 'unclear' : 'unmet' },
    );
  } catch (error) {
    const detail = `${(error as Error).message}\n${towpath.log.slice(-5).join('\n')}`;
    return all(cases.length > 1 ? 'unclear' : 'wrong', detail);
  } finally {
    for (const fault of faults) fault.remove();
  }
}
