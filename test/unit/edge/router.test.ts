import { expect, test } from '@jest/globals';
import type { Middleware } from '../../../edge/default/render/routing/middleware.ts';
import { paramsOf } from '../../../edge/default/render/routing/params.ts';
import { createRouter, type Places, type Resolution } from '../../../edge/default/render/routing/router.ts';
import { routing, settings } from './settings.ts';

const PLACES: Places = {
  pages: ['/tonight', '/objects/[slug]', '/objects/atlas', '/rooms/a/b%20c', '/_next/data/B/rooms/one.json', '/_error'],
  pageOf: { '/rooms/a/b%20c': '/rooms/[...where]', '/_next/data/B/rooms/one.json': '/rooms/[...where]' },
  files: ['/sitemap.xml', '/500'],
  tellsRewrites: true,
};
const ROUTES = routing({
  beforeMiddleware: [{ sourceRegex: '^/nebula/([^/]+?)$', headers: { location: '/objects/$1' }, status: 308 }],
  beforeFiles: [{ sourceRegex: '^/elsewhere$', destination: 'https://other.example/there?from=here' }],
  afterFiles: [{ sourceRegex: '^/star/([^/]+?)$', destination: '/objects/$1' }],
  dynamicRoutes: [
    { sourceRegex: '^[/]?/objects/(?<nxtPslug>[^/]+?)(?:/)?$', destination: '/objects/[slug]?nxtPslug=$nxtPslug' },
  ],
});

async function resolve(target: string, headers: Record<string, string> = {}, middleware?: Middleware) {
  const table = middleware
    ? { ...ROUTES, middlewareMatchers: [{ sourceRegex: '' }], shouldNormalizeNextData: true }
    : ROUTES;
  const router = createRouter(PLACES, settings({}, { routing: table }), middleware);
  return router.resolve(new Request(`https://site.example${target}`, { headers }), target, Buffer.alloc(0));
}

/** A URL is an object without properties: any two of them match. */
const legible = (resolution: Resolution) =>
  resolution.kind === 'external' ? { ...resolution, href: resolution.url.href } : resolution;

test.each([
  ['/tonight?a=1&a=2&_rsc=x', { kind: 'page', pathname: '/tonight', query: { a: ['1', '2'] } }],
  ['/objects/m42?x=1', { kind: 'page', pathname: '/objects/[slug]', params: { slug: 'm42' }, query: { x: '1' } }],
  ['/star/m31', { kind: 'page', pathname: '/objects/[slug]', params: { slug: 'm31' } }],
  ['/objects/a%20b', { kind: 'page', params: { slug: 'a b' } }],
  ['/objects/%E0%A4%A', { kind: 'malformed' }],
  ['/sitemap.xml', { kind: 'file', path: '/sitemap.xml' }],
  ['/images/a%20b.png', { kind: 'file', path: '/images/a%20b.png' }],
  ['/nebula/m42?x=1', { kind: 'redirect', location: '/objects/m42?x=1', status: 308 }],
  ['/a//b\\c?x=1', { kind: 'redirect', location: '/a/b/c?x=1', status: 308 }],
  ['/elsewhere', { kind: 'external', href: 'https://other.example/there?from=here' }],
  ['/elsewhere?a=1&from=x&a=2', { kind: 'external', href: 'https://other.example/there?a=1&a=2&from=here' }],
  ['/star/atlas', { kind: 'page', pathname: '/objects/atlas', path: '/objects/atlas' }],
  ['/rooms/a/b%20c', { kind: 'page', pathname: '/rooms/a/b%20c', params: { where: ['a', 'b c'] } }],
  ['/_next/data/B/rooms/one.json', { kind: 'page', params: { where: ['one'] } }],
  ['/rooms/none', { kind: 'not-found' }],
  ['/_error', { kind: 'not-found' }],
  ['/500', { kind: 'not-found' }],
  ['/nowhere', { kind: 'not-found' }],
])('%s', async (target, expected) => {
  expect(legible((await resolve(target)).resolution)).toMatchObject(expected);
});

test('middleware: its headers for the page, its rewrite, and none of what only Next may say', async () => {
  let seen: Headers | undefined;
  const { resolution, requestHeaders } = await resolve(
    '/dome',
    { 'x-matched-path': '/admin', 'next-resume': '1', cookie: 'a=1' },
    async ({ url, headers }) => {
      seen = headers;
      return { rewrite: new URL('/tonight?side=open', url), requestHeaders: new Headers({ 'x-lantern': 'red' }) };
    },
  );
  expect(resolution).toMatchObject({ kind: 'page', pathname: '/tonight', query: { side: 'open' } });
  expect([seen?.get('x-matched-path'), seen?.get('next-resume'), seen?.get('cookie')]).toEqual([null, null, 'a=1']);
  expect(requestHeaders.get('x-lantern')).toBe('red');
});

