/** The errors that Step Functions itself reports. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export const ERRORS = {
  all: 'States.ALL',
  taskFailed: 'States.TaskFailed',
  timeout: 'States.Timeout',
  heartbeatTimeout: 'States.HeartbeatTimeout',
  query: 'States.QueryEvaluationError',
  dataLimit: 'States.DataLimitExceeded',
  noChoice: 'States.NoChoiceMatched',
  runtime: 'States.Runtime',
} as const;

/** An error inside an execution, as Retry and Catch see it. */
export class StateError extends Error {
  /** Absent for a Fail state without Error. */
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  /** It came from a task, so States.TaskFailed matches it. */
  readonly fromTask: boolean;

  constructor(error: string | undefined, cause: string | undefined, options: { fromTask?: boolean } = {}) {
    super(`${error}: ${cause}`);
    this.name = error ?? 'StateError';
    this.error = error;
    this.cause = cause;
    this.fromTask = options.fromTask ?? false;
  }
}

/** Why an execution as a whole ends from outside its states. Never matched by Retry or Catch. */
export class Interruption extends Error {
  readonly kind: 'stopped' | 'timedOut' | 'suspended' | 'sibling';
  readonly error: string | undefined;
  readonly reason: string | undefined;

  constructor(kind: Interruption['kind'], error?: string, reason?: string) {
    super(`The execution was interrupted: ${kind}.`);
    this.kind = kind;
    this.error = error;
    this.reason = reason;
  }
}

export function asStateError(error: unknown): StateError {
  if (error instanceof StateError) return error;
  return new StateError(ERRORS.runtime, error instanceof Error ? error.message : String(error));
}
