/** Fetches the commit's archive from its Git host. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Deployment } from '../../domain/deployment.ts';
import { gitHost, type HostRequest, type SendOptions } from '../../githost/index.ts';
import { problem } from './errors.ts';

export interface ArchivePorts {
  send: (request: HostRequest, options: SendOptions) => Promise<Response>;
  /** The app's token for the Git host, if it has one. */
  tokenOf: (app: string) => Promise<string | undefined>;
}

/** Within the function's own time-out. */
const TIMEOUT_MS = 240_000;

export async function openArchive({ app, repository, commit }: Deployment, ports: ArchivePorts): Promise<Readable> {
  const request = gitHost(repository.host).archiveRequest(repository, commit.sha, await ports.tokenOf(app));
  const { host: server } = new URL(request.url);
  const response = await ports.send(request, { timeoutMs: TIMEOUT_MS }).catch((cause) => {
    throw problem('GIT_HOST_UNAVAILABLE', `The Git host ${server} could not be reached: ${cause.message}.`, { cause });
  });
  /** Bitbucket leads to its login page when the token is missing or wrong. */
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  if (response.ok && response.body && !isPage) return Readable.fromWeb(response.body as ReadableStream);
  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429) {
    throw problem('GIT_HOST_UNAVAILABLE', `The Git host ${server} answered ${response.status}.`);
  }
  throw problem(
    'COMMIT_NOT_FOUND',
    `The Git host ${server} answered ${isPage ? 'a web page' : response.status} for commit ${commit.sha.slice(0, 7)} of ${repository.name}.`,
  );
}
