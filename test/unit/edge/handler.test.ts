import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import { createHandler, type EdgeEvent } from '../../../edge/default/handler.ts';
import type { Renderer } from '../../../edge/default/render/strategy.ts';
import type { Bucket } from '../../../edge/shared/bucket.ts';
import type { Settings } from '../../../edge/shared/settings.ts';
import { type EventParts, event, eventHeaders, ORIGIN_DOMAIN } from './events.ts';
import { routing, settings } from './settings.ts';

type Render = Renderer['render'];

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => {});
});

function memoryBucket(): Bucket & { objects: Map<string, { body: Buffer; contentType: string }> } {
  const objects = new Map<string, { body: Buffer; contentType: string }>();
  return {
    objects,
    async get(key) {
      const found = objects.get(key);
      return found ? new Response(new Uint8Array(found.body)) : new Response(null, { status: 404 });
    },
    async put(key, body, contentType) {
      objects.set(key, { body: Buffer.from(body), contentType });
    },
  };
}

function site(render: Render, given: Settings = settings()) {
  const bucket = memoryBucket();
  const loadRenderer = jest.fn(() => ({ render }));
  const handle = createHandler(given, { bucket, loadRenderer });
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
  return { bucket, loadRenderer, request, response };
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

  test('the 404 page gets its status back, and is not stored', async () => {
    const page = await response('/releases/R1/isr/404.html', '200');
    expect(page.status).toBe('404');
    expect(headerOf(page, 'cache-control')).toBe('private, no-store');
  });

  test('304 stays 304', async () => {
    expect((await response('/releases/R1/isr/posts/a.html', '304')).status).toBe('304');
    expect((await response('/releases/R1/public/robots.txt', '304')).status).toBe('304');
  });

  test('what S3 does not have is a 404 that is not stored', async () => {
    const missing = await response('/releases/R1/public/robots.txt', '403');
    expect(missing.status).toBe('404');
    expect(headerOf(missing, 'cache-control')).toBe('private, no-store');
  });
});
