/** Where a request leads: `@next/routing` over the manifest's table, with what Next's own server does around it. */
import { resolveRoutes } from '@next/routing';
import type { AdapterStrategy } from '../../../../domain/routing.ts';
import { encodeKey } from '../../../shared/bucket.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Middleware } from './middleware.ts';

type Query = Record<string, string | string[]>;
type Params = Record<string, string | string[]>;

/** `headers` are for the answer. */
export type Resolution = { headers: Headers } & (
  | { kind: 'response'; response: Response }
  | { kind: 'redirect'; location: string; status: number }
  | { kind: 'external'; url: URL }
  /** A file of public/ or of the build, by URL path. */
  | { kind: 'file'; path: string }
  | { kind: 'page'; pathname: string; query: Query; params?: Params; status?: number }
  | { kind: 'not-found' }
  /** Escapes that can't be decoded. */
  | { kind: 'malformed' }
);

export interface Routed {
  resolution: Resolution;
  /** Of the request, as middleware leaves them. */
  requestHeaders: Headers;
}

/** Next's server believes these of itself alone: `INTERNAL_HEADERS` in its server-ipc/utils. */
const NEVER_FROM_VISITORS = [
  'x-middleware-rewrite',
  'x-middleware-redirect',
  'x-middleware-set-cookie',
  'x-middleware-skip',
  'x-middleware-override-headers',
  'x-middleware-next',
  'x-now-route-matches',
  'x-matched-path',
  'x-nextjs-data',
  'x-next-resume-state-length',
  'next-resume',
];
/** Pages that no address leads to. */
const SHOWN_BY_STATUS = new Set(['/_error', '/500']);
/** Route parameters, as a platform hands them to a function in the query; ours go another way. */
const PARAMETER = /^nxt[PI]/;

/** The values of `[a]`, `[...b]` and `[[...c]]` in the order of the groups of the page's regular expression. */
export function paramsOf(pathname: string, matches: Record<string, string> = {}): Params | 'malformed' | undefined {
  const names = [...pathname.matchAll(/\[(\[?)(\.\.\.)?([^\][]+)\]\]?/g)];
  if (names.length === 0) return undefined;
  const params: Params = {};
  try {
    names.forEach(([, , isCatchAll, name = ''], index) => {
      const value = matches[String(index + 1)];
      if (value === undefined) return;
      params[name] = isCatchAll ? value.split('/').map(decodeURIComponent) : decodeURIComponent(value);
    });
  } catch (error) {
    if (error instanceof URIError) return 'malformed';
    throw error;
  }
  return params;
}

const withoutInternals = (query: Query): Query =>
  Object.fromEntries(Object.entries(query).filter(([name]) => !PARAMETER.test(name) && name !== '_rsc'));

/** The app router's client has to know which page it got, where that is not the one it asked for. */
function tellClient(headers: Headers, asked: URL, pathname: string, query: Query): void {
  const text = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  ).toString();
  const askedQuery = new URLSearchParams(asked.searchParams);
  askedQuery.delete('_rsc');
  if (pathname !== asked.pathname) headers.set('x-nextjs-rewritten-path', pathname);
  if (text !== askedQuery.toString()) headers.set('x-nextjs-rewritten-query', text);
}

export function createRouter(strategy: AdapterStrategy, settings: Settings, middleware: Middleware | undefined) {
  const { basePath, buildId, edge, publicPaths } = settings;
  const { routing, i18n } = edge;
  const files = new Set([...publicPaths.map(encodeKey), ...Object.keys(strategy.files)]);
  const pathnames = [...files, ...Object.keys(strategy.outputs)].filter(
    (path) => !SHOWN_BY_STATUS.has(path.slice(basePath.length)),
  );
  const dataPrefix = `${basePath}/_next/data/${buildId}/`;

  async function resolve(request: Request, target: string, body: Buffer): Promise<Routed> {
    const requestHeaders = new Headers(request.headers);
    for (const name of NEVER_FROM_VISITORS) requestHeaders.delete(name);
    const [path = '', query = ''] = target.split(/\?(.*)/s);
    if (/\\|\/\//.test(path)) {
      const location = path.replaceAll('\\', '/').replace(/\/{2,}/g, '/') + (query ? `?${query}` : '');
      return { requestHeaders, resolution: { kind: 'redirect', location, status: 308, headers: new Headers() } };
    }
    if (routing.shouldNormalizeNextData && path.startsWith(dataPrefix)) requestHeaders.set('x-nextjs-data', '1');

    let ownAnswer: Response | undefined;
    let headersOfPage = requestHeaders;
    const result = await resolveRoutes({
      url: new URL(request.url),
      buildId,
      basePath,
      headers: requestHeaders,
      requestBody: new ReadableStream(),
      pathnames,
      ...(i18n ? { i18n } : {}),
      routes: middleware ? routing : { ...routing, middlewareMatchers: [] },
      async invokeMiddleware({ url, headers }) {
        if (!middleware) return {};
        const said = await middleware(url, request.method, new Headers(headers), body);
        ownAnswer = said.response;
        if (said.requestHeaders) headersOfPage = said.requestHeaders;
        return said;
      },
    });
    return {
      requestHeaders: headersOfPage,
      resolution: resolutionOf(result, ownAnswer, new URL(request.url), requestHeaders),
    };
  }

  function resolutionOf(
    result: Awaited<ReturnType<typeof resolveRoutes>>,
    ownAnswer: Response | undefined,
    url: URL,
    requestHeaders: Headers,
  ): Resolution {
    const { status, resolvedPathname, resolvedQuery = {}, routeMatches } = result;
    const headers = result.resolvedHeaders ?? new Headers();
    if (ownAnswer) return { kind: 'response', response: ownAnswer, headers };
    if (result.redirect) {
      const { url: to, status: code } = result.redirect;
      const location =
        headers.get('location') ?? (to.origin === url.origin ? `${to.pathname}${to.search}${to.hash}` : String(to));
      return { kind: 'redirect', location, status: code, headers };
    }
    const location = headers.get('location');
    if (status !== undefined && status >= 300 && status < 400 && location !== null) {
      return { kind: 'redirect', location, status, headers };
    }
    if (result.externalRewrite) return { kind: 'external', url: result.externalRewrite, headers };
    if (resolvedPathname === undefined) return { kind: 'not-found', headers };
    if (files.has(resolvedPathname)) return { kind: 'file', path: resolvedPathname, headers };
    const query = withoutInternals(resolvedQuery);
    if (requestHeaders.has('rsc')) tellClient(headers, url, result.invocationTarget?.pathname ?? url.pathname, query);
    const params = paramsOf(resolvedPathname, routeMatches);
    if (params === 'malformed') return { kind: 'malformed', headers: new Headers() };
    return {
      kind: 'page',
      pathname: resolvedPathname,
      query,
      params,
      status,
      headers,
    };
  }

  return { resolve };
}
