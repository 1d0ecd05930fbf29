/** Next 13.4.13 to 15: its server class renders, our router says what. Next's own router starts a second server for it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { RoutedServerStrategy } from '../../../domain/routing.ts';
import type { Incremental } from '../../isr/incremental.ts';
import type { Bucket } from '../../shared/bucket.ts';
import type { Settings } from '../../shared/settings.ts';
import type { NodeHandler } from './exchange.ts';
import { hostForNext } from './loopback.ts';
import { createCachedPages } from './next-cache/cached-pages.ts';
import { replaceFileSystemCache, withCaches } from './next-cache/index.ts';
import { createOnDemandRevalidation, type OnDemandRevalidation } from './next-cache/on-demand-revalidation.ts';
import { pageAnswers } from './next-cache/page-answers.ts';
import { previewModeId } from './next-cache/preview.ts';
import { currentVisit } from './next-cache/visit.ts';
import { createFileAnswers } from './routing/files.ts';
import { createMiddleware, type RunMiddleware } from './routing/middleware.ts';
import { createRoutedRenderer, type Pages } from './routing/renderer.ts';
import { respond, withPageCacheControl } from './routing/respond.ts';
import { createRouter } from './routing/router.ts';
import type { Renderer } from './strategy.ts';

interface NextServer {
  hostname?: string;
  fetchHostname?: string;
  port?: number;
  getRequestHandler(): (...given: [...Parameters<NodeHandler>, url?: ParsedUrl]) => unknown;
  revalidate?: OnDemandRevalidation;
  getStaticPaths?(...given: unknown[]): Promise<object>;
}

/** As Node's deprecated url.parse() has it, in the parts that the class reads. */
interface ParsedUrl {
  pathname: string;
  search: string;
  query: Record<string, string | string[]>;
}

type NextServerClass = new (options: Record<string, unknown>) => NextServer;

/** What Next's own router tells the class: `invokeRender` of its server/lib/router-server. */
interface Invocation {
  invokePath: string;
  invokeQuery?: Record<string, unknown>;
  invokeOutput?: string;
  invokeStatus?: number;
  middlewareInvoke?: boolean;
  isNextDataReq?: true;
}

/** `RouterServerContextSymbol` in its server/lib/router-utils/router-server-context. */
const SERVER_METHODS = Symbol.for('@next/router-server-methods');
const METADATA = Symbol.for('NextInternalRequestMeta');
/** https://github.com/vercel/next.js/blob/v15.0.0/packages/next/src/server/after/builtin-request-context.ts */
const REQUEST_CONTEXT = Symbol.for('@next/request-context');
const NEVER_STORED = 'private, no-cache, no-store, max-age=0, must-revalidate';

type Tell = (message: IncomingMessage, told: Invocation, cookies: string[]) => void;

/** A visitor may have sent such headers, too. */
const tellByHeaders: Tell = (message, told, cookies) => {
  const { headers } = message;
  for (const name of ['x-invoke-output', 'x-invoke-status', 'x-invoke-error']) delete headers[name];
  headers['x-invoke-path'] = told.invokePath;
  headers['x-invoke-query'] = encodeURIComponent(JSON.stringify(told.invokeQuery ?? {}));
  headers['x-middleware-invoke'] = told.middlewareInvoke ? '1' : '';
  if (told.invokeOutput !== undefined) headers['x-invoke-output'] = told.invokeOutput;
  if (told.invokeStatus !== undefined) headers['x-invoke-status'] = String(told.invokeStatus);
  // The second since 14.
  const middlewareCookies = { _nextMiddlewareCookie: cookies, middlewareCookie: cookies };
  if (cookies.length > 0) Object.assign(message, { [METADATA]: middlewareCookies });
};

const tellByMetadata: Tell = (message, told, cookies) => {
  const middlewareCookie = cookies.length > 0 ? { middlewareCookie: cookies } : {};
  Object.assign(message, { [METADATA]: { middlewareInvoke: false, ...told, ...middlewareCookie } });
};

/** Next's own name for a page that has nothing for these parameters (`fallback: false`). */
const isNoFallback = (error: unknown) => error instanceof Error && error.constructor.name === 'NoFallbackError';

/** How the class hands over what middleware said, and what it left to be done: as an error on its way up. */
async function saidByMiddleware(error: unknown): Promise<Response | undefined> {
  const { result } = error as { result?: { response?: Response; waitUntil?: Promise<unknown> } };
  await Promise.allSettled([result?.waitUntil]);
  return result?.response;
}

