/**
 * Time that passes only when nothing else is left to do: each turn of the event loop wakes the earliest sleeper.
 * So a task that answers wins over its time-out, and a task that never answers meets it at once.
 */
interface Sleeper {
  due: number;
  wake: () => void;
}

export interface VirtualClock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  pause(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  /** Every sleep asked for, in milliseconds. */
  slept: number[];
}

export function virtualClock(start = Date.UTC(2030, 0, 1)): VirtualClock {
  let now = start;
  let sleepers: Sleeper[] = [];
  const slept: number[] = [];
  const turn = () => {
    const [next] = sleepers.sort((a, b) => a.due - b.due);
    if (!next) return;
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    now = Math.max(now, next.due);
    next.wake();
  };
  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      slept.push(ms);
      const sleeper = { due: now + ms, wake: resolve };
      sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
      // Two turns: a promise chain that a woken sleeper starts gets its turn before the next one wakes.
      setImmediate(() => setImmediate(turn));
    });
  return { now: () => now, random: () => 0.5, slept, sleep, pause: sleep };
}
