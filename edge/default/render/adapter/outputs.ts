/** Pages and route handlers: the modules that the build made of them, called as Next's own server does. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AdapterStrategy } from '../../../../domain/routing.ts';
import type { Settings } from '../../../shared/settings.ts';
import { defaultLocaleAt } from '../../paths.ts';
import type { OnDemandRevalidation } from '../next-cache/on-demand-revalidation.ts';
import type { FileAnswers } from '../routing/files.ts';
import type { Pages } from '../routing/renderer.ts';
import { respond, withPageCacheControl } from '../routing/respond.ts';
import type { PageRoute } from '../routing/router.ts';
import { flightAsked, metaOf, offerServer, type RequestMeta, tellPage } from './request-meta.ts';

interface HandlerContext {
  waitUntil(promise: Promise<unknown>): void;
  requestMeta: RequestMeta;
}

export type OutputHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
) => Promise<unknown>;

export type Output = AdapterStrategy['outputs'][string];
export type LoadOutput = (output: Output) => Promise<OutputHandler>;

type Route = PageRoute & { headers: Headers };

const READ_METHODS = 'GET, HEAD';

/** By its header, or a form that was sent without JavaScript: then only the page knows. */
function mayBeServerAction({ method, headers }: Request): boolean {
  const type = headers.get('content-type') ?? '';
  const isForm = type === 'application/x-www-form-urlencoded' || type.startsWith('multipart/form-data');
  return method === 'POST' && (isForm || headers.has('next-action'));
}

const NEVER_STORED = 'private, no-cache, no-store, max-age=0, must-revalidate';
/** What may be there for a status, before the common `/_error`. */
const ERROR_PAGES: Record<number, string[]> = { 404: ['/_not-found', '/404'], 500: ['/500'] };
/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Dest: what shows no page gets none. */
const SHOWS_A_PAGE = new Set(['document', 'iframe', 'frame', 'fencedframe', 'empty', 'embed', 'object']);

function call(
  handler: OutputHandler,
  request: Request,
  target: string,
  answer: { status?: number; headers: Headers },
  meta: RequestMeta,
): Promise<Response> {
  const cookies = answer.headers.getSetCookie();
  const middlewareCookie = cookies.length > 0 ? { middlewareCookie: cookies } : {};
  const requestMeta = metaOf({ ...meta, initURL: request.url, ...middlewareCookie });
  const handle = (message: IncomingMessage, reply: ServerResponse, waitUntil: HandlerContext['waitUntil']) => {
    tellPage(message, requestMeta);
    return handler(message, reply, { waitUntil, requestMeta });
  };
  return respond(handle, request, target, answer);
}

