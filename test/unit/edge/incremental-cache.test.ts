import { createRequire } from 'node:module';
import { beforeEach, expect, jest, test } from '@jest/globals';
import {
  type Rendering,
  replaceIncrementalCache,
  toEntry,
  toResult,
} from '../../../edge/default/render/incremental-cache.ts';
import { createDataCache } from '../../../edge/isr/data-cache.ts';
import type { StalePage } from '../../../edge/isr/queue.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import { memoryBucket, pageOf } from './bucket.ts';
import { settings } from './settings.ts';

const NOW = 1_000_000;
const PAGE = { kind: 'PAGE', html: '<p>', pageData: { pageProps: {} } };

test('what Next hands over is the same result in each of its shapes', () => {
  const page = { kind: 'page', html: '<p>', data: { pageProps: {} }, revalidate: 60 };
  expect(toResult(PAGE, 60)).toEqual(page);
  expect(toResult({ html: '<p>', pageData: { pageProps: {} } }, 60)).toEqual(page);
  const redirect = { kind: 'redirect', html: '', data: { pageProps: { __N_REDIRECT: '/x' } }, revalidate: false };
  expect(toResult({ kind: 'REDIRECT', props: redirect.data }, false)).toEqual(redirect);
  expect(toResult({ html: '', pageData: redirect.data, isRedirect: true }, false)).toEqual(redirect);
  const missing = { kind: 'not-found', html: '', data: { notFound: true }, revalidate: 1 };
  expect(toResult(null, undefined)).toEqual(missing);
  expect(toResult({ pageData: {}, isNotFound: true }, undefined)).toEqual(missing);
});

test('what is no page of the pages router is none of ours', () => {
  expect(toResult({ kind: 'FETCH' }, 60)).toBeUndefined();
  expect(toResult({ kind: 'PAGE', html: '<p>', pageData: 'flight' }, 60)).toBeUndefined();
});

test('an entry is never stale, and has the shape of its version', () => {
  const about = { curRevalidate: 7, revalidateAfter: false, isStale: false };
  const page = { kind: 'page', html: '<p>', data: { pageProps: {} }, revalidate: 60 } as const;
  expect(toEntry(page, 7, true)).toEqual({ value: PAGE, ...about });
  expect(toEntry({ ...page, kind: 'not-found' }, 7, true)).toEqual({ value: null, ...about });
  expect(toEntry({ ...page, kind: 'redirect' }, 7, true)).toEqual({
    value: { kind: 'REDIRECT', props: page.data },
    ...about,
  });
  expect(toEntry(page, 7, false)).toEqual({
    html: '<p>',
    pageData: page.data,
    isNotFound: false,
    isRedirect: false,
    ...about,
  });
});

/** Next, as far as its cache goes. */
function world() {
  class IncrementalCache {
    async get(key: string): Promise<object | null> {
      return key === '/posts/a' || key === '/' ? { value: PAGE, isStale: true } : null;
    }
    async set(): Promise<void> {
      throw new Error('the disk is read-only');
    }
  }
  const require = ((name: string) => {
    if (name === 'next/dist/server/incremental-cache') return { IncrementalCache };
    throw Object.assign(new Error(name), { code: 'MODULE_NOT_FOUND' });
  }) as unknown as NodeJS.Require;
  const report = jest.fn(async (_: StalePage) => {});
  const bucket = memoryBucket();
  const pages = createPageStore(bucket, 'R1');
  const queue = { report, putOffPurge: async () => {}, delay: async () => {} };
  const incremental = { pages, data: createDataCache(bucket, 'R1'), now: () => NOW, queue };
  const replaced = replaceIncrementalCache(require, settings(), incremental);
  const cache = new IncrementalCache() as unknown as {
    get(key: string): Promise<object | null>;
    set(key: string, value: object | null, revalidate: number): Promise<void>;
  };
  const during = <T>(work: () => Promise<T>, about: Partial<Rendering> = {}) =>
    replaced?.during({ known: new Map(), rendered: new Map(), ...about }, work);
  return { bucket, cache, during, pages, report };
}

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => {});
});

test('a stored page is read from the bucket; a stale one is reported, and still answered', async () => {
  const { cache, during, pages, report } = world();
  await pages.writeNewer(pageOf('/posts/a', NOW - 20_000, 'stored'));
  const get = () => during(() => cache.get('/posts/a'));
  const value = { kind: 'PAGE', html: 'stored', pageData: { body: 'stored' } };
  expect(await get()).toEqual({ value, curRevalidate: 40, revalidateAfter: false, isStale: false });
  expect(report).not.toHaveBeenCalled();

  await pages.writeNewer(pageOf('/posts/b', NOW - 60_000, 'stored'));
  expect(await during(() => cache.get('/posts/b'))).toMatchObject({ curRevalidate: 1, isStale: false });
  expect(report).toHaveBeenCalledWith({ release: 'R1', key: '/posts/b', generatedAt: NOW - 60_000 });
});

test('what the bucket does not have, or cannot give, is the build’s page, or rendered', async () => {
  const { bucket, cache, during } = world();
  expect(await during(() => cache.get('/posts/a'))).toEqual({ value: PAGE, isStale: false });
  expect(await during(() => cache.get('/posts/new'))).toBeNull();
  bucket.get = async () => new Response(null, { status: 500 });
  expect(await during(() => cache.get('/posts/a'))).toEqual({ value: PAGE, isStale: false });
  expect(await during(() => cache.get('/posts/new'))).toBeNull();
});

test('a page that never grows stale is not asked for', async () => {
  const { bucket, cache, during } = world();
  const get = jest.spyOn(bucket, 'get');
  expect(await during(() => cache.get('/'))).toMatchObject({ value: PAGE });
  expect(get).not.toHaveBeenCalled();
});

test('the page that is to be rendered anew is not there, others are; what is rendered is handed over, not written', async () => {
  const { bucket, cache, during, pages } = world();
  await pages.writeNewer(pageOf('/posts/a', NOW, 'stored'));
  const rendered: Rendering['rendered'] = new Map();
  const anew = { anew: '/posts/a', rendered };
  expect(await during(() => cache.get('/posts/a'), anew)).toBeNull();
  const before = bucket.objects.size;
  await during(() => cache.set('/posts/a', PAGE, 5), anew);
  expect([...rendered]).toEqual([['/posts/a', expect.objectContaining({ kind: 'page', revalidate: 5 })]]);
  expect(bucket.objects.size).toBe(before);
});

test('Next without such a class is left alone', () => {
  const require = createRequire(import.meta.url);
  const missing = ((name: string) => require(`./none/${name}`)) as unknown as NodeJS.Require;
  expect(
    replaceIncrementalCache(missing, settings(), {
      pages: createPageStore(memoryBucket(), 'R1'),
      data: createDataCache(memoryBucket(), 'R1'),
      now: () => 0,
    }),
  ).toBeUndefined();
});
