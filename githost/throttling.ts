/** When a host wants to be left alone, and for how long. Pure. */

type Answer = Pick<Response, 'status' | 'headers'>;

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
const UNTOLD_PAUSE_MS = 60_000;
const FIRST_PAUSE_MS = 250;

/**
 * 429 everywhere; GitHub says 403 too, with one of these headers, except for a secondary limit, which may come without:
 * then the error's documentation alone tells it from a missing permission.
 */
export const isThrottled = ({ status, headers }: Answer, errorDocumentation = ''): boolean =>
  status === 429 ||
  (status === 403 &&
    (headers.has('retry-after') ||
      headers.get('x-ratelimit-remaining') === '0' ||
      /(secondary|abuse)-rate-limits/.test(errorDocumentation)));

/** Milliseconds. `Retry-After` is seconds or a date, `x-ratelimit-reset` (GitHub) and `ratelimit-reset` (GitLab) seconds since 1970. */
export function pauseAsked({ headers }: Answer, now: number): number {
  const after = headers.get('retry-after')?.trim();
  if (after) return Math.max(0, /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - now || 0);
  const reset = Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset'));
  return reset ? Math.max(0, reset * 1000 - now) : UNTOLD_PAUSE_MS;
}

/** Milliseconds before the attempt after the `attempt`-th, from 1; full jitter, with `chance` from 0 to 1. */
export const backoff = (attempt: number, chance: number): number => chance * FIRST_PAUSE_MS * 2 ** attempt;

/** A host that stumbles, rather than one that says no. */
export const isStumble = (status: number): boolean => status === 408 || status >= 500;