/** What middleware sets comes first. The class of Next 13.4 forgets it, and leaves adding it to its router. */
async function respondAsWorker(...[handle, request, target, { status, headers: given }]: Parameters<typeof respond>) {
  const headers = new Headers(given);
  headers.delete('set-cookie');
  const response = await respond(handle, request, target, { status, headers });
  const cookies = [...given.getSetCookie(), ...response.headers.getSetCookie()];
  response.headers.delete('set-cookie');
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
}

/** As Next 13.4's router starts the class in a process of its own: `createWorker` of its server/lib/server-ipc. */
function actAsWorker({ react }: NonNullable<RoutedServerStrategy['worker']>): Record<string, unknown> {
  process.env.__NEXT_PRIVATE_RENDER_WORKER = 'app';
  if (react) process.env.__NEXT_PRIVATE_PREBUNDLED_REACT = react;
  return { _renderWorker: true };
}

/** The class and the handler that calls it with what our router decided. A Lambda answers one request at a time. */
function startServer(require: NodeJS.Require, appFolder: string, conf: object, strategy: RoutedServerStrategy) {
  const worker = strategy.worker ? actAsWorker(strategy.worker) : {};
  const { default: Server } = require('next/dist/server/next-server') as { default: NextServerClass };
  const place = { hostname: 'localhost', port: 3000 };
  const server = new Server({
    dev: false,
    dir: appFolder,
    conf,
    customServer: false,
    minimalMode: false,
    ...worker,
    ...place,
  });
  const handler = server.getRequestHandler();
  const context = new AsyncLocalStorage<{ waitUntil(promise: Promise<unknown>): void }>();
  Object.assign(globalThis, { [REQUEST_CONTEXT]: { get: () => context.getStore() } });
  const tell = strategy.toldBy === 'headers' ? tellByHeaders : tellByMetadata;

  /** @param routed where the request stands in the router's course, if that is not where the visitor asked */
  const invoke = (
    told: Invocation,
    request: Request,
    target: string,
    answer: { status?: number; headers: Headers },
    routed?: ParsedUrl,
  ) => {
    const { hostname, port, protocol } = new URL(request.url);
    server.hostname = hostForNext(hostname);
    server.fetchHostname = server.hostname;
    server.port = Number(port || (protocol === 'https:' ? 443 : 80));
    const handle = (
      message: IncomingMessage,
      reply: ServerResponse,
      waitUntil: (promise: Promise<unknown>) => void,
    ) => {
      tell(message, told, answer.headers.getSetCookie());
      return context.run({ waitUntil }, () => handler(message, reply, routed));
    };
    return (strategy.worker ? respondAsWorker : respond)(handle, request, target, answer);
  };
  return { invoke, server };
}

type Invoke = ReturnType<typeof startServer>['invoke'];

function queryOf(params: URLSearchParams): ParsedUrl['query'] {
  const values = (name: string) => params.getAll(name);
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => [name, values(name).length > 1 ? values(name) : (values(name)[0] ?? '')]),
  );
}

/** The class looks at the matcher's conditions itself, and answers with nothing where they don't hold. */
function runByClass(invoke: Invoke, isWorker: boolean): RunMiddleware {
  return async (request, { target, routed }) => {
    try {
      const told = { invokePath: '', invokeOutput: '', middlewareInvoke: true };
      const asked = { pathname: routed.pathname, search: routed.search, query: queryOf(routed.searchParams) };
      const response = await invoke(told, request, target, { headers: new Headers() }, asked);
      // A worker answers what middleware said, instead of throwing it.
      const isSaid = isWorker ? !response.headers.has('x-middleware-invoke') : response.status >= 400;
      return isSaid ? response : undefined;
    } catch (error) {
      const said = await saidByMiddleware(error);
      if (said) return said;
      throw error;
    }
  };
}

