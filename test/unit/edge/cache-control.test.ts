import { expect, test } from '@jest/globals';
import { cacheControlOf, cacheControlOfPage, type RenderedResponse } from '../../../edge/default/cache-control.ts';

const PAGE: RenderedResponse = {
  method: 'GET',
  status: 200,
  cacheControl: 's-maxage=30, stale-while-revalidate=60',
  setsCookies: false,
  hasPreviewCookie: false,
  dependsOnVisitor: false,
};

test('what the page says itself is kept', () => {
  expect(cacheControlOf(PAGE)).toBe('s-maxage=30, stale-while-revalidate=60');
  expect(cacheControlOf({ ...PAGE, method: 'HEAD', cacheControl: 'public, max-age=5' })).toBe('public, max-age=5');
});

test('an ISR page gets our words for it', () => {
  const cacheControl = 's-maxage=60, stale-while-revalidate';
  expect(cacheControlOf({ ...PAGE, cacheControl })).toBe(cacheControlOfPage(60));
  expect(cacheControlOfPage(false)).toBe('public, max-age=0, s-maxage=31536000');
});

test.each<[string, Partial<RenderedResponse>]>([
  ['no word about it', { cacheControl: null }],
  ['private', { cacheControl: 'private, max-age=60' }],
  ['no-cache', { cacheControl: 'private, no-cache, no-store, max-age=0, must-revalidate' }],
  ['a cookie set', { setsCookies: true }],
  ['preview', { hasPreviewCookie: true }],
  ['dependence on the visitor', { dependsOnVisitor: true }],
  ['another method', { method: 'POST' }],
  ['not found', { status: 404 }],
  ['an error', { status: 500 }],
])('%s: not stored', (_, changes) => {
  expect(cacheControlOf({ ...PAGE, ...changes })).toBe('private, no-store');
});
