import { expect, test } from '@jest/globals';
import { createFastPath } from '../../../edge/default/fast-path.ts';
import { createOnDemandPages, pageAt, uriOf } from '../../../edge/default/on-demand.ts';
import { pathOfPage } from '../../../edge/isr/addresses.ts';
import { routing, settings } from './settings.ts';

const onDemand = { pages: ['/posts/[slug]', '/[...rest]'], besides: ['/search', '/posts/new'] };
const dynamicRoutes = [
  { sourceRegex: '^/api/([^/]+?)(?:/)?$', destination: '/api/[id]?id=$id' },
  { sourceRegex: '^/posts/([^/]+?)(?:/)?$', destination: '/posts/[slug]?slug=$slug' },
  { sourceRegex: '^/users/([^/]+?)(?:/)?$', destination: '/users/[id]?id=$id' },
  { sourceRegex: '^/(.+?)(?:/)?$', destination: '/[...rest]?rest=$rest' },
];
const HOST = 'site.example';
const site = settings({ onDemand }, { routing: routing({ dynamicRoutes }) });

test.each([
  ['/posts/a', { key: '/posts/a', part: 'html' }],
  ['/posts/caf%C3%A9', { key: '/posts/café', part: 'html' }],
  ['/posts/a%2Fb', { key: '/posts/a%2Fb', part: 'html' }],
  ['/_next/data/B/posts/a.json', { key: '/posts/a', part: 'data' }],
  ['/any/where', { key: '/any/where', part: 'html' }],
  ['/_next/data/other/posts/a.json', { key: '/_next/data/other/posts/a.json', part: 'html' }],
  ['/search', undefined],
  ['/posts/new', undefined],
  ['/users/7', undefined],
  ['/api/x', undefined],
  ['/posts/a/', undefined],
  ['/posts/%E0%A4%A', undefined],
])('%s', (path, page) => {
  expect(createOnDemandPages(site)(path, HOST)).toEqual(page);
});

test('nothing is on demand where the build says so', () => {
  expect(createOnDemandPages(settings())('/posts/new-one', HOST)).toBeUndefined();
});

test('base path and trailing slash', () => {
  const routes = dynamicRoutes.map((route) => ({
    sourceRegex: route.sourceRegex.replace('^', '^/docs'),
    destination: `/docs${route.destination}`,
  }));
  const changed = { onDemand, basePath: '/docs', trailingSlash: true };
  const given = settings(changed, { routing: routing({ dynamicRoutes: routes }) });
  const find = createOnDemandPages(given);
  expect(find('/docs/posts/a/', HOST)).toEqual({ key: '/posts/a', part: 'html' });
  expect(find('/docs/posts/a', HOST)).toBeUndefined();
  expect(find('/posts/a/', HOST)).toBeUndefined();
  expect(pathOfPage({ key: '/posts/a', part: 'html' }, given)).toBe('/docs/posts/a/');
  // Next takes them for files.
  expect(find('/docs/posts/v1.2', HOST)).toEqual({ key: '/posts/v1.2', part: 'html' });
  expect(find('/docs/posts/v1.2/', HOST)).toBeUndefined();
  expect(pathOfPage({ key: '/feed.xml', part: 'html' }, given)).toBe('/docs/feed.xml');
  expect(pathOfPage({ key: '/posts/a', part: 'data' }, given)).toBe('/docs/_next/data/B/posts/a.json');
});

test('locales', () => {
  const i18n = { locales: ['en', 'fr'], defaultLocale: 'en' };
  const find = createOnDemandPages(settings({ onDemand }, { i18n, routing: routing({ dynamicRoutes }) }));
  expect(find('/posts/a', HOST)).toEqual({ key: '/en/posts/a', part: 'html' });
  expect(find('/fr/posts/a', HOST)).toEqual({ key: '/fr/posts/a', part: 'html' });
  expect(find('/_next/data/B/fr/posts/a.json', HOST)).toEqual({ key: '/fr/posts/a', part: 'data' });
  expect(find('/_next/data/B/posts/a.json', HOST)).toBeUndefined();
  const domains = [{ domain: 'example.fr', defaultLocale: 'fr' }];
  const onDomains = settings({ onDemand }, { i18n: { ...i18n, domains }, routing: routing({ dynamicRoutes }) });
  const key = (host: string) => createOnDemandPages(onDomains)('/posts/a', host)?.key;
  expect([key('example.fr'), key('example.com')]).toEqual(['/fr/posts/a', '/en/posts/a']);
});

test.each(['/posts/a', '/posts/café', '/posts/a%2Fb', '/', '/index', '/a b'])('URI and address of %s', (key) => {
  const uri = uriOf('R1', key, 'html');
  expect(pageAt(uri, 'R1')).toEqual({ key, part: 'html' });
  expect(pageAt(uri, 'R2')).toBeUndefined();
  expect(decodeURIComponent(pathOfPage({ key, part: 'html' }, site))).toBe(key.replace('%2F', '/'));
});

test('what a rule of the app could touch is left to Next', () => {
  const find = (changes: object, cookies = '', method = 'GET') =>
    createFastPath(settings({ onDemand }, { routing: routing({ dynamicRoutes, ...changes }) })).findOnDemand({
      method,
      path: '/posts/a',
      host: HOST,
      cookies,
      part: 'html',
    });
  const rule = { sourceRegex: '^/posts/(.*)$', destination: '/x' };
  expect(find({})).toMatchObject({ uri: '/releases/R1/isr/posts/a.html', key: '/posts/a', path: '/posts/a' });
  expect(find({ beforeMiddleware: [{ ...rule, status: 307 }] })).toBeUndefined();
  expect(find({ middlewareMatchers: [rule] })).toBeUndefined();
  expect(find({ beforeFiles: [rule] })).toBeUndefined();
  expect(find({ afterFiles: [rule] })).toBeUndefined();
  expect(find({}, '__prerender_bypass=1')).toBeUndefined();
  expect(find({}, '', 'POST')).toBeUndefined();
});
