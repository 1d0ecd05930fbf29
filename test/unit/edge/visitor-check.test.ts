import { expect, test } from '@jest/globals';
import { createVisitorCheck } from '../../../edge/default/visitor-check.ts';
import { routing, settings } from './settings.ts';

const I18N = { locales: ['en', 'de'], defaultLocale: 'en' };
const byCookie = [{ type: 'cookie' as const, key: 'card' }];

test('what middleware matches, however it is written', () => {
  const matchers = [{ sourceRegex: '^(?:\\/([^/.]{1,}))\\/plots(.json)?[\\/#\\?]?$' }];
  const depends = createVisitorCheck(settings({}, { routing: routing({ middlewareMatchers: matchers }), i18n: I18N }));
  for (const path of ['/plots', '/en/plots', '/de/plots', '/plots/', '/%70lots', '/PLOTS'])
    expect([path, depends(path)]).toEqual([path, true]);
  for (const path of ['/', '/seeds/plots/x', '/plot']) expect([path, depends(path)]).toEqual([path, path === '/']);
});

test('rules that look at cookies or headers; not those that look at host or query, which are in the cache key', () => {
  const beforeFiles = [
    { sourceRegex: '^/counter$', destination: '/b', has: [{ type: 'query' as const, key: 'q' }] },
    { sourceRegex: '^/host$', destination: '/b', has: [{ type: 'host' as const, value: 'a.example' }] },
  ];
  expect(createVisitorCheck(settings({}, { routing: routing({ beforeFiles }) }))('/counter')).toBe(false);
  const beforeMiddleware = [{ sourceRegex: '^/gate$', status: 307, missing: byCookie }];
  const depends = createVisitorCheck(settings({}, { routing: routing({ beforeMiddleware, beforeFiles }) }));
  expect([depends('/gate'), depends('/counter')]).toEqual([true, false]);
});

test('a rewrite may lead to a rule that looks at a cookie', () => {
  const beforeFiles = [{ sourceRegex: '^/counter$', destination: '/basket', has: byCookie }];
  const afterFiles = [{ sourceRegex: '^/desk$', destination: '/counter' }];
  const depends = createVisitorCheck(settings({}, { routing: routing({ beforeFiles, afterFiles }) }));
  expect([depends('/desk'), depends('/about')]).toEqual([true, false]);
});

test('beside middleware, the data of a page is what the page is', () => {
  const beforeFiles = [{ sourceRegex: '^(?:/(en|de))?/promo(?:/)?$', destination: '/promo-b', has: byCookie }];
  const data = '/_next/data/B/promo.json';
  expect(createVisitorCheck(settings({}, { routing: routing({ beforeFiles }) }))(data)).toBe(false);
  const middlewareMatchers = [{ sourceRegex: '^/admin$' }];
  const table = routing({ beforeFiles, middlewareMatchers, shouldNormalizeNextData: true });
  const depends = createVisitorCheck(settings({}, { routing: table, i18n: I18N }));
  expect([depends(data), depends('/_next/data/B/de/promo.json')]).toEqual([true, true]);
  expect(depends('/_next/data/B/about.json')).toBe(false);
});

test('an intercepting route looks at a header that is in the cache key', () => {
  const has = [{ type: 'header' as const, key: 'next-url', value: '/finds(?:/(.*))?' }];
  const beforeFiles = [{ sourceRegex: '^/finds/([^/]+?)$', destination: '/finds/(.)$1', has }];
  const depends = createVisitorCheck(settings({}, { routing: routing({ beforeFiles }) }));
  expect(depends('/finds/float')).toBe(false);
});
