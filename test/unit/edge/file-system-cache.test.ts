/** Next 13.4 to 15 ask a class of their own for pages and data: it is made to ask the site's bucket. */
import { expect, test } from '@jest/globals';
import { encodeEntry, tagsOf } from '../../../domain/cache-entry.ts';
import { replaceFileSystemCache } from '../../../edge/default/render/next-cache/index.ts';
import { during, newVisit } from '../../../edge/default/render/next-cache/visit.ts';
import { createDataCache } from '../../../edge/isr/data-cache.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import type { TagState } from '../../../edge/isr/tags.ts';
import { memoryBucket } from './bucket.ts';
import { settings } from './settings.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const BUILT = { lastModified: 1, value: { kind: 'PAGE', html: 'of the build' } };

function world(isNext134 = false) {
  const cached = () => new FileSystemCache();
  class IncrementalCache {
    async set(key: string, value: unknown, _revalidate?: number, ...rest: unknown[]): Promise<void> {
      await cached().set(key, value, ...(rest as object[]));
    }
  }
  class FileSystemCache {
    async get(_key: string, _context?: object | boolean): Promise<object | null> {
      return BUILT;
    }
    async set(_key: string, _value: unknown, _context?: object): Promise<void> {
      throw new Error('the disk is read-only');
    }
    async revalidateTag(_tag: string): Promise<void> {}
  }
  const bucket = memoryBucket();
  const pages = createPageStore(bucket, 'R1');
  const clock = { now: NOW };
  const states = new Map<string, TagState>();
  const tags = {
    read: async (names: string[]) => new Map([...states].filter(([name]) => names.includes(name))),
    write: async (names: string[], state: TagState) => {
      for (const name of names) states.set(name, state);
    },
    notePage: async () => {},
    pagesOf: async () => [],
  };
  const incremental = { pages, data: createDataCache(bucket, 'R1'), tags, now: () => clock.now };
  const known = { html: 'about.html', entry: 'about.entry', revalidate: 60, status: 200 };
  const site = settings({ next: { version: '14.2.0', major: 14 }, pages: { '/about': known } });
  const modules: Record<string, object> = {
    'next/dist/server/lib/incremental-cache/file-system-cache': { default: FileSystemCache },
    'next/dist/server/lib/incremental-cache': { IncrementalCache },
  };
  const require = ((name: string) => modules[name]) as unknown as NodeJS.Require;
  replaceFileSystemCache(require, site, incremental, isNext134);
  return { bucket, clock, cache: cached(), caller: new IncrementalCache(), pages };
}

test('what the bucket has, wins; what only the files have is new, whatever their time', async () => {
  const { cache, pages } = world();
  const value = { kind: 'PAGE', html: 'stored', pageData: 'flight' };
  const body = encodeEntry({ value, cacheControl: { revalidate: 60 }, tags: [], heads: {} });
  const parts = { entry: { status: 200, headers: {}, body } };
  await pages.writeNewer({ key: '/about', kind: 'page', generatedAt: NOW, revalidate: 60, parts });
  expect(await cache.get('/about')).toMatchObject({ lastModified: NOW, value });
  expect(await cache.get('/404')).toEqual({ ...BUILT, lastModified: NOW });
});

test('a page that the bucket should have, and one that is rendered anew, are never those of the files', async () => {
  const { cache } = world();
  expect(await cache.get('/about')).toBeNull();
  const visit = newVisit({ anew: '/other' });
  expect(await during(visit, () => cache.get('/other'))).toBeNull();
  await during(visit, () => cache.set('/other', { kind: 'PAGE', html: 'new' }, { revalidate: 5 }));
  expect(visit.rendered.get('/other')).toMatchObject({ cacheControl: { revalidate: 5 } });
});

test.each([
  ['13', { fetchCache: true, tags: [] }],
  ['14', { kindHint: 'fetch', tags: [] }],
  ['15', { kind: 'FETCH', tags: [] }],
])('data, as Next %s asks for it', async (_, asked) => {
  const { bucket, cache } = world();
  expect(await cache.get('key', asked)).toBeNull();
  await cache.set('key', { kind: 'FETCH', data: {} }, { fetchCache: true });
  expect([...bucket.objects.keys()][0]).toMatch(/^releases\/R1\/cache\//);
  expect(await cache.get('key', asked)).toMatchObject({ lastModified: NOW, value: { kind: 'FETCH' } });
});

test('Next 13.4 tells the caller of its cache for how long a page is good, and tags paths in its own way', async () => {
  const { caller } = world(true);
  const visit = newVisit();
  const page = { kind: 'PAGE', html: 'new', headers: { 'x-next-cache-tags': 'spokes,/bikes/[frame]/page' } };
  await during(visit, () => caller.set('/bikes/moth', page, 5));
  expect(visit.rendered.get('/bikes/moth')).toMatchObject({ cacheControl: { revalidate: 5 } });
  expect(tagsOf(visit.rendered.get('/bikes/moth')?.value ?? null)).toEqual([
    'spokes',
    '_N_T_/layout',
    '_N_T_/bikes/layout',
    '_N_T_/bikes/[frame]/layout',
    '_N_T_/bikes/[frame]/page',
  ]);
});

test('data of Next 13.4, until a folder above its page is revalidated', async () => {
  const { cache, caller, clock } = world(true);
  const seen = () => during(newVisit(), () => cache.get('key', true));
  await caller.set('key', { kind: 'FETCH', data: { tags: ['/bikes/[frame]/page'] } }, 60, true);
  clock.now++;
  await during(newVisit(), () => cache.revalidateTag('/hours'));
  expect(await seen()).toMatchObject({ lastModified: NOW, value: { kind: 'FETCH' } });
  await during(newVisit(), () => cache.revalidateTag('/bikes'));
  expect(await seen()).toBeNull();
});
