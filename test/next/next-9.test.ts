/** examples/next-9: a distDir and an error page of its own; what the edge function answers is what `next start` answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeBehindCdn } from './support/behind-cdn.ts';
import { cookiesOf, type Example, get, startExample } from './support/example.ts';
import { describeStaticExport } from './support/static-export.ts';
import { describeFreshness } from './support/suites.ts';

let example: Example;

beforeAll(async () => {
  example = await startExample({
    name: 'next-9',
    nodeMajor: 16,
    variables: { STANDING_ORDER: 'Call me at dawn' },
    headers: ['x-coast', 'x-harbour', 'x-method', 'allow'],
  });
}, 300_000);

afterAll(() => example?.stop());

const data = (page: string) => `/_next/data/${example.manifest.buildId}${page}.json`;

describe('answered by S3, without loading Next', () => {
  test.each([
    ['static page', '/'],
    ['static page with a query', '/?from=sea'],
    ['static page with a custom header', '/about'],
    ['SSG', '/harbours'],
    ['SSG, dynamic, with a custom header that names the parameter', '/harbours/gull-haven'],
    ['SSG with fallback', '/charts/a-12'],
    ['ISR', '/tides'],
    ['public text', '/robots.txt'],
    ['a file of public/static', '/static/compass.svg'],
  ])('%s: GET and HEAD %s', async (_, target) => {
    expect((await example.expectAlike(get(target))).servedBy).toBe('bucket');
    expect((await example.expectAlike({ method: 'HEAD', target })).servedBy).toBe('bucket');
  });

  test.each(['/harbours', '/harbours/the-skerries', '/tides', '/charts/b-03'])('data of %s', async (page) => {
    expect((await example.expectAlike(get(data(page)))).servedBy).toBe('bucket');
  });
});

describe('rendered by Next', () => {
  test.each([
    ['SSR', '/bridge'],
    ['SSR with a query', '/bridge?a=7&a=8&n=%C3%A9'],
    ['SSR that sets cookies', '/bridge?sign=1'],
    ['optional catch-all with nothing to catch', '/log'],
    ['optional catch-all', '/log/1911/may?x=1'],
    ['getInitialProps', '/weather?x=1'],
    ['unknown harbour, fallback: false', '/harbours/none'],
    ['unknown chart, fallback: true', '/charts/z-99'],
    ['page that throws, with an error page of its own', '/storm?fail=1'],
    ['page that could throw', '/storm'],
    ['unknown page, rendered by _error', '/nowhere'],
    ['404 by its own address', '/404'],
    ['error page by its own address', '/_error'],
    ['_app by its own address', '/_app'],
    ['rewrite', '/now?a=1'],
    ['rewrite with a parameter', '/harbour/gull-haven'],
    ['rewrite to a public file', '/compass'],
    ['permanent redirect with a query', '/pilot?a=b'],
    ['temporary redirect with a parameter', '/old-harbours/gull-haven'],
    ['trailing slash', '/about/'],
    ['repeated slashes', '//about'],
    ['malformed escape', '/log/%E0%A4%A'],
    ['escaped slash', '/harbours%2Fgull-haven'],
    ['escaped letter', '/%61bout'],
    ['other case', '/HARBOURS'],
    ['unknown data', '/_next/data/other-build/harbours.json'],
    ['image optimization, which this version does not have', '/_next/image?url=%2Fstatic%2Fcompass.svg&w=640&q=75'],
    ['API of a dynamic route', '/api/buoys/7?x=1'],
    ['API of a dynamic route, not found', '/api/buoys/lost'],
    ['API that reads files by paths from the app’s folder', '/api/records?year=1911'],
    ['unknown API', '/api/none'],
    ['binary API', '/api/light'],
    ['API that wants another method', '/api/log'],
  ])('%s: GET %s', async (_, target) => {
    expect((await example.expectAlike(get(target))).servedBy).toBe('next');
  });

  test('a chart is a fallback until its data was asked for', async () => {
    expect((await example.expectAlike(get('/charts/c-44'))).servedBy).toBe('next');
    expect((await example.expectAlike(get(data('/charts/c-44')))).servedBy).toBe('next');
    expect((await example.expectAlike(get('/charts/c-44'))).servedBy).toBe('bucket');
  });

  test('data of an SSR page and of pages that are not there', async () => {
    await example.expectAlike(get(`${data('/bridge')}?ship=2`));
    await example.expectAlike(get(data('/log/1911')));
    await example.expectAlike(get(data('/harbours/none')));
    await example.expectAlike(get(data('/index')));
  });

  test('cookies, .env and app variables reach getServerSideProps', async () => {
    const page = (await example.expectAlike(get('/bridge', { cookie: 'ship=Tern; other=1' }))).body.toString();
    expect(page).toContain('<dd id="ship">Tern</dd>');
    expect(page).toContain('<dd id="watch">middle</dd>');
    expect(page).toContain('<dd id="standing">Call me at dawn</dd>');
  });

  test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('API and pages by %s', async (method) => {
    await example.expectAlike({ method, target: '/api/echo?a=1' });
    await example.expectAlike({ method, target: '/bridge' });
    await example.expectAlike({ method, target: '/nothing-here' });
    await example.expectAlike({ method, target: '/about' });
  });

  test('a form, with its cookie and redirect; broken JSON', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const entered = await example.expectAlike({ method: 'POST', target: '/api/log', headers: form, body: 'entry=a+b' });
    expect([entered.status, entered.headers.location]).toEqual([303, ['/bridge?entered=1']]);
    const json = { 'content-type': 'application/json' };
    await example.expectAlike({ method: 'POST', target: '/api/echo', headers: json, body: '{"a":' });
    await example.expectAlike({ method: 'POST', target: '/api/echo', headers: json, body: '{"a":[1,"é"]}' });
  });

  test('preview mode leads past the prerendered page, and nothing of it is stored', async () => {
    const on = await example.expectAlike(get('/api/preview'));
    const page = await example.edge.ask(get('/harbours', { cookie: cookiesOf(on) }));
    expect(page).toMatchObject({ servedBy: 'next', status: 200 });
    expect(page.headers['cache-control']).toEqual(['private, no-store']);
    expect(page.body.toString()).toContain('"preview":true');
    await example.expectAlike(get('/api/preview?off=1', { cookie: cookiesOf(on) }));
  });
});

describeFreshness(() => example, [['/tides', 60]]);

test.each([
  ['/bridge', 'private, no-store'],
  ['/weather', 'private, no-store'],
  ['/log/harbour-light', 's-maxage=30, stale-while-revalidate=60'],
  ['/nowhere', 'private, no-store'],
  ['/api/echo', 'private, no-store'],
  ['/api/light', 'public, max-age=60'],
  ['/pilot', 'private, no-store'],
])('the CDN may keep %s: %s', async (target, cacheControl) => {
  expect((await example.edge.ask(get(target))).headers['cache-control']).toEqual([cacheControl]);
});

describeStaticExport(() => example);

describeBehindCdn(() => example, {
  cookies: ['ship=Tern', 'ship=Petrel'],
  addresses: [
    '/now',
    '/compass',
    '/harbour/gull-haven',
    '/pilot',
    '/bridge?sign=1',
    '/log/harbour-light',
    '/storm?fail=1',
  ],
  preview: '/api/preview',
});
