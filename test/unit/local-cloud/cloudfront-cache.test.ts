import { describe, expect, test } from '@jest/globals';
import {
  checkInProgress,
  checkPaths,
  matchesInvalidation,
} from '../../../local-cloud/services/cloudfront/control/invalidation-rules.ts';
import { acceptedEncodings, cacheKey } from '../../../local-cloud/services/cloudfront/serving/cache-key.ts';
import { freshnessOf, mayRevalidate } from '../../../local-cloud/services/cloudfront/serving/freshness.ts';
import type { EdgeRequest } from '../../../local-cloud/services/cloudfront/serving/message.ts';
import { createObjectCache } from '../../../local-cloud/services/cloudfront/serving/object-cache.ts';
import { type Rules, type Selection, selects } from '../../../local-cloud/services/cloudfront/serving/rules.ts';

const none: Selection = { mode: 'none', names: [] };
const rules = (key: Partial<Rules['key']> = {}, max = 60): Rules => ({
  key: { queries: none, headers: none, cookies: none, gzip: false, brotli: false, ...key },
  forward: { queries: none, headers: none, cookies: none },
  ttl: { min: 0, default: 0, max },
});
const request = (more: Partial<EdgeRequest> = {}): EdgeRequest => ({
  method: 'GET',
  path: '/p',
  query: '',
  headers: {},
  body: Buffer.alloc(0),
  clientIp: '127.0.0.1',
  clientAddress: '127.0.0.1:1',
  ...more,
});

describe('the cache key', () => {
  const same = (a: Partial<EdgeRequest>, b: Partial<EdgeRequest>, key: Partial<Rules['key']>) =>
    cacheKey(request(a), rules(key)).text === cacheKey(request(b), rules(key)).text;

  test('has only what the policy lists', () => {
    const x: Selection = { mode: 'whitelist', names: ['x'] };
    expect(same({ query: 'x=1&y=1' }, { query: 'x=1&y=2' }, { queries: x })).toBe(true);
    expect(same({ query: 'x=1' }, { query: 'x=2' }, { queries: x })).toBe(false);
    expect(same({ query: 'x=1' }, { query: 'X=1' }, { queries: x })).toBe(false);
    expect(same({ headers: { x: ['1'] } }, { headers: { x: ['2'] } }, { headers: x })).toBe(false);
    expect(same({ headers: { y: ['1'] } }, {}, { headers: x })).toBe(true);
    expect(same({ headers: { cookie: ['x=1; y=1'] } }, { headers: { cookie: ['y=2; x=1'] } }, { cookies: x })).toBe(
      true,
    );
    expect(same({ query: 'a=1&b=2' }, { query: 'b=2&a=1' }, { queries: { mode: 'all', names: [] } })).toBe(false);
  });

  test('is shared by GET and HEAD, not by OPTIONS, and differs by path case', () => {
    expect(same({}, { method: 'HEAD' }, {})).toBe(true);
    expect(same({}, { method: 'OPTIONS' }, {})).toBe(false);
    expect(same({}, { path: '/P' }, {})).toBe(false);
  });

  test('normalises Accept-Encoding to what the policy enables', () => {
    const accepts = (value: string, gzip = true, brotli = true) =>
      acceptedEncodings({ 'accept-encoding': [value] }, { gzip, brotli });
    expect(accepts('gzip, deflate, br')).toEqual(['br', 'gzip']);
    expect(accepts('gzip, br', true, false)).toEqual(['gzip']);
    expect(accepts('br;q=0, gzip;q=0.5')).toEqual(['gzip']);
    expect(accepts('identity')).toEqual([]);
    expect(accepts('*')).toEqual(['br', 'gzip']);
  });

  test('selections', () => {
    expect(selects({ mode: 'allExcept', names: ['host'] }, 'host')).toBe(false);
    expect(selects({ mode: 'allExcept', names: ['host'] }, 'a')).toBe(true);
    expect(selects(none, 'a')).toBe(false);
  });
});