function createPages(invoke: Invoke, strategy: RoutedServerStrategy, settings: Settings): Pages {
  const { basePath, buildId, next, trailingSlash } = settings;
  const { asksDataByQuery = next.major < 15 } = strategy;
  const dataPrefix = `${basePath}/_next/data/${buildId}/`;
  /** A data request whose address became its page's on the way. */
  const asData = (target: string, path: string, query: Record<string, unknown>): Partial<Invocation> => {
    if (!target.startsWith(dataPrefix) || path.startsWith(dataPrefix)) return { invokeQuery: query };
    return asksDataByQuery
      ? { invokeQuery: { ...query, __nextDataReq: '1' } }
      : { invokeQuery: query, isNextDataReq: true };
  };
  const showStatus = (status: number, page: string, headers: Headers, request: Request, target: string) =>
    invoke({ invokePath: page, invokeStatus: status }, request, target, { status, headers });

  /** Next's client takes it for an address of another app, and loads it. */
  function noData(headers: Headers, target: string): Response {
    const path = target.slice(dataPrefix.length).replace(/\.json(\?.*)?$/s, '');
    headers.set('x-nextjs-matched-path', `${basePath}/${path}${trailingSlash ? '/' : ''}`);
    headers.set('content-type', 'application/json');
    return new Response('{}', { status: strategy.unknownDataStatus ?? 404, headers });
  }

  async function notFound(given: Headers, request: Request, target: string, visitor: Request): Promise<Response> {
    const headers = new Headers(given);
    const isData = visitor.headers.has('x-nextjs-data') && target.startsWith(dataPrefix);
    if (isData && strategy.notFound === '/404') return noData(headers, target);
    headers.set('cache-control', NEVER_STORED);
    return showStatus(404, strategy.notFound, headers, request, target);
  }

  return {
    async answer({ pathname, path, query, headers, status }, request, target) {
      const invokeOutput = pathname.slice(basePath.length) || '/';
      const told = { invokePath: path, invokeOutput, ...asData(target, path, query) };
      try {
        const response = await invoke(told, request, target, { status, headers });
        return response.headers.has('x-no-fallback') ? 'passed' : withPageCacheControl(response, target, settings);
      } catch (error) {
        if (isNoFallback(error)) return 'passed';
        console.error(error);
        return showStatus(500, '/500', headers, request, target);
      }
    },
    notFound,
    refuse(status, given, request, target) {
      const headers = new Headers(given);
      if (status === 405) headers.set('allow', 'GET, HEAD');
      return showStatus(status, `/${status}`, headers, request, target);
    },
  };
}

/** Up to Next 14, a page with `fallback: false` would be rendered again behind a stale answer only. */
function allowStoredPages(server: NextServer): void {
  const original = server.getStaticPaths?.bind(server);
  if (!original) return;
  server.getStaticPaths = async (...given) => {
    const paths = await original(...given);
    return currentVisit().anew === undefined ? paths : { ...paths, fallbackMode: 'blocking' };
  };
}

/** `res.revalidate()`: the server's own way, and that of the modules that Next 15.4 and later make of API routes. */
function revalidateBy(server: NextServer, revalidate: OnDemandRevalidation): () => void {
  server.revalidate = revalidate;
  return () => {
    const methods = (globalThis as unknown as Record<symbol, Record<string, object> | undefined>)[SERVER_METHODS] ?? {};
    for (const ofApp of Object.values(methods)) Object.assign(ofApp, { revalidate });
  };
}

/** Loads Next: hundreds of milliseconds, so not before a request needs it. */
export function loadRoutedServer(
  functionFolder: string,
  strategy: RoutedServerStrategy,
  settings: Settings,
  bucket: Bucket,
  incremental: Incremental,
): Renderer {
  const appFolder = join(functionFolder, strategy.appDir);
  process.chdir(appFolder);
  const require = createRequire(join(appFolder, 'towpath.cjs'));
  replaceFileSystemCache(require, settings, incremental, strategy.worker !== undefined);
  const conf = JSON.parse(readFileSync(join(appFolder, strategy.configFile), 'utf8')) as { distDir: string };
  const { invoke, server } = startServer(require, appFolder, conf, strategy);
  if (settings.next.major < 15) allowStoredPages(server);
  const hasMiddleware = settings.edge.routing.middlewareMatchers !== undefined;
  const { tellsRewrites } = strategy;
  const places = { files: [], pages: strategy.pages, tellsRewrites };
  const router = createRouter(
    places,
    settings,
    hasMiddleware ? createMiddleware(runByClass(invoke, strategy.worker !== undefined)) : undefined,
  );
  const pages = createPages(invoke, strategy, settings);
  const { render } = createRoutedRenderer(router, pages, createFileAnswers({}, settings, bucket));
  const isWithData = (pathname: string) => strategy.withData.some((page) => pathname.endsWith(page));
  const answers = pageAnswers(createRouter(places, settings, undefined), pages, isWithData);
  const cached = createCachedPages(answers, settings, incremental, previewModeId(join(appFolder, conf.distDir)));
  const revalidation = createOnDemandRevalidation(settings, incremental, () => cached);
  const prepare = revalidateBy(server, revalidation);
  const renderPrepared: Renderer['render'] = (request, route) => {
    prepare();
    return render(request, route);
  };
  return withCaches(renderPrepared, cached, settings, incremental);
}
