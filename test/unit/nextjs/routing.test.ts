import { describe, expect, test } from '@jest/globals';
import { resolveRoutes } from '@next/routing';
import { i18nOf, parameterNames, type RoutesManifest, routingOf, withGroups } from '../../../nextjs/collect/routing.ts';

test.each([
  ['/old/:slug', ['slug']],
  ['/:lang(en|fr)/:path*', ['lang', 'path']],
  ['/post/:id(\\d{1,})/(.*)', ['id', '0']],
  ['/a/:b((?:x|y)+)-:c', ['b', 'c']],
  ['/escaped\\:colon/:a', ['a']],
  ['/', []],
])('parameters of %s', (source, names) => {
  expect(parameterNames(source)).toEqual(names);
});

test('optional parameters and queries', () => {
  expect(withGroups('/a/:b?', ['b'])).toBe('/a/$1');
  expect(withGroups('/:a?/x?q=:b', ['a', 'b'])).toBe('/$1/x?q=$2');
});

test('parameters become groups; those that come from conditions keep their names', () => {
  expect(withGroups('https://x.example:8080/:path*/:id?a=:user', ['id', 'path'])).toBe(
    'https://x.example:8080/$2/$1?a=$user',
  );
});

/** As Next 11.1 writes it, shortened. */
const MANIFEST: RoutesManifest = {
  basePath: '',
  redirects: [
    { source: '/:path+/', destination: '/:path+', statusCode: 308, regex: '^(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))/$' },
    {
      source: '/old/:slug',
      destination: '/locks/:slug',
      statusCode: 307,
      regex: '^(?!/_next)/old(?:/([^/]+?))(?:/)?$',
    },
  ],
  headers: [
    { source: '/locks/:slug', headers: [{ key: 'X-Lock', value: 'is :slug' }], regex: '^/locks(?:/([^/]+?))(?:/)?$' },
  ],
  rewrites: [
    { source: '/boat/:name', destination: '/boats/:name', regex: '^/boat(?:/([^/]+?))(?:/)?$' },
    { source: '/now/:zone', destination: '/today', regex: '^/now(?:/([^/]+?))(?:/)?$' },
  ],
  dynamicRoutes: [
    { page: '/boats/[name]', regex: '^/boats/([^/]+?)(?:/)?$', namedRegex: '^/boats/(?<name>[^/]+?)(?:/)?$' },
    { page: '/locks/[slug]', regex: '^/locks/([^/]+?)(?:/)?$', namedRegex: '^/locks/(?<slug>[^/]+?)(?:/)?$' },
  ],
};

describe('read by @next/routing', () => {
  const resolve = (path: string) =>
    resolveRoutes({
      url: new URL(path, 'https://shop.example'),
      buildId: 'B',
      basePath: '',
      requestBody: new ReadableStream(),
      headers: new Headers(),
      pathnames: ['/today', '/boats/[name]', '/locks/[slug]'],
      routes: { ...routingOf(MANIFEST), shouldNormalizeNextData: false },
      invokeMiddleware: async () => ({}),
    });

  test('a redirect', async () => {
    const { resolvedHeaders, status } = await resolve('/old/caen-hill');
    expect([status, resolvedHeaders?.get('location')]).toEqual([307, '/locks/caen-hill']);
  });

  test('a header with a parameter, on a dynamic page', async () => {
    const { resolvedHeaders, resolvedPathname, routeMatches } = await resolve('/locks/caen-hill');
    expect(resolvedHeaders?.get('x-lock')).toBe('is caen-hill');
    expect(resolvedPathname).toBe('/locks/[slug]');
    expect(routeMatches).toMatchObject({ slug: 'caen-hill' });
  });

  test('a rewrite to a dynamic page, and one that hands its parameter on as query', async () => {
    expect((await resolve('/boat/heron')).resolvedPathname).toBe('/boats/[name]');
    const { resolvedPathname, resolvedQuery } = await resolve('/now/utc');
    expect(resolvedPathname).toBe('/today');
    expect(resolvedQuery).toMatchObject({ zone: 'utc' });
  });
});

test('rewrites in three groups keep their places', () => {
  const rule = (source: string) => ({ source, regex: `^${source}$`, destination: '/x' });
  const rewrites = { beforeFiles: [rule('/a')], afterFiles: [rule('/b')], fallback: [rule('/c')] };
  const { beforeFiles, afterFiles, fallback } = routingOf({ ...MANIFEST, rewrites });
  expect([beforeFiles, afterFiles, fallback].map(([route]) => route?.sourceRegex)).toEqual(['^/a$', '^/b$', '^/c$']);
});

test('dynamic pages get the base path that the manifest leaves out', () => {
  const [first] = routingOf({ ...MANIFEST, basePath: '/docs' }).dynamicRoutes;
  expect(first).toEqual({
    sourceRegex: '^/docs/boats/(?<name>[^/]+?)(?:/)?$',
    destination: '/docs/boats/[name]?name=$name',
  });
});

test('locales: what is set to its usual value is left out', () => {
  const i18n = { locales: ['en', 'fr'], defaultLocale: 'en' };
  const domains = [
    { domain: 'a.example', defaultLocale: 'en', http: false },
    { domain: 'b.example', defaultLocale: 'fr', http: true },
  ];
  const config = { distDir: '.next', i18n: { ...i18n, localeDetection: true, domains } };
  const expected = [
    { domain: 'a.example', defaultLocale: 'en' },
    { domain: 'b.example', defaultLocale: 'fr', http: true },
  ];
  expect(i18nOf(config)).toEqual({ i18n: { ...i18n, domains: expected } });
  const fixed = { ...i18n, localeDetection: false };
  expect(i18nOf({ distDir: '.next', i18n: fixed })).toEqual({ i18n: fixed });
  expect(i18nOf({ distDir: '.next', i18n: null })).toEqual({});
});
