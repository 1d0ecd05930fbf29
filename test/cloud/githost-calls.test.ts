/** Every call of every host's API against a server that answers as the documentation shows. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { GitHostCalls } from '../../githost/calls.ts';
import { ask, checkScopes, gitHost, putComment } from '../../githost/index.ts';
import { createSend } from '../../githost/send.ts';
import { branchesOf } from '../../lifecycle/heads.ts';
import { type FakeGitHost, type FakeKind, newRepository, startFakeGitHost } from '../support/fake-git-host/index.ts';

const TOKEN = 'emma@example.com:t0ken';
const SHA = 'c'.repeat(40);
const KINDS = ['github', 'gitlab', 'bitbucket', 'gitea'] as const;

/** Real requests; only the pauses between them are left out. */
const send = createSend({ fetch, pause: async () => undefined, now: Date.now, chance: Math.random });

let host: FakeGitHost;
const shop = () => host.repositories[0] as (typeof host.repositories)[number];

beforeAll(async () => {
  host = await startFakeGitHost(TOKEN, []);
});
beforeEach(() => {
  const branches = { 'release/1.x': { sha: SHA, message: 'Feed the ducks\n\nDaily' } };
  host.repositories.splice(
    0,
    9,
    newRepository('acme/shop', { branches }),
    newRepository('acme/new', { defaultBranch: undefined }),
  );
  host.requests.length = 0;
  host.scopes = undefined;
});
afterAll(() => host?.stop());

const callsOf = (kind: FakeKind) => gitHost(kind).calls as GitHostCalls;

describe.each(KINDS)('%s', (kind) => {
  const at = (name = 'acme/shop') => host.repository(kind, name);

  test('a repository has a name, a page and a default branch, unless it is empty', async () => {
    const facts = (name: string) => ask(callsOf(kind).repository(at(name), TOKEN), name, send);
    expect(await facts('acme/shop')).toEqual({
      name: 'acme/shop',
      url: `${host.url}/acme/shop`,
      defaultBranch: 'main',
    });
    expect((await facts('acme/new')).defaultBranch).toBeUndefined();
  });

  test('a branch, with a slash in its name, has a head', async () => {
    const head = await ask(callsOf(kind).branch(at(), 'release/1.x', TOKEN), 'the branch', send);
    expect(head).toEqual({ sha: SHA, message: 'Feed the ducks\n\nDaily' });
  });

  test('all branches have heads', async () => {
    expect(await ask(callsOf(kind).branches(at(), TOKEN), 'branches', send)).toEqual([
      { name: 'release/1.x', sha: SHA },
    ]);
  });

  test('of more branches than the host lists at once, none are told', async () => {
    const app = { repository: at(), gitTokenParameter: '/token' };
    const ports = { send, parameters: { secret: async () => TOKEN } };
    const [head] = Object.values(shop().branches) as [{ sha: string; message: string }];
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`b${index}`, head]));
    const most = kind === 'gitea' ? 50 : 100;
    shop().branches = many(most - 1);
    expect(await branchesOf(app, ports)).toHaveLength(most - 1);
    shop().branches = many(most);
    expect(await branchesOf(app, ports)).toBeUndefined();
  });

  test('a hook is made for pushes and pull requests, found, and deleted', async () => {
    const calls = callsOf(kind);
    const settings = { url: 'https://api.example.com/hooks?hook=1', secret: `whsec_${'A'.repeat(43)}=` };
    await ask(calls.createHook(at(), settings, TOKEN), 'the hook', send);
    const [made] = shop().hooks;
    expect(made).toMatchObject(settings);
    expect(made?.events.join(' ')).toMatch(kind === 'gitea' ? /push.*delete.*pull/ : /push.*(pull|merge)/);
    const [found, ...more] = await ask(calls.hooks(at(), TOKEN), 'the hooks', send);
    expect(more).toEqual([]);
    expect(found?.url).toBe(settings.url);
    expect(found?.isOutdated ?? false).toBe(false);
    await ask(calls.deleteHook(at(), found?.id as string, TOKEN), 'the hook', send);
    expect(shop().hooks).toEqual([]);
  });

  test('a pull request has one comment of each app, which is changed in place', async () => {
    const say = (app: string, text: string) =>
      putComment({ repository: at(), number: 7, app }, text, { send, token: TOKEN });
    shop().comments['7'] = [{ id: '1', body: 'Looks good to me' }];
    for (const text of [
      'The preview is being built.',
      'https://p.example.com is live.',
      'https://p.example.com is live.',
    ]) {
      expect(await say('shop', text)).toBe(true);
    }
    await say('docs', 'Hello');
    expect(shop().comments['7']?.map(({ body }) => body)).toEqual([
      'Looks good to me',
      '[towpath:shop]: #\n\nhttps://p.example.com is live.',
      '[towpath:docs]: #\n\nHello',
    ]);
    expect(host.requests.map(({ operation }) => operation).filter((one) => one === 'updateComment')).toHaveLength(1);
  });

  test.each([
    ['a wrong token', 'wrong', 'GIT_TOKEN_REFUSED', /answered 401 for acme\/shop/],
    ['no token', undefined, 'GIT_REPOSITORY_NOT_FOUND', /answered 404 for acme\/shop/],
  ])('%s is told with what to do', async (_, token, code, message) => {
    const asked = ask(callsOf(kind).repository(at(), token), 'acme/shop', send);
    await expect(asked).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      remedy: expect.stringContaining('token'),
    });
  });

  test.each([
    ['403', [{ status: 403 }], 'GIT_TOKEN_REFUSED'],
    ['404', [{ status: 404 }], 'GIT_REPOSITORY_NOT_FOUND'],
    ['422', [{ status: 422 }], 'GIT_REQUEST_REFUSED'],
    ['429 for an hour', [{ status: 429, headers: { 'retry-after': '3600' } }], 'GIT_HOST_THROTTLED'],
    ['500, again and again', Array(9).fill({ status: 500 }), 'GIT_HOST_UNAVAILABLE'],
    ['nothing: it hangs up', Array(9).fill({ status: 0 }), 'GIT_HOST_UNAVAILABLE'],
    ['a page for people', [{ status: 200, body: '<html>Sign in</html>' }], 'GIT_HOST_UNREADABLE'],
    ['another thing', [{ status: 200, body: '{"full_name": 1}' }], 'GIT_HOST_UNREADABLE'],
  ])('a host that answers %s', async (_, answers, code) => {
    host.script('facts', ...answers);
    const error = await ask(callsOf(kind).repository(at(), TOKEN), 'acme/shop', send).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code });
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toContain('t0ken');
  });

  test('a host that stumbles once is asked again', async () => {
    host.script('facts', { status: 503 }, { status: 0 });
    expect((await ask(callsOf(kind).repository(at(), TOKEN), 'acme/shop', send)).name).toBe('acme/shop');
    expect(host.requests.map(({ status }) => status)).toEqual([503, 0, 200]);
  });
});