export function createOutputs(
  strategy: AdapterStrategy,
  settings: Settings,
  load: LoadOutput,
  files: FileAnswers,
  revalidate: OnDemandRevalidation,
): Pages {
  offerServer(revalidate);
  const { basePath, buildId, edge, trailingSlash } = settings;
  const at = (path: string) => `${basePath}${path}`;
  const handlers = new Map<string, Promise<OutputHandler>>();

  function handlerOf(pathname: string): Promise<OutputHandler> {
    const known = handlers.get(pathname);
    if (known) return known;
    const loading = load(strategy.outputs[pathname] as Output);
    handlers.set(pathname, loading);
    return loading;
  }

  /** By the visited host; a page alone would take that of the domain which its own locale has. */
  const ofLocales = ({ url }: Request): RequestMeta =>
    edge.i18n ? { defaultLocale: defaultLocaleAt(new URL(url).host, edge.i18n) } : {};

  /** The page in the visitor's locale, where there are any. */
  function inLocaleOf({ url }: Request, target: string, page: string): string[] {
    if (!edge.i18n) return [];
    const [, named = ''] = /^\/([^/?]+)/.exec(target.slice(basePath.length)) ?? [];
    const locale = edge.i18n.locales.includes(named) ? named : defaultLocaleAt(new URL(url).host, edge.i18n);
    return [at(`/${locale}${page}`)];
  }

  /** With locales, error pages have addresses of their own. */
  function answerOf({ pathname, status, headers }: Route) {
    const [, locale = '', page = ''] = /^\/([^/]+)\/(404|500)$/.exec(pathname.slice(basePath.length)) ?? [];
    return { status: edge.i18n?.locales.includes(locale) ? Number(page) : status, headers };
  }

  /** The app's page for a status, by the names that the routers have for it. */
  async function errorPage(status: number, request: Request, target: string, headers: Headers): Promise<Response> {
    const answer = { status, headers };
    const own = (ERROR_PAGES[status] ?? []).flatMap((page) => [...inLocaleOf(request, target, page), at(page)]);
    // What the build rendered in each locale is shown as it is.
    const stored = edge.i18n && own.find((path) => files.has(path));
    if (stored) return files.answer(stored, headers, status);
    for (const path of own) {
      if (strategy.outputs[path] !== undefined)
        return call(await handlerOf(path), request, target, answer, { ...ofLocales(request), params: {} });
      if (files.has(path)) return files.answer(path, headers, status);
    }
    const common = at('/_error');
    if (strategy.outputs[common] !== undefined)
      return call(await handlerOf(common), request, target, answer, ofLocales(request));
    return new Response(STATUS_CODES[status], { status, headers });
  }

  async function notFound(headers: Headers, request: Request, target: string): Promise<Response> {
    const path = target.split('?', 1)[0] as string;
    const kept = new Headers(headers);
    kept.set('cache-control', NEVER_STORED);
    const shownAs = strategy.showsNotFoundToAll ? null : request.headers.get('sec-fetch-dest');
    if (path.startsWith(at('/_next/static/')) || (shownAs !== null && !SHOWS_A_PAGE.has(shownAs))) {
      kept.set('content-type', 'text/plain; charset=utf-8');
      return new Response('Not Found', { status: 404, headers: kept });
    }
    return errorPage(404, request, target, kept);
  }

  const dataPrefix = at(`/_next/data/${buildId}/`);
  // Next's router looks for the app router's own page below the base path, where it never is.
  const hasAppRouter = basePath === '' && (strategy.outputs['/_not-found'] !== undefined || files.has('/_not-found'));
  const isDataOfPagesRouter = (visitor: Request, target: string) =>
    !hasAppRouter && visitor.headers.has('x-nextjs-data') && target.startsWith(dataPrefix);

  /** Next's client takes it for an address of another app, and loads it. */
  function noData(given: Headers, target: string): Response {
    const headers = new Headers(given);
    const path = target.slice(dataPrefix.length).replace(/\.json(\?.*)?$/s, '');
    headers.set('x-nextjs-matched-path', at(`/${path}${trailingSlash ? '/' : ''}`));
    headers.set('content-type', 'application/json');
    return new Response('{}', { status: 404, headers });
  }

  /** What is the same for all can't be written to, and no page answers OPTIONS, but on the edge runtime. */
  function refusal({ pathname, headers }: Route, request: Request): Response | undefined {
    const output = strategy.outputs[pathname];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && output?.isPrerendered && !mayBeServerAction(request)) {
      const allowing = new Headers([...headers, ['allow', READ_METHODS]]);
      return new Response(Buffer.from('Method Not Allowed'), { status: 405, headers: allowing });
    }
    const isOptions = request.method === 'OPTIONS' && output?.kind === 'page' && output.edge === undefined;
    return isOptions ? new Response(null, { status: 400, headers }) : undefined;
  }

  async function answer(route: Route, request: Request, target: string): Promise<Response> {
    const { pathname, query, params, headers } = route;
    const refused = refusal(route, request);
    if (refused) return refused;
    let isNotFound = false;
    const meta = {
      ...ofLocales(request),
      ...flightAsked(request),
      query,
      ...(params ? { params } : {}),
      revalidate,
      render404: async (_: IncomingMessage, reply: ServerResponse) => {
        isNotFound = true;
        reply.end();
      },
    };
    try {
      const response = await call(await handlerOf(pathname), request, target, answerOf(route), meta);
      return isNotFound ? notFound(headers, request, target) : withPageCacheControl(response, target, settings);
    } catch (error) {
      console.error(error);
      const kept = new Headers(headers);
      kept.set('cache-control', NEVER_STORED);
      return errorPage(500, request, target, kept);
    }
  }

  function refuse(status: number, added: Headers, request: Request, target: string): Promise<Response> {
    const headers = new Headers(added);
    headers.set('cache-control', NEVER_STORED);
    if (status === 405) headers.set('allow', READ_METHODS);
    if (request.method === 'OPTIONS') return Promise.resolve(new Response(null, { status: 400, headers }));
    return errorPage(status, new Request(request.url, { headers: request.headers }), target, headers);
  }

  return {
    answer,
    notFound: (headers, request, target, visitor) =>
      // Beside middleware, the router says it of all data.
      isDataOfPagesRouter(visitor, target) || isDataOfPagesRouter(request, target)
        ? Promise.resolve(noData(headers, target))
        : notFound(headers, request, target),
    refuse,
  };
}
