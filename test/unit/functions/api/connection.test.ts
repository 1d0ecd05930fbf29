/** What may go wrong between a Git host and Towpath while a repository is connected or let go. */
import { beforeEach, expect, jest, test } from '@jest/globals';
import type { HookRecord } from '../../../../aws/table/hooks.ts';
import { App } from '../../../../domain/app.ts';
import { parseNetworks } from '../../../../domain/outbound.ts';
import { connect, disconnect, rotate } from '../../../../functions/api/connection/connect.ts';
import type { ConnectionPorts } from '../../../../functions/api/connection/ports.ts';
import { type HostRequest, hookUrl, newHookId } from '../../../../githost/index.ts';

const KEPT = 'kept-token';
const HOOKS = 'https://api.example.com';
const repository = { host: 'gitea', name: 'acme/shop', url: 'https://git.example.com/acme/shop' } as const;
const elsewhere = { ...repository, url: 'https://evil.example.com/acme/shop' };
const app = App.parse({
  id: 'shop',
  repository,
  gitTokenParameter: '/towpath/dev/apps/shop/git-token',
  createdAt: '2026-11-01T00:00:00Z',
});

let sent: HostRequest[];
let answers: (request: HostRequest) => [status: number, body?: unknown];
let hooks: Map<string, HookRecord>;
let ports: ConnectionPorts;
const parametersRemove = jest.fn(async (_name: string) => undefined);
const disconnected = jest.fn(async () => undefined);

/** A host where everything goes well. */
const good = ({ method, url }: HostRequest): [number, unknown?] => {
  if (method === 'DELETE') return [204];
  if (/\/hooks(\?|$)/.test(url)) return method === 'GET' ? [200, []] : [201, { id: 1 }];
  if (url.includes('/branches/')) return [200, { commit: { id: 'a'.repeat(40), message: 'Hello' } }];
  return [200, { full_name: 'acme/shop', html_url: `${new URL(url).origin}/acme/shop`, default_branch: 'main' }];
};

beforeEach(() => {
  sent = [];
  answers = good;
  hooks = new Map();
  ports = {
    apps: {
      get: async () => app,
      create: async () => true,
      change: async (_, fields) => ({ ...app, ...fields }),
      ofRepository: async () => [app],
      disconnect: disconnected,
    },
    hooks: {
      get: async (id) => hooks.get(id),
      put: async (hook) => void hooks.set(hook.id, hook),
      remove: async (id) => void hooks.delete(id),
      ofRepository: async () => [...hooks.values()],
    },
    variables: { putPlain: async () => undefined },
    parameters: { secret: async () => KEPT, putSecret: async () => undefined, remove: parametersRemove },
    send: async (request) => {
      sent.push(request);
      const [status, body] = answers(request);
      return new Response(body === undefined ? null : JSON.stringify(body), { status });
    },
    accessToken: async (credential) => credential,
    deploy: async () => ({ id: '01JD0000000000000000000001', site: 'shop-main', status: 'started' }),
    stackSecret: async () => 'stack secret',
    hooksUrl: HOOKS,
    allowedNetworks: parseNetworks('none'),
    stage: 'dev',
    now: () => new Date('2026-11-20T10:00:00Z'),
  };
});

/** Server → the tokens that it saw. */
const tokensSeen = () =>
  Object.fromEntries(
    Object.entries(Object.groupBy(sent, ({ url }) => new URL(url).host)).map(([host, requests = []]) => [
      host,
      [...new Set(requests.map(({ headers }) => headers.authorization))],
    ]),
  );

test('a kept token goes to its own server alone, whatever an app is moved to', async () => {
  await connect('shop', { repository: elsewhere, move: true }, ports);
  expect(tokensSeen()).toEqual({ 'evil.example.com': [undefined], 'git.example.com': [`Bearer ${KEPT}`] });
});

test('the head of its branch is deployed as what was there before the host was asked', async () => {
  const deploy = jest.fn(ports.deploy);
  const message = 'm'.repeat(5_000);
  answers = (request) => {
    if (!request.url.includes('/branches/')) return good(request);
    ports.now = () => new Date('2026-11-20T10:00:09Z');
    return [200, { commit: { id: 'a'.repeat(40), message } }];
  };
  await connect('shop', { repository, token: 't' }, { ...ports, deploy, now: () => ports.now() });
  expect(deploy.mock.calls.map(([, head]) => head)).toEqual([
    {
      ...{ repository: { host: 'gitea', name: 'acme/shop', url: repository.url }, branch: 'main', sha: 'a'.repeat(40) },
      ...{ message: 'm'.repeat(1_000), announcedAt: '2026-11-20T10:00:00.000Z' },
    },
  ]);
});

