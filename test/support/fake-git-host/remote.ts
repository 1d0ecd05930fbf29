/**
 * A real Git remote in front of the fake GitHub: what is pushed there becomes the fake's archives, branches and deliveries. Whoever pushes a
 * branch besides main opens a pull request with it, as a person would, and deleting the branch closes it.
 */
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { git } from '../../../cli/repository.ts';
import { deletionOf } from '../deliveries.ts';
import { deliver, pushTo } from './deliver.ts';
import type { FakeGitHost, FakeRepository } from './index.ts';

const run = promisify(execFile);
const isGone = (sha: string) => /^0+$/.test(sha);

export interface FakeRemote {
  /** What `git remote add` takes. */
  url: string;
  /** Branches whose push opens a pull request, in the order of their numbers. */
  requests: string[];
  stop(): Promise<void>;
}

/** `folder` is to hold the bare repository; pull requests are of branches whose name matches `opens`. */
export async function startFakeRemote(
  folder: string,
  host: FakeGitHost,
  repository: FakeRepository,
  opens: RegExp,
): Promise<FakeRemote> {
  const requests: string[] = [];
  const page = `${host.url}/${repository.name}`;
  const toAll = (body: object, what?: string) =>
    Promise.all(repository.hooks.map((hook) => deliver('github', hook, body, undefined, what)));
  const request = (action: string, branch: string, sha: string) => ({
    action,
    number: requests.indexOf(branch) + 1,
    repository: { full_name: repository.name, html_url: page },
    pull_request: { title: branch, head: { sha, ref: branch, repo: { full_name: repository.name } } },
  });

  async function pushed(branch: string, before: string, sha: string): Promise<void> {
    if (isGone(sha)) {
      delete repository.branches[branch];
      if (requests.includes(branch)) await toAll(request('closed', branch, before), 'pull_request');
      await toAll(deletionOf('github', branch, page).body);
      return;
    }
    const archive = ['archive', '--format=tar.gz', `--prefix=${repository.name.replace('/', '-')}/`, sha];
    const { stdout } = await run('git', archive, { cwd: folder, encoding: 'buffer', maxBuffer: 2 ** 26 });
    const message = await git(folder, 'log', '-1', '--format=%B', sha);
    await pushTo(host, 'github', repository, { branch, sha, message, archive: stdout });
    if (!opens.test(branch)) return;
    const action = requests.includes(branch) ? 'synchronize' : 'opened';
    if (action === 'opened') requests.push(branch);
    await toAll(request(action, branch, sha), 'pull_request');
  }

  const server = createServer(async (incoming, response) => {
    const [before = '', after = '', ref = ''] = (await text(incoming)).split(' ');
    pushed(ref.replace('refs/heads/', ''), before, after).then(
      () => response.end(),
      (error) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder]);
  const hook = join(folder, 'hooks', 'post-receive');
  const tell = `curl --silent --show-error --fail --data "$old $new $ref" http://127.0.0.1:${port}/`;
  writeFileSync(hook, `#!/bin/sh\nwhile read -r old new ref; do ${tell}; done\n`);
  chmodSync(hook, 0o755);
  return {
    url: folder,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
