/** What becomes of a delivery after an attempt. Pure. */
import { type Answer, RefusedUrl } from './post.ts';

export type Verdict =
  | { kind: 'delivered' }
  | { kind: 'retry'; afterSeconds: number; reason: string }
  | { kind: 'dead'; reason: string };

export interface Attempt {
  /** From 1. */
  number: number;
  /** Seconds before the second, third, … attempt; after the last of them the delivery is dead. */
  pauses: number[];
  errorCode: (body: string) => string | undefined;
  now: Date;
}

/** A message's visibility can be set to 12 hours at most; a chat that asks for more than one is not waited for so long. */
const MAX_PAUSE_SECONDS = 3600;

const isTransient = (status: number) => status === 408 || status === 429 || status >= 500;

/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfterSeconds(value: string | undefined, now: Date): number {
  if (value === undefined) return 0;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 0;
}

function retry(reason: string, { number, pauses }: Attempt, atLeastSeconds = 0): Verdict {
  const pause = pauses[number - 1];
  if (pause === undefined) return { kind: 'dead', reason: `${reason}; given up after ${number} attempts` };
  return { kind: 'retry', reason, afterSeconds: Math.min(Math.max(pause, atLeastSeconds), MAX_PAUSE_SECONDS) };
}

export function verdictOn({ status, retryAfter, body }: Answer, attempt: Attempt): Verdict {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const code = attempt.errorCode(body);
  const reason = `the chat answered ${status}${code ? `: ${code}` : ''}`;
  if (isTransient(status)) return retry(reason, attempt, retryAfterSeconds(retryAfter, attempt.now));
  return { kind: 'dead', reason: status >= 300 && status < 400 ? `${reason}: redirects are not followed` : reason };
}

/** An error's code alone: its message may have the URL in it. */
export function verdictOnError(error: unknown, attempt: Attempt): Verdict {
  if (error instanceof RefusedUrl) return { kind: 'dead', reason: `the chat's URL is refused: ${error.message}` };
  const { code, name } = error as { code?: unknown; name?: string };
  const what = name === 'TimeoutError' || code === 'ABORT_ERR' ? 'no answer in time' : String(code ?? name);
  return retry(`the chat could not be reached: ${what}`, attempt);
}