describe('freshness', () => {
  const NOW = Date.UTC(2030, 0, 1) / 1000;
  const ttlOf = (
    headers: Record<string, string>,
    { status = 200, ttl = { min: 0, default: 100, max: 1000 }, error = undefined as number | undefined } = {},
  ) => {
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    return freshnessOf({ status, headers: lists, body: Buffer.alloc(0) }, ttl, NOW, error);
  };
  const cache = (value: string) => ({ 'cache-control': value });

  test.each([
    ['', 100],
    ['max-age=5', 5],
    ['max-age=5, s-maxage=7', 7],
    ['s-maxage=5000', 1000],
    ['max-age="20"', 20],
    ['no-store', 0],
    ['private, max-age=50', 0],
    ['no-cache', 0],
    ['no-cache="set-cookie", max-age=50', 50],
    ['public', 100],
  ])('Cache-Control %s: %i seconds', (value, expected) => {
    expect(ttlOf(value ? cache(value) : {}).ttl).toBe(expected);
  });

  test('the policy bounds what the origin says, even no-store', () => {
    const ttl = { min: 10, default: 100, max: 1000 };
    expect(ttlOf(cache('max-age=5'), { ttl }).ttl).toBe(10);
    expect(ttlOf(cache('no-store'), { ttl }).ttl).toBe(10);
    expect(ttlOf({ expires: new Date((NOW + 30) * 1000).toUTCString() }, { ttl }).ttl).toBe(30);
    expect(ttlOf({ expires: '0' }).ttl).toBe(0);
    expect(ttlOf(cache('max-age=50'), { ttl: { min: 0, default: 0, max: 0 } }).ttl).toBe(0);
  });

  test.each([
    [500, 'no-store', undefined, 10],
    [403, 'no-store', undefined, 10],
    [404, '', undefined, 10],
    [404, 'no-store', undefined, 0],
    [404, 'max-age=60', undefined, 60],
    [404, 'max-age=60', 0, 60],
    [500, '', 0, 0],
    [500, '', 300, 300],
    [416, '', undefined, 0],
    [429, 'max-age=60', undefined, 0],
    [412, '', undefined, 0],
    [412, 'max-age=60', undefined, 60],
  ])('%i with Cache-Control %s and ErrorCachingMinTTL %s: %i seconds', (status, value, error, expected) => {
    expect(ttlOf(value ? cache(value) : {}, { status, error }).ttl).toBe(expected);
  });

  test('stale times', () => {
    expect(ttlOf(cache('s-maxage=1, stale-while-revalidate=60'))).toEqual({
      ttl: 1,
      staleWhileRevalidate: 60,
      staleIfError: Number.POSITIVE_INFINITY,
    });
    expect(ttlOf(cache('s-maxage=1, stale-while-revalidate=999999, stale-if-error=5'))).toMatchObject({
      staleWhileRevalidate: 1000,
      staleIfError: 5,
    });
  });

  test('what has a validator may be kept to ask with', () => {
    const response = (headers: Record<string, string[]>) => ({ status: 200, headers, body: Buffer.alloc(0) });
    expect(mayRevalidate(response({ etag: ['"a"'] }))).toBe(true);
    expect(mayRevalidate(response({ etag: ['"a"'], 'cache-control': ['private'] }))).toBe(false);
    expect(mayRevalidate(response({}))).toBe(false);
  });
});

describe('invalidation paths', () => {
  test.each([
    ['/a', '/a', true],
    ['/a', '/a?q=1', false],
    ['/a?*', '/a?q=1', true],
    ['/a?*', '/a', false],
    ['/a*', '/a?q=1', true],
    ['/a/*', '/a', false],
    ['/*', '/any/thing?x', true],
    ['/A', '/a', false],
  ])('%s matches %s: %s', (path, object, expected) => {
    expect(matchesInvalidation(path, object)).toBe(expected);
  });

  test('checks', () => {
    expect(() => checkPaths([])).toThrow('at least one path');
    expect(() => checkPaths(['/a*/b'])).toThrow('/a*/b');
    expect(() => checkInProgress(Array(15).fill('/a*'), ['/b'])).not.toThrow();
    expect(() => checkInProgress(Array(15).fill('/a*'), ['/b*'])).toThrow('15 wildcards');
  });
});

test('the cache forgets the least recently used first', () => {
  const cache = createObjectCache(10_000);
  const object = (size: number) => ({
    response: { status: 200, headers: {}, body: Buffer.alloc(size) },
    object: '/x',
    storedAt: 0,
    freshUntil: 0,
    staleWhileRevalidateUntil: 0,
    staleIfErrorUntil: 0,
  });
  cache.put('a', object(2_500));
  cache.put('b', object(2_500));
  cache.get('a');
  cache.put('c', object(2_500));
  expect([cache.get('a'), cache.get('b'), cache.get('c')].map(Boolean)).toEqual([true, false, true]);
  expect(cache.remove('a', () => true)).toBe(1);
  expect(cache.get('a')).toBeUndefined();
});