test('a rewrite of middleware to another origin has the query that it is given', async () => {
  const elsewhere = new URL('https://other.example/b?c=1');
  const { resolution } = await resolve('/dome?a=1', {}, async () => ({ rewrite: elsewhere }));
  expect(legible(resolution)).toMatchObject({ kind: 'external', href: elsewhere.href });
  const onward = await resolve('/dome?a=1', {}, async ({ url }) => ({ rewrite: new URL('/elsewhere?b=2', url) }));
  expect(legible(onward.resolution)).toMatchObject({ href: 'https://other.example/there?b=2&from=here' });
});

test.each([
  ['a page without data', '/_next/data/B/tonight.json', { kind: 'page', pathname: '/tonight', path: '/tonight' }],
  ['data that a page has', '/_next/data/B/rooms/one.json', { kind: 'page', path: '/_next/data/B/rooms/one.json' }],
  ['no page', '/_next/data/B/nowhere.json', { kind: 'not-found' }],
])('beside middleware, data is asked for, and middleware by the page’s address: %s', async (_, target, expected) => {
  const asked: string[] = [];
  const { resolution } = await resolve(target, {}, async (request, { routed }) => {
    asked.push(request.url, routed.pathname);
    return {};
  });
  const page = target.slice('/_next/data/B'.length, -'.json'.length);
  expect(asked).toEqual([`https://site.example${page}`, page]);
  expect(resolution).toMatchObject(expected);
});

test('an answer of middleware itself', async () => {
  const response = new Response('closed', { status: 403 });
  const { resolution } = await resolve('/tonight', {}, async () => ({ bodySent: true, response }));
  expect(resolution).toMatchObject({ kind: 'response', response });
});

test('the app router’s client is told which page a rewrite led to', async () => {
  const { resolution } = await resolve('/star/m31?_rsc=x', { rsc: '1' });
  expect([...resolution.headers]).toEqual([['x-nextjs-rewritten-path', '/objects/m31']]);
  expect([...(await resolve('/star/m31')).resolution.headers]).toEqual([]);
});

test.each([
  ['/a/[b]', { 1: 'x%2Fy' }, { b: 'x/y' }],
  ['/a/[...b]', { 1: 'x/%C3%A9' }, { b: ['x', 'é'] }],
  ['/[a]/[[...b]]', { 1: 'x' }, { a: 'x' }],
  ['/de/a/[b]', { 1: 'de', 2: 'x', nextLocale: 'de' }, { b: 'x' }],
  ['/a', {}, undefined],
])('parameters of %s', (pathname, matches, expected) => {
  expect(paramsOf(pathname, matches)).toEqual(expected);
});

test('a page that turned out not to have it is passed over, and nothing is found twice', async () => {
  const router = createRouter(PLACES, settings({}, { routing: ROUTES }), undefined);
  const ask = (target: string) =>
    router.resolve(new Request(`https://site.example${target}`), target, Buffer.alloc(0), new Set(['/objects/[slug]']));
  expect((await ask('/objects/none')).resolution.kind).toBe('not-found');
  expect((await ask('/objects/[slug]')).resolution.kind).toBe('not-found');
  expect((await ask('/objects/atlas')).resolution).toMatchObject({ kind: 'page', pathname: '/objects/atlas' });
});

test('a redirect of the app comes before its middleware, without the headers of its rules', async () => {
  const header = { sourceRegex: '^/nebula/([^/]+?)$', headers: { 'x-object': '$1' } };
  const table = routing({
    ...ROUTES,
    beforeMiddleware: [header, ...ROUTES.beforeMiddleware],
    middlewareMatchers: [{ sourceRegex: '' }],
  });
  const router = createRouter(PLACES, settings({}, { routing: table }), async () => {
    throw new Error('Middleware was asked.');
  });
  const request = new Request('https://site.example/nebula/m42');
  const { resolution } = await router.resolve(request, '/nebula/m42', Buffer.alloc(0));
  expect(resolution).toMatchObject({ kind: 'redirect', location: '/objects/m42', status: 308 });
  expect([...resolution.headers]).toEqual([]);
});

