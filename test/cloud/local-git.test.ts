import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request as rawRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { extract } from 'tar-stream';
import { type LocalGit, startLocalGit } from '../../local-git/index.ts';

const SECRET = 'a shared secret';
let folder: string;
let host: LocalGit | undefined;
let receiver: Receiver;

interface Delivery {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A webhook receiver whose deliveries can be awaited one after the other. */
class Receiver {
  answer = 202;
  private server: Server | undefined;
  private arrived: Delivery[] = [];
  private waiting: ((delivery: Delivery) => void)[] = [];
  port = 0;

  async listen() {
    this.server = createServer(async (request, response) => {
      const body = await text(request);
      response.writeHead(this.answer).end('{}');
      const delivery = { headers: request.headers, body };
      const reader = this.waiting.shift();
      if (reader) reader(delivery);
      else this.arrived.push(delivery);
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }
  next(): Promise<Delivery> {
    const first = this.arrived.shift();
    return first ? Promise.resolve(first) : new Promise((resolve) => this.waiting.push(resolve));
  }
  close() {
    this.server?.closeAllConnections();
    return new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }
}

const start = async () => {
  host = await startLocalGit({
    folder: path.join(folder, 'host'),
    webhook: () => ({ url: `http://127.0.0.1:${receiver.port}/hooks/git`, secret: SECRET }),
  });
  return host;
};

const run = promisify(execFile);
/** The pusher's git, free of this machine's configuration. */
const git = async (cwd: string, ...args: string[]) =>
  run('git', args, {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    },
  });

/** A work tree with one commit; answers its folder and the commit. */
async function workTree(remoteUrl: string, message = 'First: héllo') {
  const tree = await mkdtemp(path.join(folder, 'tree-'));
  await git(tree, 'init', '--quiet', '--initial-branch=main');
  await writeFile(path.join(tree, 'package.json'), '{"name":"shop"}');
  await git(tree, 'add', '.');
  await git(tree, 'commit', '--quiet', '-m', message);
  await git(tree, 'remote', 'add', 'towpath', remoteUrl);
  const sha = (await git(tree, 'rev-parse', 'HEAD')).stdout.trim();
  return { tree, sha };
}

async function untar(url: string): Promise<Record<string, string>> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const files: Record<string, string> = {};
  const tar = extract();
  Readable.fromWeb(response.body as never)
    .pipe(createGunzip())
    .pipe(tar);
  for await (const entry of tar) {
    files[entry.header.name] = await text(entry);
  }
  return files;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'towpath-local-git-'));
  receiver = new Receiver();
  await receiver.listen();
});

