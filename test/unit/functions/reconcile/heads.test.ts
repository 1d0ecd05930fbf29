import { describe, expect, jest, test } from '@jest/globals';
import type { IgnoredChange } from '../../../../aws/table/ignored.ts';
import { App } from '../../../../domain/app.ts';
import type { DeploymentRecord } from '../../../../domain/deployment.ts';
import { TowpathError } from '../../../../domain/errors.ts';
import { Site } from '../../../../domain/site.ts';
import {
  branchesToCheck,
  type HeadPorts,
  isTimeToAsk,
  newBranches,
  reconcileHeads,
} from '../../../../functions/reconcile/heads.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';

const NOW = new Date('2026-11-20T12:30:00Z');
const HEAD = 'b'.repeat(40);
const repository = { host: 'github' as const, name: 'acme/shop', url: 'https://github.com/acme/shop' };
const app = (change: Partial<App> = {}) =>
  App.parse({
    id: 'shop',
    repository,
    branches: ['main', 'release/*'],
    gitTokenParameter: '/t',
    createdAt: '2026-01-01T00:00:00Z',
    ...change,
  });
const site = (branch: string, change: Partial<Site> = {}) =>
  Site.parse({ id: 'shop-x', app: 'shop', branch, createdAt: '2026-01-01T00:00:00Z', lastNumber: 1, ...change });

function world(deployments: DeploymentRecord[], message = 'Sell bells', ignored: Partial<IgnoredChange>[] = []) {
  return {
    deployments: { ofSite: async () => deployments },
    ignored: {
      ofApp: async () => ignored as IgnoredChange[],
      put: jest.fn<HeadPorts['ignored']['put']>(async () => undefined),
    },
    headOf: jest.fn<HeadPorts['headOf']>(async () => ({ sha: HEAD, message })),
    branchesOf: jest.fn<HeadPorts['branchesOf']>(async () => []),
    heads: {
      get: jest.fn<HeadPorts['heads']['get']>(async () => undefined),
      put: jest.fn<HeadPorts['heads']['put']>(async () => undefined),
    },
    deploy: jest.fn<HeadPorts['deploy']>(async () => undefined),
    newId: () => '01JD0000000000000000000001',
    now: () => NOW,
    log: jest.fn<HeadPorts['log']>(),
  } satisfies HeadPorts;
}
const known = (sha: string, change: Partial<DeploymentRecord> = {}) =>
  eventDeployment({ commit: { sha, branch: 'main', message: '' }, ...change });
const OTHER = 'c'.repeat(40);

describe('the branches that are looked at', () => {
  test('are those of sites, previews aside, that are deployed still', () => {
    const sites = [
      site('main'),
      site('release/1'),
      site('gone'),
      site('pull/1', { preview: { number: 1, isFork: false } }),
    ];
    expect(branchesToCheck(app(), sites, NOW)).toEqual(['main', 'release/1']);
  });
  test('of a new app those without a site too: later on, such a site was taken away', () => {
    expect(branchesToCheck(app(), [], NOW)).toEqual([]);
    expect(branchesToCheck(app({ createdAt: '2026-11-20T12:00:00Z' }), [], NOW)).toEqual(['main']);
  });
  test('are looked at once an hour without a token', () => {
    const without = app({ gitTokenParameter: undefined });
    expect([isTimeToAsk(app(), NOW), isTimeToAsk(without, NOW)]).toEqual([true, false]);
    expect(isTimeToAsk(without, new Date('2026-11-20T13:02:00Z'))).toBe(true);
  });
});

test('a head that nobody told of is deployed', async () => {
  const ports = world([known(OTHER)]);
  await reconcileHeads(app(), [site('main')], ports);
  expect(ports.deploy).toHaveBeenCalledWith(expect.objectContaining({ id: 'shop' }), {
    repository,
    branch: 'main',
    sha: HEAD,
    message: 'Sell bells',
    announcedAt: NOW.toISOString(),
  });
});

test('a head that was ignored because another one had overtaken it is deployed: the branch came back to it', async () => {
  const ports = world([known(OTHER)], 'Sell bells', [{ branch: 'main', sha: HEAD, overtaken: true }]);
  await reconcileHeads(app(), [site('main')], ports);
  expect(ports.deploy).toHaveBeenCalledTimes(1);
});

test.each([
  ['was deployed, or failed to be', [known(HEAD, { status: 'failed' })]],
  ['was deployed before a rollback', [known(OTHER, { promotes: { release: OTHER } }), known(HEAD)]],
  ['was taken away', [known(HEAD, { removes: true })]],
])('a head that %s is left alone', async (_, deployments) => {
  const ports = world(deployments);
  await reconcileHeads(app(), [site('main')], ports);
  expect(ports.headOf).toHaveBeenCalledTimes(1);
  expect(ports.deploy).not.toHaveBeenCalled();
});

test('a branch that was moved back is deployed again', async () => {
  const ports = world([known(OTHER), known(HEAD)]);
  await reconcileHeads(app(), [site('main')], ports);
  expect(ports.deploy).toHaveBeenCalledTimes(1);
});

