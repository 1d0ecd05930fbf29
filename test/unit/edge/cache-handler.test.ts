import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type CacheEntry, encodeEntry, tagsOf } from '../../../domain/cache-entry.ts';
import { createCacheHandler, pageKeyOf } from '../../../edge/default/render/next-cache/cache-handler.ts';
import { createUseCacheHandler } from '../../../edge/default/render/next-cache/use-cache-handler.ts';
import { during, newVisit } from '../../../edge/default/render/next-cache/visit.ts';
import { createVisitTags } from '../../../edge/default/render/next-cache/visit-tags.ts';
import { createDataCache } from '../../../edge/isr/data-cache.ts';
import type { StalePage } from '../../../edge/isr/queue.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import type { TagState } from '../../../edge/isr/tags.ts';
import { memoryBucket } from './bucket.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => {});
});

function world() {
  const bucket = memoryBucket();
  const clock = { now: NOW };
  const states = new Map<string, TagState>();
  const tags = {
    read: jest.fn(async (names: string[]) => new Map([...states].filter(([name]) => names.includes(name)))),
    write: jest.fn(async (names: string[], state: TagState) => {
      for (const name of names) states.set(name, { ...states.get(name), ...state });
    }),
    notePage: async () => {},
    pagesOf: async () => [],
  };
  const report = jest.fn(async (_: StalePage) => {});
  const queue = { report, putOffPurge: async () => {}, delay: async () => {} };
  const pages = createPageStore(bucket, 'R1');
  const incremental = { pages, data: createDataCache(bucket, 'R1'), tags, queue, now: () => clock.now };
  const visitTags = createVisitTags(incremental);
  return {
    bucket,
    clock,
    pages,
    report,
    tags,
    handler: createCacheHandler('R1', incremental, visitTags),
    useCache: createUseCacheHandler(incremental, visitTags),
  };
}

type World = ReturnType<typeof world>;

const value = (body: string, tags = 'news') => ({
  kind: 'APP_PAGE',
  html: body,
  rscData: Buffer.from(`rsc ${body}`),
  segmentData: new Map([['/_tree', Buffer.from('tree')]]),
  headers: { 'x-next-cache-tags': tags },
  status: 200,
});

async function store({ pages }: World, key: string, secondsAgo: number, changes: Partial<CacheEntry> = {}) {
  const entry = { value: value('stored'), cacheControl: { revalidate: 60, expire: 600 }, heads: {}, tags: ['news'] };
  const body = encodeEntry({ ...entry, ...changes });
  const about = { key, kind: 'page' as const, generatedAt: NOW - secondsAgo * 1000, revalidate: 60, expire: 600 };
  await pages.writeNewer({ ...about, parts: { entry: { status: 200, headers: {}, body } } });
}

const PAGE = { kind: 'APP_PAGE' };
const FETCH = { kind: 'FETCH' };

test.each([
  ['/route-cache/APP_PAGE/0a1b/$/objects/m42', '/objects/m42'],
  ['/route-cache/PAGES/0a1b/$/index', '/'],
  ['/route-cache/PAGES/0a1b/$/index/index', '/index'],
  ['/index', '/'],
  ['/posts/a', '/posts/a'],
])('%s is the page %s', (key, page) => expect(pageKeyOf(key)).toBe(page));

test('an entry is what it was, once read', () => {
  expect(tagsOf(value('a', 'x,y'))).toEqual(['x', 'y']);
  expect(tagsOf(null)).toEqual([]);
});

describe('pages', () => {
  test('a stored one is answered, with how long it is still fresh', async () => {
    const all = world();
    await store(all, '/a', 20);
    const visit = newVisit();
    const found = await during(visit, () => all.handler.get('/route-cache/APP_PAGE/0/$/a', PAGE));
    expect(found).toEqual({
      lastModified: NOW,
      value: value('stored'),
      cacheControl: { revalidate: 60, expire: 600 },
    });
    expect(visit.served).toEqual(new Map([['/a', { isStale: false, seconds: 40 }]]));
    expect(all.report).not.toHaveBeenCalled();
  });

  test('a stale one is reported, and answered as if it were fresh', async () => {
    const all = world();
    await store(all, '/a', 61);
    const visit = newVisit();
    expect(await during(visit, () => all.handler.get('/a', PAGE))).toMatchObject({ lastModified: NOW });
    expect(visit.served.get('/a')?.isStale).toBe(true);
    expect(all.report).toHaveBeenCalledWith({ release: 'R1', key: '/a', generatedAt: NOW - 61_000 });
  });

  test('one that may not be shown any more is not there: by its time, or by a tag', async () => {
    const all = world();
    await store(all, '/old', 601);
    await store(all, '/a', 20);
    expect(await all.handler.get('/old', PAGE)).toBeNull();
    await all.tags.write(['news'], { staleAt: NOW });
    expect(await all.handler.get('/a', PAGE)).toMatchObject({ lastModified: NOW });
    await all.tags.write(['news'], { expiredAt: NOW });
    expect(await all.handler.get('/a', PAGE)).toBeNull();
    expect(all.report).toHaveBeenCalledTimes(1);
  });

  test('the one that is to be rendered is not there; what is rendered is handed over, fallbacks are not', async () => {
    const all = world();
    await store(all, '/a', 1);
    const visit = newVisit({ anew: '/a' });
    await during(visit, async () => {
      expect(await all.handler.get('/a', PAGE)).toBeNull();
      await all.handler.set('/a', value('new'), { cacheControl: { revalidate: 5 } });
      await all.handler.set('/[slug]', value('shell'), { isFallback: true });
    });
    expect([...visit.rendered]).toEqual([['/a', { value: value('new'), cacheControl: { revalidate: 5 } }]]);
    const known = newVisit({ known: visit.rendered });
    expect(await during(known, () => all.handler.get('/a', PAGE))).toMatchObject({ value: value('new') });
  });

  test('a bucket that does not answer is one that has none', async () => {
    const all = world();
    all.bucket.get = async () => new Response(null, { status: 500 });
    expect(await all.handler.get('/a', PAGE)).toBeNull();
  });
});

