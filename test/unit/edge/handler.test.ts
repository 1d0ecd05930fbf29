import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import { createHandler, type EdgeEvent } from '../../../edge/default/handler.ts';
import type { Renderer } from '../../../edge/default/render/strategy.ts';
import { createDataCache } from '../../../edge/isr/data-cache.ts';
import type { StalePage } from '../../../edge/isr/queue.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import type { Settings } from '../../../edge/shared/settings.ts';
import { memoryBucket, pageOf } from './bucket.ts';
import { type EventParts, event, eventHeaders, ORIGIN_DOMAIN } from './events.ts';
import { routing, settings } from './settings.ts';

type Render = Renderer['render'];

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => {});
});

const NOW = Date.parse('2026-11-22T12:00:00Z');

function site(render: Render, given: Settings = settings()) {
  const bucket = memoryBucket();
  const loadRenderer = jest.fn(async () => ({ render }));
  const report = jest.fn(async (_: StalePage) => {});
  const pages = createPageStore(bucket, given.release);
  const queue = { report, putOffPurge: async () => {}, delay: async () => {} };
  const incremental = { pages, data: createDataCache(bucket, given.release), now: () => NOW, queue };
  const handle = createHandler(given, { bucket, incremental, loadRenderer });
  const request = (method: string, target: string, parts: EventParts & { truncated?: boolean } = {}) => {
    const cfRequest = event(method, target, parts);
    if (parts.truncated && cfRequest.body) cfRequest.body = { ...cfRequest.body, inputTruncated: true } as never;
    return handle({ Records: [{ cf: { request: cfRequest } }] } as unknown as EdgeEvent);
  };
  const response = (uri: string, status: string, headers: Record<string, string> = {}) =>
    handle({
      Records: [
        {
          cf: {
            request: event('GET', uri),
            response: { status, statusDescription: '', headers: eventHeaders(headers) },
          },
        },
      ],
    } as unknown as EdgeEvent) as Promise<CloudFrontResultResponse>;
  return { bucket, loadRenderer, pages, report, request, response };
}

const html = (body: string, headers: Record<string, string> = {}) =>
  new Response(body, { headers: { 'content-type': 'text/html', ...headers } });
const headerOf = (answer: CloudFrontResultResponse | CloudFrontRequest, name: string) =>
  answer.headers?.[name]?.[0]?.value;