afterEach(async () => {
  await host?.stop();
  host = undefined;
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

test('a push is accepted, told in a signed webhook, and can be cloned back', async () => {
  const { createRepository, url } = await start();
  const { remoteUrl } = await createRepository('shop');
  const { tree, sha } = await workTree(remoteUrl);

  const push = await git(tree, 'push', 'towpath', 'main');
  expect(push.stderr).toContain('Towpath: deployment queued for main');

  const { headers, body } = await receiver.next();
  expect(headers['x-towpath-event']).toBe('push');
  expect(headers['x-towpath-delivery']).toMatch(/^[0-9]{15}-.+\.1$/);
  expect(headers['x-towpath-signature']).toBe(`sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
  expect(JSON.parse(body)).toEqual({
    repository: { name: 'shop', url: `${url}/shop.git` },
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: sha,
    headCommit: { sha, message: 'First: héllo' },
  });

  await git(folder, 'clone', '--quiet', remoteUrl, 'copy');
  expect((await git(path.join(folder, 'copy'), 'rev-parse', 'HEAD')).stdout.trim()).toBe(sha);
});

test('each updated branch and tag has its own webhook, which tells the commit; a deletion says so', async () => {
  const { createRepository } = await start();
  const { tree, sha } = await workTree((await createRepository('shop')).remoteUrl);
  await git(tree, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', 'tag', '-a', '-m', 'One', 'v1');
  await git(tree, 'push', '--quiet', 'towpath', 'main', 'main:feature/x', 'v1');
  const pushed = [await receiver.next(), await receiver.next(), await receiver.next()].map(({ body }) =>
    JSON.parse(body),
  );
  expect(pushed.map(({ ref }) => ref).sort()).toEqual(['refs/heads/feature/x', 'refs/heads/main', 'refs/tags/v1']);
  expect(new Set(pushed.map(({ headCommit }) => headCommit.sha))).toEqual(new Set([sha]));

  await git(tree, 'push', '--quiet', 'towpath', ':feature/x');
  expect(JSON.parse((await receiver.next()).body)).toMatchObject({
    before: sha,
    after: '0'.repeat(40),
    headCommit: null,
  });
});

test('an acknowledged push survives a receiver that is down and a restart, under the same delivery id', async () => {
  receiver.answer = 503;
  const first = await start();
  const { tree } = await workTree((await first.createRepository('shop')).remoteUrl);
  await git(tree, 'push', '--quiet', 'towpath', 'main');
  const refused = await receiver.next();
  await first.stop();

  receiver.answer = 202;
  const second = await start();
  expect(second.repositories()).toEqual(['shop']);
  let told = await receiver.next();
  // The first host may have tried more than once before it was stopped.
  while (!told.body.includes(second.url)) told = await receiver.next();
  expect(told.headers['x-towpath-delivery']).toBe(refused.headers['x-towpath-delivery']);
});

test('a push larger than git sends in one piece arrives', async () => {
  const { createRepository } = await start();
  const { tree } = await workTree((await createRepository('shop')).remoteUrl);
  const noise = Buffer.from(Array.from({ length: 2_000_000 }, (_, index) => (index * 2654435761) >>> 13));
  await writeFile(path.join(tree, 'noise.bin'), noise);
  await git(tree, 'add', '.');
  await git(tree, 'commit', '--quiet', '-m', 'noise');
  await git(tree, '-c', 'http.postBuffer=65536', 'push', '--quiet', 'towpath', 'main');
  expect(JSON.parse((await receiver.next()).body).headCommit.message).toBe('noise');
});

test('the archive of a commit has one top-level folder; unknown commits are 404', async () => {
  const { createRepository, url } = await start();
  const { tree, sha } = await workTree((await createRepository('shop')).remoteUrl);
  await git(tree, 'push', '--quiet', 'towpath', 'main');
  expect(await untar(`${url}/shop.git/archive/${sha}.tar.gz`)).toEqual({
    [`shop-${sha}/`]: '',
    [`shop-${sha}/package.json`]: '{"name":"shop"}',
  });
  expect((await fetch(`${url}/shop.git/archive/${'0'.repeat(40)}.tar.gz`)).status).toBe(404);
  expect((await fetch(`${url}/none.git/archive/${sha}.tar.gz`)).status).toBe(404);
});

test('commit statuses are stored, newest first, and checked', async () => {
  const { createRepository, statuses, url } = await start();
  const { tree, sha } = await workTree((await createRepository('shop')).remoteUrl);
  await git(tree, 'push', '--quiet', 'towpath', 'main');
  const post = (body: string, type = 'application/json') =>
    fetch(`${url}/shop.git/statuses/${sha}`, { method: 'POST', headers: { 'content-type': type }, body });
  const pending = { state: 'pending', context: 'towpath/shop-main', description: 'Queued' };
  const success = { ...pending, state: 'success', description: 'Live', targetUrl: 'http://127.0.0.1:9/' };
  expect((await post(JSON.stringify(pending))).status).toBe(201);
  expect((await post(JSON.stringify(success))).status).toBe(201);
  expect((await post('{"state":"great"}')).status).toBe(422);
  expect((await post(JSON.stringify(success), 'text/plain')).status).toBe(415);
  expect(await (await fetch(`${url}/shop.git/statuses/${sha}`)).json()).toEqual([success, pending]);
  expect(statuses('shop', sha)).toEqual([success, pending]);
});

test('a request under a foreign host name is refused, and names cannot leave the folder', async () => {
  const { createRepository, url } = await start();
  await createRepository('shop');
  const status = await new Promise((resolve, reject) => {
    const options = { headers: { host: 'evil.example' } };
    rawRequest(`${url}/shop.git/info/refs?service=git-upload-pack`, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
  await expect(createRepository('../out')).rejects.toThrow('is no repository name');
  await expect(createRepository('a/b')).rejects.toThrow('is no repository name');
});

test('a port in use is an error that names it', async () => {
  await expect(
    startLocalGit({ folder, port: receiver.port, webhook: () => ({ url: 'http://127.0.0.1:1', secret: SECRET }) }),
  ).rejects.toThrow(`Port ${receiver.port} on 127.0.0.1 is not free`);
});

test('a pull request is told when it is opened, moved by a push, and closed', async () => {
  const { createRepository } = await start();
  const { remoteUrl } = await createRepository('shop');
  const { tree, sha } = await workTree(remoteUrl, 'Bells');
  await git(tree, 'push', '--quiet', 'towpath', 'main:bells');
  await receiver.next();
  const pull = (number: number, method: string, body?: object) =>
    fetch(`${remoteUrl}/pulls/${number}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
  const told = async () => {
    const { headers, body } = await receiver.next();
    expect(headers['x-towpath-event']).toBe('pull_request');
    return JSON.parse(body);
  };
  expect((await pull(12, 'PUT', { branch: 'nowhere' })).status).toBe(404);
  expect((await pull(12, 'DELETE')).status).toBe(404);
  expect((await pull(12, 'PUT', { branch: 'bells', isFork: true })).status).toBe(201);
  const about = { number: 12, branch: 'bells', isFork: true, repository: { name: 'shop', url: remoteUrl } };
  expect(await told()).toEqual({ ...about, action: 'opened', head: { sha, message: 'Bells' } });

  await git(tree, 'commit', '--quiet', '--allow-empty', '-m', 'More');
  await git(tree, 'push', '--quiet', 'towpath', 'main:bells');
  expect((await receiver.next()).headers['x-towpath-event']).toBe('push');
  expect(await told()).toMatchObject({ ...about, action: 'updated', head: { message: 'More' } });
  expect((await pull(12, 'DELETE')).status).toBe(202);
  expect(await told()).toMatchObject({ ...about, action: 'closed', head: { message: 'More' } });
});
