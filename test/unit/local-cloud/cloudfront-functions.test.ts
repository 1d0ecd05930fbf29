import { describe, expect, test } from '@jest/globals';
import { applyRange, isNotModified } from '../../../local-cloud/services/cloudfront/serving/conditional.ts';
import {
  type EdgeResult,
  originRequestResult,
  originResponseResult,
} from '../../../local-cloud/services/cloudfront/serving/lambda-edge-result.ts';
import type { EdgeRequest } from '../../../local-cloud/services/cloudfront/serving/message.ts';
import type { OriginRequest } from '../../../local-cloud/services/cloudfront/serving/origin-request.ts';
import { applyResponseHeadersPolicy } from '../../../local-cloud/services/cloudfront/serving/response-headers.ts';
import {
  viewerRequestEvent,
  viewerRequestResult,
} from '../../../local-cloud/services/cloudfront/serving/viewer-event.ts';
import { runViewerFunction } from '../../../local-cloud/services/cloudfront/serving/viewer-function.ts';

const viewer = (more: Partial<EdgeRequest> = {}): EdgeRequest => ({
  method: 'GET',
  path: '/p',
  query: '',
  headers: { host: ['example.org'] },
  body: Buffer.alloc(0),
  clientIp: '127.0.0.1',
  clientAddress: '127.0.0.1:1',
  ...more,
});
const config = { distributionDomainName: 'd', distributionId: 'E1', requestId: 'r' };
const target = {
  s3: { domainName: 'b', path: '', region: 'us-east-1', authMethod: 'none' as const, customHeaders: {} },
};

describe('events of CloudFront Functions', () => {
  const sent = viewer({
    query: 'a=1&b=x%20y&a=2',
    headers: { host: ['example.org'], accept: ['a', 'b'], cookie: ['s=1; t=2'], 'x-forwarded-proto': ['https'] },
  });
  const { request } = viewerRequestEvent(config, sent);

  test('group values, and keep cookies and disallowed headers out of headers', () => {
    expect(request).toEqual({
      method: 'GET',
      uri: '/p',
      querystring: { a: { value: '2', multiValue: [{ value: '1' }, { value: '2' }] }, b: { value: 'x%20y' } },
      headers: {
        host: { value: 'example.org' },
        accept: { value: 'b', multiValue: [{ value: 'a' }, { value: 'b' }] },
      },
      cookies: { s: { value: '1' }, t: { value: '2' } },
    });
  });

  test('an unchanged request goes on as the viewer sent it', () => {
    expect(viewerRequestResult(request, sent)).toMatchObject({
      path: '/p',
      query: 'a=1&b=x%20y&a=2',
      headers: { host: ['example.org'], accept: ['a', 'b'], cookie: ['s=1; t=2'] },
    });
  });

  test('a response with cookies', () => {
    const cookies = { c: { value: '1', attributes: 'Secure' } };
    expect(
      viewerRequestResult({ statusCode: 401, cookies, body: { encoding: 'text', data: 'no' } }, sent),
    ).toMatchObject({
      status: 401,
      statusText: 'Unauthorized',
      headers: { 'set-cookie': ['c=1; Secure'], 'content-length': ['2'] },
    });
  });

  test.each([
    ['a path without a slash', { ...request, uri: 'x' }],
    ['a disallowed header', { ...request, headers: { ...request.headers, 'x-amz-cf-id': { value: '1' } } }],
    ['another host', { ...request, headers: { ...request.headers, host: { value: 'x' } } }],
    ['a line break', { ...request, headers: { ...request.headers, a: { value: 'x\r\ny' } } }],
    ['nothing', undefined],
    ['an impossible status', { statusCode: 99 }],
  ])('refused: %s', (_, result) => {
    expect(() => viewerRequestResult(result, sent)).toThrow(expect.objectContaining({ status: 502 }));
  });
});

describe('running CloudFront Functions', () => {
  const run = (code: string, event: unknown = {}) => runViewerFunction(code, event, () => {});

  test('builtin modules, and nothing else', async () => {
    const code = `import crypto from 'crypto';\nimport qs from 'querystring';
      function handler(event) { return [crypto.createHmac('sha256', 'k').update(event.a).digest('hex').length, qs.stringify({ a: 1 }), typeof process, typeof fetch, typeof setTimeout]; }`;
    expect(await run(code, { a: 'x' })).toEqual([64, 'a=1', 'undefined', 'undefined', 'undefined']);
    await expect(run(`import fs from 'fs'; function handler() {}`)).rejects.toThrow('Cannot find module "fs"');
  });

  test('an endless loop and a syntax error end', async () => {
    await expect(run('function handler() { for (;;); }')).rejects.toThrow('timed out');
    await expect(run('function handler( {')).rejects.toMatchObject({ status: 503 });
    await expect(run('async function handler() { await new Promise(() => {}); }')).rejects.toThrow('no result');
  });
});

