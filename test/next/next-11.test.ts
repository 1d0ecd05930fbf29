/** Every kind of route of examples/next-11: what the edge function answers is what `next start` answers. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { describeBehindCdn } from './support/behind-cdn.ts';
import type { EdgeSite } from './support/edge-site.ts';
import { cookiesOf, type Example, get, startExample } from './support/example.ts';
import type { Ask } from './support/http.ts';
import { describeFreshness } from './support/suites.ts';

let buildId: string;
let next: Example['next'];
let edge: EdgeSite;
let example: Example;

beforeAll(async () => {
  example = await startExample({
    name: 'next-11',
    nodeMajor: 16,
    variables: { LOCK_KEEPER_NOTE: 'Mind the cill' },
    headers: ['x-canal', 'x-lock', 'x-method', 'x-ledger', 'allow'],
  });
  ({ next, edge } = example);
  buildId = example.manifest.buildId;
}, 300_000);

afterAll(() => example?.stop());

const expectAlike = (ask: Ask) => example.expectAlike(ask);

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

describe('answered by S3, without loading Next', () => {
  test.each([
    ['static page', '/'],
    ['static page with a custom header', '/about'],
    ['static page with a query', '/about?from=here'],
    ['SSG', '/moorings'],
    ['SSG, dynamic, with a custom header that names the parameter', '/locks/caen-hill'],
    ['SSG with fallback', '/walks/lock-to-lock'],
    ['SSG with blocking fallback', '/pubs/the-navigation'],
    ['ISR', '/water-levels'],
    ['404 page by its own address', '/404'],
    ['public text', '/robots.txt'],
    ['public SVG', '/narrowboat.svg'],
    ['public icon', '/favicon.ico'],
    ['public JPEG', '/images/lock-flight.jpg'],
  ])('%s: GET and HEAD %s', async (_, target) => {
    const answer = await expectAlike(get(target));
    expect(answer.servedBy).toBe('bucket');
    expect(answer.headers['x-amz-request-id']).toBeUndefined();
    expect((await expectAlike({ method: 'HEAD', target })).servedBy).toBe('bucket');
  });

  test.each(['/moorings', '/locks/caen-hill', '/water-levels', '/pubs/the-navigation'])('data of %s', async (page) => {
    const answer = await expectAlike(get(`/_next/data/${buildId}${page}.json`));
    expect(answer.servedBy).toBe('bucket');
  });

  describeFreshness(() => example, [['/water-levels', 60]]);
});

describe('rendered by Next', () => {
  test.each([
    ['SSR', '/today'],
    ['SSR with a query', '/today?lock=7&lock=8&name=%C3%A9'],
    ['dynamic SSR', '/boats/patience?x=1'],
    ['dynamic SSR with an escaped parameter', '/boats/old%20reliable'],
    ['SSR that is not found', '/boats/sunk'],
    ['SSR that redirects', '/boats/sold'],
    ['SSR that sets cookies', '/boats/mine'],
    ['catch-all', '/map/a/b/c'],
    ['catch-all with nothing to catch', '/map'],
    ['unknown lock, fallback: false', '/locks/unknown'],
    ['unknown walk, fallback: true', '/walks/over-the-tunnel'],
    ['unknown pub, fallback: blocking', '/pubs/the-heron'],
    ['pub that is not found', '/pubs/closed'],
    ['pub that redirects', '/pubs/the-old-navigation'],
    ['unknown page', '/no/such/page'],
    ['page that throws', '/weir?fail=1'],
    ['page that could throw', '/weir'],
    ['500 page by its own address', '/500'],
    ['error page by its own address', '/_error'],
    ['rewrite', '/now?a=1'],
    ['rewrite with a parameter', '/boat/heron'],
    ['rewrite to a public file', '/emblem'],
    ['permanent redirect', '/guide'],
    ['permanent redirect with a query', '/guide?a=b'],
    ['temporary redirect with a parameter', '/old-locks/caen-hill'],
    ['trailing slash', '/about/'],
    ['repeated slashes', '//about'],
    ['malformed escape', '/boats/%E0%A4%A'],
    ['escaped slash', '/locks%2Fcaen-hill'],
    ['escaped letter', '/%61bout'],
    ['unknown data', '/_next/data/other-build/moorings.json'],
    ['API of a dynamic route', '/api/locks/caen-hill'],
    ['API of a dynamic route, not found', '/api/locks/none'],
    ['unknown API', '/api/none'],
    ['binary API', '/api/flag'],
    ['API that wants another method', '/api/journal'],
  ])('%s: GET %s', async (_, target) => {
    expect((await expectAlike(get(target))).servedBy).toBe('next');
  });

  test.each([
    ['a pub', '/pubs/the-mermaid', 200],
    ['a pub that is not found', '/pubs/closed', 404],
    ['a pub that redirects', '/pubs/the-old-navigation', 307],
  ])('%s is rendered on demand once; then the bucket has it: GET %s', async (_, target, status) => {
    await expectAlike(get(target));
    expect(await expectAlike(get(target))).toMatchObject({ status, servedBy: 'bucket' });
    const data = `/_next/data/${buildId}${target}.json`;
    expect((await expectAlike(get(data))).servedBy).toBe('bucket');
  });

  test('a walk is a fallback until its data was asked for', async () => {
    expect((await expectAlike(get('/walks/along-the-cut'))).servedBy).toBe('next');
    expect((await expectAlike(get(`/_next/data/${buildId}/walks/along-the-cut.json`))).servedBy).toBe('next');
    expect((await expectAlike(get('/walks/along-the-cut'))).servedBy).toBe('bucket');
  });

  test('data of an SSR page and of a page that is not prerendered', async () => {
    await expectAlike(get(`/_next/data/${buildId}/today.json?lock=2`));
    await expectAlike(get(`/_next/data/${buildId}/walks/over-the-tunnel.json`));
    await expectAlike(get(`/_next/data/${buildId}/walks/nowhere.json`));
  });

  test('cookies, .env and app variables reach getServerSideProps', async () => {
    const answer = await expectAlike(get('/today', { cookie: 'boat=Zed; other=1' }));
    const page = answer.body.toString();
    expect(page).toContain('<dd id="boat">Zed</dd>');
    expect(page).toContain('<dd id="season">summer</dd>');
    expect(page).toContain('<dd id="note">Mind the cill</dd>');
  });

  test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('API and pages by %s', async (method) => {
    await expectAlike({ method, target: '/api/echo?a=1' });
    await expectAlike({ method, target: '/today' });
    await expectAlike({ method, target: '/nothing-here' });
    if (method !== 'HEAD') await expectAlike({ method, target: '/about' });
  });

  test('request bodies: JSON, form, text, broken JSON, bytes', async () => {
    const post = (target: string, headers: Record<string, string>, body: string | Uint8Array): Ask => ({
      method: 'POST',
      target,
      headers,
      body,
    });
    await expectAlike(post('/api/echo', JSON_TYPE, '{"a":[1,"é"]}'));
    await expectAlike(post('/api/echo', FORM_TYPE, 'a=1&b=%C3%A9&a=2'));
    await expectAlike(post('/api/echo', { 'content-type': 'text/plain' }, 'täxt'));
    await expectAlike(post('/api/echo', JSON_TYPE, '{"a":'));
    const bytes = randomBytes(300_000);
    const answer = await expectAlike(post('/api/checksum', { 'content-type': 'application/octet-stream' }, bytes));
    expect(JSON.parse(answer.body.toString()).sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('the journal form, with and without JavaScript', async () => {
    const entry = { boat: 'Patience', text: 'Moored. Heron.' };
    const json = { method: 'POST', target: '/api/journal', headers: JSON_TYPE, body: JSON.stringify(entry) };
    expect((await expectAlike(json)).status).toBe(201);
    const body = new URLSearchParams(entry).toString();
    const form = { method: 'POST', target: '/api/journal', headers: { ...FORM_TYPE, accept: 'text/html' }, body };
    expect((await expectAlike(form)).status).toBe(303);
  });

  test('preview mode: its cookies lead past the prerendered page, and nothing of it is stored', async () => {
    const on = await expectAlike(get('/api/preview'));
    const page = await edge.ask(get('/moorings', { cookie: cookiesOf(on) }));
    expect(page).toMatchObject({ servedBy: 'next', status: 200 });
    expect(page.headers['cache-control']).toEqual(['private, no-store']);
    expect(page.body.toString()).toContain('"isPreview":true');
  });

  test('If-None-Match is answered with 304', async () => {
    const { headers } = await edge.ask(get('/boats/patience'));
    const again = await expectAlike(get('/boats/patience', { 'if-none-match': headers.etag?.[0] ?? '' }));
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
  });
});

describe('next/image', () => {
  const image = (query: string, accept = '*/*') => get(`/_next/image?${query}`, { accept });
  const PICTURE = encodeURIComponent('/images/lock-flight.jpg');

  test.each([
    ['no parameters', ''],
    ['no width', `url=${PICTURE}&q=75`],
    ['no quality', `url=${PICTURE}&w=640`],
    ['a width that is not configured', `url=${PICTURE}&w=641&q=75`],
    ['a width that is no number', `url=${PICTURE}&w=wide&q=75`],
    ['two widths', `url=${PICTURE}&w=640&w=828&q=75`],
    ['too high a quality', `url=${PICTURE}&w=640&q=101`],
    ['no quality at all', `url=${PICTURE}&w=640&q=0`],
    ['another host', `url=${encodeURIComponent('https://example.com/a.png')}&w=640&q=75`],
    ['another scheme', `url=${encodeURIComponent('ftp://example.com/a.png')}&w=640&q=75`],
    ['no URL', 'url=nowhere&w=640&q=75'],
    ['no image', `url=${encodeURIComponent('/robots.txt')}&w=640&q=75`],
  ])('%s is refused in the same words', async (_, query) => {
    const [expected, answered] = await Promise.all([next.ask(image(query)), edge.ask(image(query))]);
    expect([answered.status, answered.body.toString()]).toEqual([expected.status, expected.body.toString()]);
    expect(answered.status).toBe(400);
  });

  test.each([
    [640, 'image/webp,*/*', 'image/webp', 'webp'],
    [828, '*/*', 'image/jpeg', 'jpeg'],
    [1920, 'image/avif,image/webp', 'image/webp', 'webp'],
  ])('%i pixels for a browser that takes %s', async (width, accept, type, format) => {
    const ask = image(`url=${PICTURE}&w=${width}&q=75`, accept);
    const [expected, answered] = await Promise.all([next.ask(ask), edge.ask(ask)]);
    expect(answered.headers['content-type']).toEqual([type]);
    for (const name of ['content-type', 'vary', 'content-disposition', 'content-security-policy']) {
      expect(answered.headers[name]).toEqual(expected.headers[name]);
    }
    const { width: sent, format: sentFormat } = await sharp(answered.body).metadata();
    expect([sent, sentFormat]).toEqual([Math.min(width, 1200), format]);
  });

  test('a vector is passed on as it is', async () => {
    await expectAlike(image(`url=${encodeURIComponent('/narrowboat.svg')}&w=640&q=75`));
  });
});

