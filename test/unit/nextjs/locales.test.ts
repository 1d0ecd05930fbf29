import { expect, test } from '@jest/globals';
import { renderedPaths } from '../../../nextjs/collect/app-pages.ts';
import { withLocales } from '../../../nextjs/collect/locales.ts';
import { dataRoutesOf, type RoutesManifest, routingOf } from '../../../nextjs/collect/routing.ts';

const I18N = { locales: ['en', 'de-CH'], defaultLocale: 'en' };
const MANIFEST: RoutesManifest = {
  redirects: [
    {
      source: '/:path+/',
      destination: '/:path+',
      internal: true,
      statusCode: 308,
      regex: '^(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))/$',
    },
  ],
  rewrites: [],
  dynamicRoutes: ['/bikes/[frame]', '/tickets/[id]', '/api/[id]'].map((page) => ({
    page,
    regex: `^${page.replace(/\[\w+\]/, '([^/]+?)')}(?:/)?$`,
  })),
  dataRoutes: [{ page: '/tickets/[id]', dataRouteRegex: '^/_next/data/B\\-1/tickets/([^/]+?)\\.json$' }],
};
const table = (basePath = '') => withLocales({ ...MANIFEST, basePath }, I18N, new Set(['/bikes/[frame]']));

test.each([
  ['/en/hours/', '', '/hours'],
  ['/de-CH/hours/', '', '/de-CH/hours'],
  ['/en/', '', undefined],
  ['/en/hours', '', undefined],
  ['/shop/en/a/b/', '/shop', '/shop/a/b'],
  ['/shop/de-CH/a/', '/shop', '/shop/de-CH/a'],
])('a slash at the end of %s: to %s', (path, basePath, location) => {
  const rule = routingOf(table(basePath)).beforeMiddleware.find(({ sourceRegex }) =>
    new RegExp(sourceRegex).test(path),
  );
  const [, group] = rule ? (new RegExp(rule.sourceRegex).exec(path) ?? []) : [];
  expect(rule?.headers?.location?.replace('$1', group ?? '')).toBe(location);
});

test.each([
  ['/de-CH/', []],
  ['/de-CH/hours/', ['/hours at saat.example', '/de-CH/hours']],
  ['/en/hours/', ['/hours']],
])('beside a domain, a slash at the end of %s', (path, expected) => {
  const i18n = { ...I18N, domains: [{ domain: 'saat.example', defaultLocale: 'de-CH' }] };
  const met = routingOf(withLocales(MANIFEST, i18n, new Set())).beforeMiddleware.flatMap((rule) => {
    const [found, group = ''] = new RegExp(rule.sourceRegex).exec(path) ?? [];
    const at = rule.has?.[0]?.value;
    return found ? [`${rule.headers?.location?.replace('$1', group)}${at ? ` at ${at}` : ''}`] : [];
  });
  expect(met).toEqual(expected);
});

test('pages with parameters: the pages router’s in all locales, the app router’s in the default one, handlers wherever a rule leads', () => {
  const matching = (path: string) =>
    routingOf(table())
      .dynamicRoutes.filter(({ sourceRegex }) => new RegExp(sourceRegex).test(path))
      .map(({ destination }) => destination);
  for (const path of ['/tickets/7', '/en/tickets/7', '/de-CH/tickets/7'])
    expect(matching(path)).toEqual(['/tickets/[id]']);
  for (const path of ['/bikes/x', '/en/bikes/x']) expect(matching(path)).toEqual(['/bikes/[frame]']);
  for (const path of ['/de-CH/bikes/x', '/fr/tickets/7']) expect(matching(path)).toEqual([]);
  for (const path of ['/api/7', '/en/api/7', '/de-CH/api/7']) expect(matching(path)).toEqual(['/api/[id]']);
});

test('their data', () => {
  const [route] = dataRoutesOf(table());
  const regex = new RegExp(route?.sourceRegex ?? '');
  for (const path of ['tickets/7', 'en/tickets/7', 'de-CH/tickets/7']) {
    expect(regex.exec(`/_next/data/B-1/${path}.json`)?.[1]).toBe('7');
  }
  expect(regex.test('/_next/data/B-1/fr/tickets/7.json')).toBe(false);
});

test('a page without data, which is there once for each locale', () => {
  const { pages } = renderedPaths({}, { '/en/404': 'pages/en/404.html' }, 'B', I18N);
  expect(pages).toEqual(['/en/404', '/_next/data/B/en/404.json']);
});

test('what an address can lead to', () => {
  const { pages } = renderedPaths(
    { '/page': '/', '/api/x/route': '/api/x' },
    { '/hours': 'pages/hours.js' },
    'B',
    I18N,
  );
  expect(pages).toEqual([
    '/',
    '/en',
    '/api/x',
    '/hours',
    '/en/hours',
    '/de-CH/hours',
    '/_next/data/B/hours.json',
    '/_next/data/B/en/hours.json',
    '/_next/data/B/de-CH/hours.json',
  ]);
});
