/** examples/next-15, by the server class behind our router: what the edge function answers is what `next start` answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cookiesOf, type Example, get, startExample } from './support/example.ts';
import { describeImages, imageQuery } from './support/images.ts';
import { describeServerActions } from './support/server-actions.ts';

let example: Example;

beforeAll(async () => {
  example = await startExample({
    name: 'next-15',
    nodeMajor: 24,
    variables: { CURATOR: 'Halley' },
    headers: [
      'allow',
      'refresh',
      'x-chart',
      'x-drawer',
      'x-find',
      'x-shore',
      'x-signal',
      'x-tide',
      'x-nextjs-prerender',
      'x-nextjs-stale-time',
    ],
    // Ids of one render, and the name of `next start`.
    normalize: (body) =>
      body
        .replace(/"[\w-]{21}([vm])"/g, '"RENDER$1"')
        .replace(/"hostname":"[^"]*"/, '"hostname":"HOST"')
        .replace(/(digest\\?":\\?")\d+/g, '$1HASH'),
  });
}, 300_000);

afterAll(() => example?.stop());

const NOT_STORED = ['private, no-store'];
const JSON_TYPE = { 'content-type': 'application/json' };

describe('answered by S3, without loading Next', () => {
  test.each([
    ['home', '/'],
    ['static page', '/finds'],
    ['static page with a query', '/finds?from=here'],
    ['page with parallel routes', '/beach'],
    ['page that middleware rewrites to, by its own address', '/shore/north'],
    ['route handler rendered once', '/feed.xml'],
    ['metadata routes', '/sitemap.xml'],
    ['robots.txt', '/robots.txt'],
    ['web manifest', '/manifest.webmanifest'],
    ['metadata file', '/icon.svg'],
    ['next/og', '/opengraph-image'],
    ['public file', '/hours.txt'],
    ['static page of the pages router', '/postcard'],
    ['SSG page of the pages router', '/rooms/one'],
    ['404 page by its own address', '/404'],
  ])('%s: GET and HEAD %s', async (_, target) => {
    expect((await example.expectAlike(get(target))).servedBy).toBe('bucket');
    expect((await example.expectAlike({ method: 'HEAD', target })).servedBy).toBe('bucket');
  });

  test('the CDN may keep them until the next deployment', async () => {
    const { headers } = await example.edge.ask(get('/finds'));
    expect(headers['cache-control']).toEqual(['public, max-age=0, s-maxage=31536000']);
  });
});

describe('rendered by Next', () => {
  test.each([
    ['dynamic page', '/visit'],
    ['dynamic page with a query', '/visit?a=1&a=2&b=%C3%A9'],
    ['page of generateStaticParams', '/finds/float'],
    ['page made on request', '/finds/bottle'],
    ['page that is not found', '/finds/none'],
    ['page that redirects', '/finds/shoe'],
    ['static page that redirects', '/moved'],
    ['page that is rendered in time', '/walk'],
    ['optional catch-all', '/archive'],
    ['optional catch-all with escapes', '/archive/a%20b/%C3%A9?x=1'],
    ['page with Suspense', '/slow'],
    ['page that could throw', '/torn'],
    ['page that throws', '/torn?fail=1'],
    ['unknown page', '/nowhere/at/all'],
    ['malformed escape', '/archive/%E0%A4%A'],
    ['malformed escape of no page', '/nowhere/%E0%A4%A'],
    ['escaped slash', '/finds%2Ffloat'],
    ['escaped letter', '/%66inds'],
    ['other case', '/FINDS'],
    ['trailing slash', '/finds/'],
    ['repeated slashes', '//finds'],
    ['500 page by its own address', '/500'],
    ['error page by its own address', '/_error'],
    ['route handler', '/api/ledger?x=1'],
    ['route handler of the edge runtime', '/signals/edge?flag=red'],
    ['redirect', '/flotsam/boot?x=1'],
    ['redirect by the query', '/open?on=sunday'],
    ['the same without it', '/open'],
    ['rewrite before files, by the query that is missing', '/tides'],
    ['the same with it', '/tides?raw=1'],
    ['rewrite after files', '/drawer/duck'],
    ['rewrite to a public file', '/plate'],
    ['public file that middleware could have a say about', '/finds/beach.jpg'],
    ['fallback rewrite', '/old-catalogue/1999/08'],
    ['pages router, SSG', '/tables'],
    ['pages router, SSR', '/letters/7?q=1'],
    ['pages router, not found', '/letters/lost'],
    ['pages router, redirect', '/letters/forwarded'],
    ['pages router, not among the paths', '/rooms/three'],
    ['pages router, API', '/api/bell?a=1'],
  ])('%s: GET %s', async (_, target) => {
    expect((await example.expectAlike(get(target))).servedBy).toBe('next');
  });

  test('data of the pages router', async () => {
    const data = (page: string) => `/_next/data/${example.manifest.buildId}${page}`;
    const asked = { 'x-nextjs-data': '1' };
    for (const page of ['/tables', '/letters/7', '/letters/lost', '/letters/forwarded', '/postcard']) {
      await example.expectAlike(get(data(`${page}.json?q=1`), asked));
    }
    await example.expectAlike(get(data('/nowhere.json'), asked));
    await example.expectAlike(get('/_next/data/other/tables.json'));
  });

  test('cookies, app variables and the visitor’s host reach a page', async () => {
    const answer = await example.expectAlike(get('/visit', { cookie: 'lamp=blue' }));
    expect(answer.body.toString()).toContain('<dd id="lamp">blue</dd>');
    expect(answer.body.toString()).toContain('<dd id="curator">Halley</dd>');
    const own = await example.edge.ask(get('/visit', { host: 'bay.example' }));
    expect(own.body.toString()).toContain('<dd id="host">bay.example</dd>');
  });

  test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('pages and handlers by %s', async (method) => {
    for (const target of [
      '/visit',
      '/finds',
      '/tables',
      '/letters/7',
      '/feed.xml',
      '/api/bell',
      '/hours.txt',
      '/nowhere',
    ]) {
      await example.expectAlike({ method, target });
    }
    if (method !== 'HEAD') await example.expectAlike({ method, target: '/signals/edge' });
  });

  test('request bodies reach route handlers, edge functions and API routes', async () => {
    const body = JSON.stringify({ find: 'Saturn', notes: 'é'.repeat(20_000) });
    await example.expectAlike({ method: 'POST', target: '/api/bell', headers: JSON_TYPE, body });
    await example.expectAlike({ method: 'PUT', target: '/api/ledger', body: 'täxt' });
    await example.expectAlike({ method: 'POST', target: '/signals/edge', body: 'täxt' });
  });

  test('what after() was given is done once the answer is there', async () => {
    const body = JSON.stringify({ find: 'anchor' });
    const answer = await example.expectAlike({ method: 'POST', target: '/api/ledger', headers: JSON_TYPE, body });
    expect([answer.status, cookiesOf(answer)]).toEqual([201, expect.stringContaining('entered=anchor')]);
    const list = await example.edge.ask(get('/api/ledger'));
    expect(JSON.parse(list.body.toString())).toMatchObject({ entries: ['anchor'] });
  });

  test('more than 1 MB goes by way of the bucket', async () => {
    const answer = await example.expectAlike(get('/api/chart?mb=2'));
    expect([answer.servedBy, answer.body.length]).toEqual(['bucket', 2 * 1024 * 1024]);
  });

  test('draft mode and preview mode', async () => {
    for (const [enter, page, shown] of [
      ['/api/draft', '/walk', 'Draft: the new path'],
      ['/api/preview', '/tables', 'Tide tables'],
    ] as const) {
      const entered = await example.expectAlike(get(enter));
      const { headers, body } = await example.edge.ask(get(page, { cookie: cookiesOf(entered) }));
      expect([headers['cache-control'], body.toString().includes(shown)]).toEqual([NOT_STORED, true]);
    }
    expect((await example.edge.ask(get('/walk'))).body.toString()).not.toContain('Draft:');
  });
});

describe('flight data', () => {
  test.each([
    '/',
    '/finds',
    '/finds/float',
    '/visit?a=1',
    '/shore',
    '/drawer/duck',
    '/keeper',
    '/beach',
    '/moved',
    '/nowhere',
  ])('of %s', async (target) => {
    expect((await example.expectAlike(get(target, { rsc: '1' }))).servedBy).toBe('next');
  });

  test.each(['/finds', '/finds/float', '/visit'])('of %s, prefetched', async (target) => {
    await example.expectAlike(get(target, { rsc: '1', 'next-router-prefetch': '1' }));
  });

  test('of a find clicked on the shelf: the modal above it', async () => {
    const answer = await example.expectAlike(get('/finds/float', { rsc: '1', 'next-url': '/finds' }));
    expect(answer.body.toString()).toContain('"id":"label"');
  });
});

describe('middleware', () => {
  test.each([
    ['redirect', '/gate?x=1'],
    ['rewrite', '/shore'],
    ['rewrite with a query', '/shore?row=3'],
    ['answer of its own', '/stores/attic'],
    ['request and response headers, and a cookie', '/keeper'],
    ['on a route handler', '/api/ledger'],
    ['on the pages router', '/letters/9'],
  ])('%s: GET %s', async (_, target) => {
    expect((await example.expectAlike(get(target))).headers['cache-control']).toEqual(NOT_STORED);
  });

  test('two visitors, in both orders, each get their own', async () => {
    const visitors = {
      north: { 'cloudfront-viewer-country': 'NO', cookie: 'lamp=white; keeper=ann' },
      south: { 'cloudfront-viewer-country': 'GB', cookie: 'lamp=green; keeper=bob' },
    };
    for (const order of [['north', 'south'] as const, ['south', 'north'] as const]) {
      for (const visitor of order) {
        const shore = await example.expectAlike(get('/shore', visitors[visitor]));
        expect(shore.headers['x-shore']).toEqual([visitor]);
        const book = await example.expectAlike(get('/keeper', visitors[visitor]));
        expect(book.body.toString()).toContain(`<p id="lamp">${visitor === 'north' ? 'white' : 'green'}</p>`);
        const cabinet = await example.expectAlike(get('/cabinet', visitors[visitor]));
        expect(cabinet.body.toString()).toContain(visitor === 'north' ? 'ann' : 'bob');
        for (const answer of [shore, book, cabinet]) expect(answer.headers['cache-control']).toEqual(NOT_STORED);
      }
    }
  });

  test('its condition on a cookie', async () => {
    const night = await example.expectAlike(get('/finds/duck', { cookie: 'night=1; lamp=x' }));
    expect(night.headers['x-tide']).toEqual(['out']);
    expect((await example.expectAlike(get('/finds/duck'))).headers['x-tide']).toBeUndefined();
  });

  test('headers that only Next may set change nothing', async () => {
    const poisoned = {
      'x-middleware-next': '1',
      'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
      'x-matched-path': '/visit',
      'x-invoke-path': '/visit',
      'x-invoke-status': '500',
      'x-nextjs-data': '1',
    };
    for (const target of ['/shore', '/stores/attic', '/finds/duck', '/nowhere']) {
      await example.expectAlike(get(target, poisoned));
    }
  });
});

describeServerActions(() => example, {
  page: '/keeper',
  field: 'entry',
  done: '/keeper?written=1',
  clientRedirect: '/keeper?written=1;push',
});

const PICTURE = '/finds/beach.jpg';
describeImages(() => example, {
  path: '/_next/image',
  picture: PICTURE,
  avif: true,
  refused: {
    'a quality that is not configured': imageQuery(PICTURE, 'w=640&q=80'),
    'a quality that is no number': imageQuery(PICTURE, 'w=640&q=good'),
    'a quality with letters behind it': imageQuery(PICTURE, 'w=640&q=75x'),
    'a width that is not configured': imageQuery(PICTURE, 'w=641&q=75'),
    'a width that is no whole number': imageQuery(PICTURE, 'w=640.5&q=75'),
    'no width': imageQuery(PICTURE, 'q=75'),
    'no quality': imageQuery(PICTURE, 'w=640'),
    'two widths': imageQuery(PICTURE, 'w=640&w=1200&q=75'),
    'a path that no pattern allows': imageQuery('/hours.txt'),
    'a query that no pattern allows': imageQuery(`${PICTURE}?v=1`),
    'another host': imageQuery('https://example.com/a.png'),
    'another path of an allowed host': imageQuery('https://a.tidewrack.example/b.png'),
    'an address without a scheme': imageQuery('//a.tidewrack.example/plates/b.png'),
    'an address that is too long': imageQuery(`/finds/${'a'.repeat(3100)}`),
    itself: imageQuery('/_next/image?url=a'),
    'a vector': imageQuery('/finds/float.svg'),
    nothing: '',
  },
});

describe('what the CDN may keep', () => {
  test.each([
    ['/visit', 'private, no-store'],
    ['/walk', 'public, max-age=0, s-maxage=60'],
    ['/tables', 'public, max-age=0, s-maxage=120'],
    ['/moved', 'public, max-age=0, s-maxage=31536000'],
    ['/api/bell', 'public, s-maxage=60'],
    ['/signals/edge', 'private, no-store'],
    ['/nowhere', 'private, no-store'],
  ])('%s: %s', async (target, cacheControl) => {
    expect((await example.edge.ask(get(target))).headers['cache-control']).toEqual([cacheControl]);
  });
});
