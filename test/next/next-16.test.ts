/** examples/next-16, by the build adapter: what the edge function answers is what `next start` answers. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeBehindCdn } from './support/behind-cdn.ts';
import { cookiesOf, type Example, get, startExample } from './support/example.ts';
import type { Answer } from './support/http.ts';
import { describeImages, imageQuery } from './support/images.ts';
import { describeSegments, flightOf } from './support/segments.ts';
import { describeServerActions } from './support/server-actions.ts';
import {
  describeCacheControl,
  describeElsewhere,
  describeFlight,
  describeFreshness,
  describeMethods,
  describeMiddleware,
  describeRendered,
  describeStored,
  describeVisitors,
  NOT_STORED,
} from './support/suites.ts';
import { RENDERED, STORED } from './support/tables-16.ts';

let started: Example;
const example = () => started;
const flight = flightOf(example);

beforeAll(async () => {
  started = await startExample({
    name: 'next-16',
    nodeMajor: 24,
    variables: { KEEPER: 'Halley' },
    elsewhere: 'FRIENDS_HILL',
    headers: [
      'allow',
      'refresh',
      'x-dome',
      'x-gate',
      'x-moon',
      'x-object',
      'x-plate',
      'x-sky',
      'x-nextjs-prerender',
      'x-nextjs-rewritten-path',
      'x-nextjs-stale-time',
    ],
    // Ids of one render, the name of `next start`, a hash over a stack's file names, and what is false or not said.
    normalize: (body) =>
      body
        .replaceAll('"isExperimentalCompile":false,', '')
        .replace(/"[\w-]{21,36}([vm])"/g, '"RENDER$1"')
        .replace(/"hostname":"[^"]*"/, '"hostname":"HOST"')
        .replace(/(digest\\?":\\?")\d+/g, '$1HASH'),
  });
}, 300_000);

afterAll(() => started?.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

describeStored(example, STORED);

describeRendered(example, RENDERED);

describeMethods(
  example,
  [
    '/tonight',
    '/objects',
    '/objects/m42',
    '/almanac',
    '/classic/7',
    '/api/moon',
    '/api/ping',
    '/api/flare',
    '/comet/halley',
    '/hours.txt',
    '/nowhere',
  ],
  '/api/sky',
);

test('data of the pages router', async () => {
  const data = (page: string) => `/_next/data/${started.manifest.buildId}${page}`;
  const asked = { 'x-nextjs-data': '1' };
  await started.expectAlike(get(data('/almanac.json')));
  await started.expectAlike(get(data('/classic/7.json?q=1'), asked));
  await started.expectAlike(get(data('/classic/moved.json'), asked));
  await started.expectAlike(get(data('/seeing.json?from=north'), asked));
  // Beside a proxy, the client asks for data of every page, to be told where it leads.
  for (const page of ['/objects', '/tonight', '/comet/halley', '/telescope', '/dome', '/logbook']) {
    await started.expectAlike(get(data(`${page}.json`), asked));
  }
  await started.expectAlike(get(data('/benches/one.json'), asked));
  await started.expectAlike(get(data('/benches/three.json'), asked));
  await started.expectAlike(get(data('/meteor.json?shower=Leonids'), asked));
  await started.expectAlike(get(data('/nowhere.json')));
  await started.expectAlike(get('/_next/data/other/almanac.json'));
});

test('a subresource that is not there: a few words, or a page up to 16.2', async () => {
  await started.expectAlike(get('/nowhere.png', { 'sec-fetch-dest': 'image' }));
});

test('cookies, app variables and the visitor’s host reach a page', async () => {
  await started.expectAlike(get('/comet/halley', { cookie: 'lantern=blue' }));
  const answer = await started.expectAlike(get('/tonight', { cookie: 'lantern=blue' }));
  expect(answer.body.toString()).toContain('<dd id="lantern">blue</dd>');
  expect(answer.body.toString()).toContain('<dd id="keeper">Halley</dd>');
  const own = await started.edge.ask(get('/tonight', { host: 'hill.example' }));
  expect(own.body.toString()).toContain('<dd id="host">hill.example</dd>');
});

test('request bodies reach route handlers and API routes', async () => {
  const body = JSON.stringify({ seen: 'Saturn', notes: 'é'.repeat(20_000) });
  await started.expectAlike({ method: 'POST', target: '/api/sky?q=1', headers: JSON_TYPE, body });
  await started.expectAlike({ method: 'PUT', target: '/api/sky', body: 'täxt' });
  await started.expectAlike({ method: 'POST', target: '/api/ping', headers: JSON_TYPE, body });
  await started.expectAlike({ method: 'POST', target: '/api/beacon', headers: JSON_TYPE, body });
});

test('what after() was given is done once the answer is there', async () => {
  const body = JSON.stringify({ by: 'ann', seen: 'Mira' });
  const answer = await started.expectAlike({ method: 'POST', target: '/api/reports', headers: JSON_TYPE, body });
  expect(answer.status).toBe(201);
  expect((await started.expectAlike(get('/api/reports?by=ann'))).body.toString()).toContain('Mira');
});

test.each(['html', 'json', 'pdf'])('more than 1 MB of %s goes by way of the bucket', async (as) => {
  const answer = await started.expectAlike(get(`/api/survey?thousands=300&as=${as}`));
  expect([answer.servedBy, answer.body.length > 1_100_000]).toEqual(['bucket', true]);
});

test('draft mode', async () => {
  const entered = await started.expectAlike(get('/api/draft'));
  const { headers, body } = await started.edge.ask(get('/lane', { cookie: cookiesOf(entered) }));
  expect([headers['cache-control'], body.toString().includes('Draft: round by')]).toEqual([NOT_STORED, true]);
  expect((await started.edge.ask(get('/lane'))).body.toString()).not.toContain('Draft:');
});

test('preview mode', async () => {
  const cookie = cookiesOf(await started.expectAlike(get('/api/preview')));
  const data = `/_next/data/${started.manifest.buildId}/benches/one.json`;
  for (const target of ['/benches/one', data]) {
    const { headers, body } = await started.expectAlike(get(target, { cookie }));
    expect([headers['cache-control'], body.toString().includes('newly painted')]).toEqual([NOT_STORED, true]);
    expect((await started.expectAlike(get(target))).body.toString()).not.toContain('newly painted');
  }
});

describeFlight(
  example,
  [
    '/',
    '/objects',
    '/objects/m42',
    '/dome/open',
    '/tonight?a=1',
    '/comet/halley',
    '/dome',
    '/star/m31',
    '/logbook',
    '/moved',
    '/nowhere',
    '/almanac',
  ],
  ['/', '/objects', '/objects/m42', '/dome/open'],
  { target: '/gallery/m31', above: '/gallery', shown: '"id":"label"' },
  flight,
);

describeSegments(example, flight, [
  ['/objects', 'bucket'],
  ['/objects/m42', 'bucket'],
  ['/tonight', 'next'],
]);

test('flight data of a page made on request, once it was made', async () => {
  await started.expectAlike(get('/objects/m33'));
  expect((await started.expectAlike(get('/objects/m33'))).servedBy).toBe('bucket');
  expect((await started.expectAlike(await flight('/objects/m33'))).servedBy).toBe('bucket');
});

describeMiddleware(example, {
  table: [
    ['redirect', '/telescope?x=1'],
    ['rewrite', '/dome'],
    ['rewrite with a query', '/dome?row=3'],
    ['answer of its own', '/members/desk'],
    ['request and response headers, and a cookie', '/logbook'],
    ['on a route handler', '/api/sky'],
    ['on the pages router', '/classic/9'],
  ],
  condition: { target: '/gallery/m31', cookie: 'cloak=1; lantern=x', header: 'x-gate' },
  guarded: ['/dome', '/members/desk', '/gallery/m31', '/nowhere'],
});

describeVisitors(example, {
  visitors: [
    { cookie: 'weather=clear; lantern=white; member=ann' },
    { cookie: 'weather=cloudy; lantern=green; member=bob' },
  ],
  pages: [
    ['/dome', 'The dome is open.', 'The dome is closed.'],
    ['/logbook', '<p id="lamp">white</p>', '<p id="lamp">green</p>'],
    ['/eyepiece', 'ann', 'bob'],
  ],
});

describeServerActions(example, {
  page: '/logbook',
  field: 'entry',
  done: '/logbook?written=1',
  clientRedirect: '/logbook?written=1;push',
});

test('an API route of the edge runtime that throws is answered with the 500 page', async () => {
  const [ours, nexts] = await Promise.all(
    [started.edge, started.next].map((asked) => asked.ask(get('/api/flare?damp'))),
  );
  const shown = ({ status, headers, body }: Answer) => [
    status,
    headers['content-type'],
    /<h2.*<\/h2>/.exec(body.toString())?.[0],
  ];
  expect(shown(ours as Answer)).toEqual(shown(nexts as Answer));
});

describeElsewhere(example, '/friends');

const PICTURE = '/plates/hill.jpg';
describeImages(example, {
  path: '/_next/image',
  picture: PICTURE,
  avif: true,
  refused: {
    'a quality that is not configured': imageQuery(PICTURE, 'w=640&q=80'),
    'a quality that is no number': imageQuery(PICTURE, 'w=640&q=good'),
    'a width that is not configured': imageQuery(PICTURE, 'w=641&q=75'),
    'a path that no pattern allows': imageQuery('/hours.txt'),
    'a query that no pattern allows': imageQuery(`${PICTURE}?v=1`),
    'another host': imageQuery('https://example.com/a.png'),
    'another path of an allowed host': imageQuery('https://a.plates.example/b.png'),
    'a query that no pattern of the host allows': imageQuery('https://a.plates.example/sky/b.png?v=1'),
    'a vector': imageQuery('/plates/orion.svg'),
    nothing: '',
  },
});

describeFreshness(example, [
  ['/objects/m13', 18_000],
  ['/almanac', 7200],
]);

describeCacheControl(example, [
  ['/objects', 'public, max-age=0, s-maxage=31536000'],
  ['/tonight', 'private, no-store'],
  ['/objects/none', 'private, no-store'],
  ['/moved', 'public, max-age=0, s-maxage=31536000'],
  ['/api/ping', 'public, s-maxage=60'],
  ['/api/greeting', 'private, no-store'],
  ['/star/m42', 'private, no-store'],
  ['/nowhere', 'private, no-store'],
]);

describeBehindCdn(example, {
  cookies: ['weather=clear; lantern=white; member=ann', 'weather=cloudy; lantern=green; member=bob'],
  cachedOnTheEdge: '/api/gong',
  addresses: ['/dome', '/comet/halley', '/logbook', '/eyepiece', '/telescope'],
  preview: '/api/draft',
  unordered: ['/slow'],
});
