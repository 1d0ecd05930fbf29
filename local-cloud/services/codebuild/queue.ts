/** Runs builds a few at a time, in the order they came. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../service.ts';
import { phaseEvent, stateEvent } from './build-events.ts';
import { BuildEnded, LOCAL_CLOUD_ENDED } from './phase-error.ts';
import { endPhase } from './phases.ts';
import type { BuildRecord, PhaseRecord } from './records.ts';
import { completeBuild, runBuild } from './run-build.ts';

/** Next.js builds are heavy: more at once only slow each other down. */
const MAX_AT_ONCE = 2;

export interface BuildQueue {
  add(build: BuildRecord): void;
  /** Resolves once the build is over; at once for one that is not here. */
  stop(id: string): Promise<void>;
  /** Ends every build because the local cloud ends; those still queued stay so. */
  close(): Promise<void>;
}

interface Running {
  ending: AbortController;
  over: Promise<void>;
}

export interface QueueOptions {
  /** How many times shorter than its time-out a build may run: 1 unless said, as on AWS. */
  timeoutHaste?: number;
}

export function openQueue(
  environment: Environment,
  save: (build: BuildRecord) => void,
  { timeoutHaste = 1 }: QueueOptions,
): BuildQueue {
  const { now } = environment;
  const running = new Map<string, Running>();
  let waiting: BuildRecord[] = [];
  let closed = false;

  const put = async (build: BuildRecord, event: object): Promise<void> => {
    try {
      await environment.call(
        'events',
        'PutEvents',
        { Entries: [event] },
        environment.asService('codebuild.amazonaws.com'),
      );
    } catch (error) {
      environment.log(`codebuild: an event of ${build.id} is lost: ${(error as Error).message}`);
    }
  };
  const announce = (build: BuildRecord) => put(build, stateEvent(build, now()));
  const phaseEnded = (build: BuildRecord, phase: PhaseRecord) => put(build, phaseEvent(build, phase));

  const leaveQueue = async (build: BuildRecord, phaseStatus: 'SUCCEEDED' | 'STOPPED') => {
    const queued = build.phases.at(-1);
    if (!queued) return;
    queued.phaseStatus = phaseStatus;
    endPhase(queued, now());
    await phaseEnded(build, queued);
  };

  const run = async (build: BuildRecord, ending: AbortController): Promise<void> => {
    const over = new AbortController();
    delay((build.timeoutInMinutes * 60_000) / timeoutHaste, undefined, { signal: over.signal, ref: false }).then(
      () =>
        ending.abort(
          new BuildEnded(
            'TIMED_OUT',
            `Build has timed out after ${build.timeoutInMinutes} minutes.`,
            'BUILD_TIMED_OUT',
          ),
        ),
      () => {},
    );
    await announce(build);
    await leaveQueue(build, 'SUCCEEDED');
    await runBuild(build, { environment, save, phaseEnded, signal: ending.signal });
    over.abort();
    await announce(build);
  };

  const next = () => {
    while (!closed && running.size < MAX_AT_ONCE) {
      const build = waiting.shift();
      if (!build) return;
      const ending = new AbortController();
      const over = run(build, ending)
        .catch((error: Error) => environment.log(`codebuild: ${build.id} did not end properly: ${error.stack}`))
        .finally(() => {
          running.delete(build.id);
          next();
        });
      running.set(build.id, { ending, over });
    }
  };

  return {
    add: (build) => {
      waiting.push(build);
      next();
    },
    stop: async (id) => {
      const queued = waiting.find((build) => build.id === id);
      if (queued) {
        waiting = waiting.filter((build) => build !== queued);
        await leaveQueue(queued, 'STOPPED');
        queued.buildStatus = 'STOPPED';
        completeBuild(queued, now());
        save(queued);
        await announce(queued);
      }
      const build = running.get(id);
      build?.ending.abort(new BuildEnded('STOPPED', ''));
      await build?.over;
    },
    close: async () => {
      closed = true;
      const builds = [...running.values()];
      for (const { ending } of builds)
        ending.abort(new BuildEnded('FAILED', LOCAL_CLOUD_ENDED, 'INTERNAL_SERVICE_ERROR'));
      await Promise.allSettled(builds.map(({ over }) => over));
    },
  };
}
