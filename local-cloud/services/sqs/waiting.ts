/** Long polls: receivers that wait until something may have changed in a queue. */

export interface Waiting {
  /** Lets those who wait for `queue` look again. */
  wake(queue: string): void;
  /** Resolves when the queue is woken, after `milliseconds`, or at the end. */
  wait(queue: string, milliseconds: number): Promise<void>;
  /** Ends all waits; `ended` is true from then on. */
  end(): void;
  ended(): boolean;
}

export function createWaiting(): Waiting {
  const waiters = new Map<string, Set<() => void>>();
  let over = false;
  const wake = (queue: string) => {
    for (const resume of waiters.get(queue) ?? []) resume();
  };
  return {
    wake,
    wait: (queue, milliseconds) =>
      new Promise((resolve) => {
        if (over) return resolve();
        const queued = waiters.get(queue) ?? new Set();
        waiters.set(queue, queued);
        const resume = () => {
          clearTimeout(timer);
          queued.delete(resume);
          resolve();
        };
        const timer = setTimeout(resume, milliseconds);
        queued.add(resume);
      }),
    end: () => {
      over = true;
      for (const queue of waiters.keys()) wake(queue);
    },
    ended: () => over,
  };
}
