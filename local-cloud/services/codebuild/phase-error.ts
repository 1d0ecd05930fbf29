/** Why a phase failed, as the phase's context shows it. */
export class PhaseError extends Error {
  /** e.g. `YAML_FILE_ERROR`, `COMMAND_EXECUTION_ERROR`, `CLIENT_ERROR`. */
  readonly statusCode: string;

  constructor(statusCode: string, message: string) {
    super(message);
    this.name = statusCode;
    this.statusCode = statusCode;
  }
}

/** Why a build ends from outside its phases. */
export class BuildEnded extends Error {
  readonly status: 'STOPPED' | 'TIMED_OUT' | 'FAILED';
  /** For the phase that it ended in; absent for a stop that somebody asked for. */
  readonly statusCode: string | undefined;

  constructor(status: BuildEnded['status'], message: string, statusCode?: string) {
    super(message);
    this.status = status;
    this.statusCode = statusCode;
  }
}

export const LOCAL_CLOUD_ENDED = 'The local cloud ended while this build ran.';
