import { describe, expect, test } from '@jest/globals';
import type { Route } from '../../../domain/routing.ts';
import { createFastPath } from '../../../edge/default/fast-path.ts';
import type { Settings } from '../../../edge/shared/settings.ts';
import { routing, settings } from './settings.ts';

const uriOf = (
  path: string,
  site: Settings = settings(),
  { method = 'GET', cookies = '', host = 'site.example' } = {},
) => createFastPath(site).find({ method, path, host, cookies, part: 'html' })?.uri;

describe('found', () => {
  test.each([
    ['/', '/releases/R1/isr/index.html'],
    ['/about', '/releases/R1/isr/about.html'],
    ['/404', '/releases/R1/isr/404.html'],
    ['/posts/a', '/releases/R1/isr/posts/a.html'],
    ['/_next/data/B/posts/a.json', '/releases/R1/isr/posts/a.json'],
    ['/robots.txt', '/releases/R1/public/robots.txt'],
    ['/images/a%20b.png', '/releases/R1/public/images/a%20b.png'],
  ])('%s', (path, uri) => {
    expect(uriOf(path)).toBe(uri);
    expect(uriOf(path, settings(), { method: 'HEAD' })).toBe(uri);
  });

  test('below a base path, with trailing slashes', () => {
    const site = settings({ basePath: '/docs', trailingSlash: true, publicPaths: ['/docs/robots.txt'] });
    expect(uriOf('/docs/about/', site)).toBe('/releases/R1/isr/about.html');
    expect(uriOf('/docs/', site)).toBe('/releases/R1/isr/index.html');
    expect(uriOf('/docs/_next/data/B/posts/a.json', site)).toBe('/releases/R1/isr/posts/a.json');
    expect(uriOf('/docs/robots.txt', site)).toBe('/releases/R1/public/docs/robots.txt');
    const feed = { '/feed.xml': { html: 'feed.xml.body', revalidate: false as const, status: 200 } };
    expect(uriOf('/docs/feed.xml', { ...site, pages: feed })).toBe('/releases/R1/isr/feed.xml.body');
    for (const path of ['/about', '/docs/about', '/robots.txt', '/docs']) expect(uriOf(path, site)).toBeUndefined();
  });
});

test('a page that an intercepting route could show: only where the request says whence it comes', () => {
  const has = [{ type: 'header' as const, key: 'next-url', value: '/posts' }];
  const rule = { sourceRegex: '^/posts/([^/]+?)$', destination: '/posts/(.)$1' };
  const site = (beforeFiles: Route[]) => settings({}, { routing: routing({ beforeFiles }) });
  expect(uriOf('/posts/a', site([{ ...rule, has }]))).toBe('/releases/R1/isr/posts/a.html');
  expect(uriOf('/posts/a', site([rule]))).toBeUndefined();
});

describe('left to Next', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s', (method) => {
    expect(uriOf('/about', settings(), { method })).toBeUndefined();
  });

  test.each(['/about/', '//about', '/%61bout', '/posts%2Fa', '/posts/b', '/500', '/%E0%A4%A', '/About'])(
    '%s',
    (path) => {
      expect(uriOf(path)).toBeUndefined();
    },
  );

  test.each(['__prerender_bypass=1', 'a=b; __next_preview_data=x'])('preview cookie %s', (cookies) => {
    expect(uriOf('/about', settings(), { cookies })).toBeUndefined();
    expect(uriOf('/about', settings(), { cookies: `not${cookies.split(' ')[0]}` })).toBeDefined();
  });

  const rule = { sourceRegex: '^/about(?:/)?$' };
  test.each<[string, Partial<Settings['edge']['routing']>]>([
    ['a redirect', { beforeMiddleware: [{ ...rule, headers: { location: '/' }, status: 307 }] }],
    [
      'a header with a condition',
      { beforeMiddleware: [{ ...rule, headers: { a: 'b' }, has: [{ type: 'cookie', key: 'x' }] }] },
    ],
    ['a rewrite before files', { beforeFiles: [{ ...rule, destination: '/x' }] }],
    ['middleware', { middlewareMatchers: [{ sourceRegex: '' }] }],
  ])('%s touches the page', (_, changes) => {
    const site = settings({}, { routing: routing(changes) });
    expect(uriOf('/about', site)).toBeUndefined();
    expect(uriOf('/About', site)).toBeUndefined();
  });

  test('a rewrite after files touches dynamic pages only', () => {
    const site = settings({}, { routing: routing({ afterFiles: [{ sourceRegex: '^/.*$', destination: '/x' }] }) });
    expect(uriOf('/posts/a', site)).toBeUndefined();
    expect(uriOf('/about', site)).toBe('/releases/R1/isr/about.html');
    expect(uriOf('/robots.txt', site)).toBe('/releases/R1/public/robots.txt');
  });

  test('with locales: the root, which may lead to another locale', () => {
    const page = (html: string) => ({ html, revalidate: false as const, status: 200 });
    const pages = { '/en': page('en.html'), '/en/about': page('en/about.html'), '/fr/about': page('fr/about.html') };
    const i18n = { locales: ['en', 'fr'], defaultLocale: 'en' };
    const site = settings({ pages }, { i18n });
    expect(uriOf('/', site)).toBeUndefined();
    expect(uriOf('/about', site)).toBe('/releases/R1/isr/en/about.html');
    expect(uriOf('/fr/about', site)).toBe('/releases/R1/isr/fr/about.html');
    const fixed = settings({ pages }, { i18n: { ...i18n, localeDetection: false } });
    expect(uriOf('/', fixed)).toBe('/releases/R1/isr/en.html');
  });

  test('with domains: a path without a locale is in that of the visited one', () => {
    const page = (html: string) => ({ html, revalidate: false as const, status: 200 });
    const pages = { '/en': page('en.html'), '/en/about': page('en/about.html'), '/fr/about': page('fr/about.html') };
    const domains = [{ domain: 'example.fr:3000', defaultLocale: 'fr' }];
    const i18n = { locales: ['en', 'fr'], defaultLocale: 'en', domains };
    const site = settings({ pages }, { i18n });
    for (const host of ['example.fr', 'Example.FR:8080']) {
      expect(uriOf('/about', site, { host })).toBe('/releases/R1/isr/fr/about.html');
      expect(uriOf('/en/about', site, { host })).toBe('/releases/R1/isr/en/about.html');
      expect(uriOf('/', site, { host })).toBeUndefined();
    }
    expect(uriOf('/about', site, { host: 'www.example.fr' })).toBe('/releases/R1/isr/en/about.html');
    const rules = routing({ beforeFiles: [{ sourceRegex: '^/fr/about$', destination: '/x' }] });
    expect(uriOf('/about', settings({ pages }, { i18n, routing: rules }), { host: 'example.fr' })).toBeUndefined();
  });
});

test('custom headers without conditions are added, with the parameters of the path', () => {
  const headers = { 'x-post': 'post-$1' };
  const rules = [
    { sourceRegex: '^/posts(?:/([^/]+?))(?:/)?$', headers },
    { sourceRegex: '^/posts', headers: { 'x-all': 'yes' } },
  ];
  const fastPath = createFastPath(settings({}, { routing: routing({ beforeMiddleware: rules }) }));
  expect(fastPath.find({ method: 'GET', path: '/posts/a', host: '', cookies: '', part: 'html' })?.path).toBe(
    '/posts/a',
  );
  expect(fastPath.headersFor('/posts/a')).toEqual({ 'x-post': 'post-a', 'x-all': 'yes' });
  expect(fastPath.headersFor('/about')).toEqual({});
});
