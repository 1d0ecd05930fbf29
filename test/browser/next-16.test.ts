/** examples/next-16 is pushed: the build adapter, the app router behind the CDN, what the CDN keeps of it, and a visitor's browser. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { beginVisit, markDocument, untilImagesAreShown, type Visit } from './support/visit.ts';

let visit: Visit;

beforeAll(async () => {
  visit = await beginVisit('next-16', { KEEPER: 'Halley' });
}, 600_000);
afterAll(() => visit?.end());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${visit.site}${path}`, { redirect: 'manual', headers });
const cdn = (response: Response) => response.headers.get('x-cache')?.split(' ')[0];

test('static pages, pages rendered in time and route handlers come from the CDN the second time', async () => {
  for (const path of ['/objects', '/objects/m42', '/almanac', '/feed.xml', '/hours.txt']) {
    const first = await get(path);
    const text = await first.text();
    const second = await get(path);
    expect([path, first.status, second.status, cdn(second)]).toEqual([path, 200, 200, 'Hit']);
    expect(await second.text()).toBe(text);
  }
});

test('a page and its flight data have one address, and the CDN keeps them apart', async () => {
  const flight = { rsc: '1', 'next-router-prefetch': '1' };
  for (const order of [
    [{}, flight],
    [flight, {}],
  ]) {
    for (const headers of order) {
      const answer = await get('/dome/open', headers);
      const isFlight = 'rsc' in headers;
      expect(answer.headers.get('content-type')).toMatch(isFlight ? /^text\/x-component/ : /^text\/html/);
    }
  }
});

test('what depends on the visitor is never kept', async () => {
  for (const weather of ['clear', 'cloudy', 'clear']) {
    const dome = await get('/dome', { cookie: `weather=${weather}` });
    expect(cdn(dome)).not.toBe('Hit');
    expect(await dome.text()).toContain(weather === 'clear' ? 'open.' : 'closed.');
  }
  expect((await (await get('/tonight')).text()).includes('<dd id="keeper">Halley</dd>')).toBe(true);
});

test('headers that only Next may set are worth nothing', async () => {
  const poisoned = await get('/members/desk', { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' });
  expect([poisoned.status, await poisoned.text()]).toEqual([403, 'Members come by the back gate.\n']);
  expect((await get('/telescope', { 'x-forwarded-host': 'evil.example' })).headers.get('location')).toBe(
    '/objects?from=telescope',
  );
});

test('a form without JavaScript reaches its server action', async () => {
  const action = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(await (await get('/logbook')).text())?.[1] ?? '';
  const body = new FormData();
  body.set(action, '');
  body.set('entry', 'Jupiter, four moons');
  const answer = await fetch(`${visit.site}/logbook`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { origin: visit.site },
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/logbook?written=1']);
  expect(answer.headers.get('set-cookie')).toContain('entry=Jupiter');
});

test('images, and their files', async () => {
  const image = await get('/_next/image?url=%2Fplates%2Fhill.jpg&w=640&q=75', { accept: 'image/avif,*/*' });
  expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/avif']);
  const home = await (await get('/')).text();
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(home)?.[1] ?? '';
  const answer = await get(script);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
});

describe('in a browser', () => {
  test('the home page is shown, with its image decoded', async () => {
    const { page, site, shoot } = visit;
    await page.goto(site, { waitUntil: 'networkidle' });
    await untilImagesAreShown(page);
    await shoot('home');
    expect(await page.title()).toBe('Harrow Hill Observatory');
  });

  test('links navigate on the client; a plate is shown above the wall, and by its own page when loaded', async () => {
    const { page, site } = visit;
    const isSameDocument = await markDocument(page);
    await page.getByRole('link', { name: 'Gallery', exact: true }).click();
    await page.waitForURL(`${site}/gallery`);
    await page.getByRole('link', { name: 'Plate of The Orion Nebula' }).click();
    await page.locator('dialog#label').waitFor();
    expect(page.url()).toBe(`${site}/gallery/m42`);
    expect(await isSameDocument()).toBe(true);
    await page.reload({ waitUntil: 'networkidle' });
    await page.getByRole('heading', { name: 'The plate of The Orion Nebula' }).waitFor();
    expect(await page.locator('dialog#label').count()).toBe(0);
  });

  test('a form calls a server action, which sets a cookie and leads to a page, on the client', async () => {
    const { page, site, shoot } = visit;
    await page.goto(`${site}/logbook`, { waitUntil: 'networkidle' });
    const isSameDocument = await markDocument(page);
    await page.locator('input[name="entry"]').fill('Jupiter, four moons');
    await page.getByRole('button', { name: 'Write it down' }).click();
    await page.waitForURL(`${site}/logbook?written=1`);
    await page.locator('#entry').waitFor();
    expect(await page.locator('#entry').textContent()).toBe('Jupiter, four moons');
    expect(await isSameDocument()).toBe(true);
    await shoot('logbook');
  });

  test('nothing failed on the way', async () => {
    expect(await visit.complaints()).toEqual([]);
  });
});
