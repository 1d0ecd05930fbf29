/** Performs a call and reads its answer, or says what is wrong with the repository, the token or the host. */
import type { HostCall } from './calls.ts';
import { gitProblem } from './errors.ts';
import { type Send, throttled } from './send.ts';
import { isStumble, pauseAsked } from './throttling.ts';
import type { HostRequest } from './types.ts';

/** The HTTP API's function lives 29 s, and may have to ask five times. */
const TIMEOUT_MS = 5_000;
const PATIENCE_MS = 3_000;

const atServer = ({ url }: HostRequest) => `The Git host ${new URL(url).host}`;

/** What an answer that is not good means. `about` is what was asked for, e.g. `acme/shop`. */
export async function problemOf(response: Response, request: HostRequest, about: string, now = Date.now()) {
  const { status } = response;
  const says = `${atServer(request)} answered ${status} for ${about}`;
  if (await throttled(response)) {
    return gitProblem(
      'GIT_HOST_THROTTLED',
      `${says}: too many requests, for ${Math.ceil(pauseAsked(response, now) / 1000)} s.`,
    );
  }
  if (isStumble(status)) return gitProblem('GIT_HOST_UNAVAILABLE', `${says}.`);
  if (status === 401 || status === 403)
    return gitProblem('GIT_TOKEN_REFUSED', `${says}: the token is missing, wrong, or may not do this.`);
  if (status === 404 || status === 410) {
    return gitProblem('GIT_REPOSITORY_NOT_FOUND', `${says}: it is not there, or not for this token.`);
  }
  return gitProblem('GIT_REQUEST_REFUSED', `${says}.`);
}

export const unreachable = (request: HostRequest, cause: Error) =>
  gitProblem(
    'GIT_HOST_UNAVAILABLE',
    `${atServer(request)} could not be reached: ${cause.name === 'TimeoutError' ? 'no answer in time' : reasonOf(cause)}.`,
    { cause },
  );

/** `fetch failed` says nothing: the system's own code does. */
const reasonOf = ({ cause, message }: Error) => (cause as { code?: string } | undefined)?.code ?? message;

export async function ask<Answer>({ request, answer }: HostCall<Answer>, about: string, send: Send): Promise<Answer> {
  const response = await send(request, { timeoutMs: TIMEOUT_MS, patienceMs: PATIENCE_MS }).catch((cause) => {
    throw unreachable(request, cause);
  });
  if (!response.ok) {
    const problem = await problemOf(response, request, about);
    await response.body?.cancel();
    throw problem;
  }
  // An answer without content is none of JSON: what expects nothing takes it.
  const body: unknown = await response.json().catch(() => undefined);
  const read = answer.safeParse(body);
  if (read.success) return read.data;
  throw gitProblem('GIT_HOST_UNREADABLE', `${atServer(request)} gave no usable answer for ${about}.`);
}
