import { setTimeout as wait } from 'node:timers/promises';

/** Less than a test has: what did not come true is then named, and nothing goes on asking. */
const PATIENCE_MS = 60_000;
const POLL_MS = 10;

/** Asks until there is an answer. */
export async function until<Value>(
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
): Promise<Value> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(POLL_MS)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`this did not come true: ${ask}`);
}
