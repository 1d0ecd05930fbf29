/** examples/next-12: middleware and locales; what the edge function answers is what `next start` answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeBehindCdn } from './support/behind-cdn.ts';
import { type Example, get, startExample } from './support/example.ts';
import { describeImages, imageQuery } from './support/images.ts';

let example: Example;

beforeAll(async () => {
  example = await startExample({ name: 'next-12', nodeMajor: 18, headers: ['x-library', 'x-plot', 'x-seed', 'allow'] });
}, 300_000);

afterAll(() => example?.stop());

const data = (page: string) => `/_next/data/${example.manifest.buildId}${page}.json`;
const DATA = { 'x-nextjs-data': '1' };

describe('answered by S3, without loading Next', () => {
  test.each([
    ['page of the default locale', '/seeds'],
    ['page of the default locale with a query', '/seeds?a=1'],
    ['page of the default locale by name', '/en/seeds'],
    ['page of another locale', '/de/seeds'],
    ['home of another locale', '/de'],
    ['page of getStaticPaths, with a custom header', '/seeds/black-krim'],
    ['the same in another locale', '/de/seeds/black-krim'],
    ['page that middleware rewrites to, by its own address', '/plots/shade'],
    ['public file', '/packet.svg'],
  ])('%s: GET and HEAD %s', async (_, target) => {
    expect((await example.expectAlike(get(target))).servedBy).toBe('bucket');
    expect((await example.expectAlike({ method: 'HEAD', target })).servedBy).toBe('bucket');
  });

  test.each(['/en/seeds', '/de/seeds', '/en/seeds/black-krim', '/de/plots/sun'])('data of %s', async (page) => {
    expect((await example.expectAlike(get(data(page), DATA))).servedBy).toBe('bucket');
  });
});

describe('middleware', () => {
  test.each([
    ['redirect', '/old-catalogue'],
    ['redirect in another locale', '/de/old-catalogue'],
    ['redirect of a data request', '/_next/data/BUILD/en/old-catalogue.json'],
    ['rewrite', '/plots'],
    ['rewrite in another locale', '/de/plots'],
    ['rewrite with a query', '/plots?row=3'],
    ['rewrite of a data request', '/_next/data/BUILD/en/plots.json'],
    ['header and cookie on an SSR page', '/basket?q=1'],
    ['header and cookie on the data of an SSR page', '/_next/data/BUILD/de/basket.json'],
    ['redirect without a cookie', '/members/desk/one'],
    ['header and cookie on an API route', '/api/whoami'],
    ['API that reads files by paths from the app’s folder', '/api/records?year=1911'],
    ['trailing slash', '/plots/'],
    ['escaped letter', '/%70lots'],
    ['other case', '/PLOTS'],
  ])('%s: GET %s', async (_, template) => {
    const target = template.replace('BUILD', example.manifest.buildId);
    const answer = await example.expectAlike(get(target, template.includes('/_next/data/') ? DATA : undefined));
    expect(answer.servedBy).toBe('next');
    expect(answer.headers['cache-control']).toEqual(['private, no-store']);
  });

  test.each(['HEAD', 'POST', 'OPTIONS', 'DELETE'])('%s', async (method) => {
    await example.expectAlike({ method, target: '/api/whoami' });
    await example.expectAlike({ method, target: '/members/desk' });
    await example.expectAlike({ method, target: '/old-catalogue' });
  });

  test('a body passes through middleware', async () => {
    const headers = { 'content-type': 'application/json', cookie: 'basket=full' };
    await example.expectAlike({ method: 'POST', target: '/api/whoami', headers, body: '{"a":1}' });
  });

  test('two readers, in both orders, each get their own', async () => {
    const readers = { sun: 'light=sun; basket=1; card=4', shade: 'light=shade; basket=2; card=5' };
    for (const order of [['sun', 'shade'] as const, ['shade', 'sun'] as const]) {
      for (const reader of order) {
        const plot = await example.expectAlike(get('/plots', { cookie: readers[reader] }));
        expect(plot.headers['x-plot']).toEqual([`/plots/${reader}`]);
        const desk = await example.expectAlike(get('/members/desk/one', { cookie: readers[reader] }));
        expect(desk.body.toString()).toContain(`card ${reader === 'sun' ? 4 : 5}`);
        const basket = await example.expectAlike(get('/basket', { cookie: readers[reader] }));
        for (const answer of [plot, desk, basket])
          expect(answer.headers['cache-control']).toEqual(['private, no-store']);
      }
    }
  });
});

describe('rendered by Next', () => {
  test.each([
    ['home, whose locale is found out', '/', {}],
    ['home for a German browser', '/', { 'accept-language': 'de-AT,de;q=0.9' }],
    ['home for a German cookie', '/', { cookie: 'NEXT_LOCALE=de' }],
    ['seed made on request', '/seeds/oca', {}],
    ['seed made on request in another locale', '/de/seeds/oca', {}],
    ['unknown seed', '/seeds/triffid', {}],
    ['unknown page', '/nowhere', {}],
    ['unknown page of a locale', '/de/nowhere', {}],
    ['redirect of next.config.js', '/borrow/oca', {}],
    ['redirect of next.config.js in another locale', '/de/borrow/oca', {}],
    ['redirect by a header', '/app', { 'x-reader': 'kiosk' }],
    ['the same without the header', '/app', {}],
    ['rewrite by a cookie, before files', '/counter', { cookie: 'card=12' }],
    ['the same without the cookie', '/counter', {}],
    ['rewrite before files, by the query that is missing', '/almanac', {}],
    ['the same with it', '/almanac?raw=1', {}],
    ['rewrite after files', '/shelf/7', {}],
    ['fallback rewrite', '/lost/property/office', {}],
    ['API route on the edge runtime', '/api/drops?litres=2', {}],
  ])('%s: GET %s', async (_, target, headers) => {
    expect((await example.expectAlike(get(target, { ...headers }))).servedBy).toBe('next');
  });

  test.each(['/en/404', '/de/404', '/en/nowhere'])('data of a page without any: %s', async (page) => {
    await example.expectAlike(get(data(page), DATA));
  });

  test.each([
    ['/api/drops?litres=1', 'public, s-maxage=30'],
    ['/api/shelf/3', 'public, s-maxage=120'],
    ['/', 'private, no-store'],
    // A rule that looks at a cookie could meet it.
    ['/counter', 'private, no-store'],
    ['/shelf/3', 'private, no-store'],
  ])('the CDN may keep %s: %s', async (target, cacheControl) => {
    expect((await example.edge.ask(get(target))).headers['cache-control']).toEqual([cacheControl]);
  });

  test('the CDN may keep a seed made on request for what is left of its time', async () => {
    const { headers } = await example.edge.ask(get('/seeds/oca'));
    const [, seconds] = /^public, max-age=0, s-maxage=(\d+)$/.exec(headers['cache-control']?.[0] ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThanOrEqual(300);
  });
});

test('res.revalidate() stores the page, its data too, before it is answered', async () => {
  const seen = async () => {
    const page = await example.edge.ask(get('/en/seeds/black-krim'));
    const props = await example.edge.ask(get(data('/en/seeds/black-krim'), DATA));
    expect([page.servedBy, props.servedBy]).toEqual(['bucket', 'bucket']);
    const [time = ''] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(page.body.toString()) ?? [];
    expect(props.body.toString()).toContain(time);
    return time;
  };
  const before = await seen();
  expect((await example.expectAlike(get('/api/restock?seed=black-krim'))).status).toBe(200);
  expect((await seen()) > before).toBe(true);
});

const PICTURE = '/rows.jpg';
describeImages(() => example, {
  path: '/_next/image',
  picture: PICTURE,
  avif: true,
  refused: {
    'a quality above 100': imageQuery(PICTURE, 'w=640&q=101'),
    'a width that is not configured': imageQuery(PICTURE, 'w=641&q=75'),
    'no width': imageQuery(PICTURE, 'q=75'),
    'no quality': imageQuery(PICTURE, 'w=640'),
    'two widths': imageQuery(PICTURE, 'w=640&w=1200&q=75'),
    'another host': imageQuery('https://example.com/a.png'),
    'what is no image': imageQuery('/robots.txt'),
    'a vector': imageQuery('/packet.svg'),
    nothing: '',
  },
});

describeBehindCdn(() => example, {
  asClient: true,
  cookies: ['light=sun; basket=1; card=4', 'light=shade; basket=2; card=5'],
  addresses: ['/plots', '/de/plots', '/old-catalogue', '/members/desk/one', '/counter', '/app', '/shelf/7', '/lost/a'],
});
