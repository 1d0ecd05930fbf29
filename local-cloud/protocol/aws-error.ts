/** An error as an AWS service answers it. `code` is the modelled error name, e.g. `ResourceNotFoundException`. */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status for errors that the service's model gives none. */
  readonly status: number;
  /** Further members of the modelled error, e.g. CancellationReasons. */
  readonly members: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, members: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
