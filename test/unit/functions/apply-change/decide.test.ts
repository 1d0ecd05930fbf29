import { expect, test } from '@jest/globals';
import { App } from '../../../../domain/app.ts';
import { decide } from '../../../../functions/apply-change/decide.ts';
import type { Deletion, PullRequest, Push, Tag } from '../../../../githost/index.ts';

const repository = { host: 'github' as const, name: 'acme/shop', url: 'https://github.com/acme/shop' };
const about = { deliveryId: 'd', repository };
const app = (id: string, change: Partial<App> = {}) =>
  App.parse({ id, repository, branches: ['main', 'release/*'], createdAt: '2026-11-01T00:00:00Z', ...change });
const push = (branch: string, message = ''): Push => ({ kind: 'push', ...about, branch, sha: 'a'.repeat(40), message });
const deletion = (branch: string): Deletion => ({ kind: 'deletion', ...about, branch });
const pull = (change: Partial<PullRequest> = {}): PullRequest => ({
  kind: 'pull-request',
  ...about,
  number: 12,
  change: 'opened',
  branch: 'bells',
  isFork: false,
  sha: 'b'.repeat(40),
  message: 'Sell bells',
  ...change,
});
const one = (...[change, settings]: [Parameters<typeof decide>[0], Partial<App>?]) => {
  const decisions = decide(change, [app('shop', settings)]);
  return Array.isArray(decisions) ? decisions[0] : decisions;
};

test('patterns name branches that are not there yet', () => {
  expect(one(push('release/2'))).toMatchObject({ do: 'deploy', wanted: { branch: 'release/2', sha: 'a'.repeat(40) } });
  expect(one(push('wip'))).toMatchObject({ do: 'nothing', reason: 'branch wip of acme/shop is not deployed by shop' });
});

test('each app of a repository decides for itself', () => {
  const apps = [app('shop'), app('docs', { branches: ['wip'] }), app('old', { removingSince: '2026-11-02T00:00:00Z' })];
  expect((decide(push('main'), apps) as { do: string }[]).map((decision) => decision.do)).toEqual([
    'deploy',
    'nothing',
    'nothing',
  ]);
});

test('the site of a deleted branch stays, or goes, as the app says; either way it is told', () => {
  expect(one(deletion('release/1'))).toMatchObject({
    do: 'nothing',
    reason: expect.stringContaining('its site stays'),
  });
  expect(one(deletion('release/1'), { deletedBranches: 'remove' })).toMatchObject({
    do: 'remove',
    branch: 'release/1',
  });
  expect(one(deletion('wip'), { deletedBranches: 'remove' })).toMatchObject({ do: 'nothing' });
});

test.each([
  ['previews are off', {}, {}, 'shop has no previews'],
  [
    'it comes from a fork',
    { isFork: true },
    { previews: 'own' },
    'comes from a fork, and shop has no previews of forks',
  ],
  ['its fork was deleted', { isFork: true, sha: undefined }, { previews: 'all' }, 'is gone'],
  [
    'its commit says so',
    { skip: 'the commit message has [skip ci]' },
    { previews: 'own' },
    'pull request 12: the commit message has [skip ci]',
  ],
] as const)('a pull request is not shown when %s', (_, change, settings, reason) => {
  expect(one(pull(change), settings)).toMatchObject({ do: 'nothing', reason: expect.stringContaining(reason) });
});

test('a preview has a site of its own, knows whether it is a fork’s, and goes with its pull request', () => {
  expect(one(pull(), { previews: 'own' })).toMatchObject({
    do: 'deploy',
    wanted: { branch: 'bells', preview: { number: 12, isFork: false } },
  });
  expect(one(pull({ isFork: true, change: 'updated' }), { previews: 'all' })).toMatchObject({
    do: 'deploy',
    wanted: { preview: { number: 12, isFork: true } },
  });
  expect(one(pull({ isFork: true, sha: undefined, from: 'eve/shop' }), { previews: 'all' })).toMatchObject({
    do: 'deploy',
    wanted: { preview: { number: 12, isFork: true, from: 'eve/shop' } },
  });
  // What was switched off meanwhile goes all the same.
  expect(one(pull({ change: 'closed' }))).toMatchObject({ do: 'remove', branch: 'pull/12' });
});

test('tags are deployed on request, all of an app to one site', () => {
  const tag = (name: string): Tag => ({ kind: 'tag', ...about, tag: name, sha: 'c'.repeat(40), message: 'Release' });
  expect(one(tag('v1.2'), { tags: ['v*'] })).toMatchObject({
    do: 'deploy',
    wanted: { branch: 'tags', sha: 'c'.repeat(40) },
  });
  expect(one(tag('v1.2'), { tags: ['v*'], tagSite: 'live' })).toMatchObject({ wanted: { branch: 'live' } });
  for (const [name, tags] of [
    ['nightly', ['v*']],
    ['v1.2', []],
  ] as const)
    expect(one(tag(name), { tags: [...tags] })).toMatchObject({
      do: 'nothing',
      reason: `tag ${name} of acme/shop is not deployed by shop`,
    });
});
