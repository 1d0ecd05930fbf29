/**
 * A stand-in Git host for a laptop: plain Git remotes over HTTP that tell Towpath of each push, as GitHub would.
 *
 *   /<name>.git/…                       clone, fetch, push (smart HTTP)
 *   GET  /<name>.git/archive/<sha>.tar.gz  the commit's tree under one top-level folder
 *   GET  /<name>.git/statuses/<sha>        [{state, context, description, targetUrl}], newest first
 *   POST /<name>.git/statuses/<sha>        adds one
 *   PUT  /<name>.git                       makes the repository, or finds it
 *   POST /<name>.git/deliveries            {ref}: tells of that branch once more
 *   PUT  /<name>.git/pulls/<number>        {branch, isFork?}: opens a pull request of that branch; pushes to it are told
 *   DELETE /<name>.git/pulls/<number>      closes it
 *
 * By design: no log-in. It listens on 127.0.0.1 and answers only requests for that address, so neither another machine
 * nor a web page (by DNS rebinding) reaches it; whoever may run processes here may push.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createGit } from './git.ts';
import { createOutbox, type PushRecord, type Webhook } from './outbox.ts';
import { createPulls } from './pulls.ts';
import { type CommitStatus, createRepositories, installHook } from './repositories.ts';
import { createRequestHandler } from './requests.ts';

export type { CommitStatus, Webhook };

export interface LocalGitOptions {
  /** Holds the repositories and the pushes that are not told yet. */
  folder: string;
  /** 0 for any free port. */
  port?: number;
  /** Where and under which secret the pushes to a repository are told; asked anew for each try. */
  webhook: (repository: string) => Webhook;
  /** What the person at the terminal may want to know; one line. */
  log?: (line: string) => void;
}

/** Something else listens where the Git host would. */
export class PortInUseError extends Error {
  constructor(port: number, options: ErrorOptions) {
    super(`Port ${port} on 127.0.0.1 is not free. Stop what listens there, or choose another port.`, options);
    this.name = 'PortInUseError';
  }
}

export interface LocalGit {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Makes the repository if it isn't there. */
  createRepository(name: string): Promise<{ remoteUrl: string }>;
  repositories(): string[];
  /** Newest first. */
  statuses(repository: string, sha: string): CommitStatus[];
  stop(): Promise<void>;
}

export async function startLocalGit({
  folder,
  port = 0,
  webhook,
  log = () => undefined,
}: LocalGitOptions): Promise<LocalGit> {
  const hooksFolder = path.join(path.resolve(folder), 'hooks');
  installHook(hooksFolder);
  const git = createGit(hooksFolder);
  const repositories = createRepositories(path.join(path.resolve(folder), 'repositories'), git);
  let url = '';
  const remoteUrl = (name: string) => `${url}/${name}.git`;

  const payload = async ({ repository: name, before, after, ref, pull }: PushRecord) => {
    const repository = { name, url: remoteUrl(name) };
    const message = /^0+$/.test(after) ? '' : await repositories.message(name, after);
    if (pull) return { repository, ...pull, branch: ref.slice('refs/heads/'.length), head: { sha: after, message } };
    const headCommit = /^0+$/.test(after) ? null : { sha: await repositories.head(name, after), message };
    return { repository, ref, before, after, headCommit };
  };
  const outbox = createOutbox({ folder: path.join(path.resolve(folder), 'outbox'), webhook, payload, log });

  const pulls = createPulls(repositories);

  const handle = createRequestHandler({
    git,
    repositories,
    pushEnvironment: (repository) => ({
      TOWPATH_OUTBOX: outbox.folder,
      TOWPATH_PUSH: `${String(Date.now()).padStart(15, '0')}-${randomUUID()}`,
      TOWPATH_REPOSITORY: repository,
    }),
    afterPush: async (repository) => {
      outbox.flush();
      for (const update of await pulls.updates(repository)) outbox.add(update);
    },
    pulls,
    announce: outbox.add,
  });
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? new PortInUseError(port, { cause }) : cause),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  outbox.flush();

  return {
    url,
    createRepository: async (name) => {
      await repositories.create(name);
      return { remoteUrl: remoteUrl(name) };
    },
    repositories: repositories.names,
    statuses: repositories.statuses,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([git.stop(), outbox.stop(), closed]);
    },
  };
}
