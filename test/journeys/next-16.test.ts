/** examples/next-16 is pushed: the build adapter, the app router behind the CDN, and what the CDN keeps of it. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { beginJourney, type Deployed, deployFolder, type Journey, makeRepository } from '../support/journey.ts';

let journey: Journey;
let deployed: Deployed;

beforeAll(async () => {
  journey = await beginJourney();
  deployed = await deployFolder(journey, await makeRepository(join(journey.folder, 'next-16'), 'next-16'), {
    app: 'observatory',
    environment: { KEEPER: 'Halley' },
  });
}, 600_000);
afterAll(() => journey?.end());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${deployed.url}${path}`, { redirect: 'manual', headers });
const cdn = (response: Response) => response.headers.get('x-cache')?.split(' ')[0];

test('it is live', () => {
  expect({ status: deployed.status, shown: deployed.status === 'succeeded' ? [] : deployed.shown }).toEqual({
    status: 'succeeded',
    shown: [],
  });
});

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
  const answer = await fetch(`${deployed.url}/logbook`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { origin: deployed.url ?? '' },
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
