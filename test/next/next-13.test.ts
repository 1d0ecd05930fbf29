/** examples/next-13, by the server class behind our router: what the edge function answers is what `next start` answers. */
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
    name: 'next-13',
    nodeMajor: 24,
    variables: { MECHANIC: 'Halley' },
    elsewhere: 'PARTS_SHOP',
    headers: ['allow', 'refresh', 'x-frame', 'x-horn', 'x-lane', 'x-radio', 'x-spokes', 'x-till'],
    // Ids of one render, and the name of `next start`.
    normalize: (body) =>
      body
        .replace(/"[\w-]{21,36}([vm])"/g, '"RENDER$1"')
        .replace(/"hostname":"[^"]*"/, '"hostname":"HOST"')
        .replace(/(digest\\?":\\?")\d+/g, '$1HASH'),
  });
}, 300_000);

afterAll(() => started?.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

describeStored(example, [
  ['home', '/'],
  ['static page', '/bikes'],
  ['static page with a query', '/bikes?from=here'],
  ['page with parallel routes', '/stand'],
  ['static page that redirects, which Next 13 does in the browser', '/moved'],
  ['page that middleware rewrites to, by its own address', '/lane/downhill'],
  ['route handler rendered once', '/feed.xml'],
  ['sitemap', '/sitemap.xml'],
  ['robots.txt', '/robots.txt'],
  ['web manifest', '/manifest.webmanifest'],
  ['metadata file', '/icon.svg'],
  ['public file', '/open.txt'],
  ['static page of the pages router', '/motto'],
  ['SSG page of the pages router', '/bays/one'],
  ['pages router, fallback: true', '/deliveries/1'],
  ['pages router, fallback: blocking', '/spares/saddle'],
  ['404 page by its own address', '/404'],
  ['page that is rendered in time', '/ride'],
  ['pages router, SSG', '/hours'],
]);

describeRendered(example, [
  ['page of generateStaticParams', '/bikes/heron'],
  ['dynamic page', '/counter'],
  ['dynamic page with a query', '/counter?a=1&a=2&b=%C3%A9'],
  ['page made on request', '/bikes/moth'],
  ['page that is not found', '/bikes/none'],
  ['page that redirects', '/bikes/goose'],
  ['optional catch-all', '/archive'],
  ['optional catch-all with escapes', '/archive/a%20b/%C3%A9?x=1'],
  ['page with Suspense', '/slow'],
  ['next/og on the edge runtime', '/opengraph-image'],
  ['page that could throw', '/torn'],
  ['page that throws', '/torn?fail=1'],
  ['unknown page', '/nowhere/at/all'],
  ['malformed escape', '/archive/%E0%A4%A'],
  ['malformed escape of no page', '/nowhere/%E0%A4%A'],
  ['escaped slash', '/bikes%2Ffloat'],
  ['escaped letter', '/%62ikes'],
  ['other case', '/BIKES'],
  ['trailing slash', '/bikes/'],
  ['repeated slashes', '//bikes'],
  ['500 page by its own address', '/500'],
  ['route handler', '/api/ledger?x=1'],
  ['route handler of the edge runtime', '/horn/edge?toots=red'],
  ['page of the edge runtime', '/freewheel/third?teeth=16'],
  ['redirect', '/cycles/postie?x=1'],
  ['redirect by the query', '/open?on=friday'],
  ['the same without it', '/open'],
  ['rewrite before files, by the query that is missing', '/workstand'],
  ['the same with it', '/workstand?raw=1'],
  ['rewrite after files', '/frame/bramble'],
  ['rewrite to a public file', '/badge'],
  ['fallback rewrite', '/old-shop/1999/08'],
  ['public file that middleware could have a say about', '/bikes/wall.jpg'],
  ['pages router, SSR', '/tickets/7?q=1'],
  ['pages router, not found', '/tickets/lost'],
  ['pages router, redirect', '/tickets/forwarded'],
  ['pages router, not among the paths', '/bays/three'],
  ['pages router, API', '/api/bell?a=1'],
  ['reads files by paths from the app’s folder', '/api/records?year=1911'],
  ['pages router, getInitialProps', '/weather?wind=north'],
  ['pages router, unknown with fallback: true', '/deliveries/7'],
  ['pages router, made on request', '/spares/bell'],
  ['pages router, not found on request', '/spares/none'],
  ['pages router, redirected on request', '/spares/hooter'],
]);

describeFlight(
  example,
  [
    '/',
    '/bikes',
    '/bikes/heron',
    '/counter?a=1',
    '/freewheel/third',
    '/lane',
    '/frame/bramble',
    '/jobs',
    '/stand',
    '/moved',
    '/nowhere',
  ],
  ['/', '/stand'],
  { target: '/bikes/heron', above: '/bikes', shown: '"(.)heron"' },
);

describeMethods(
  example,
  ['/counter', '/bikes', '/hours', '/tickets/7', '/feed.xml', '/api/bell', '/open.txt', '/nowhere'],
  '/horn/edge',
);

test('a page of the pages router that was made on request is kept', async () => {
  await started.expectAlike(get('/spares/pump'));
  expect((await started.expectAlike(get('/spares/pump'))).servedBy).toBe('bucket');
  const data = `/_next/data/${started.manifest.buildId}/deliveries/8.json`;
  expect((await started.expectAlike(get('/deliveries/8'))).body.toString()).toContain('Looking for it…');
  expect((await started.expectAlike(get(data, { 'x-nextjs-data': '1' }))).servedBy).toBe('next');
  expect((await started.expectAlike(get('/deliveries/8'))).servedBy).toBe('bucket');
});

test('data of the pages router', async () => {
  const data = (page: string) => `/_next/data/${started.manifest.buildId}${page}`;
  const asked = { 'x-nextjs-data': '1' };
  for (const page of [
    '/hours',
    '/tickets/7',
    '/tickets/lost',
    '/tickets/forwarded',
    '/motto',
    '/weather',
    '/bikes',
    '/counter',
    '/lane',
    '/gate',
  ]) {
    await started.expectAlike(get(data(`${page}.json?q=1`), asked));
  }
  await started.expectAlike(get(data('/nowhere.json'), asked));
  await started.expectAlike(get('/_next/data/other/hours.json'));
});

test('cookies, app variables and the visitor’s host reach a page', async () => {
  await started.expectAlike(get('/freewheel/third', { cookie: 'apron=blue' }));
  const answer = await started.expectAlike(get('/counter', { cookie: 'apron=blue' }));
  expect(answer.body.toString()).toContain('<dd id="apron">blue</dd>');
  expect(answer.body.toString()).toContain('<dd id="mechanic">Halley</dd>');
  const own = await started.edge.ask(get('/counter', { host: 'shop.example' }));
  expect(own.body.toString()).toContain('<dd id="host">shop.example</dd>');
});

test('request bodies reach route handlers, edge functions and API routes', async () => {
  const body = JSON.stringify({ bike: 'Saturn', notes: 'é'.repeat(20_000) });
  await started.expectAlike({ method: 'POST', target: '/api/bell', headers: JSON_TYPE, body });
  await started.expectAlike({ method: 'PUT', target: '/api/ledger', body: 'täxt' });
  await started.expectAlike({ method: 'POST', target: '/horn/edge', body: 'täxt' });
});

test('more than 1 MB goes by way of the bucket', async () => {
  const answer = await started.expectAlike(get('/api/spokes?mb=2'));
  expect([answer.servedBy, answer.body.length]).toEqual(['bucket', 2 * 1024 * 1024]);
});

describeDraft(example, [
  ['/api/draft', '/ride', 'Draft: by the reservoir'],
  ['/api/preview', '/hours', 'Hours'],
]);

describeMiddleware(example, {
  table: [
    ['redirect', '/gate?x=1'],
    ['rewrite', '/lane'],
    ['rewrite with a query', '/lane?row=3'],
    ['answer of its own', '/attic/cat'],
    ['request and response headers, and a cookie', '/jobs'],
    ['on a route handler', '/api/ledger'],
    ['on the pages router', '/tickets/9'],
  ],
  condition: { target: '/bikes/bramble', cookie: 'rain=1; apron=x', header: 'x-radio' },
  guarded: ['/lane', '/attic/cat', '/bikes/bramble', '/nowhere'],
});

describeVisitors(example, {
  visitors: [
    { 'cloudfront-viewer-country': 'NL', cookie: 'apron=white; member=ann' },
    { 'cloudfront-viewer-country': 'GB', cookie: 'apron=green; member=bob' },
  ],
  pages: [
    ['/lane', 'It is downhill from here.', 'It is uphill from here.'],
    ['/jobs', '<p id="apron">white</p>', '<p id="apron">green</p>'],
    ['/bench', 'ann', 'bob'],
  ],
});

describeServerActions(example, {
  page: '/jobs',
  field: 'job',
  done: '/jobs?booked=1',
});

describeElsewhere(example, '/parts');

const PICTURE = '/bikes/wall.jpg';
describeImages(example, {
  path: '/_next/image',
  picture: PICTURE,
  avif: false,
  refused: {
    'a quality above 100': imageQuery(PICTURE, 'w=640&q=101'),
    'a quality that is no number': imageQuery(PICTURE, 'w=640&q=good'),
    'a width that is not configured': imageQuery(PICTURE, 'w=641&q=75'),
    'no width': imageQuery(PICTURE, 'q=75'),
    'no quality': imageQuery(PICTURE, 'w=640'),
    'two widths': imageQuery(PICTURE, 'w=640&w=1200&q=75'),
    'another host': imageQuery('https://example.com/a.png'),
    'another path of an allowed host': imageQuery('https://a.spoke.example/b.png'),
    'another scheme of an allowed host': imageQuery('http://a.spoke.example/frames/b.png'),
    'a host below one that is allowed': imageQuery('https://a.photos.fettle.example/b.png'),
    'a vector': imageQuery('/bikes/bell.svg'),
    nothing: '',
  },
});

describeFreshness(example, [
  ['/ride', 3600],
  ['/hours', 7200],
]);

describeCacheControl(example, [
  ['/bikes', 'public, max-age=0, s-maxage=31536000'],
  ['/counter', 'private, no-store'],
  ['/moved', 'public, max-age=0, s-maxage=31536000'],
  ['/api/bell', 'public, s-maxage=60'],
  ['/horn/edge', 'private, no-store'],
  ['/nowhere', 'private, no-store'],
]);

describeBehindCdn(example, {
  cookies: ['apron=white; member=ann', 'apron=green; member=bob'],
  cachedOnTheEdge: '/horn/last',
  addresses: ['/lane', '/bench'],
  preview: '/api/draft',
  unordered: ['/slow'],
});
