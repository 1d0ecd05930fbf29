/** examples/next-10: locales by path, by domain and by what the browser says; alike what `next start` answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { describeBehindCdn } from './support/behind-cdn.ts';
import { cookiesOf, type Example, get, startExample } from './support/example.ts';
import { describeElsewhere, describeFreshness } from './support/suites.ts';

let example: Example;

beforeAll(async () => {
  example = await startExample({
    name: 'next-10',
    nodeMajor: 16,
    elsewhere: 'POST_OFFICE',
    headers: ['x-inn', 'x-guest', 'x-method', 'allow'],
  });
}, 300_000);

afterAll(() => example?.stop());

const data = (page: string) => `/_next/data/${example.manifest.buildId}${page}.json`;
const ENGLISH = { host: 'postroad.example' };
const FRENCH = { host: 'relais.example' };

describe('answered by S3, without loading Next', () => {
  test.each([
    ['page of the default locale', '/inns', {}],
    ['page of the default locale with a query', '/inns?a=1', {}],
    ['page of another locale', '/fr/inns', {}],
    ['home of another locale', '/nl', {}],
    ['home of the default locale by its own address', '/en', {}],
    ['404 page by its own address', '/fr/404', {}],
    ['page of getStaticPaths, with a custom header', '/inns/the-bell', {}],
    ['the same in another locale', '/fr/inns/the-bell', {}],
    ['optional catch-all with nothing to catch', '/menu', {}],
    ['optional catch-all of another locale', '/nl/menu/supper/soup', {}],
    ['fallback: false', '/stages/dover', {}],
    ['fallback: true', '/roads/1', {}],
    ['page of a domain’s locale', '/inns', FRENCH],
    ['the same with a port', '/inns', { host: 'relais.example:8080' }],
    ['the same in other case', '/inns', { host: 'Relais.EXAMPLE' }],
    ['page of getStaticPaths on a domain', '/inns/the-bell', FRENCH],
    ['page of the default locale on its domain', '/inns', ENGLISH],
    ['public file', '/sign.svg', {}],
    ['public file on a domain', '/pictures/dusk.jpg', FRENCH],
  ])('%s: GET and HEAD %s %j', async (_, target, headers) => {
    expect((await example.expectAlike(get(target, headers))).servedBy).toBe('bucket');
    expect((await example.expectAlike({ method: 'HEAD', target, headers })).servedBy).toBe('bucket');
  });

  test.each(['/en/inns', '/fr/inns', '/nl/inns/the-bell', '/fr', '/en/menu/supper/soup'])(
    'data of %s',
    async (page) => {
      expect((await example.expectAlike(get(data(page)))).servedBy).toBe('bucket');
      expect((await example.expectAlike(get(data(page), FRENCH))).servedBy).toBe('bucket');
    },
  );
});

describe('the locale is found out', () => {
  test.each([
    ['nothing said', '/', {}],
    ['by the browser', '/', { 'accept-language': 'fr-CH, fr;q=0.9, en;q=0.8' }],
    ['by the browser, with a query', '/?a=1', { 'accept-language': 'nl' }],
    ['by the browser, none of the site', '/', { 'accept-language': 'de' }],
    ['by the cookie', '/', { cookie: 'NEXT_LOCALE=nl' }],
    ['by the cookie against the browser', '/', { 'accept-language': 'fr', cookie: 'NEXT_LOCALE=en' }],
    ['by the domain', '/', FRENCH],
    ['by the domain and the browser alike', '/', { ...FRENCH, 'accept-language': 'fr' }],
    ['by the domain, another of the browser, which has a domain', '/', { ...FRENCH, 'accept-language': 'en' }],
    ['by the domain, another of the browser, which has none', '/', { ...FRENCH, 'accept-language': 'nl' }],
    ['by the domain, another by the cookie', '/', { ...FRENCH, cookie: 'NEXT_LOCALE=en' }],
    ['another of the browser on the English domain', '/', { ...ENGLISH, 'accept-language': 'fr' }],
    ['on a host that is no domain of the site', '/', { host: 'www.relais.example', 'accept-language': 'fr' }],
  ])('%s: GET %s %j', async (_, target, headers) => {
    const answer = await example.expectAlike(get(target, headers));
    expect(answer.servedBy).toBe('next');
    expect(answer.headers['cache-control']).toEqual(['private, no-store']);
    await example.expectAlike({ method: 'HEAD', target, headers });
  });

  test.each([
    ['English page of the French domain', '/en/about', FRENCH],
    ['French page of the French domain, with its prefix', '/fr/about', FRENCH],
    ['Dutch page of the French domain', '/nl/about', FRENCH],
    ['French page of the English domain', '/fr/inns/the-bell', ENGLISH],
    ['Dutch home of the English domain', '/nl', ENGLISH],
    ['page without data', '/about', FRENCH],
    ['SSR', '/tonight', FRENCH],
    ['unknown page', '/nowhere', FRENCH],
    ['redirect', '/hotels/the-bell', FRENCH],
    ['rewrite', '/inn/the-bell', FRENCH],
    ['page that is built in the default locale alone', '/stages/dover', FRENCH],
    ['API', '/api/echo', FRENCH],
  ])('%s: GET %s %j', async (_, target, headers) => {
    await example.expectAlike(get(target, headers));
    await example.expectAlike(get(target, { ...headers, 'accept-language': 'nl', cookie: 'NEXT_LOCALE=nl' }));
  });
});

describe('rendered by Next', () => {
  test.each([
    ['page without data, which a rule about a cookie could touch', '/about', {}],
    ['the same in another locale', '/fr/about', {}],
    ['locale in other case', '/FR/about', {}],
    ['custom header by a cookie', '/about', { cookie: 'guest=1' }],
    ['custom header by a cookie in another locale', '/fr/about', { cookie: 'guest=1' }],
    ['SSR with a query', '/fr/tonight?a=1', {}],
    ['SSR with a cookie', '/tonight', { cookie: 'guest=room-7' }],
    ['SSR that sets a cookie', '/tonight?book=1', {}],
    ['SSR that redirects', '/fr/tonight?full=1', {}],
    ['SSR that is not found', '/nl/tonight?closed=1', {}],
    ['SSR that throws', '/tonight?fire=1', {}],
    ['getInitialProps', '/nl/weather', {}],
    ['unknown stage', '/stages/none', {}],
    ['stage that is not built in this locale', '/fr/stages/dover', {}],
    ['unknown course', '/menu/lunch', {}],
    ['unknown page', '/nowhere', {}],
    ['unknown page of a locale', '/fr/nowhere', {}],
    ['500 page by its own address', '/500', {}],
    ['trailing slash', '/fr/', {}],
    ['rewrite by a cookie, before files', '/coach', { cookie: 'seat=top' }],
    ['the same in another locale', '/fr/coach', { cookie: 'seat=top' }],
    ['the same without the cookie', '/coach', {}],
    ['rewrite after files', '/fr/inn/the-bell', {}],
    ['rewrite of no locale to a public file', '/sign', {}],
    ['the same in a locale', '/fr/sign', {}],
    ['fallback rewrite', '/nl/lost/a/b', {}],
    ['permanent redirect', '/fr/hotels/the-bell', {}],
    ['redirect of no locale', '/herberge', {}],
    ['the same in a locale', '/fr/herberge', {}],
    ['redirect by the query', '/nl/stable?horses=4', {}],
    ['the same without it', '/stable', {}],
    ['redirect by a header', '/yard', { 'x-coach': 'mail' }],
    ['the same without it', '/yard', {}],
    ['public file below a locale', '/fr/sign.svg', {}],
    ['data without a locale', '/_next/data/BUILD/inns.json', {}],
    ['data of an SSR page', '/_next/data/BUILD/fr/tonight.json?x=1', {}],
    ['API below a locale', '/fr/api/echo', {}],
  ])('%s: GET %s %j', async (_, template, headers) => {
    const target = template.replace('BUILD', example.manifest.buildId);
    expect((await example.expectAlike(get(target, { ...headers }))).servedBy).toBe('next');
  });

  test.each([
    ['an inn', '/inns/the-hop-pole', '/en', 200],
    ['an inn of another locale', '/fr/inns/the-hop-pole', '', 200],
    ['an inn that is not found', '/nl/inns/none', '', 404],
    ['an inn that redirects', '/inns/the-old-bell', '/en', 307],
  ])('%s is rendered on demand once; then the bucket has it: GET %s', async (_, target, prefix, status) => {
    await example.expectAlike(get(target));
    expect(await example.expectAlike(get(target))).toMatchObject({ status, servedBy: 'bucket' });
    expect((await example.expectAlike(get(data(`${prefix}${target}`)))).servedBy).toBe('bucket');
  });

  test('a page made on demand on a domain is that of the domain’s locale', async () => {
    await example.expectAlike(get('/roads/9', FRENCH));
    await example.expectAlike(get(data('/fr/roads/9'), FRENCH));
    const page = await example.expectAlike(get('/roads/9', FRENCH));
    expect(page.servedBy).toBe('bucket');
    expect(page.body.toString()).toContain('in fr.');
    await example.expectAlike(get('/roads/9', ENGLISH));
  });

  test.each(['HEAD', 'POST', 'PUT', 'OPTIONS'])('API and pages by %s', async (method) => {
    await example.expectAlike({ method, target: '/api/echo?a=1' });
    await example.expectAlike({ method, target: '/inns' });
    await example.expectAlike({ method, target: '/fr/tonight' });
    await example.expectAlike({ method, target: '/', headers: { 'accept-language': 'fr' } });
  });

  test('preview mode, in the visitor’s locale', async () => {
    const cookie = cookiesOf(await example.expectAlike(get('/api/preview')));
    const page = await example.edge.ask(get('/fr/inns', { cookie }));
    expect(page).toMatchObject({ servedBy: 'next', status: 200 });
    expect(page.headers['cache-control']).toEqual(['private, no-store']);
    expect(page.body.toString()).toContain('"preview":true');
  });
});

describe('next/image', () => {
  const image = (query: string, accept = '*/*') => get(`/_next/image?${query}`, { accept });
  const PICTURE = encodeURIComponent('/pictures/dusk.jpg');

  test.each([
    ['no parameters', ''],
    ['a width that is not configured', `url=${PICTURE}&w=641&q=75`],
    ['no quality', `url=${PICTURE}&w=640`],
    ['too high a quality', `url=${PICTURE}&w=640&q=101`],
    ['another host', `url=${encodeURIComponent('https://example.com/a.png')}&w=640&q=75`],
    ['no URL', 'url=nowhere&w=640&q=75'],
    ['no image', `url=${encodeURIComponent('/robots.txt')}&w=640&q=75`],
  ])('%s is refused in the same words', async (_, query) => {
    const [expected, answered] = await Promise.all([example.next.ask(image(query)), example.edge.ask(image(query))]);
    expect([answered.status, answered.body.toString()]).toEqual([expected.status, expected.body.toString()]);
    expect(answered.status).toBe(400);
  });

  test.each([
    [640, 'image/webp,*/*', 'image/webp', 'webp'],
    [1200, '*/*', 'image/jpeg', 'jpeg'],
  ])('%i pixels for a browser that takes %s', async (width, accept, type, format) => {
    const ask = image(`url=${PICTURE}&w=${width}&q=75`, accept);
    const [expected, answered] = await Promise.all([example.next.ask(ask), example.edge.ask(ask)]);
    expect(answered.headers['content-type']).toEqual([type]);
    expect(answered.headers['content-type']).toEqual(expected.headers['content-type']);
    const { width: sent, format: sentFormat } = await sharp(answered.body).metadata();
    expect([sent, sentFormat]).toEqual([width, format]);
  });
});

describeElsewhere(() => example, '/post');

describeFreshness(() => example, [['/menu', 120]]);

test.each([
  ['/inns', {}, 'public, max-age=0, s-maxage=31536000'],
  ['/inns', FRENCH, 'public, max-age=0, s-maxage=31536000'],
  ['/api/bell', {}, 'public, s-maxage=60'],
  // A rule that looks at a cookie could meet it.
  ['/about', {}, 'private, no-store'],
  ['/fr/about', FRENCH, 'private, no-store'],
  ['/inn/the-bell', {}, 'private, no-store'],
  ['/tonight', {}, 'private, no-store'],
])('the CDN may keep %s %j: %s', async (target, headers, cacheControl) => {
  expect((await example.edge.ask(get(target, { ...headers }))).headers['cache-control']).toEqual([cacheControl]);
});

describeBehindCdn(() => example, {
  cookies: ['guest=1; seat=top', 'guest=2; seat=inside'],
  addresses: [
    '/coach',
    '/fr/coach',
    '/inn/the-bell',
    '/sign',
    '/lost/a',
    '/hotels/the-bell',
    '/tonight?book=1',
    '/yard',
  ],
  preview: '/api/preview',
});
