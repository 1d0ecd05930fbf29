/** Next 13.5 to 15 ask a class of their own for pages and data: it is made to ask the site's bucket. */
import { expect, test } from '@jest/globals';
import { encodeEntry } from '../../../domain/cache-entry.ts';
import { replaceFileSystemCache } from '../../../edge/default/render/next-cache/index.ts';
import { during, newVisit } from '../../../edge/default/render/next-cache/visit.ts';
import { createDataCache } from '../../../edge/isr/data-cache.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import { memoryBucket } from './bucket.ts';
import { settings } from './settings.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const BUILT = { lastModified: 1, value: { kind: 'PAGE', html: 'of the build' } };

function world(major = 14) {
  class FileSystemCache {
    async get(_key: string, _context?: object): Promise<object | null> {
      return BUILT;
    }
    async set(_key: string, _value: unknown, _context?: object): Promise<void> {
      throw new Error('the disk is read-only');
    }
    async revalidateTag(): Promise<void> {}
  }
  const bucket = memoryBucket();
  const pages = createPageStore(bucket, 'R1');
  const incremental = { pages, data: createDataCache(bucket, 'R1'), now: () => NOW };
  const known = { html: 'about.html', entry: 'about.entry', revalidate: 60, status: 200 };
  const site = settings({ next: { version: `${major}.2.0`, major }, pages: { '/about': known } });
  const require = ((name: string) => {
    expect(name).toBe('next/dist/server/lib/incremental-cache/file-system-cache');
    return { default: FileSystemCache };
  }) as unknown as NodeJS.Require;
  replaceFileSystemCache(require, site, incremental);
  return { bucket, cache: new FileSystemCache(), pages };
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
