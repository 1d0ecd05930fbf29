/** Whatever a route threw, as what its caller is told; what nobody foresaw is for the log alone. */
import { HTTPException } from 'hono/http-exception';
import { TowpathError } from '../../domain/errors.ts';
import { malformedJson } from './errors.ts';

interface Failure {
  status: 400 | 401 | 404 | 409 | 500 | 502 | 503;
  told: TowpathError;
}

export function failureOf(error: Error): Failure {
  if (error instanceof HTTPException) {
    // hono itself throws one alone: of a body that is no JSON.
    const { cause } = error.cause instanceof TowpathError ? error : malformedJson();
    return { status: error.status === 401 ? 401 : 400, told: cause as TowpathError };
  }
  if (error instanceof TowpathError && error.fault !== 'towpath') return { status: statusOf(error), told: error };
  return { status: 500, told: internalError(error) };
}

/** What the asker can mend is a 4xx; a Git host or AWS that does not answer is no fault of theirs. */
const statusOf = ({ code, fault, retryable }: TowpathError) =>
  fault === 'provider' ? (retryable ? 503 : 502) : code.startsWith('NO_SUCH_') ? 404 : 409;

const internalError = (cause: Error) =>
  new TowpathError(
    {
      code: 'INTERNAL_ERROR',
      fault: 'towpath',
      retryable: false,
      remedy: 'The log of the function "api" has the details.',
    },
    'Something went wrong in Towpath itself.',
    { cause },
  );