test("Bitbucket's pull request has a newest commit, which its deliveries tell the beginning of", async () => {
  shop().pulls['7'] = [
    { sha: SHA, message: 'Newest' },
    { sha: 'd'.repeat(40), message: 'Older' },
  ];
  const call = callsOf('bitbucket').pullHead?.(host.repository('bitbucket', 'acme/shop'), 7, TOKEN);
  expect(await ask(call as NonNullable<typeof call>, 'pull request 7', send)).toEqual({ sha: SHA, message: 'Newest' });
});

describe('what a token may do, where the host tells', () => {
  const check = (kind: FakeKind) => {
    const repository = host.repository(kind, 'acme/shop');
    const question = callsOf(kind).scopes?.(repository, TOKEN);
    return checkScopes(repository, question as NonNullable<typeof question>, send);
  };
  test.each<[FakeKind, string[]]>([
    ['github', ['read:org', 'repo']],
    ['github', ['public_repo']],
    ['gitlab', ['api', 'read_user']],
    ['gitlab', ['granular']],
    ['github', []],
    ['bitbucket', ['webhook', 'repository:write']],
    ['bitbucket', ['pullrequest:write', 'webhook']],
    ['bitbucket', ['read:repository:bitbucket', 'write:webhook:bitbucket', 'delete:webhook:bitbucket']],
  ])('%s: %j is enough', async (kind, scopes) => {
    host.scopes = scopes;
    await expect(check(kind)).resolves.toBeUndefined();
  });

  test.each<[FakeKind, string[], string]>([
    ['github', ['admin:repo_hook', 'repo:status'], 'repo or public_repo (code'],
    ['gitlab', [], 'It has: none.'],
    ['gitlab', ['read_api', 'read_repository'], 'api (code'],
    ['bitbucket', ['repository'], 'webhook or write:webhook:bitbucket (webhooks)'],
    ['bitbucket', ['webhook'], '(code and commit statuses)'],
  ])('%s: %j is not', async (kind, scopes, message) => {
    host.scopes = scopes;
    await expect(check(kind)).rejects.toMatchObject({
      code: 'GIT_TOKEN_SCOPES',
      message: expect.stringContaining(message),
    });
  });

  test.each<[FakeKind]>([['github'], ['gitlab'], ['bitbucket']])(
    '%s, of a token of which nothing is told, says nothing',
    async (kind) => {
      await expect(check(kind)).resolves.toBeUndefined();
    },
  );

  test('Gitea tells of none', () => {
    expect(callsOf('gitea').scopes).toBeUndefined();
  });
});

test('an address where no server listens is unavailable, and its error says why', async () => {
  const gone = await startFakeGitHost(TOKEN, []);
  const repository = gone.repository('gitea', 'acme/shop');
  await gone.stop();
  await expect(ask(callsOf('gitea').repository(repository), 'acme/shop', send)).rejects.toMatchObject({
    code: 'GIT_HOST_UNAVAILABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a plain Git remote has no comments', async () => {
  const repository = { host: 'git', name: 'shop', url: 'http://127.0.0.1:1/shop.git' } as const;
  expect(await putComment({ repository, number: 1, app: 'shop' }, 'Hello', { send })).toBe(false);
});
