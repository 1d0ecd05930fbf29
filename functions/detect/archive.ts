/** Fetches the commit's archive from its Git host. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Deployment } from '../../domain/deployment.ts';
import { ask, gitHost, gitProblem, problemOf, type Send, unreachable } from '../../githost/index.ts';
import { problem } from './errors.ts';

export interface ArchivePorts {
  send: Send;
  /** The app's token for the Git host, if it has one. */
  tokenOf: (app: string) => Promise<string | undefined>;
}

/** Within the function's own time-out, both together; a host that wants longer is asked again by the state machine. */
const TIMEOUT_MS = 220_000;
const PATIENCE_MS = 20_000;

/** A repository that is not there either says more than its commit. */
async function explainMissing({ repository, commit }: Deployment, token: string | undefined, send: Send) {
  const { calls } = gitHost(repository.host);
  if (calls) await ask(calls.repository(repository, token), repository.name, send);
  return problem(
    'COMMIT_NOT_FOUND',
    `The Git host ${new URL(repository.url).host} has the repository ${repository.name}, but not its commit ${commit.sha.slice(0, 7)}.`,
  );
}

export async function openArchive(deployment: Deployment, { send, tokenOf }: ArchivePorts): Promise<Readable> {
  const { app, repository, commit } = deployment;
  const about = `commit ${commit.sha.slice(0, 7)} of ${repository.name}`;
  const token = await tokenOf(app);
  const request = gitHost(repository.host).archiveRequest(repository, commit.sha, token);
  const response = await send(request, { timeoutMs: TIMEOUT_MS, patienceMs: PATIENCE_MS }).catch((cause) => {
    throw unreachable(request, cause);
  });
  // Bitbucket and GitLab lead to their login page when the token is missing or wrong.
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  if (response.ok && response.body && !isPage) return Readable.fromWeb(response.body as ReadableStream);
  const found = await problemOf(response, request, about);
  await response.body?.cancel();
  if (response.ok) {
    throw gitProblem(
      'GIT_TOKEN_REFUSED',
      `The Git host ${new URL(request.url).host} answered a web page for ${about}.`,
    );
  }
  throw response.status === 404 ? await explainMissing(deployment, token, send) : found;
}
