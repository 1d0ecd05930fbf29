/** examples/next-14, below a base path and with trailing slashes: what the edge function answers is what `next start` answers. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeBehindCdn } from './support/behind-cdn.ts';
import { type Example, get, startExample } from './support/example.ts';
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
    name: 'next-14',
    nodeMajor: 24,
    variables: { STALLHOLDER: 'Halley' },
    elsewhere: 'NEIGHBOUR',
    headers: ['allow', 'refresh', 'x-apple', 'x-bell', 'x-grove', 'x-ledger', 'x-wasps', 'x-yield'],
    normalize: (body) =>
      body.replace(/"hostname":"[^"]*"/, '"hostname":"HOST"').replace(/(digest\\?":\\?")\d+/g, '$1HASH'),
  });
}, 300_000);

afterAll(() => started?.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

describeStored(example, [
  ['home', '/orchard/'],
  ['static page', '/orchard/apples/'],
  ['static page with a query', '/orchard/apples/?from=here'],
  ['page with parallel routes', '/orchard/press/'],
  ['page that middleware rewrites to, by its own address', '/orchard/grove/wet/'],
  ['route handler rendered once', '/orchard/feed.xml'],
  ['sitemap', '/orchard/sitemap.xml'],
  ['robots.txt', '/orchard/robots.txt'],
  ['web manifest', '/orchard/manifest.webmanifest'],
  ['metadata file', '/orchard/icon.svg'],
  ['public file', '/orchard/hours.txt'],
  ['static page of the pages router', '/orchard/label/'],
  ['SSG page of the pages router', '/orchard/vats/one/'],
  ['404 page by its own address', '/orchard/404/'],
  ['page that is rendered in time', '/orchard/footpath/'],
  ['pages router, SSG', '/orchard/almanac/'],
  ['pages router, fallback: true', '/orchard/casks/a1/'],
  ["pages router, fallback: 'blocking', optional catch-all", '/orchard/rows/'],
]);

describeRendered(example, [
  ['page of generateStaticParams', '/orchard/apples/pippin/'],
  ['dynamic page', '/orchard/market/'],
  ['dynamic page with a query', '/orchard/market/?a=1&a=2&b=%C3%A9'],
  ['page made on request', '/orchard/apples/nonesuch/'],
  ['page that is not found', '/orchard/apples/none/'],
  ['page that redirects', '/orchard/apples/quarrel/'],
  ['static page that redirects', '/orchard/moved/'],
  ['optional catch-all', '/orchard/archive/'],
  ['optional catch-all with escapes', '/orchard/archive/a%20b/%C3%A9/?x=1'],
  ['page with Suspense', '/orchard/slow/'],
  ['page that could throw', '/orchard/torn/'],
  ['page that throws', '/orchard/torn/?fail=1'],
  ['unknown page', '/orchard/nowhere/at/all/'],
  ['malformed escape', '/orchard/archive/%E0%A4%A/'],
  ['malformed escape of no page', '/orchard/nowhere/%E0%A4%A/'],
  ['escaped slash', '/orchard/apples%2Fpippin/'],
  ['other case', '/orchard/APPLES/'],
  ['repeated slashes', '/orchard//apples/'],
  ['500 page by its own address', '/orchard/500/'],
  ['next/og on the edge runtime', '/orchard/opengraph-image/'],
  ['route handler', '/orchard/api/ledger/?x=1'],
  ['route handler of the edge runtime', '/orchard/bells/edge/?peal=red'],
  ['page of the edge runtime', '/orchard/wasps/eaves/?stings=3'],
  ['redirect', '/orchard/fruit/russet/?x=1'],
  ['redirect by the query', '/orchard/open/?on=saturday'],
  ['the same without it', '/orchard/open/'],
  ['rewrite before files, by the query that is missing', '/orchard/pressing/'],
  ['the same with it', '/orchard/pressing/?raw=1'],
  ['rewrite after files', '/orchard/tree/foxwhelp/'],
  ['rewrite to a public file', '/orchard/badge/'],
  ['fallback rewrite', '/orchard/old-farm/1999/08/'],
  ['public file that middleware could have a say about', '/orchard/apples/rows.jpg'],
  ['pages router, SSR', '/orchard/orders/7/?q=1'],
  ['pages router, not found', '/orchard/orders/lost/'],
  ['pages router, redirect', '/orchard/orders/forwarded/'],
  ['pages router, not among the paths', '/orchard/vats/three/'],
  ['pages router, getInitialProps', '/orchard/rain/?from=west'],
  ['pages router, a shell for what was not rendered yet', '/orchard/casks/b7/'],
  ['pages router, not found behind a shell', '/orchard/casks/none/'],
  ['pages router, rendered while the visitor waits', '/orchard/rows/may/3/'],
  ['pages router, API', '/orchard/api/bell/?a=1'],
  ['outside the base path, redirected', '/'],
  ['outside the base path', '/market'],
  ['a name that begins like it', '/orchards/'],
  ['the base path without a slash', '/orchard'],
  ['page without a slash', '/orchard/market?x=1'],
  ['API without a slash, and without the headers of its rule', '/orchard/api/bell'],
  ['nothing without a slash', '/orchard/nowhere'],
  ['file with a slash', '/orchard/hours.txt/'],
]);

describeFlight(
  example,
  [
    '/orchard/',
    '/orchard/apples/',
    '/orchard/apples/pippin/',
    '/orchard/market/?a=1',
    '/orchard/wasps/eaves/',
    '/orchard/grove/',
    '/orchard/tree/foxwhelp/',
    '/orchard/cellar/',
    '/orchard/press/',
    '/orchard/moved/',
    '/orchard/nowhere/',
  ],
  ['/orchard/', '/orchard/press/'],
  { target: '/orchard/apples/pippin/', above: '/apples', shown: '"id":"label"' },
);

describeMethods(
  example,
  [
    '/orchard/market/',
    '/orchard/apples/',
    '/orchard/almanac/',
    '/orchard/orders/7/',
    '/orchard/feed.xml',
    '/orchard/api/bell/',
    '/orchard/hours.txt',
    '/orchard/nowhere/',
  ],
  '/orchard/bells/edge/',
);

test('data of the pages router', async () => {
  const data = (page: string) => `/orchard/_next/data/${started.manifest.buildId}${page}`;
  const asked = { 'x-nextjs-data': '1' };
  for (const page of [
    '/almanac',
    '/orders/7',
    '/orders/lost',
    '/orders/forwarded',
    '/label',
    '/rain',
    '/apples',
    '/market',
    '/grove',
    '/gate',
    '/nowhere',
  ]) {
    await started.expectAlike(get(data(`${page}.json?q=1`), asked));
  }
  await started.expectAlike(get('/orchard/_next/data/other/almanac.json'));
});

test('cookies, app variables and the visitor’s host reach a page', async () => {
  await started.expectAlike(get('/orchard/wasps/eaves/', { cookie: 'mug=tin' }));
  const answer = await started.expectAlike(get('/orchard/market/', { cookie: 'mug=tin' }));
  expect(answer.body.toString()).toContain('<dd id="mug">tin</dd>');
  expect(answer.body.toString()).toContain('<dd id="stallholder">Halley</dd>');
  const own = await started.edge.ask(get('/orchard/market/', { host: 'farm.example' }));
  expect(own.body.toString()).toContain('<dd id="host">farm.example</dd>');
});

test('request bodies reach route handlers, edge functions and API routes', async () => {
  const body = JSON.stringify({ apple: 'russet', notes: 'é'.repeat(20_000) });
  await started.expectAlike({ method: 'POST', target: '/orchard/api/bell/', headers: JSON_TYPE, body });
  await started.expectAlike({ method: 'POST', target: '/orchard/api/ledger/', headers: JSON_TYPE, body });
  await started.expectAlike({ method: 'PUT', target: '/orchard/api/ledger/', body: 'täxt' });
  await started.expectAlike({ method: 'POST', target: '/orchard/bells/edge/', body: 'täxt' });
});

test('more than 1 MB goes by way of the bucket', async () => {
  const answer = await started.expectAlike(get('/orchard/api/yield/?mb=2'));
  expect([answer.servedBy, answer.body.length]).toEqual(['bucket', 2 * 1024 * 1024]);
});

describeDraft(example, [
  ['/orchard/api/draft/', '/orchard/footpath/', 'Draft: round by the beehives'],
  ['/orchard/api/preview/', '/orchard/almanac/', 'Almanac'],
]);

describeMiddleware(example, {
  table: [
    ['redirect', '/orchard/gate/?x=1'],
    ['rewrite', '/orchard/grove/'],
    ['rewrite with a query', '/orchard/grove/?row=3'],
    ['answer of its own', '/orchard/loft/owl/'],
    ['request and response headers, and a cookie', '/orchard/cellar/'],
    ['on a route handler', '/orchard/api/ledger/'],
    ['on the pages router', '/orchard/orders/9/'],
  ],
  condition: { target: '/orchard/apples/foxwhelp/', cookie: 'frost=1; mug=x', header: 'x-wasps' },
  guarded: ['/orchard/grove/', '/orchard/loft/owl/', '/orchard/apples/pippin/'],
});

describeVisitors(example, {
  visitors: [
    { 'cloudfront-viewer-country': 'IE', cookie: 'mug=tin; stall=ann' },
    { 'cloudfront-viewer-country': 'FR', cookie: 'mug=horn; stall=bob' },
  ],
  pages: [
    ['/orchard/grove/', 'The grove is wet.', 'The grove is dry.'],
    ['/orchard/cellar/', '<p id="mug">tin</p>', '<p id="mug">horn</p>'],
    ['/orchard/till/', 'ann', 'bob'],
  ],
});

describeServerActions(example, {
  page: '/orchard/cellar/',
  field: 'entry',
  done: '/cellar?written=1',
  shownAt: '/orchard/cellar/?written=1',
});

describeElsewhere(example, '/orchard/neighbour', '/');

const PICTURE = '/orchard/apples/rows.jpg';
describeImages(example, {
  path: '/orchard/_next/image/',
  picture: PICTURE,
  avif: true,
  answered: { 'a vector, which the app allows': imageQuery('/orchard/apples/pippin.svg') },
  refused: {
    'a quality above 100': imageQuery(PICTURE, 'w=640&q=101'),
    'a quality that is no number': imageQuery(PICTURE, 'w=640&q=good'),
    'a width that is not configured': imageQuery(PICTURE, 'w=641&q=75'),
    'no width': imageQuery(PICTURE, 'q=75'),
    'no quality': imageQuery(PICTURE, 'w=640'),
    'two addresses': `${imageQuery(PICTURE)}&url=a`,
    'another host': imageQuery('https://example.com/a.png'),
    'another path of an allowed host': imageQuery('https://a.quarrel.example/labels/old/b.png'),
    'an address without a scheme': imageQuery('//a.quarrel.example/labels/b.png'),
    'an address that is too long': imageQuery(`/orchard/apples/${'a'.repeat(3100)}`),
    itself: imageQuery('/orchard/_next/image/?url=a'),
    nothing: '',
  },
});

describeFreshness(example, [
  ['/orchard/footpath/', 3600],
  ['/orchard/almanac/', 7200],
]);

describeCacheControl(example, [
  ['/orchard/', 'public, max-age=0, s-maxage=31536000'],
  ['/orchard/market/', 'private, no-store'],
  ['/orchard/api/bell/', 'public, s-maxage=60'],
  ['/orchard/nowhere/', 'private, no-store'],
]);

describeBehindCdn(example, {
  cookies: ['mug=tin; stall=ann', 'mug=glass; stall=bob'],
  cachedOnTheEdge: '/orchard/bells/last/',
  addresses: ['/orchard/grove/', '/orchard/till/'],
  preview: '/orchard/api/draft/',
  unordered: ['/orchard/slow/'],
});
