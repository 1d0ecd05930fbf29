/** A Towpath that has seen two apps live well, and tries faults on further ones against what those left behind. */
import { rmSync } from 'node:fs';
import type { Traps } from '../../local-cloud/index.ts';
import type { PackagedControlPlane } from '../../scripts/package.ts';
import { type Case, RUNS, type RunName, type Target, targetsOf } from './plan.ts';
import { differences } from './state.ts';
import { startTowpath } from './towpath.ts';
import { connectApp, type Outcome, type Run, tryRun, type Verdict } from './trial.ts';

/** What an app's two deployments meet; a run without cases goes undisturbed. */
export type Trial = Record<RunName, readonly Case[]>;

export interface Laboratory {
  /** What a deployment calls. */
  targets: Target[];
  /** What is left behind without faults. */
  expected: Record<RunName, Outcome>;
  /** Takes a new app through both runs. The second is left untried when the first did not end as it should. */
  attempt(trial: Trial): Promise<Verdict[]>;
  close(): Promise<void>;
}

/** Throws when two apps without faults end differently: nothing could be compared then. */
export async function openLaboratory(
  folder: string,
  packaged: PackagedControlPlane,
  traps?: Traps,
): Promise<Laboratory> {
  const towpath = await startTowpath(folder, packaged, { traps });
  const close = async () => {
    await towpath.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  let apps = 0;
  const begin = () => {
    apps += 1;
    return connectApp(towpath, `app${String(apps).padStart(4, '0')}`);
  };
  const undisturbed = async (): Promise<Record<RunName, Run>> => {
    const deploy = await begin();
    return { first: await deploy('first'), second: await deploy('second') };
  };
  try {
    const cold = await undisturbed();
    const warm = await undisturbed();
    const differing = RUNS.flatMap((run) => differences(cold[run].state, warm[run].state));
    if (differing.length > 0) throw new Error(`Two runs without faults differ: ${differing.join('\n')}`);
    return {
      expected: warm,
      targets: RUNS.flatMap((run) => targetsOf(run, warm[run].calls, run === 'first' ? cold[run].calls : [])),
      async attempt(trial) {
        const deploy = await begin();
        const first = await tryRun(towpath, 'first', trial.first, deploy, warm.first);
        const isSpoilt = first.some(({ outcome }) => outcome === 'wrong' || outcome === 'unclear');
        if (trial.second.length === 0 || isSpoilt) return first;
        return [...first, ...(await tryRun(towpath, 'second', trial.second, deploy, warm.second))];
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Cases that only the very first deployment of a control plane can meet, on a Towpath of its own. */
export async function attemptCold(
  folder: string,
  packaged: PackagedControlPlane,
  cases: readonly Case[],
  expected: Outcome,
): Promise<Verdict[]> {
  const towpath = await startTowpath(folder, packaged);
  try {
    return await tryRun(towpath, 'first', cases, await connectApp(towpath, 'app0000'), expected);
  } finally {
    await towpath.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