describe('what the CDN may keep', () => {
  test.each([
    ['/today', 'private, no-store'],
    ['/boats/mine', 'private, no-store'],
    ['/boats/famous', 's-maxage=30, stale-while-revalidate=60'],
    ['/pubs/the-swan', 'public, max-age=0, s-maxage=300'],
    ['/no/such/page', 'private, no-store'],
    ['/api/echo', 'private, no-store'],
    ['/api/flag', 'public, max-age=60'],
    ['/guide', 'private, no-store'],
  ])('%s: %s', async (target, cacheControl) => {
    expect((await edge.ask(get(target))).headers['cache-control']).toEqual([cacheControl]);
  });
});

describe('more than 1 MB', () => {
  test('a page spills to S3, with its status and headers', async () => {
    const answer = await expectAlike(get('/ledger?rows=20000'));
    expect(answer.servedBy).toBe('bucket');
    expect(answer.body.length).toBeGreaterThan(1024 * 1024);
    expect([...edge.bucket.objects.keys()].filter((key) => key.startsWith('spill/'))).toHaveLength(2);
  });

  test('a page that compression makes small enough is answered compressed', async () => {
    const answer = await edge.ask(get('/ledger?rows=20000', { 'accept-encoding': 'gzip' }));
    expect(answer).toMatchObject({ servedBy: 'next', status: 200 });
    expect(answer.headers['content-encoding']).toEqual(['gzip']);
  });

  test('other methods get an error with a code', async () => {
    const answer = await edge.ask({ method: 'POST', target: '/ledger?rows=20000' });
    expect(answer).toMatchObject({ status: 500 });
    expect(answer.headers['x-towpath-error']).toEqual(['RESPONSE_TOO_LARGE']);
  });
});

describeBehindCdn(() => example, {
  cookies: ['boat=Zed', 'boat=Patience'],
  addresses: [
    '/now',
    '/emblem',
    '/boat/heron',
    '/guide',
    '/boats/mine',
    '/boats/famous',
    '/api/journal',
    '/weir?fail=1',
  ],
  preview: '/api/preview',
});
