/** Detect's way to a commit, at every host: with a token, without one, and when something is gone. */
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Deployment } from '../../domain/deployment.ts';
import { openArchive } from '../../functions/detect/archive.ts';
import { createSend } from '../../githost/send.ts';
import { type FakeGitHost, newRepository, startFakeGitHost } from '../support/fake-git-host/index.ts';

const TOKEN = 't0ken';
const SHA = 'c'.repeat(40);
const send = createSend({ fetch, pause: async () => undefined, now: Date.now, chance: Math.random });

let host: FakeGitHost;
beforeAll(async () => {
  host = await startFakeGitHost(TOKEN, [newRepository('acme/shop', { archives: { [SHA]: Buffer.from('tar') } })]);
});
afterAll(() => host?.stop());

describe.each(['github', 'gitlab', 'bitbucket', 'gitea'] as const)('%s', (kind) => {
  const open = async (change: { name?: string; sha?: string; token?: string }) => {
    const { name = 'acme/shop', sha = SHA } = change;
    const deployment = Deployment.parse({
      id: '01JD0000000000000000000001',
      app: 'shop',
      site: 'shop-main',
      number: 1,
      repository: host.repository(kind, name),
      commit: { sha, branch: 'main' },
    });
    const tokenOf = async () => ('token' in change ? change.token : TOKEN);
    return (await buffer(await openArchive(deployment, { send, tokenOf }))).toString();
  };

  test('a private repository opens to its token', async () => {
    expect(await open({})).toBe('tar');
    expect(host.requests.at(-1)).toMatchObject({ operation: 'archive', status: 200 });
  });

  test.each([
    ['a commit that was force-pushed away', { sha: 'd'.repeat(40) }, 'COMMIT_NOT_FOUND', 'push again'],
    [
      'a repository that was deleted, or renamed without a trace',
      { name: 'acme/gone' },
      'GIT_REPOSITORY_NOT_FOUND',
      'towpath connect',
    ],
    ['a private repository without a token', { token: undefined }, 'GIT_REPOSITORY_NOT_FOUND', 'token'],
    ['a token that was revoked', { token: 'old' }, 'GIT_TOKEN_REFUSED', 'towpath rotate'],
  ])('%s', async (_, change, code, remedy) => {
    await expect(open(change)).rejects.toMatchObject({
      code,
      retryable: false,
      remedy: expect.stringContaining(remedy),
    });
  });

  test('a host that throttles or stumbles for long is left to the state machine', async () => {
    host.script('archive', { status: 429, headers: { 'retry-after': '60' } });
    await expect(open({})).rejects.toMatchObject({ code: 'GIT_HOST_THROTTLED', retryable: true });
    host.script('archive', ...Array(20).fill({ status: 502 }));
    await expect(open({})).rejects.toMatchObject({ code: 'GIT_HOST_UNAVAILABLE', retryable: true });
    host.script('archive', { status: 500 }, { status: 429, headers: { 'retry-after': '1' } });
    expect(await open({})).toBe('tar');
  });
});

describe("a fork's commit at Bitbucket", () => {
  const open = async (from: string, token?: string) => {
    const deployment = Deployment.parse({
      id: '01JD0000000000000000000001',
      app: 'shop',
      site: 'shop-pull-7',
      number: 1,
      repository: host.repository('bitbucket', 'acme/shop'),
      commit: { sha: SHA, branch: 'bells' },
      preview: { number: 7, isFork: true, from },
    });
    return (await buffer(await openArchive(deployment, { send, tokenOf: async () => token }))).toString();
  };
  beforeAll(() => {
    const archives = { [SHA]: Buffer.from('of the fork') };
    host.repositories.push(
      newRepository('eve/open', { archives, private: false }),
      newRepository('eve/closed', { archives }),
    );
  });

  test('comes from the fork, by the app’s token or, where that opens only the app’s repository, without', async () => {
    expect(await open('eve/closed', TOKEN)).toBe('of the fork');
    expect(await open('eve/open', 'of acme/shop alone')).toBe('of the fork');
    expect(await open('eve/open')).toBe('of the fork');
  });

  test('of a fork that is not for this token is refused as such', async () => {
    await expect(open('eve/closed', 'of acme/shop alone')).rejects.toMatchObject({ code: 'GIT_TOKEN_REFUSED' });
  });
});
