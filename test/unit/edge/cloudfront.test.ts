import { describe, expect, test } from '@jest/globals';
import { toCloudFrontResponse, toVisit } from '../../../edge/shared/cloudfront.ts';
import { headersForBucket, headersFromBucket, toCloudFrontHeaders } from '../../../edge/shared/headers.ts';
import { event } from './events.ts';

describe('request', () => {
  test('the visitor’s host, scheme and address', () => {
    const headers = {
      'x-forwarded-host': 'shop.example',
      'cloudfront-forwarded-proto': 'http',
      'x-forwarded-for': '9.9.9.9',
    };
    const { request, target } = toVisit(event('GET', '/a//b/../c?x=1&x=%20', { headers }));
    expect(target).toBe('/a//b/../c?x=1&x=%20');
    expect(Object.fromEntries(request.headers)).toMatchObject({
      host: 'shop.example',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '203.0.113.7',
    });
    expect(new URL(request.url).origin).toBe('http://shop.example');
  });

  test('letters beyond Latin-1 arrive as the bytes that Node’s server would read', () => {
    const { request } = toVisit(event('GET', '/', { headers: { cookie: 'city=日本; name=Köln' } }));
    const cookie = request.headers.get('cookie') ?? '';
    expect(Buffer.from(cookie, 'latin1').toString('utf8')).toBe('city=日本; name=Köln');
  });

  test('any other scheme than http is https', () => {
    const { request } = toVisit(event('GET', '/', { headers: { 'cloudfront-forwarded-proto': 'javascript' } }));
    expect(request.headers.get('x-forwarded-proto')).toBe('https');
  });

  test('the visitor’s country, by CloudFront’s name and by that of Next’s makers; no other word on his place', () => {
    const told = (sent: Record<string, string>) => {
      const { headers } = toVisit(event('GET', '/', { headers: sent })).request;
      return [...headers].filter(([name]) => /country|city/.test(name));
    };
    const guessed = { 'x-vercel-ip-country': 'XX', 'x-vercel-ip-city': 'Atlantis' };
    expect(told({ ...guessed, 'cloudfront-viewer-country': 'NL' })).toEqual([
      ['cloudfront-viewer-country', 'NL'],
      ['x-vercel-ip-country', 'NL'],
    ]);
    expect(told(guessed)).toEqual([]);
  });

  test('what only Next may say of a request is not believed', () => {
    const sent = {
      'x-middleware-subrequest': 'middleware',
      'x-invoke-path': '/',
      'x-matched-path': '/',
      accept: '*/*',
    };
    const { headers } = toVisit(event('GET', '/', { headers: sent })).request;
    expect([...headers.keys()].filter((name) => name in sent)).toEqual(['accept']);
  });

  test('repeated cookies are joined as one header', () => {
    const request = event('GET', '/');
    request.headers.cookie = [
      { key: 'Cookie', value: 'a=1' },
      { key: 'Cookie', value: 'b=2' },
    ];
    expect(toVisit(request).request.headers.get('cookie')).toBe('a=1; b=2');
  });

  test('bytes of the body', async () => {
    const body = Buffer.from([0, 255, 1, 128]);
    const { request } = toVisit(event('POST', '/', { body }));
    expect(Buffer.from(await request.arrayBuffer())).toEqual(body);
  });
});

describe('response', () => {
  test('text as text, bytes as base64, nothing as nothing', async () => {
    const text = await toCloudFrontResponse(new Response('é', { headers: { 'content-type': 'text/html' } }));
    expect(text).toMatchObject({ status: '200', bodyEncoding: 'text', body: 'é' });
    const bytes = new Response(new Uint8Array([255, 0]), { headers: { 'content-type': 'text/plain' } });
    expect(await toCloudFrontResponse(bytes)).toMatchObject({ bodyEncoding: 'base64', body: '/wA=' });
    expect(await toCloudFrontResponse(new Response(null, { status: 204 }))).not.toHaveProperty('body');
  });

  test('every cookie by itself; none of what CloudFront refuses or computes', () => {
    const headers = new Headers({
      connection: 'close',
      'content-length': '3',
      'x-cache': 'no',
      'x-real-ip': '1',
      'x-ok': 'yes',
    });
    headers.append('set-cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT');
    headers.append('set-cookie', 'b=2');
    expect(toCloudFrontHeaders(headers)).toEqual({
      'x-ok': [{ key: 'x-ok', value: 'yes' }],
      'set-cookie': [
        { key: 'set-cookie', value: 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT' },
        { key: 'set-cookie', value: 'b=2' },
      ],
    });
  });
});

test('towards S3: its host, what may not be removed, no cookies and no credentials', () => {
  const headers = {
    cookie: 'a=1',
    authorization: 'x',
    'if-none-match': '"e"',
    'accept-encoding': 'gzip',
    host: 'shop.example',
  };
  expect(headersForBucket(event('GET', '/', { headers }).headers, 'b.s3.amazonaws.com')).toEqual({
    'if-none-match': [{ key: 'if-none-match', value: '"e"' }],
    'accept-encoding': [{ key: 'accept-encoding', value: 'gzip' }],
    host: [{ key: 'host', value: 'b.s3.amazonaws.com' }],
  });
});

test('from S3: none of its own headers; read-only ones stay', () => {
  const headers = event('GET', '/', {
    headers: {
      'x-amz-id-2': 'x',
      'x-amz-meta-a': 'x',
      server: 'AmazonS3',
      via: '1.1',
      'transfer-encoding': 'chunked',
      etag: '"e"',
    },
  }).headers;
  const names = Object.keys(headersFromBucket(headers, { 'cache-control': 'public', connection: 'close' }));
  expect(names.sort()).toEqual(['cache-control', 'etag', 'host', 'transfer-encoding', 'via']);
});
