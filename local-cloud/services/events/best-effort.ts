/**
 * What "best effort" means for the events that some AWS services send: each may come not at all, twice, or late and so
 * after its successor. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-states.html
 */
import { seeded } from '../../runtime/seeded.ts';

export interface BestEffortOptions {
  seed: number;
  /** Share of the events that are lost, 0 to 1. */
  dropped?: number;
  /** Share of the events that come twice, 0 to 1. */
  doubled?: number;
  /** Each is as late as this at most. */
  lateMilliseconds?: number;
}

export interface BestEffort {
  /** Delivers an event of `source` as often and as late as chance has it. */
  send(source: string, deliver: () => void): void;
  stop(): void;
}

/** Their events are delivered on a best-effort basis; those of other sources always come, once, at once. */
const BEST_EFFORT_SOURCES = new Set(['aws.states']);

export function createBestEffort(options: BestEffortOptions | undefined): BestEffort {
  const random = seeded(options?.seed ?? 0);
  const waiting = new Set<NodeJS.Timeout>();
  const later = (deliver: () => void, milliseconds: number) => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      deliver();
    }, milliseconds);
    waiting.add(timer);
  };
  return {
    send(source, deliver) {
      if (!options || !BEST_EFFORT_SOURCES.has(source)) return deliver();
      const { dropped = 0, doubled = 0, lateMilliseconds = 0 } = options;
      if (random() < dropped) return;
      const copies = random() < doubled ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) later(deliver, random() * lateMilliseconds);
    },
    stop() {
      for (const timer of waiting) clearTimeout(timer);
    },
  };
}
