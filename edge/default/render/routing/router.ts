/** Where a request leads: `@next/routing` over the manifest's table, with what Next's own server does around it. */
import { resolveRoutes } from '@next/routing';
import { encodeKey } from '../../../shared/bucket.ts';
import type { Settings } from '../../../shared/settings.ts';
import { defaultLocaleAt, inLocale, localeVariants } from '../../paths.ts';
import type { Middleware } from './middleware.ts';
import { matchesOf, type Params, paramsOf } from './params.ts';
import { withQueryOf } from './proxy.ts';

type Query = Record<string, string | string[]>;

export interface PageRoute {
  /** As the build names it, e.g. `/objects/[slug]`. */
  pathname: string;
  /** The path that led to it, after rewrites. */
  path: string;
  query: Query;
  params?: Params;
  status?: number;
}

/** `headers` are for the answer. */
export type Resolution = { headers: Headers } & (
  | { kind: 'response'; response: Response }
  | { kind: 'redirect'; location: string; status: number }
  | { kind: 'external'; url: URL }
  /** A file of public/ or of the build, by URL path. */
  | { kind: 'file'; path: string }
  | ({ kind: 'page' } & PageRoute)
  | { kind: 'not-found' }
  /** Escapes that can't be decoded. */
  | { kind: 'malformed' }
);

/** What addresses lead to, besides the files of public/. URL paths with base path. */
export interface Places {
  /** Of files of the build. */
  files: string[];
  /** Of pages and route handlers, as the build names them. */
  pages: string[];
  /** Address that is one of a page with parameters, where no route leads to it → that page. */
  pageOf?: Record<string, string>;
  /** Whether the app router's client is told where a rewrite led. */
  tellsRewrites: boolean;
}

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
const NO_ROUTES = {
  beforeMiddleware: [],
  middlewareMatchers: [],
  beforeFiles: [],
  afterFiles: [],
  dynamicRoutes: [],
  onMatch: [],
  fallback: [],
};
type Asked = Pick<Parameters<typeof resolveRoutes>[0], 'url' | 'buildId' | 'basePath' | 'headers' | 'i18n'>;
const NONE: ReadonlySet<string> = new Set();

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

/** A visitor of none of the domains is not led to that of his language: it has a path for him where he is. */
function withinSite(
  to: URL,
  { host, origin }: URL,
  { locales, domains = [] }: NonNullable<Settings['edge']['i18n']>,
): URL {
  const isOfSite = ({ domain }: { domain: string }) => domain === host.split(':')[0];
  if (to.origin === origin || domains.some(isOfSite)) return to;
  const locale = domains.find(({ domain }) => domain === to.host)?.defaultLocale;
  const isNamed = to.pathname.split('/').some((segment) => locales.includes(segment));
  return new URL(isNamed ? to.pathname : `${to.pathname.replace(/\/$/, '')}/${locale}`, origin);
}

