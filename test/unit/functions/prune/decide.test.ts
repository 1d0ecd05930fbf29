import { describe, expect, jest, test } from '@jest/globals';
import { App } from '../../../../domain/app.ts';
import { Site } from '../../../../domain/site.ts';
import { beyondRetention, unusedFiles, unusedVersions } from '../../../../functions/prune/decide.ts';
import { type PrunePorts, run } from '../../../../functions/prune/run.ts';

const NOW = new Date('2026-11-30T00:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();
/** Newest first. */
const releases = (...ages: number[]) => ages.map((age) => ({ release: `R${age}`, createdAt: daysAgo(age) }));
const gone = (kept: { releases: number; days: number }, ages: number[], live = {}) =>
  beyondRetention(releases(...ages), live, kept, NOW).map(({ release }) => release);

describe('what is beyond the retention', () => {
  test('is both too many and too old', () => {
    expect(gone({ releases: 2, days: 30 }, [1, 10, 20, 31, 40])).toEqual(['R31', 'R40']);
    expect(gone({ releases: 10, days: 30 }, [31, 40, 50])).toEqual([]);
  });
  test('is never live, nor what was live before', () => {
    expect(gone({ releases: 1, days: 0 }, [1, 2, 3, 4], { liveRelease: 'R3', previousRelease: 'R4' })).toEqual(['R2']);
  });
});

test('versions that no kept release is served by are unused', () => {
  const versions = ['1', '2', '3'].map((version) => ({ version, arn: `arn:f:${version}` }));
  const site = {} as never;
  expect(unusedVersions(versions, [{ published: { site, functions: { default: 'arn:f:2' } } }, {}])).toEqual([
    '1',
    '3',
  ]);
});

test('a shared file is unused once no kept release has it', () => {
  const manifests = [{ files: { 'static/a.js': {} } }, { files: { 'static/b.js': {}, 'public/x': {} } }];
  expect(unusedFiles(['static/a.js', 'static/b.js', 'static/c.js', 'static/toString'], manifests)).toEqual([
    'static/c.js',
    'static/toString',
  ]);
});

function world(sites: Site[], taken = true) {
  const passed: string[] = [];
  const log = jest.fn<(entry: object) => void>();
  const ports = {
    apps: {
      list: async () => [
        App.parse({
          id: 'shop',
          repository: { host: 'git', name: 'shop', url: 'http://127.0.0.1/shop.git' },
          createdAt: daysAgo(100),
        }),
      ],
    },
    sites: { ofApp: async () => sites, get: async (id: string) => sites.find((one) => one.id === id) },
    slots: { take: async () => (taken ? { taken } : { taken, by: 'other' }) },
    passSlot: async (site: string) => {
      passed.push(site);
    },
    releases: {
      ofSite: jest.fn(async (id: string) => {
        if (id === 'shop-broken') throw new Error('throttled');
        return [];
      }),
      forget: async () => undefined,
    },
    functions: { find: async () => undefined, versions: async () => [], remove: async () => 'removed' },
    regionalFunctions: { find: async () => undefined, versions: async () => [], remove: async () => 'removed' },
    artifacts: {
      getText: async () => '',
      list: async () => [],
      remove: async () => undefined,
      removeAll: async () => ({ removed: 0, done: true }),
    },
    artifactBucket: 'a',
    logsIn: () => ({ setRetention: async () => false }),
    deployer: { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' },
    newId: () => 'P',
    now: () => NOW,
    log,
  } as PrunePorts;
  return { ports, passed, log };
}
const site = (id: string, change: Partial<Site> = {}) =>
  Site.parse({ id, app: 'shop', branch: id, createdAt: daysAgo(90), lastNumber: 1, ...change });

test('a site is pruned under its slot, which goes on whatever happens; one that fails keeps no other from it', async () => {
  const { ports, passed } = world([site('shop-broken'), site('shop-main')]);
  await expect(run(ports)).rejects.toThrow('1 sites could not be pruned');
  expect(passed).toEqual(['shop-broken', 'shop-main']);
});

test('a busy site is left alone', async () => {
  for (const { ports, passed } of [
    world([site('shop-main', { runningDeployment: '01JD0000000000000000000001' })]),
    world([site('shop-main')], false),
  ]) {
    await run(ports);
    expect(passed).toEqual([]);
    expect(ports.releases.ofSite).not.toHaveBeenCalled();
  }
});
