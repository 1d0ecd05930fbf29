/**
 * What Next asks of the very site that it serves (the page that a server action leads to) is rendered here: no way out of the
 * function and back through the CDN, which would not arrive where the site has no name yet, as on a laptop.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Settings } from '../../shared/settings.ts';
import { hostForNext } from './loopback.ts';
import type { Renderer } from './strategy.ts';

type Render = Renderer['render'];
interface Visited {
  host: string;
  render: Render;
}

/** https://fetch.spec.whatwg.org/#http-redirect-fetch */
const MAX_REDIRECTS = 20;
const hostOf = ({ host }: URL) => hostForNext(host);

/** By which Next's own are known in every version: nobody else asks for flight data. */
const isForFlight = ({ headers, method = 'GET' }: RequestInit) =>
  (method === 'GET' || method === 'HEAD') && new Headers(headers).get('rsc') === '1';

/** Follows redirects as fetch() does, and leaves the function where one leads out of the site. */
async function answerOwn(
  address: URL,
  init: RequestInit,
  { host, render }: Visited,
  fetchOutside: typeof fetch,
): Promise<Response> {
  let url = address;
  for (let hop = 0; hop < MAX_REDIRECTS && hostOf(url) === host; hop++) {
    const request = new Request(url, { method: init.method, headers: init.headers });
    const response = await render(request, { target: `${url.pathname}${url.search}` });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    url = new URL(location, url);
  }
  return fetchOutside(url, init);
}

/**
 * Called before Next is loaded, which puts its own `fetch` around this one. Rewrites and redirects of the app's owner are around
 * the function and may lead such a request elsewhere: then it goes the long way.
 *
 * @returns what to put around the renderer's `render`
 */
export function answerOwnRequests({ rules }: Pick<Settings, 'rules'>): (render: Render) => Render {
  if (rules?.rewrites.length) return (render) => render;
  const visit = new AsyncLocalStorage<Visited>();
  const fetchOutside = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const visited = visit.getStore();
    if (!visited || !init || !isForFlight(init) || input instanceof Request) return fetchOutside(input, init);
    return answerOwn(new URL(input), init, visited, fetchOutside);
  };
  return (render) => (request, route) =>
    visit.run({ host: hostOf(new URL(request.url)), render }, () => render(request, route));
}