test('a server that calls its repository by the address of another one is not believed', async () => {
  answers = (request) => {
    const [status, body] = good(request);
    return [status, { ...(body as object), html_url: 'https://github.com/acme/shop' }];
  };
  await expect(connect('shop', { repository, token: 't' }, ports)).rejects.toMatchObject({
    code: 'GIT_SERVER_DIFFERS',
  });
  expect(hooks.size).toBe(0);
});

test('a webhook that the host does not make leaves nothing behind', async () => {
  answers = (request) => (request.method === 'POST' ? [403, {}] : good(request));
  await expect(connect('shop', { repository, token: 't' }, ports)).rejects.toMatchObject({ code: 'GIT_TOKEN_REFUSED' });
  expect(hooks.size).toBe(0);
});

test('webhooks that a broken attempt left at the host go; one of another stack, or made by hand, stays', async () => {
  const stale = newHookId();
  const listed = [
    { id: 7, config: { url: hookUrl(HOOKS, 'gitea', stale) } },
    { id: 8, config: { url: hookUrl('https://other.example.com', 'gitea', newHookId()) } },
    { id: 9, config: { url: `${HOOKS}/hooks/gitea` } },
  ];
  answers = (request) => (request.method === 'GET' && request.url.includes('/hooks?') ? [200, listed] : good(request));
  await connect('shop', { repository, token: 't' }, ports);
  const changes = sent
    .filter(({ method }) => method !== 'GET')
    .map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  expect(changes).toEqual(['POST /api/v1/repos/acme/shop/hooks', 'DELETE /api/v1/repos/acme/shop/hooks/7']);
});

test.each([
  ['hears of deleted branches', ['push', 'delete', 'pull_request', 'pull_request_sync'], ['GET', 'GET', 'GET']],
  ['does not', ['push', 'pull_request'], ['GET', 'GET', 'POST', 'DELETE', 'GET']],
])('a webhook at Gitea that %s', async (_, events, methods) => {
  const old = newHookId();
  hooks.set(old, { id: old, repository, createdAt: '2026-11-01T00:00:00Z' });
  const listed = [{ id: 7, events, config: { url: hookUrl(HOOKS, 'gitea', old) } }];
  answers = (request) => (request.method === 'GET' && request.url.includes('/hooks?') ? [200, listed] : good(request));
  await connect('shop', { repository, token: 't' }, ports);
  expect(sent.map(({ method }) => method)).toEqual(methods);
  expect(hooks.size).toBe(1);
});

test('a rotation makes the new webhook before the old one goes', async () => {
  const old = newHookId();
  hooks.set(old, { id: old, repository, createdAt: '2026-11-01T00:00:00Z' });
  const listed = [{ id: 7, config: { url: hookUrl(HOOKS, 'gitea', old) } }];
  answers = (request) => (request.method === 'GET' && request.url.includes('/hooks?') ? [200, listed] : good(request));
  await rotate('shop', undefined, ports);
  expect(sent.map(({ method }) => method)).toEqual(['GET', 'POST', 'DELETE']);
  expect([...hooks.keys()]).not.toContain(old);
  expect(hooks.size).toBe(1);
});

test.each([[401], [404], [500]])('a host that answers %i keeps nobody connected', async (status) => {
  const id = newHookId();
  hooks.set(id, { id, repository, createdAt: '2026-11-01T00:00:00Z' });
  answers = () => [status, {}];
  const left = await disconnect('shop', ports);
  expect(left).toMatchObject({ app: 'shop', hook: 'left', because: expect.stringContaining(`answered ${status}`) });
  expect(hooks.size).toBe(0);
  expect(parametersRemove).toHaveBeenCalledWith('/towpath/dev/apps/shop/git-token');
  expect(disconnected).toHaveBeenCalled();
});

test('nor does a credential that makes no token any more', async () => {
  ports.accessToken = () => Promise.reject(new Error('the key is gone'));
  answers = () => [404, {}];
  expect(await disconnect('shop', ports)).toMatchObject({ hook: 'left' });
});