describe('data', () => {
  const data = { kind: 'FETCH', data: { body: 'x' }, revalidate: 10 };

  test('is kept with its tags', async () => {
    const all = world();
    expect(await all.handler.get('k', FETCH)).toBeNull();
    await all.handler.set('k', data, { fetchCache: true, tags: ['news'] });
    expect(await all.handler.get('k', FETCH)).toEqual({ lastModified: NOW, value: data });
    all.clock.now += 1;
    await all.tags.write(['news'], { staleAt: NOW + 1 });
    expect((await all.handler.get('k', FETCH))?.lastModified).toBeLessThan(0);
    await all.tags.write(['news'], { expiredAt: NOW + 1 });
    expect(await all.handler.get('k', FETCH)).toBeNull();
  });

  test('goes with the path that it is shown under', async () => {
    const all = world();
    await all.handler.set('k', data, { fetchCache: true });
    all.clock.now += 1;
    await all.handler.revalidateTag('_N_T_/a');
    expect(await all.handler.get('k', { ...FETCH, softTags: ['_N_T_/a'] })).toBeNull();
    expect(await all.handler.get('k', { ...FETCH, softTags: ['_N_T_/b'] })).not.toBeNull();
  });
});

describe('tags', () => {
  test('what a request revalidates is true for it at once, and written once', async () => {
    const all = world();
    await store(all, '/a', 1);
    const visit = newVisit();
    await during(visit, async () => {
      expect(await all.handler.get('/a', PAGE)).not.toBeNull();
      await all.handler.revalidateTag(['news']);
      await all.useCache.updateTags(['news']);
      expect(await all.handler.get('/a', PAGE)).toBeNull();
    });
    expect(all.tags.write.mock.calls).toEqual([
      [['news'], { expiredAt: NOW }],
      [[], { expiredAt: NOW }],
    ]);
    expect([...visit.revalidated.keys()]).toEqual(['news']);
    expect(all.tags.read).toHaveBeenCalledTimes(1);
  });

  test('with a profile, there is a while in which the old is shown', async () => {
    const all = world();
    await all.handler.revalidateTag('news', { expire: 30 });
    expect(all.tags.write).toHaveBeenCalledWith(['news'], { staleAt: NOW, expiredAt: NOW + 30_000 });
  });
});

describe('use cache', () => {
  const entry = (changes: object = {}) =>
    Promise.resolve({
      value: new Blob(['kept']).stream(),
      tags: ['quote'],
      timestamp: NOW,
      stale: 1,
      revalidate: 10,
      expire: 100,
      ...changes,
    });
  const text = (found: Awaited<ReturnType<World['useCache']['get']>>) => new Response(found?.value).text();

  test('is kept until it expires, by time or by a tag', async () => {
    const { clock, tags, useCache } = world();
    await useCache.set('k', entry());
    const found = await useCache.get('k', []);
    expect([await text(found), found?.revalidate]).toEqual(['kept', 10]);
    await tags.write(['quote'], { staleAt: NOW + 1 });
    expect((await useCache.get('k', []))?.revalidate).toBe(-1);
    await tags.write(['_N_T_/a'], { expiredAt: NOW + 1 });
    clock.now += 1000;
    expect(await useCache.get('k', ['_N_T_/a'])).toBeUndefined();
    clock.now += 100_000;
    expect(await useCache.get('k', [])).toBeUndefined();
  });

  test('what is good for nobody else is not kept', async () => {
    const { bucket, useCache } = world();
    await useCache.set('k', entry({ expire: 0 }));
    expect(bucket.objects.size).toBe(0);
  });
});
