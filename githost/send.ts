/** Performs a host's requests: the only place that calls a Git host. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff, isStumble, isThrottled, pauseAsked } from './throttling.ts';
import type { HostRequest } from './types.ts';

export interface SendOptions {
  /** Of each attempt, until the answer's headers are there and its body is read. */
  timeoutMs: number;
  /** How long all pauses may be together before a host that stumbles or throttles is given up; its last answer counts then. */
  patienceMs?: number;
}

export type Send = (request: HostRequest, options: SendOptions) => Promise<Response>;

export interface SendParts {
  fetch: typeof globalThis.fetch;
  pause: (milliseconds: number) => Promise<unknown>;
  now: () => number;
  chance: () => number;
}

type Outcome = { response: Response; error?: undefined } | { response?: undefined; error: Error };

/** GitHub's errors name a page, which is read off a copy: the answer's body stays unread. */
async function errorDocumentation(response: Response): Promise<string | undefined> {
  if (response.status !== 403) return undefined;
  const { documentation_url } = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { documentation_url?: unknown };
  return String(documentation_url);
}

export const throttled = async (response: Response): Promise<boolean> =>
  isThrottled(response, await errorDocumentation(response));

/** Redirects are followed; `fetch` leaves the token behind when they lead to another origin. */
export function createSend({ fetch, pause, now, chance }: SendParts): Send {
  const attemptOnce = ({ method, url, headers, body }: HostRequest, timeoutMs: number): Promise<Outcome> =>
    fetch(url, { method, headers, body, signal: AbortSignal.timeout(timeoutMs) }).then(
      (response) => ({ response }),
      (error: Error) => ({ error }),
    );

  /** Undefined when the outcome is the last word. */
  async function pauseAfter({ response, error }: Outcome, attempt: number): Promise<number | undefined> {
    // One that stays silent has had its time.
    if (error) return error.name === 'TimeoutError' ? undefined : backoff(attempt, chance());
    if (await throttled(response)) return pauseAsked(response, now());
    return isStumble(response.status) ? backoff(attempt, chance()) : undefined;
  }

  return async (request, { timeoutMs, patienceMs = 0 }) => {
    let left = patienceMs;
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOnce(request, timeoutMs);
      const milliseconds = left > 0 ? await pauseAfter(outcome, attempt) : undefined;
      if (milliseconds === undefined || milliseconds > left) {
        if (outcome.error) throw outcome.error;
        return outcome.response;
      }
      await outcome.response?.body?.cancel();
      left -= Math.max(milliseconds, 1);
      await pause(milliseconds);
    }
  };
}

export const send: Send = createSend({
  fetch: (...args) => globalThis.fetch(...args),
  pause: (milliseconds) => sleep(milliseconds),
  now: () => Date.now(),
  chance: () => Math.random(),
});
