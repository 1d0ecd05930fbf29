import { setTimeout as wait } from 'node:timers/promises';

/** Less than a test has: what did not come true is then named, and nothing goes on asking. */
const PATIENCE_MS = 90_000;
/** Soon enough for what takes a moment; not so often that it slows down what is waited for. */
const POLLS_MS = { first: 10, last: 50, factor: 1.5 };

/** Asks until there is an answer. */
export async function until<Value>(
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  let poll = POLLS_MS.first;
  for (const end = Date.now() + patienceMs; Date.now() < end; await wait(poll)) {
    const answer = await ask();
    if (answer) return answer;
    poll = Math.min(poll * POLLS_MS.factor, POLLS_MS.last);
  }
  throw new Error(`this did not come true in ${patienceMs / 1000} s: ${ask}`);
}