export function createRouter(places: Places, settings: Settings, middleware: Middleware | undefined) {
  const { basePath, buildId, edge, publicPaths, trailingSlash } = settings;
  const { routing, i18n } = edge;
  const files = new Set([...publicPaths.map(encodeKey), ...places.files]);
  const withoutLocale = (path: string) => {
    const [, locale = '', ...rest] = path.slice(basePath.length).split('/');
    return i18n?.locales.includes(locale) ? `${basePath}/${rest.join('/')}` : path;
  };
  const isAddress = (path: string) =>
    !SHOWN_BY_STATUS.has(path.slice(basePath.length)) && withoutLocale(path) !== `${basePath}/_error`;
  const pages = places.pages.filter(isAddress);
  const ofFiles = [...files].filter(isAddress);
  const isApi = (path: string) => /^\/api(\/|$)/.test(path.slice(basePath.length));
  const inDefaultLocales = (paths: string[]) =>
    paths.flatMap((path) =>
      localeVariants(path, settings)
        .map((variant) => [variant, path] as const)
        .slice(1),
    );
  const dataPrefix = `${basePath}/_next/data/${buildId}/`;
  const dataOf = (path: string) => `${dataPrefix}${path.slice(basePath.length + 1) || 'index'}.json`;
  // Whether a page's address ends in a slash, a redirect has seen to; that of a rewrite may or may not. The library puts a
  // locale before every path.
  const handlers = new Map(
    inDefaultLocales(pages.filter(isApi)).flatMap(
      ([variant, path]): Array<[string, string]> => [
        [variant, path],
        [`${variant}/`, path],
      ],
    ),
  );
  const own = new Set([...ofFiles, ...pages]);
  const shownForData = new Map([...own].filter(hasNoData).map((path) => [dataOf(path), path]));
  const others = new Map([
    ...shownForData,
    ...[...pages, ...places.files.filter(isAddress)].map((path): [string, string] => [`${path}/`, path]),
    ...inDefaultLocales(ofFiles),
    ...handlers,
  ]);
  const pathnames = [...ofFiles, ...pages, ...others.keys()];
  const known = new Set(pathnames);

  // As Next does, other than all rules: the library ignores case.
  const matchers =
    routing.middlewareMatchers?.map((one) => ({ ...one, sourceRegex: `(?-i:${one.sourceRegex})` })) ?? [];

  /** Beside middleware, a page without data is shown where its data is asked for: the client wants to know where it leads. */
  function hasNoData(path: string): boolean {
    const isPage = !path.startsWith(`${basePath}/_next/`) && !path.includes('[') && !isApi(path);
    return routing.shouldNormalizeNextData === true && isPage && !own.has(dataOf(path));
  }

  const isOfData = ({ pathname }: URL) => routing.shouldNormalizeNextData === true && pathname.startsWith(dataPrefix);

  /** The address of the page, of which middleware is asked where its data is asked for. */
  function addressOfPage(url: URL): URL {
    if (!isOfData(url)) return url;
    const page = url.pathname.slice(dataPrefix.length).replace(/\.json$/, '');
    const pathname = page === 'index' ? `${basePath}/` : `${basePath}/${page}${trailingSlash ? '/' : ''}`;
    return Object.assign(new URL(url), { pathname });
  }

  /** Data that is asked for without a locale is the default one's. */
  function dataInLocale(path: string, locale: string): string {
    const [, first = '', rest = ''] = /^([^/]+?)((?:\/.*)?\.json)$/.exec(path.slice(dataPrefix.length)) ?? [];
    if (!path.startsWith(dataPrefix) || first === '' || i18n?.locales.includes(first)) return path;
    return `${dataPrefix}${locale}${first === 'index' && rest === '.json' ? '' : `/${first}`}${rest}`;
  }

  /** The app's redirects come before its middleware, which the library would ask first; and without the app's headers. */
  async function redirectOf(asked: Asked): Promise<Resolution | undefined> {
    const { beforeMiddleware, shouldNormalizeNextData } = routing;
    const routes = { ...NO_ROUTES, beforeMiddleware, shouldNormalizeNextData };
    const found = await resolveRoutes({
      ...asked,
      requestBody: new ReadableStream(),
      pathnames: [],
      routes,
      invokeMiddleware: async () => ({}),
    });
    const resolution = resolutionOf(found, undefined, asked.url, asked.headers, NONE);
    return resolution.kind === 'redirect' ? { ...resolution, headers: new Headers() } : undefined;
  }

  /** @param passedOver pages that turned out not to have what was asked for, so that the next route is tried */
  async function resolve(
    request: Request,
    target: string,
    body: Buffer,
    passedOver: ReadonlySet<string> = NONE,
  ): Promise<Routed> {
    const requestHeaders = new Headers(request.headers);
    for (const name of NEVER_FROM_VISITORS) requestHeaders.delete(name);
    const [path = '', query = ''] = target.split(/\?(.*)/s);
    if (/\\|\/\//.test(path)) {
      const location = path.replaceAll('\\', '/').replace(/\/{2,}/g, '/') + (query ? `?${query}` : '');
      return { requestHeaders, resolution: { kind: 'redirect', location, status: 308, headers: new Headers() } };
    }
    if (routing.shouldNormalizeNextData && path.startsWith(dataPrefix)) requestHeaders.set('x-nextjs-data', '1');

    const url = new URL(request.url);
    if (i18n) url.pathname = dataInLocale(url.pathname, defaultLocaleAt(url.host, i18n));
    const isLocalizedApi = i18n !== undefined && isApi(path);
    if (isLocalizedApi) url.pathname = inLocale(url.pathname, defaultLocaleAt(url.host, i18n), basePath);
    // An API route has no address with a locale; only the rules that lead there have one.
    const isOfNone = i18n !== undefined && !isApi(path) && isApi(withoutLocale(path));
    const hidden = isOfNone ? new Set([...passedOver, ...handlers.keys(), ...pages.filter(isApi)]) : passedOver;
    const asked = { url, buildId, basePath, headers: requestHeaders, ...(i18n ? { i18n } : {}) };
    const redirect = await redirectOf(asked);
    if (redirect) return { requestHeaders, resolution: redirect };
    let ownAnswer: Response | undefined;
    let rewritten: URL | undefined;
    let headersOfPage = requestHeaders;
    const result = await resolveRoutes({
      ...asked,
      requestBody: new ReadableStream(),
      pathnames: hidden.size > 0 ? pathnames.filter((one) => !hidden.has(one)) : pathnames,
      routes: { ...routing, middlewareMatchers: middleware ? matchers : [] },
      async invokeMiddleware({ url, headers }) {
        if (!middleware) return {};
        const init = { method: request.method, headers, body: body.length > 0 ? body : null };
        const asked = new Request(addressOfPage(new URL(request.url)), init);
        const said = await middleware(asked, { target, routed: addressOfPage(url) });
        ownAnswer = said.response;
        rewritten = said.rewrite;
        if (said.requestHeaders) headersOfPage = said.requestHeaders;
        // The library would look for data of a name that ends in a slash.
        if (said.rewrite?.origin === url.origin && isOfData(url))
          said.rewrite.pathname = said.rewrite.pathname.replace(/(.)\/$/, '$1');
        return said;
      },
    });
    const resolution = resolutionOf(result, ownAnswer, url, requestHeaders, hidden);
    // Middleware's own has the query that it is meant to have.
    const isOfRule = resolution.kind === 'external' && resolution.url.href !== rewritten?.href;
    if (isOfRule) resolution.url = withQueryOf((rewritten ?? url).searchParams, resolution.url);
    return { requestHeaders: headersOfPage, resolution };
  }

  function resolutionOf(
    result: Awaited<ReturnType<typeof resolveRoutes>>,
    ownAnswer: Response | undefined,
    url: URL,
    requestHeaders: Headers,
    passedOver: ReadonlySet<string>,
  ): Resolution {
    const { status, resolvedPathname, resolvedQuery = {}, routeMatches } = result;
    const headers = result.resolvedHeaders ?? new Headers();
    if (ownAnswer) return { kind: 'response', response: ownAnswer, headers };
    // To the visitor's locale: the app's own redirects say where by a header.
    if (result.redirect) {
      const { status: code } = result.redirect;
      const to = i18n ? withinSite(result.redirect.url, url, i18n) : result.redirect.url;
      if (!trailingSlash) to.pathname = to.pathname.replace(/(.)\/$/, '$1');
      const target = to.origin === url.origin ? `${to.pathname}${to.search}${to.hash}` : String(to);
      return { kind: 'redirect', location: target, status: code, headers };
    }
    const location = headers.get('location');
    if (status !== undefined && status >= 300 && status < 400 && location !== null) {
      return { kind: 'redirect', location, status, headers };
    }
    if (result.externalRewrite) return { kind: 'external', url: result.externalRewrite, headers };
    if (resolvedPathname === undefined) return { kind: 'not-found', headers };
    const invoked = result.invocationTarget?.pathname ?? url.pathname;
    const path = shownForData.get(invoked) ?? invoked;
    // After a rewrite, the library prefers a page with parameters to the file or page of exactly that address.
    const found = known.has(path) && !passedOver.has(path) ? path : resolvedPathname;
    const pathname = others.get(found) ?? found;
    if (files.has(pathname)) return { kind: 'file', path: pathname, headers };
    const query = withoutInternals(resolvedQuery);
    if (places.tellsRewrites && requestHeaders.has('rsc')) tellClient(headers, url, path, query);
    const page = places.pageOf?.[pathname];
    const address = pathname.startsWith(dataPrefix)
      ? `${basePath}/${pathname.slice(dataPrefix.length).replace(/\.json$/, '')}`
      : pathname;
    const params = page ? paramsOf(page, matchesOf(page, withoutLocale(address))) : paramsOf(pathname, routeMatches);
    if (params === 'malformed') return { kind: 'malformed', headers: new Headers() };
    return {
      kind: 'page',
      pathname,
      path: isApi(withoutLocale(path)) ? withoutLocale(path) : path,
      query,
      params,
      status,
      headers,
    };
  }

  return { resolve };
}
