import { expect, test } from '@jest/globals';
import { cacheControlOf, cacheControlOfPage, type RenderedResponse } from '../../../edge/default/cache-control.ts';

const PAGE: RenderedResponse = {
  method: 'GET',
  status: 200,
  cacheControl: 's-maxage=30, stale-while-revalidate=60',
  vary: 'RSC, Next-Router-State-Tree, Next-Router-Prefetch, Next-Url, Accept-Encoding',
  setsCookies: false,
  isAuthorized: false,
  hasPreviewCookie: false,
  dependsOnVisitor: false,
};

test('what the page says itself is kept', () => {
  expect(cacheControlOf(PAGE)).toBe('s-maxage=30, stale-while-revalidate=60');
  expect(cacheControlOf({ ...PAGE, method: 'HEAD', cacheControl: 'public, max-age=5' })).toBe('public, max-age=5');
});

test.each(['public, max-age=60', 's-maxage=60', 'max-age=60, must-revalidate'])(
  '%s: shared, though it was asked for with credentials',
  (cacheControl) => expect(cacheControlOf({ ...PAGE, isAuthorized: true, cacheControl })).toBe(cacheControl),
);

test('an ISR page gets our words for it', () => {
  const cacheControl = 's-maxage=60, stale-while-revalidate';
  expect(cacheControlOf({ ...PAGE, cacheControl })).toBe(cacheControlOfPage(60));
  expect(cacheControlOfPage(false)).toBe('public, max-age=0, s-maxage=31536000');
});

test.each<[string, Partial<RenderedResponse>]>([
  ['no word about it', { cacheControl: null }],
  ['private', { cacheControl: 'private, max-age=60' }],
  ['no-cache', { cacheControl: 'private, no-cache, no-store, max-age=0, must-revalidate' }],
  ['another answer for other cookies', { vary: 'Cookie' }],
  ['for other languages, too', { vary: 'RSC, Accept-Language' }],
  ['for no other request', { vary: '*' }],
  ['credentials', { isAuthorized: true, cacheControl: 'max-age=60' }],
  ['a cookie set', { setsCookies: true }],
  ['preview', { hasPreviewCookie: true }],
  ['dependence on the visitor', { dependsOnVisitor: true }],
  ['another method', { method: 'POST' }],
  ['not found', { status: 404 }],
  ['an error', { status: 500 }],
])('%s: not stored', (_, changes) => {
  expect(cacheControlOf({ ...PAGE, ...changes })).toBe('private, no-store');
});