test('a commit that asks not to be deployed is told so once', async () => {
  const first = world([known(OTHER)], 'x [skip ci]');
  await reconcileHeads(app(), [site('main')], first);
  expect(first.ignored.put).toHaveBeenCalledWith(expect.objectContaining({ branch: 'main', sha: HEAD }));
  const again = world([known(OTHER)], 'x [skip ci]', [{ branch: 'main', sha: HEAD }]);
  await reconcileHeads(app(), [site('main')], again);
  expect([again.ignored.put.mock.calls, again.deploy.mock.calls]).toEqual([[], []]);
});

test.each([
  ['the embedded remote', { repository: { ...repository, host: 'git' as const } }],
  ['a disconnected app', { disconnectedAt: '2026-11-01T00:00:00Z' }],
  ['an app that is being removed', { removingSince: '2026-11-01T00:00:00Z' }],
])('%s is not asked', async (_, change) => {
  const ports = world([]);
  await reconcileHeads(app(change), [site('main')], ports);
  expect(ports.headOf).not.toHaveBeenCalled();
});

test('a host that refuses is asked for nothing more in this run, and that is no failure', async () => {
  const ports = world([]);
  const about = { code: 'GIT_HOST_THROTTLED', fault: 'provider', retryable: true, remedy: '' } as const;
  ports.headOf.mockRejectedValue(new TowpathError(about, 'too many requests'));
  await reconcileHeads(app(), [site('main'), site('release/1')], ports);
  expect(ports.headOf).toHaveBeenCalledTimes(1);
  expect(ports.log).toHaveBeenCalledWith(expect.objectContaining({ code: 'GIT_HOST_THROTTLED' }));
  ports.headOf.mockRejectedValue(new Error('a bug'));
  await expect(reconcileHeads(app(), [site('main')], ports)).rejects.toThrow('a bug');
});

describe('branches that a pattern matches', () => {
  const heads = [
    { name: 'release/1', sha: OTHER },
    { name: 'release/2', sha: HEAD },
    { name: 'wip', sha: HEAD },
  ];
  test.each([
    ['at the first look none is new', undefined, [], []],
    ['one that was not there is new', { 'release/1': OTHER, wip: OTHER }, [], ['release/2']],
    ['so is one that moved', { 'release/1': HEAD, 'release/2': HEAD }, [], ['release/1']],
    ['one with a site is looked at by itself', { 'release/1': OTHER }, [site('release/2')], []],
    ['one whose site was taken away stays away', { 'release/1': OTHER, 'release/2': HEAD }, [], []],
  ])('%s', (_, seen, sites, expected) => {
    expect(newBranches(app(), sites, seen, heads)).toEqual(expected);
  });

  test('a new one that no webhook announced is deployed, and remembered', async () => {
    const ports = world([]);
    ports.branchesOf.mockResolvedValue(heads);
    ports.heads.get.mockResolvedValue({ repository: repository.url, heads: { 'release/1': OTHER } });
    await reconcileHeads(app(), [], ports);
    expect(ports.deploy).toHaveBeenCalledTimes(1);
    expect(ports.deploy.mock.calls[0]?.[1]).toMatchObject({ branch: 'release/2', sha: HEAD });
    const remembered = { 'release/1': OTHER, 'release/2': HEAD, wip: HEAD };
    expect(ports.heads.put).toHaveBeenCalledWith('shop', { repository: repository.url, heads: remembered });
  });

  test('what was seen of another repository does not count, and without patterns nothing is asked', async () => {
    const ports = world([]);
    ports.branchesOf.mockResolvedValue(heads);
    ports.heads.get.mockResolvedValue({ repository: 'https://github.com/acme/old', heads: {} });
    await reconcileHeads(app(), [], ports);
    expect(ports.deploy).not.toHaveBeenCalled();
    await reconcileHeads(app({ branches: ['main'] }), [], ports);
    expect(ports.branchesOf).toHaveBeenCalledTimes(1);
  });

  test('of a part of the branches, none is new', async () => {
    const ports = world([]);
    ports.branchesOf.mockResolvedValue(undefined);
    ports.heads.get.mockResolvedValue({ repository: repository.url, heads: {} });
    await reconcileHeads(app(), [], ports);
    expect(ports.deploy).not.toHaveBeenCalled();
    expect(ports.heads.put).not.toHaveBeenCalled();
  });

  test('a look that a host broke off is taken again', async () => {
    const ports = world([]);
    ports.branchesOf.mockResolvedValue(heads);
    ports.heads.get.mockResolvedValue({ repository: repository.url, heads: {} });
    ports.headOf.mockRejectedValue(
      new TowpathError({ code: 'X', fault: 'provider', retryable: true, remedy: '' }, 'busy'),
    );
    await reconcileHeads(app(), [], ports);
    expect(ports.heads.put).not.toHaveBeenCalled();
  });
});
