/**
 * Who is answered first, where there are more invocations than a laptop's few processors can work on: those that somebody waits
 * for. While one of them has no environment yet, what a queue, an event or a state machine asked for does not begin.
 */

/** Then it begins all the same: whoever invokes a function from within another is waited for, too. */
const LONGEST_MILLISECONDS = 2_000;

export class Precedence {
  #urgent = 0;
  readonly #held = new Set<() => void>();

  /** Resolves when nothing urgent waits, in the order of the calls. */
  turn(): Promise<void> {
    if (this.#urgent === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const begin = () => {
        clearTimeout(timer);
        this.#held.delete(begin);
        resolve();
      };
      const timer = setTimeout(begin, LONGEST_MILLISECONDS).unref();
      this.#held.add(begin);
    });
  }

  /** Holds the others until `wait` is over. */
  async during<Result>(wait: Promise<Result>): Promise<Result> {
    this.#urgent++;
    try {
      return await wait;
    } finally {
      this.#urgent--;
      if (this.#urgent === 0) this.release();
    }
  }

  /** Lets all begin that are held. */
  release(): void {
    for (const begin of this.#held) begin();
  }
}
