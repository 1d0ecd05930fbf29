/** examples/next-15, by the server class behind our router: what the edge function answers is what `next start` answers. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { describeBehindCdn } from './support/behind-cdn.ts';
import { cookiesOf, type Example, get, startExample } from './support/example.ts';
import { describeImages, imageQuery } from './support/images.ts';
import { describeServerActions } from './support/server-actions.ts';
import {
  describeCacheControl,
  describeDraft,
  describeElsewhere,
  describeFlight,
  describeFreshness,
  describeMethods,
  describeMiddleware,
  describeRendered,
  describeStored,
  describeVisitors,
} from './support/suites.ts';

let started: Example;
const example = () => started;

beforeAll(async () => {
  started = await startExample({
    name: 'next-15',
    nodeMajor: 24,
    variables: { CURATOR: 'Halley' },
    elsewhere: 'MAINLAND',
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
    // Ids of one render (15.0 makes keys of them), and the name of `next start`.
    normalize: (body) =>
      body
        .replace(/"[\w-]{21,36}([vm])"/g, '"RENDER$1"')
        .replace(/("\$\d\\?",\\?")[\w-]{21}(\\?",\{)/g, '$1RENDER$2')
        .replace(/"hostname":"[^"]*"/, '"hostname":"HOST"')
        .replace(/(digest\\?":\\?")\d+/g, '$1HASH'),
  });
}, 300_000);

afterAll(() => started?.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

describeStored(example, [
  ['home', '/'],
  ['static page', '/finds'],
  ['static page with a query', '/finds?from=here'],
  ['page with parallel routes', '/beach'],
  ['page that middleware rewrites to, by its own address', '/shore/north'],
  ['route handler rendered once', '/feed.xml'],
  ['sitemap', '/sitemap.xml'],
  ['robots.txt', '/robots.txt'],
  ['web manifest', '/manifest.webmanifest'],
  ['metadata file', '/icon.svg'],
  ['next/og', '/opengraph-image'],
  ['public file', '/hours.txt'],
  ['static page of the pages router', '/postcard'],
  ['SSG page of the pages router', '/rooms/one'],
  ['404 page by its own address', '/404'],
  ['page that is rendered in time', '/walk'],
  ['pages router, SSG', '/tables'],
  ['pages router, fallback: true', '/berths/a1'],
  ["pages router, fallback: 'blocking', optional catch-all", '/log'],
]);

describeRendered(example, [
  ['dynamic page', '/visit'],
  ['dynamic page with a query', '/visit?a=1&a=2&b=%C3%A9'],
  ['page of generateStaticParams', '/finds/float'],
  ['page made on request', '/finds/bottle'],
  ['page that is not found', '/finds/none'],
  ['page that redirects', '/finds/shoe'],
  ['static page that redirects', '/moved'],
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
  ['reads files by paths from the app’s folder', '/api/records?year=1911'],
  ['route handler of the edge runtime', '/signals/edge?flag=red'],
  ['page of the edge runtime', '/gulls/bertha?stolen=chips'],
  ['redirect', '/flotsam/boot?x=1'],
  ['redirect by the query', '/open?on=sunday'],
  ['the same without it', '/open'],
  ['rewrite before files, by the query that is missing', '/tides'],
  ['the same with it', '/tides?raw=1'],
  ['rewrite after files', '/drawer/duck'],
  ['rewrite to a public file', '/plate'],
  ['fallback rewrite', '/old-catalogue/1999/08'],
  ['public file that middleware could have a say about', '/finds/beach.jpg'],
  ['pages router, SSR', '/letters/7?q=1'],
  ['pages router, not found', '/letters/lost'],
  ['pages router, redirect', '/letters/forwarded'],
  ['pages router, not among the paths', '/rooms/three'],
  ['pages router, getInitialProps', '/wind?from=west'],
  ['pages router, a shell for what was not rendered yet', '/berths/b7'],
  ['pages router, not found behind a shell', '/berths/none'],
  ['pages router, rendered while the visitor waits', '/log/may/3'],
  ['pages router, API', '/api/bell?a=1'],
]);

describeFlight(
  example,
  [
    '/',
    '/finds',
    '/finds/float',
    '/visit?a=1',
    '/gulls/bertha',
    '/shore',
    '/drawer/duck',
    '/keeper',
    '/beach',
    '/moved',
    '/nowhere',
  ],
  ['/', '/beach'],
  { target: '/finds/float', above: '/finds', shown: '"id":"label"' },
);

describeMethods(
  example,
  ['/visit', '/finds', '/tables', '/letters/7', '/feed.xml', '/api/bell', '/hours.txt', '/nowhere'],
  '/signals/edge',
);

test('data of the pages router', async () => {
  const data = (page: string) => `/_next/data/${started.manifest.buildId}${page}`;
  const asked = { 'x-nextjs-data': '1' };
  for (const page of [
    '/tables',
    '/letters/7',
    '/letters/lost',
    '/letters/forwarded',
    '/postcard',
    '/wind',
    '/finds',
    '/visit',
    '/shore',
    '/gate',
  ]) {
    await started.expectAlike(get(data(`${page}.json?q=1`), asked));
  }
  await started.expectAlike(get(data('/nowhere.json'), asked));
  await started.expectAlike(get('/_next/data/other/tables.json'));
});

test('cookies, app variables and the visitor’s host reach a page', async () => {
  await started.expectAlike(get('/gulls/bertha', { cookie: 'lamp=blue' }));
  const answer = await started.expectAlike(get('/visit', { cookie: 'lamp=blue' }));
  expect(answer.body.toString()).toContain('<dd id="lamp">blue</dd>');
  expect(answer.body.toString()).toContain('<dd id="curator">Halley</dd>');
  const own = await started.edge.ask(get('/visit', { host: 'bay.example' }));
  expect(own.body.toString()).toContain('<dd id="host">bay.example</dd>');
});

test('request bodies reach route handlers, edge functions and API routes', async () => {
  const body = JSON.stringify({ find: 'Saturn', notes: 'é'.repeat(20_000) });
  await started.expectAlike({ method: 'POST', target: '/api/bell', headers: JSON_TYPE, body });
  await started.expectAlike({ method: 'PUT', target: '/api/ledger', body: 'täxt' });
  await started.expectAlike({ method: 'POST', target: '/signals/edge', body: 'täxt' });
});

test('what after() was given is done once the answer is there', async () => {
  const body = JSON.stringify({ find: 'anchor', keeper: 'ann' });
  const answer = await started.expectAlike({ method: 'POST', target: '/api/ledger', headers: JSON_TYPE, body });
  expect([answer.status, cookiesOf(answer)]).toEqual([201, expect.stringContaining('entered=anchor')]);
  const list = await started.edge.ask(get('/api/ledger?keeper=ann'));
  expect(JSON.parse(list.body.toString())).toMatchObject({ entries: ['anchor'] });
});

test('more than 1 MB goes by way of the bucket', async () => {
  const answer = await started.expectAlike(get('/api/chart?mb=2'));
  expect([answer.servedBy, answer.body.length]).toEqual(['bucket', 2 * 1024 * 1024]);
});

test('an image library of the app’s own', async () => {
  const answer = await started.expectAlike(get('/api/stamp?width=48'));
  const { width, format } = await sharp(answer.body).metadata();
  expect([answer.status, width, format]).toEqual([200, 48, 'png']);
});

describeDraft(example, [
  ['/api/draft', '/walk', 'Draft: the new path'],
  ['/api/preview', '/tables', 'Tide tables'],
]);

describeMiddleware(example, {
  table: [
    ['redirect', '/gate?x=1'],
    ['rewrite', '/shore'],
    ['rewrite with a query', '/shore?row=3'],
    ['answer of its own', '/stores/attic'],
    ['request and response headers, and a cookie', '/keeper'],
    ['on a route handler', '/api/ledger'],
    ['on the pages router', '/letters/9'],
  ],
  condition: { target: '/finds/duck', cookie: 'night=1; lamp=x', header: 'x-tide' },
  guarded: ['/shore', '/stores/attic', '/finds/duck', '/nowhere'],
});

describeVisitors(example, {
  visitors: [
    { 'cloudfront-viewer-country': 'NO', cookie: 'lamp=white; keeper=ann' },
    { 'cloudfront-viewer-country': 'GB', cookie: 'lamp=green; keeper=bob' },
  ],
  pages: [
    ['/shore', 'The north shore.', 'The south shore.'],
    ['/keeper', '<p id="lamp">white</p>', '<p id="lamp">green</p>'],
    ['/cabinet', 'ann', 'bob'],
  ],
});

describeServerActions(example, {
  page: '/keeper',
  field: 'entry',
  done: '/keeper?written=1',
  clientRedirect: '/keeper?written=1;push',
});

describeElsewhere(example, '/mainland');

const PICTURE = '/finds/beach.jpg';
describeImages(example, {
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

describeFreshness(example, [
  ['/walk', 3600],
  ['/tables', 7200],
]);

describeCacheControl(example, [
  ['/finds', 'public, max-age=0, s-maxage=31536000'],
  ['/visit', 'private, no-store'],
  ['/moved', 'public, max-age=0, s-maxage=31536000'],
  ['/api/bell', 'public, s-maxage=60'],
  ['/signals/edge', 'private, no-store'],
  ['/nowhere', 'private, no-store'],
]);

describeBehindCdn(example, {
  cookies: ['lamp=white; keeper=ann', 'lamp=green; keeper=bob'],
  cachedOnTheEdge: '/signals/last',
  addresses: ['/shore', '/cabinet'],
  preview: '/api/draft',
  unordered: ['/slow'],
  unlikeNext: {
    '/rooms/visited.json': 'it renders the 404 page that the build rendered',
    '/404.json': 'it answers nothing but {}',
  },
});
