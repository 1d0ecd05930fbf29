/** routes-manifest.json in the shape of `@next/routing`. Pure. */
import type { EdgeContent, Route, Routing } from '../../domain/routing.ts';
import type { NextConfig } from './app.ts';
import { isDynamic } from './pages.ts';

export interface CustomRoute {
  source: string;
  regex: string;
  destination?: string;
  statusCode?: number;
  /** Next's own, for slashes at the end of a path. */
  internal?: true;
  basePath?: false;
  headers?: Array<{ key: string; value: string }>;
  has?: Route['has'];
  missing?: Route['missing'];
}

export interface DynamicRoute {
  page: string;
  regex: string;
  namedRegex?: string;
}

/** The address of a page's data. */
interface DataRoute {
  page: string;
  dataRouteRegex: string;
  namedDataRouteRegex?: string;
}

type Rewrites = CustomRoute[] | { beforeFiles: CustomRoute[]; afterFiles: CustomRoute[]; fallback: CustomRoute[] };

export interface RoutesManifest {
  basePath?: string;
  headers?: CustomRoute[];
  redirects: CustomRoute[];
  rewrites: Rewrites;
  dynamicRoutes: DynamicRoute[];
  /** Absent where no page has data. */
  dataRoutes?: DataRoute[];
  rsc?: { varyHeader: string };
}

const TOKEN =
  /\\.|:([A-Za-z0-9_]+)(\((?:\\.|[^()\\]|\((?:\\.|[^()\\])*\))*\))?|\((?:\\.|[^()\\]|\((?:\\.|[^()\\])*\))*\)/g;

/** Parameters of a path-to-regexp source in the order of their groups; nameless groups are numbered from 0. */
export function parameterNames(source: string): string[] {
  const names: string[] = [];
  let nameless = 0;
  for (const match of source.matchAll(TOKEN)) {
    if (match[0].startsWith('\\')) continue;
    names.push(match[1] ?? String(nameless++));
  }
  return names;
}

/** `:slug*` → `$2`, for the second parameter (a `?` is a modifier unless a query follows); names that the source doesn't have (they come from `has`) → `$name`. */
export function withGroups(text: string, names: string[]): string {
  return text.replace(/:([A-Za-z_][A-Za-z0-9_]*)(?:[*+]|\?(?=\/|$))?/g, (_, name: string) => {
    const index = names.indexOf(name);
    return index < 0 ? `$${name}` : `$${index + 1}`;
  });
}

/** Rewrites hand parameters which their destination doesn't name to the page as its query. */
function withUnusedParameters(destination: string, names: string[]): string {
  const usesParameters = names.some((name) => destination.includes(`:${name}`));
  const named = names.filter((name) => !/^\d+$/.test(name));
  const converted = withGroups(destination, names);
  if (usesParameters || named.length === 0) return converted;
  const query = named.map((name) => `${name}=$${names.indexOf(name) + 1}`).join('&');
  return `${converted}${converted.includes('?') ? '&' : '?'}${query}`;
}

/** A data request that is taken for one of its page has no slash at its end, whatever the app wants. */
const NOT_FOR_DATA = { type: 'header' as const, key: 'x-nextjs-data' };

export function notForData(route: Route): Route {
  const { missing = [] } = route;
  return missing.some(({ key }) => key === NOT_FOR_DATA.key)
    ? route
    : { ...route, missing: [...missing, NOT_FOR_DATA] };
}

function withConditions({ has, missing, internal }: CustomRoute, converted: Route): Route {
  const route = { ...converted, ...(has ? { has } : {}), ...(missing ? { missing } : {}) };
  return internal ? notForData(route) : route;
}

function headersRoute(route: CustomRoute): Route {
  const names = parameterNames(route.source);
  const headers = Object.fromEntries(
    (route.headers ?? []).map(({ key, value }) => [withGroups(key, names).toLowerCase(), withGroups(value, names)]),
  );
  return withConditions(route, { sourceRegex: route.regex, headers });
}

function redirectRoute(route: CustomRoute): Route {
  const names = parameterNames(route.source);
  const location = withGroups(route.destination ?? '', names);
  return withConditions(route, { sourceRegex: route.regex, headers: { location }, status: route.statusCode ?? 307 });
}

function rewriteRoute(route: CustomRoute): Route {
  const names = parameterNames(route.source);
  const destination = withUnusedParameters(route.destination ?? '', names);
  return withConditions(route, { sourceRegex: route.regex, destination });
}

/** A dynamic page's regex has no base path in Next's manifest; the table's has one. */
function dynamicRoute({ page, regex, namedRegex }: DynamicRoute, basePath: string): Route {
  const source = (namedRegex ?? regex).replace(/^\^/, '');
  const groups = [...source.matchAll(/\(\?<([A-Za-z0-9_]+)>/g)].map(([, name]) => `${name}=$${name}`);
  const query = groups.length > 0 ? `?${groups.join('&')}` : '';
  return { sourceRegex: `^${basePath}${source}`, destination: `${basePath}${page}${query}` };
}

/** As `@next/routing` has it: what an app set to the usual value is left out. */
export function i18nOf({ i18n }: NextConfig): Pick<EdgeContent, 'i18n'> {
  if (!i18n) return {};
  const { locales, defaultLocale, localeDetection, domains } = i18n;
  const plainDomains = domains?.map(({ http, ...domain }) => (http ? { ...domain, http } : domain));
  return {
    i18n: {
      locales,
      defaultLocale,
      ...(localeDetection === false ? { localeDetection } : {}),
      ...(plainDomains ? { domains: plainDomains } : {}),
    },
  };
}

export function routingOf(manifest: RoutesManifest): Routing {
  const { rewrites, basePath = '' } = manifest;
  const { beforeFiles, afterFiles, fallback } = Array.isArray(rewrites)
    ? { beforeFiles: [], afterFiles: rewrites, fallback: [] }
    : rewrites;
  return {
    beforeMiddleware: [...(manifest.headers ?? []).map(headersRoute), ...manifest.redirects.map(redirectRoute)],
    beforeFiles: beforeFiles.map(rewriteRoute),
    afterFiles: afterFiles.map(rewriteRoute),
    dynamicRoutes: manifest.dynamicRoutes.map((route) => dynamicRoute(route, basePath)),
    onMatch: [],
    fallback: fallback.map(rewriteRoute),
  };
}

/** The data of pages with parameters, for a router that finds those itself. */
export const dataRoutesOf = ({ dataRoutes = [], basePath = '' }: RoutesManifest): Route[] =>
  dataRoutes
    .filter(({ page }) => isDynamic(page))
    .map(({ page, dataRouteRegex, namedDataRouteRegex }) =>
      dynamicRoute({ page, regex: dataRouteRegex, namedRegex: namedDataRouteRegex }, basePath),
    );
