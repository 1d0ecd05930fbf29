/** Fetches the commit's archive from its Git host. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Deployment, Repository } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
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
async function explainMissing(
  { repository, commit }: Pick<Deployment, 'repository' | 'commit'>,
  token: string | undefined,
  send: Send,
) {
  const { calls } = gitHost(repository.host);
  if (calls) await ask(calls.repository(repository, token), repository.name, send);
  return problem(
    'COMMIT_NOT_FOUND',
    `The Git host ${new URL(repository.url).host} has the repository ${repository.name}, but not its commit ${commit.sha.slice(0, 7)}.`,
  );
}

/** Where the commit is to be had: at Bitbucket, a fork's in the fork alone. It is at the same server, which the token is for. */
function sourceOf({ repository, preview }: Deployment): Repository {
  const name = preview?.from;
  return name === undefined ? repository : { ...repository, name, url: `${new URL(repository.url).origin}/${name}` };
}

/** A token for one repository opens no other: a fork that everybody may read is opened without. */
export async function openArchive(deployment: Deployment, { send, tokenOf }: ArchivePorts): Promise<Readable> {
  const token = await tokenOf(deployment.app);
  try {
    return await openWith(token, deployment, send);
  } catch (error) {
    const another = deployment.preview?.from !== undefined && token !== undefined;
    if (!another || !(error instanceof TowpathError) || error.retryable) throw error;
    return openWith(undefined, deployment, send).catch(() => {
      throw error;
    });
  }
}

async function openWith(token: string | undefined, deployment: Deployment, send: Send): Promise<Readable> {
  const { commit } = deployment;
  const repository = sourceOf(deployment);
  const about = `commit ${commit.sha.slice(0, 7)} of ${repository.name}`;
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
  throw response.status === 404 ? await explainMissing({ repository, commit }, token, send) : found;
}
