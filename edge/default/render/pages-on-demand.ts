/** Pages that Next's server class renders for others than the visitor alone: the first of its kind, and the next one of a stale page. */

import { pathOfPage } from '../../isr/addresses.ts';
import type { Incremental } from '../../isr/incremental.ts';
import type { RenderedPage, RenderedPart } from '../../isr/page.ts';
import { purgedPaths } from '../../isr/purged-paths.ts';
import type { Settings } from '../../shared/settings.ts';
import { exchange, type NodeHandler } from './exchange.ts';
import type { IncrementalCache, Rendering, RenderResult } from './incremental-cache.ts';

const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';

/** Turns of the event loop after the answer, until Next has handed over what it rendered. */
const MAX_TURNS = 50;

/** The part of Next's server that says which paths may be rendered, and when. */
export interface PagesServer {
  getStaticPaths?(...given: unknown[]): Promise<object>;
  renderOpts?: { previewProps?: { previewModeId?: string } };
  getRequestHandler(): NodeHandler;
}

/** Next 12 and later wrap Node's request. */
type AnyRequest = { headers: Record<string, string | string[] | undefined> };

export interface PagesOnDemand {
  /** Answers a visitor, and stores what was rendered on the way if nobody else has. */
  answer(request: Request, target: string): Promise<Response>;
  /** Undefined when that page is none that is rendered from time to time. */
  renderAnew(key: string): Promise<RenderedPage | undefined>;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

const rendering = (about: Partial<Rendering> = {}): Rendering => ({ known: new Map(), rendered: new Map(), ...about });

/** A page with `fallback: false` that is stored may be rendered again, though Next would only do so behind a stale answer. */
function allowStoredPages(server: PagesServer, cache: IncrementalCache): void {
  const original = server.getStaticPaths?.bind(server);
  if (!original) return;
  server.getStaticPaths = async (...given) => {
    const paths = await original(...given);
    return cache.current()?.anew === undefined ? paths : { ...paths, fallbackMode: 'blocking' };
  };
}

/** As a browser in the page's own language would ask, so that no locale is detected. */
function internalRequest(key: string, { edge: { i18n } }: Settings, added: Record<string, string> = {}): Request {
  const locale = i18n ? (key.split('/', 2)[1] ?? '') : '';
  const language = { 'accept-language': locale, cookie: `NEXT_LOCALE=${locale}` };
  const headers = { host: 'localhost', 'x-forwarded-proto': 'https', ...(locale ? language : {}), ...added };
  return new Request('https://localhost/', { headers });
}

export function createPagesOnDemand(
  server: PagesServer,
  handler: NodeHandler,
  cache: IncrementalCache,
  settings: Settings,
  { pages, purge, now }: Incremental,
): PagesOnDemand {
  allowStoredPages(server, cache);
  // From 12.1 on: a render on demand, which no middleware can lead elsewhere.
  const previewModeId = server.renderOpts?.previewProps?.previewModeId;
  const passes: Record<string, string> = previewModeId ? { 'x-prerender-revalidate': previewModeId } : {};

  /** The 404 page, or the redirect, that a visitor of the page's address gets. */
  async function askForHtml(key: string, result: RenderResult): Promise<RenderedPart> {
    const known = rendering({ known: new Map([[key, result]]) });
    const target = pathOfPage({ key, part: 'html' }, settings);
    const answer = await cache.during(known, () => exchange(handler, internalRequest(key, settings), target));
    const status = result.kind === 'redirect' ? answer.status >= 300 && answer.status < 400 : answer.status === 404;
    if (!status) throw new Error(`Next answered ${answer.status} for ${target}, which is ${result.kind}`);
    return {
      status: answer.status,
      body: await answer.text(),
      headers: Object.fromEntries(
        ['content-type', 'location'].flatMap((name) => {
          const value = answer.headers.get(name);
          return value === null ? [] : [[name, value]];
        }),
      ),
    };
  }

  async function toPage(key: string, result: RenderResult, generatedAt: number): Promise<RenderedPage> {
    const { kind, revalidate } = result;
    const status = settings.pages[key]?.status ?? 200;
    const html =
      kind === 'page'
        ? { status, headers: { 'content-type': HTML }, body: result.html }
        : await askForHtml(key, result);
    const dataHeaders: Record<string, string> = kind === 'not-found' ? {} : { 'content-type': JSON_TYPE };
    const data = { status: kind === 'not-found' ? 404 : 200, headers: dataHeaders, body: JSON.stringify(result.data) };
    return { key, kind, generatedAt, revalidate, parts: { html, data } };
  }

  /** The visitor has the answer in any case. */
  async function storeFirst(key: string, result: RenderResult, generatedAt: number): Promise<void> {
    try {
      const outcome = await pages.writeFirst(await toPage(key, result, generatedAt));
      console.log(JSON.stringify({ message: 'page rendered on demand', key, outcome }));
    } catch (error) {
      console.error(JSON.stringify({ message: 'page rendered on demand, not stored', key, error: String(error) }));
    }
  }

  /** Until Next has handed over what it rendered: it answers first. */
  async function handedOver({ rendered }: Rendering): Promise<void> {
    for (let turns = 0; turns < MAX_TURNS && rendered.size === 0; turns++) await turn();
  }

  /** `res.revalidate()`, from Next 12.2 on: a request of the server to itself. The page is stored before it is answered. */
  const revalidateOnDemand: NodeHandler = async (request, response) => {
    const { headers } = request as unknown as AnyRequest;
    if (headers['x-prerender-revalidate'] !== previewModeId) return handler(request, response);
    const startedAt = now();
    const visit = rendering();
    await cache.during(visit, async () => {
      await handler(request, response);
      await handedOver(visit);
    });
    for (const [key, result] of visit.rendered) {
      const outcome = await pages.writeNewer(await toPage(key, result, startedAt));
      console.log(JSON.stringify({ message: 'page revalidated on demand', key, outcome }));
    }
    await purge?.soon(purgedPaths([], [...visit.rendered.keys()], settings));
  };
  if (previewModeId) server.getRequestHandler = () => revalidateOnDemand;

  return {
    async answer(request, target) {
      const startedAt = now();
      const visit = rendering();
      const response = await cache.during(visit, () => exchange(handler, request, target));
      await turn();
      await Promise.all([...visit.rendered].map(([key, result]) => storeFirst(key, result, startedAt)));
      return response;
    },

    async renderAnew(key) {
      const startedAt = now();
      const visit = rendering({ anew: key });
      // The data request: it is never answered with a fallback, nor do redirects of next.config.js apply to it.
      const target = pathOfPage({ key, part: 'data' }, settings);
      const answer = await cache.during(visit, () => exchange(handler, internalRequest(key, settings, passes), target));
      if (answer.status >= 500) throw new Error(`Next answered ${answer.status} for ${target}`);
      await handedOver(visit);
      const result = visit.rendered.get(key);
      return result && toPage(key, result, startedAt);
    },
  };
}
