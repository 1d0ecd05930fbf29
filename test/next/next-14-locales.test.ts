/** examples/next-14-locales: sub-paths, a domain and the browser's language on the pages router, as `next start` has them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Example, get, startExample } from './support/example.ts';
import { describeCacheControl, describeRendered, describeStored, NOT_STORED } from './support/suites.ts';

let started: Example;
const example = () => started;

beforeAll(async () => {
  started = await startExample({
    name: 'next-14-locales',
    nodeMajor: 24,
    headers: ['allow', 'refresh', 'x-hut', 'x-keeper', 'x-locale'],
  });
}, 300_000);

afterAll(() => started?.stop());

describeStored(example, [
  ['home in another locale', '/de'],
  ['page without its locale', '/today'],
  ['page in another locale', '/de/today'],
  ['page in a locale with a region', '/pt-BR/today'],
  ['page with parameters in another locale', '/de/flights/heron'],
  ['public file', '/hide.svg'],
]);

describeRendered(example, [
  ['home', '/'],
  ['home with a slash', '/de/'],
  ['page by its default locale', '/en/today'],
  ['page with a slash', '/today/'],
  ['page in another locale with a slash', '/de/today/?x=1'],
  ['unknown locale', '/fr/today'],
  ['SSR', '/log?a=1'],
  ['SSR in another locale', '/de/log?a=1'],
  ['SSR in other letters', '/DE/log'],
  ['page made on request', '/pt-BR/flights/toucan'],
  ['page made on request, not found', '/de/flights/dodo'],
  ['redirect', '/birds/heron'],
  ['redirect in another locale', '/de/birds/heron'],
  ['rewrite', '/sightings/heron'],
  ['rewrite in another locale', '/de/sightings/heron'],
  ['rewrite to a public file', '/map'],
  ['API', '/api/rings?a=1'],
  ['API has no locale', '/de/api/rings'],
  ['middleware', '/door?x=1'],
  ['middleware in another locale', '/de/door'],
  ['unknown page', '/de/nowhere'],
]);

test.each([
  ['/', { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' }],
  ['/?x=1', { 'accept-language': 'pt' }],
  ['/', { cookie: 'NEXT_LOCALE=de' }],
  ['/', { cookie: 'NEXT_LOCALE=en', 'accept-language': 'de' }],
  ['/', { host: 'reiher.example' }],
  ['/today', { host: 'reiher.example', 'accept-language': 'en' }],
  ['/log', { host: 'reiher.example' }],
])('GET %s of a visitor with %j', async (target, headers) => {
  await started.expectAlike(get(target, headers));
});

test('data', async () => {
  const data = (page: string) => `/_next/data/${started.manifest.buildId}${page}.json`;
  for (const page of ['/en/today', '/de/today', '/en/log', '/pt-BR/log', '/de/flights/heron', '/de/flights/dodo']) {
    await started.expectAlike(get(data(page), { 'x-nextjs-data': '1' }));
  }
});

test('two visitors of an address that middleware matches get their own', async () => {
  for (const keeper of ['ann', 'bob', 'ann']) {
    const answer = await started.expectAlike(get('/api/rings', { cookie: `keeper=${keeper}` }));
    expect([answer.headers['x-keeper'], answer.headers['cache-control']]).toEqual([[keeper], NOT_STORED]);
  }
});

describeCacheControl(example, [
  ['/', 'private, no-store'],
  ['/de', 'public, max-age=0, s-maxage=31536000'],
  ['/log', 'private, no-store'],
]);
