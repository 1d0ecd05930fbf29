/** Pages behind S3 whose tags were revalidated. */
import { beforeEach, expect, jest, test } from '@jest/globals';
import type { CloudFrontResultResponse } from 'aws-lambda';
import { createHandler, type EdgeEvent } from '../../../edge/default/handler.ts';
import { createDataCache } from '../../../edge/isr/data-cache.ts';
import type { RenderedPage } from '../../../edge/isr/page.ts';
import type { StalePage } from '../../../edge/isr/queue.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import type { TagState } from '../../../edge/isr/tags.ts';
import { memoryBucket, pageOf } from './bucket.ts';
import { event, eventHeaders } from './events.ts';
import { settings } from './settings.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

beforeEach(() => {
  for (const name of ['log', 'error'] as const) jest.spyOn(console, name).mockImplementation(() => {});
});

const fresh = (key: string, changes: Partial<RenderedPage> = {}): RenderedPage => ({
  ...pageOf(key, NOW, 'new'),
  ...changes,
});

function world(state: TagState | Error, renderAnew: (key: string) => Promise<RenderedPage | undefined>) {
  const bucket = memoryBucket();
  const report = jest.fn(async (_: StalePage) => {});
  const pages = createPageStore(bucket, 'R1');
  const tags = {
    read: async (names: string[]) => {
      if (state instanceof Error) throw state;
      return new Map(names.map((name) => [name, state]));
    },
    write: async () => {},
    notePage: async () => {},
    pagesOf: async () => [],
  };
  const queue = { report, putOffPurge: async () => {}, delay: async () => {} };
  const incremental = { pages, data: createDataCache(bucket, 'R1'), tags, queue, now: () => NOW };
  const anew = jest.fn(renderAnew);
  const loadRenderer = async () => ({ render: async () => new Response(), renderAnew: anew });
  const handle = createHandler(settings(), { bucket, incremental, loadRenderer });

  async function ask(method = 'GET') {
    const headers = eventHeaders({
      'content-type': 'text/html',
      'x-amz-meta-towpath-generated-at': String(NOW - 20_000),
      'x-amz-meta-towpath-revalidate': '60',
      'x-amz-meta-towpath-tags': '["news"]',
    });
    const request = event(method, '/releases/R1/isr/posts/a.html');
    const cf = { request, response: { status: '200', statusDescription: '', headers } };
    const answer = (await handle({ Records: [{ cf }] } as unknown as EdgeEvent)) as CloudFrontResultResponse;
    const body = answer.body === undefined ? undefined : Buffer.from(answer.body, 'base64').toString();
    return { status: answer.status, cacheControl: answer.headers?.['cache-control']?.[0]?.value, body };
  }
  return { anew, ask, pages, report };
}

const sMaxAge = (seconds: number) => `public, max-age=0, s-maxage=${seconds}`;

test('with nothing revalidated since, S3’s answer stays, without rendering', async () => {
  const { anew, ask } = world({ expiredAt: NOW - 30_000 }, async (key) => fresh(key));
  expect(await ask()).toEqual({ status: '200', cacheControl: sMaxAge(40), body: undefined });
  expect(anew).not.toHaveBeenCalled();
});

test('a stale tag: the page is answered, kept for a second, and reported', async () => {
  const { ask, report } = world({ staleAt: NOW - 1 }, async (key) => fresh(key));
  expect(await ask()).toMatchObject({ cacheControl: sMaxAge(1), body: undefined });
  expect(report).toHaveBeenCalledWith({ release: 'R1', key: '/posts/a', generatedAt: NOW - 20_000 });
});

test('an expired tag: the page is rendered for this reader, and stored for the next', async () => {
  const { ask, pages, report } = world({ expiredAt: NOW - 1 }, async (key) => fresh(key));
  expect(await ask()).toEqual({ status: '200', cacheControl: sMaxAge(60), body: 'new' });
  expect(await ask('HEAD')).toMatchObject({ body: undefined });
  expect((await pages.read('/posts/a'))?.html).toBe('new');
  expect(report).not.toHaveBeenCalled();
});

test.each([
  ['throws', async () => Promise.reject(new Error('no database'))],
  ['has nothing to render', async () => undefined],
  [
    'makes more than a response may hold',
    async (key: string) => fresh(key, { parts: { html: { status: 200, headers: {}, body: 'x'.repeat(800_000) } } }),
  ],
])('an expired tag, where rendering %s: the page of before, for a second', async (_, render) => {
  const { ask } = world({ expiredAt: NOW - 1 }, render);
  expect(await ask()).toEqual({ status: '200', cacheControl: sMaxAge(1), body: undefined });
});

test('a table that does not answer: the page is kept for a second, and nobody is told', async () => {
  const { anew, ask, report } = world(new Error('throttled'), async (key) => fresh(key));
  expect(await ask()).toMatchObject({ status: '200', cacheControl: sMaxAge(1) });
  expect(anew).not.toHaveBeenCalled();
  expect(report).not.toHaveBeenCalled();
});
