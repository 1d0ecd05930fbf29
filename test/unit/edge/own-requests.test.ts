import { afterEach, expect, jest, test } from '@jest/globals';
import { answerOwnRequests } from '../../../edge/default/render/own-requests.ts';

const outside = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = outside;
});

const answerOf = (target: string) => {
  const location = REDIRECTS[target];
  return location === undefined ? undefined : new Response(null, { status: 308, headers: { location } });
};
const REDIRECTS: Record<string, string> = {
  '/docs': '/docs/',
  '/out': 'https://other.example/',
  '/round': '/round',
};

/** @returns what a server action of a page at `host` gets when it fetches `address` */
async function fetchedBy(host: string, address: string, init: object, rules?: object): Promise<string> {
  globalThis.fetch = jest.fn(async () => new Response('from elsewhere')) as typeof fetch;
  const render = answerOwnRequests({ rules } as Parameters<typeof answerOwnRequests>[0])(
    async (request, { target }) =>
      answerOf(target) ??
      (target === '/form'
        ? fetch(new URL(address), init)
        : new Response(`${request.method} ${request.url} as ${target}`)),
  );
  return (await render(new Request(`${host}/form`), { target: '/form' })).text();
}

const flight = { method: 'GET', headers: { RSC: '1' } };

test('what Next asks of its own site is rendered', async () => {
  expect(await fetchedBy('https://shop.example', 'https://shop.example/done?a=1', flight)).toBe(
    'GET https://shop.example/done?a=1 as /done?a=1',
  );
  expect(await fetchedBy('http://127.0.0.1:4000', 'http://localhost:4000/done', { ...flight, method: 'HEAD' })).toBe(
    'HEAD http://localhost:4000/done as /done',
  );
});

test.each([
  ['to another of its pages', '/docs', 'GET https://shop.example/docs/ as /docs/'],
  ['out of the site', '/out', 'from elsewhere'],
  ['round in a circle, as long as fetch() would', '/round', 'from elsewhere'],
])('a redirect %s is followed', async (_, path, expected) => {
  expect(await fetchedBy('https://shop.example', `https://shop.example${path}`, flight)).toBe(expected);
});

test.each([
  ['another site', 'https://other.example/done', flight],
  ['another port', 'https://shop.example:8443/done', flight],
  ['what the app itself fetches', 'https://shop.example/done', { method: 'GET' }],
  ['what changes something', 'https://shop.example/done', { ...flight, method: 'POST' }],
])('%s is fetched', async (_, address, init) => {
  expect(await fetchedBy('https://shop.example', address, init)).toBe('from elsewhere');
});

test.each([
  ['rewrites or redirects of the app’s owner', { rewrites: [{}], headers: [] }, 'from elsewhere'],
  ['headers of the app’s owner', { rewrites: [], headers: [{}] }, 'GET https://shop.example/done as /done'],
])('with %s around the function', async (_, rules, expected) => {
  expect(await fetchedBy('https://shop.example', 'https://shop.example/done', flight, rules)).toBe(expected);
});

test('outside of a request nothing is rendered', async () => {
  globalThis.fetch = jest.fn(async () => new Response('from elsewhere')) as typeof fetch;
  answerOwnRequests({})(async () => new Response('rendered'));
  expect(await (await fetch('https://shop.example/', flight)).text()).toBe('from elsewhere');
});