test.each([
  ['/api/shelf/7', { kind: 'page', pathname: '/api/shelf/[id]', path: '/api/shelf/7', params: { id: '7' } }],
  ['/shelf/7', { kind: 'page', pathname: '/api/shelf/[id]', path: '/api/shelf/7' }],
  ['/de/shelf/7', { kind: 'page', pathname: '/api/shelf/[id]', path: '/api/shelf/7' }],
  ['/de/api/shelf/7', { kind: 'not-found' }],
  ['/api/drops', { kind: 'page', pathname: '/api/drops', path: '/api/drops' }],
  ['/api/drops/', { kind: 'page', pathname: '/api/drops' }],
  ['/de/api/drops/', { kind: 'not-found' }],
  ['/_next/data/B/seeds.json', { kind: 'page', pathname: '/_next/data/B/en/seeds.json' }],
  ['/_next/data/B/de/seeds.json', { kind: 'page', pathname: '/_next/data/B/de/seeds.json' }],
  ['/_next/data/B/index.json', { kind: 'page', pathname: '/_next/data/B/en.json' }],
  ['/de/seeds/oca', { kind: 'page', pathname: '/de/seeds/oca', params: { slug: 'oca' } }],
  ['/_next/data/B/de/seeds/oca.json', { kind: 'page', params: { slug: 'oca' } }],
])('with locales: %s', async (target, expected) => {
  const named = ['en', 'en/seeds', 'de/seeds', 'de/seeds/oca', 'seeds', 'index'];
  const data = named.map((page) => `/_next/data/B/${page}.json`);
  const i18n = { locales: ['en', 'de'], defaultLocale: 'en' };
  const table = routing({
    afterFiles: [{ sourceRegex: '^(?:/(en|de))/shelf/([^/]+?)$', destination: '/$1/api/shelf/$2' }],
    dynamicRoutes: [{ sourceRegex: '^(?:/(?:en|de))?/api/shelf/([^/]+?)(?:/)?$', destination: '/api/shelf/[id]' }],
  });
  const seed = ['/de/seeds/oca', '/_next/data/B/de/seeds/oca.json'];
  const pageOf = Object.fromEntries(seed.map((path) => [path, '/seeds/[slug]']));
  const places = { ...PLACES, pages: ['/api/shelf/[id]', '/api/drops', '/de/seeds/oca', ...data], pageOf };
  const router = createRouter(places, settings({}, { routing: table, i18n }), undefined);
  const { resolution } = await router.resolve(new Request(`https://site.example${target}`), target, Buffer.alloc(0));
  expect(resolution).toMatchObject(expected);
});

test('with locales, middleware is asked for an API route, too, by a matcher that wants a locale', async () => {
  const table = routing({ middlewareMatchers: [{ sourceRegex: '^(?:/([^/.]{1,}))/api/shelf$' }] });
  const places = { ...PLACES, pages: ['/api/shelf'] };
  const i18n = { locales: ['en', 'de'], defaultLocale: 'en' };
  const response = new Response('closed', { status: 403 });
  const router = createRouter(places, settings({}, { routing: table, i18n }), async () => ({
    bodySent: true,
    response,
  }));
  const request = new Request('https://site.example/api/shelf');
  expect((await router.resolve(request, '/api/shelf', Buffer.alloc(0))).resolution).toMatchObject({ response });
});

test.each([
  ['/dome', true],
  ['/DOME', false],
])('a matcher looks at the case of letters: %s', async (target, isAsked) => {
  const table = routing({ middlewareMatchers: [{ sourceRegex: '^/dome$' }] });
  let asked = false;
  const router = createRouter(PLACES, settings({}, { routing: table }), async () => {
    asked = true;
    return {};
  });
  await router.resolve(new Request(`https://site.example${target}`), target, Buffer.alloc(0));
  expect(asked).toBe(isAsked);
});

test.each([
  ['site.example', '/de'],
  ['www.example', 'http://saat.example/'],
])('detection at %s leads to %s', async (host, location) => {
  const domains = [
    { domain: 'saat.example', defaultLocale: 'de', http: true as const },
    { domain: 'www.example', defaultLocale: 'en' },
  ];
  const i18n = { locales: ['en', 'de'], defaultLocale: 'en', domains };
  const router = createRouter(PLACES, settings({}, { routing: ROUTES, i18n }), undefined);
  const request = new Request(`https://${host}/`, { headers: { 'accept-language': 'de' } });
  const { resolution } = await router.resolve(request, '/', Buffer.alloc(0));
  expect(resolution).toMatchObject({ kind: 'redirect', location, status: 307 });
});
