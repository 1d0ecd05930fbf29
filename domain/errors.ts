/** Whose move it is when something failed. `retryable` says whether the same call may succeed later without any change. */
export type Fault = 'user' | 'provider' | 'towpath';

export interface Remedy {
  /** Stable, documented in docs/reference/errors.md; shown to users and branched on, never the message. */
  code: string;
  fault: Fault;
  retryable: boolean;
  /** One sentence that tells the reader what to do next. */
  remedy: string;
}

/**
 * The one error class of the product. Its `name` is the code, because Step Functions matches Retry and Catch on a
 * Lambda error's type, which is the thrown error's name.
 */
export class TowpathError extends Error {
  readonly code: string;
  readonly fault: Fault;
  readonly retryable: boolean;
  readonly remedy: string;

  constructor(about: Remedy, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = about.code;
    this.code = about.code;
    this.fault = about.fault;
    this.retryable = about.retryable;
    this.remedy = about.remedy;
  }
}

/** What its user asked for cannot be, and nothing was changed. */
export const refusal = (code: string, message: string, remedy: string) =>
  new TowpathError({ code, fault: 'user', retryable: false, remedy }, message);
