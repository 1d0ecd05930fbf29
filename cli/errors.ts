/** Something the person at the terminal can mend: its message says what and how. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Something was typed wrongly: an error of ours, or one that node:util's parseArgs throws. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof CliError) return error.exitCode === 2;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** Says why a command failed, and answers its exit code. What nobody foresaw is told with its stack. */
export function reportFailure(error: unknown): number {
  if (!(error instanceof CliError)) {
    console.error(error);
    return 1;
  }
  console.error(error.message);
  return error.exitCode;
}