describe('origin-request', () => {
  test('a prerendered page leads to S3 without loading Next, without query and cookies', async () => {
    const { loadRenderer, request } = site(async () => html(''));
    const answer = (await request('GET', '/about?a=b', { headers: { cookie: 'a=1' } })) as CloudFrontRequest;
    expect(answer).toMatchObject({ uri: '/releases/R1/isr/about.html', querystring: '', method: 'GET' });
    expect(answer.headers).toEqual({ host: [{ key: 'host', value: ORIGIN_DOMAIN }] });
    expect(loadRenderer).not.toHaveBeenCalled();
  });

  test('of a file a part may be asked for, of a page as with next start none', async () => {
    const { request } = site(async () => html(''));
    const headers = { range: 'bytes=0-1' };
    const [file, page] = (await Promise.all([
      request('GET', '/robots.txt', { headers }),
      request('GET', '/about', { headers }),
    ])) as CloudFrontRequest[];
    expect(file?.headers.range?.[0]?.value).toBe('bytes=0-1');
    expect(page?.headers.range).toBeUndefined();
  });

  test('flight data that the build did not store is Next’s to answer', async () => {
    const { loadRenderer, request } = site(async () => html(''));
    await request('GET', '/about', { headers: { rsc: '1' } });
    expect(loadRenderer).toHaveBeenCalledTimes(1);
  });

  test('so is a page that an intercepting route may replace, where the client says where it comes from', async () => {
    const has = [{ type: 'header' as const, key: 'next-url', value: '/(.*)' }];
    const beforeFiles = [{ sourceRegex: '^/about$', destination: '/(.)about', has }];
    const { loadRenderer, request } = site(async () => html(''), settings({}, { routing: routing({ beforeFiles }) }));
    await request('GET', '/about');
    await request('GET', '/', { headers: { 'next-url': '/about' } });
    expect(loadRenderer).not.toHaveBeenCalled();
    await request('GET', '/about', { headers: { 'next-url': '/' } });
    expect(loadRenderer).toHaveBeenCalledTimes(1);
  });

  test.each([
    [{ rsc: '1' }, '/releases/R1/isr/news.rsc'],
    [{ rsc: '1', 'next-router-prefetch': '1' }, '/releases/R1/isr/news.rsc'],
    [
      { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
      '/releases/R1/isr/news.segments/_tree.segment.rsc',
    ],
    [{ rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/none' }, undefined],
    [{ rsc: '1', 'next-router-prefetch': '2' }, undefined],
    [{ rsc: '0' }, undefined],
  ])('%j leads to %s', async (headers: Record<string, string>, uri) => {
    const news = { html: 'news.html', rsc: 'news.rsc', segments: ['/_tree'], revalidate: 60, status: 200 };
    const { request } = site(async () => html(''), settings({ pages: { '/news': news } }));
    const answer = await request('GET', '/news?_rsc=1', { headers });
    expect('uri' in answer ? answer.uri : undefined).toBe(uri);
  });

  test('Next is loaded once, and given the target as it was sent', async () => {
    const render = jest.fn<Render>(async () => html('hello'));
    const { loadRenderer, request } = site(render);
    await request('GET', '/x%20y?b=2&a=1');
    await request('GET', '/z');
    expect(loadRenderer).toHaveBeenCalledTimes(1);
    expect(render.mock.calls.map(([, route]) => route)).toEqual([{ target: '/x%20y?b=2&a=1' }, { target: '/z' }]);
  });

  test('a rule that looks at a cookie keeps the answer out of the cache, one that looks at the query does not', async () => {
    const cacheControl = async (type: 'cookie' | 'query') => {
      const rule = { sourceRegex: '^/ssr$', destination: '/other', has: [{ type, key: 'k' }] };
      const given = settings({}, { routing: routing({ afterFiles: [rule] }) });
      return headerOf(
        await site(async () => html('', { 'cache-control': 's-maxage=9' }), given).request('GET', '/ssr'),
        'cache-control',
      );
    };
    expect(await cacheControl('cookie')).toBe('private, no-store');
    expect(await cacheControl('query')).toBe('s-maxage=9');
  });

  test('a page that was rendered on demand leads to S3, once the bucket has it', async () => {
    const render = jest.fn<Render>(async () => html('rendered'));
    const given = settings({ onDemand: { pages: ['/posts/[slug]'], besides: [] } });
    const { bucket, loadRenderer, pages, request } = site(render, given);
    expect(((await request('GET', '/posts/new')) as CloudFrontResultResponse).body).toBe('rendered');
    await pages.writeFirst(pageOf('/posts/new', NOW));
    const head = jest.spyOn(bucket, 'head');
    const first = (await request('GET', '/posts/new?x=1')) as CloudFrontRequest;
    const second = (await request('GET', '/_next/data/B/posts/new.json')) as CloudFrontRequest;
    await request('HEAD', '/posts/new');
    expect([first.uri, second.uri]).toEqual(['/releases/R1/isr/posts/new.html', '/releases/R1/isr/posts/new.json']);
    expect(loadRenderer).toHaveBeenCalledTimes(1);
    expect(render).toHaveBeenCalledTimes(1);
    // What is there is remembered: each part was asked for once.
    expect(head).toHaveBeenCalledTimes(2);
  });

  test('a body that CloudFront cut off is refused with a code', async () => {
    const { loadRenderer, request } = site(async () => html(''));
    const answer = (await request('POST', '/api/x', {
      body: Buffer.from('a'),
      truncated: true,
    })) as CloudFrontResultResponse;
    expect(answer.status).toBe('413');
    expect(headerOf(answer, 'x-towpath-error')).toBe('REQUEST_TOO_LARGE');
    expect(loadRenderer).not.toHaveBeenCalled();
  });
});

describe('more than 1 MB', () => {
  const large = 'é'.repeat(700_000);
  const render: Render = async () =>
    new Response(large, {
      status: 418,
      headers: { 'content-type': 'text/html', 'set-cookie': 'a=1', 'x-kept': 'yes' },
    });

  test('spills, and comes back with its status and headers', async () => {
    const { bucket, request, response } = site(render);
    const answer = (await request('GET', '/big')) as CloudFrontRequest;
    expect(answer.uri).toMatch(/^\/spill\/[0-9a-f-]{36}$/);
    expect(headerOf(answer, 'host')).toBe(ORIGIN_DOMAIN);
    expect(bucket.objects.get(answer.uri.slice(1))?.body.toString()).toBe(large);
    const restored = await response(answer.uri, '200', {
      'content-type': 'text/html',
      etag: '"s3"',
      'x-amz-id-2': 'x',
    });
    expect(restored.status).toBe('418');
    expect(headerOf(restored, 'x-kept')).toBe('yes');
    expect(headerOf(restored, 'set-cookie')).toBe('a=1');
    expect(headerOf(restored, 'cache-control')).toBe('private, no-store');
    expect(restored.headers).not.toHaveProperty('etag');
    expect(restored.headers).not.toHaveProperty('x-amz-id-2');
  });

  test('is compressed instead, where the visitor takes gzip and that is enough', async () => {
    const { bucket, request } = site(render);
    const answer = (await request('GET', '/big', {
      headers: { 'accept-encoding': 'gzip' },
    })) as CloudFrontResultResponse;
    expect(headerOf(answer, 'content-encoding')).toBe('gzip');
    expect(answer.bodyEncoding).toBe('base64');
    expect(bucket.objects.size).toBe(0);
  });

  test('is an error with a code for other methods', async () => {
    const answer = (await site(render).request('POST', '/big')) as CloudFrontResultResponse;
    expect(answer.status).toBe('500');
    expect(headerOf(answer, 'x-towpath-error')).toBe('RESPONSE_TOO_LARGE');
  });
});

describe('origin-response', () => {
  const { response } = site(async () => html(''));

  test('a page gets its status, cache time and release', async () => {
    const page = await response('/releases/R1/isr/posts/a.html', '200', {
      'content-type': 'text/html',
      'x-amz-meta-x': '1',
    });
    expect(page.status).toBe('200');
    expect(headerOf(page, 'cache-control')).toBe('public, max-age=0, s-maxage=60');
    expect(headerOf(page, 'x-towpath-release')).toBe('R1');
    expect(page.headers).not.toHaveProperty('x-amz-meta-x');
  });

  const age = (seconds: number, revalidate: number | false = 60) => ({
    'x-amz-meta-towpath-generated-at': String(NOW - seconds * 1000),
    'x-amz-meta-towpath-revalidate': String(revalidate),
  });
  const cacheOf = async (headers: Record<string, string>, status = '200') => {
    const { report, response: ask } = site(async () => html(''));
    const page = await ask('/releases/R1/isr/posts/a.html', status, headers);
    return [headerOf(page, 'cache-control'), report.mock.calls.map(([stale]) => stale)];
  };
  const sMaxAge = (seconds: number) => `public, max-age=0, s-maxage=${seconds}`;

  test('a fresh page is kept as long as it stays fresh', async () => {
    expect(await cacheOf(age(0))).toEqual([sMaxAge(60), []]);
    expect(await cacheOf(age(17.5))).toEqual([sMaxAge(42), []]);
    expect(await cacheOf(age(59.9))).toEqual([sMaxAge(1), []]);
    expect(await cacheOf(age(-5))).toEqual([sMaxAge(60), []]);
    expect(await cacheOf(age(1e6, false))).toEqual([sMaxAge(31_536_000), []]);
  });

  test('a stale page is answered at once, kept for a second, and reported', async () => {
    const stale = { release: 'R1', key: '/posts/a', generatedAt: NOW - 60_000 };
    expect(await cacheOf(age(60))).toEqual([sMaxAge(1), [stale]]);
  });

  test('S3 gives a 304 no metadata: it is asked for', async () => {
    const { pages, report, response: ask } = site(async () => html(''));
    await pages.writeFirst(pageOf('/posts/a', NOW - 61_000));
    const page = await ask('/releases/R1/isr/posts/a.html', '304');
    expect([page.status, headerOf(page, 'cache-control')]).toEqual(['304', sMaxAge(1)]);
    expect(report).toHaveBeenCalledWith({ release: 'R1', key: '/posts/a', generatedAt: NOW - 61_000 });
  });

  test('a page that became a redirect, or is gone, answers as Next does', async () => {
    const moved = await response('/releases/R1/isr/posts/b.html', '200', {
      ...age(1),
      'content-type': 'application/octet-stream',
      'x-amz-meta-towpath-kind': 'redirect',
      'x-amz-meta-towpath-status': '308',
      'x-amz-meta-towpath-headers': '{"location":"/new"}',
      'x-amz-meta-towpath-untyped': 'true',
    });
    expect(moved.status).toBe('308');
    expect(headerOf(moved, 'location')).toBe('/new');
    expect(headerOf(moved, 'refresh')).toBe('0;url=/new');
    expect(moved.headers).not.toHaveProperty('content-type');
    const gone = await response('/releases/R1/isr/posts/b.html', '200', {
      ...age(1),
      'x-amz-meta-towpath-status': '404',
    });
    expect([gone.status, headerOf(gone, 'cache-control')]).toEqual(['404', 'private, no-store']);
  });

  test('the 404 page gets its status back, and is not stored', async () => {
    const page = await response('/releases/R1/isr/404.html', '200');
    expect(page.status).toBe('404');
    expect(headerOf(page, 'cache-control')).toBe('private, no-store');
  });

  test('304 stays 304', async () => {
    expect((await response('/releases/R1/isr/posts/a.html', '304')).status).toBe('304');
    expect((await response('/releases/R1/public/robots.txt', '304')).status).toBe('304');
  });

  test('a part of a file stays one', async () => {
    const part = await response('/releases/R1/public/robots.txt', '206', { 'content-range': 'bytes 0-1/9' });
    expect([part.status, headerOf(part, 'content-range')]).toEqual(['206', 'bytes 0-1/9']);
  });

  test('what S3 does not have is a 404 that is not stored', async () => {
    const missing = await response('/releases/R1/public/robots.txt', '403');
    expect(missing.status).toBe('404');
    expect(headerOf(missing, 'cache-control')).toBe('private, no-store');
  });
});