describe('results of Lambda@Edge', () => {
  const sent: OriginRequest = {
    method: 'GET',
    uri: '/p',
    query: '',
    headers: { host: ['b'], via: ['1.1 x'], 'x-amz-cf-id': ['hidden'] },
    body: Buffer.alloc(0),
    clientIp: '127.0.0.1',
    target,
  };
  const returned = {
    method: 'GET',
    uri: '/q',
    querystring: 'a',
    headers: { host: [{ key: 'Host', value: 'b' }], via: [{ value: '1.1 x' }] } as Record<string, unknown>,
  };
  const body = (result: EdgeResult) => (result.kind === 'response' ? result.response : undefined);

  test('a changed request', () => {
    const result = originRequestResult(
      { ...returned, body: { action: 'replace', data: 'aGk=', encoding: 'base64' } },
      sent,
    );
    expect(result).toMatchObject({
      kind: 'request',
      request: { uri: '/q', query: 'a', headers: { host: ['b'] }, target },
    });
    expect(result.kind === 'request' && result.request.body.toString()).toBe('hi');
  });

  test('a generated response', () => {
    const response = body(originRequestResult({ status: 201, body: 'aGk=', bodyEncoding: 'base64' }, sent));
    expect(response).toMatchObject({ status: 201, headers: { 'content-length': ['2'] }, body: Buffer.from('hi') });
  });

  test('exactly 1 MB with headers passes, one byte more does not', () => {
    const result = (size: number) => ({ status: '200', headers: { a: [{ value: 'b' }] }, body: 'x'.repeat(size) });
    expect(body(originRequestResult(result(1_048_576 - 6), sent))?.status).toBe(200);
    expect(() => originRequestResult(result(1_048_576 - 5), sent)).toThrow('exceeds the maximum size');
  });

  test.each([
    ['a read-only header deleted', { ...returned, headers: { host: returned.headers.host } }, 'read-only header: via'],
    ['another method', { ...returned, method: 'POST' }, 'method'],
    [
      'a key that is another name',
      { ...returned, headers: { ...returned.headers, a: [{ key: 'b', value: 'c' }] } },
      'key of an entry',
    ],
    ['a value that is no string', { status: 200, headers: { a: [{ value: 1 }] } }, 'must have a value'],
    ['a body that is no string', { status: 200, body: { a: 1 } }, 'body is not a string'],
    ['a status in words', { status: 'OK' }, 'status is not a number'],
    ['a body with 204', { status: 204, body: 'x' }, '204'],
    ['two origins', { ...returned, origin: { s3: target.s3, custom: {} } }, 'either s3 or custom'],
    ['a list', [], 'not an object'],
  ])('refused: %s', (_, result, reason) => {
    expect(() => originRequestResult(result, sent)).toThrow(reason);
  });

  test('origin-response keeps the body it never saw, or replaces it', () => {
    const origin = { status: 403, headers: { via: ['x'] }, body: Buffer.from('xml') };
    const headers = { via: [{ value: 'x' }] };
    expect(originResponseResult({ status: '404', headers }, origin)).toMatchObject({
      status: 404,
      body: Buffer.from('xml'),
    });
    expect(originResponseResult({ status: '404', headers, body: '' }, origin).body).toHaveLength(0);
    expect(() => originResponseResult({ status: '404', headers: {} }, origin)).toThrow('read-only header: via');
  });
});

describe('what the edge answers by itself', () => {
  const response = {
    status: 200,
    headers: { etag: ['W/"a"'], 'last-modified': ['Tue, 01 Jan 2030 00:00:00 GMT'] },
    body: Buffer.from('0123456789'),
  };

  test.each([
    [{ 'if-none-match': ['"b", "a"'] }, true],
    [{ 'if-none-match': ['"b"'], 'if-modified-since': ['Tue, 01 Jan 2030 00:00:00 GMT'] }, false],
    [{ 'if-modified-since': ['Tue, 01 Jan 2030 00:00:00 GMT'] }, true],
    [{ 'if-modified-since': ['Mon, 31 Dec 2029 00:00:00 GMT'] }, false],
    [{}, false],
  ])('%j: not modified %s', (headers, expected) => {
    expect(isNotModified(viewer({ headers }), response)).toBe(expected);
  });

  test.each([
    ['bytes=0-3', 206, '0123'],
    ['bytes=-3', 206, '789'],
    ['bytes=8-', 206, '89'],
    ['bytes=8-100', 206, '89'],
    ['bytes=10-', 416, ''],
    ['bytes=0-1,3-4', 200, '0123456789'],
    ['lines=1', 200, '0123456789'],
  ])('Range %s: %i', (range, status, text) => {
    const answer = applyRange(viewer({ headers: { range: [range] } }), response);
    expect([answer.status, answer.body.toString()]).toEqual([status, text]);
  });
});

test('a response headers policy adds, overrides and removes', () => {
  const policy = {
    Name: 'p',
    RemoveHeadersConfig: { Quantity: 1, Items: [{ Header: 'X-Powered-By' }] },
    CustomHeadersConfig: {
      Quantity: 2,
      Items: [
        { Header: 'X-A', Value: '1', Override: true },
        { Header: 'X-B', Value: '1', Override: false },
      ],
    },
    SecurityHeadersConfig: {
      ContentTypeOptions: { Override: true },
      StrictTransportSecurity: { Override: true, AccessControlMaxAgeSec: 5, IncludeSubdomains: true },
    },
    CorsConfig: {
      AccessControlAllowOrigins: { Quantity: 1, Items: ['https://*.example.org'] },
      AccessControlAllowHeaders: { Quantity: 0, Items: [] },
      AccessControlAllowMethods: { Quantity: 1, Items: ['GET' as const] },
      AccessControlAllowCredentials: false,
      OriginOverride: true,
    },
  };
  const headers = { 'x-powered-by': ['Next.js'], 'x-a': ['0'], 'x-b': ['0'] };
  const applied = applyResponseHeadersPolicy(
    headers,
    policy,
    viewer({ headers: { origin: ['https://a.example.org'] } }),
  );
  expect(applied).toEqual({
    'x-a': ['1'],
    'x-b': ['0'],
    'x-content-type-options': ['nosniff'],
    'strict-transport-security': ['max-age=5; includeSubDomains'],
    'access-control-allow-origin': ['https://a.example.org'],
  });
  expect(
    applyResponseHeadersPolicy({}, policy, viewer({ headers: { origin: ['https://evil.org'] } }))[
      'access-control-allow-origin'
    ],
  ).toBeUndefined();
});
