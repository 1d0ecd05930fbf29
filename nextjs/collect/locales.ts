/**
 * Locales in a routes-manifest: our router puts the visitor's locale before each path, as Next's does, but Next's own rules
 * (slashes at the end of a path) and the regexes of its pages know nothing of it. Pure.
 */
import { escapeRegex } from '../../domain/escape-regex.ts';
import type { NextConfig } from './app.ts';
import type { CustomRoute, DynamicRoute, RoutesManifest } from './routing.ts';

type I18n = NonNullable<NextConfig['i18n']>;

const after = (regex: string, prefix: string) => regex.replace(/^\^/, () => `^${prefix}`);
const isApi = (page: string) => page === '/api' || page.startsWith('/api/');

/** A path in the default locale, of the app or of a domain, is redirected without that; the root has no other slash than its own. */
function slashRules(route: CustomRoute, { defaultLocale, domains = [] }: I18n, basePath: string): CustomRoute[] {
  if (!route.internal || route.basePath === false) return [route];
  const rootOf = (locale: string) => `${basePath}/${escapeRegex(locale)}`;
  const root = rootOf(defaultLocale);
  const roots = [root, ...domains.map((domain) => rootOf(domain.defaultLocale))].join('|');
  const unnamed = { ...route, destination: `${basePath}${route.destination}` };
  return [
    ...domains.map(({ domain, defaultLocale: own }) => ({
      ...unnamed,
      regex: after(route.regex, rootOf(own)),
      has: [...(route.has ?? []), { type: 'host' as const, value: domain }],
    })),
    { ...unnamed, regex: after(route.regex, root) },
    { ...route, regex: after(route.regex, `(?!${root}(?:/|$))(?!(?:${roots})/$)`) },
  ];
}

function localized(route: DynamicRoute, locale: string): DynamicRoute {
  const { regex, namedRegex } = route;
  return {
    ...route,
    regex: after(regex, locale),
    ...(namedRegex ? { namedRegex: after(namedRegex, locale) } : {}),
  };
}

const DATA = /^\^\/_next\/data\/[^/]+/;

/** @param ofApp pages of the app router, which are there in the default locale alone */
export function withLocales(manifest: RoutesManifest, i18n: I18n, ofApp: Set<string>): RoutesManifest {
  const { basePath = '', redirects, dynamicRoutes, dataRoutes = [] } = manifest;
  const some = `(?:/(?:${i18n.locales.map(escapeRegex).join('|')}))?`;
  const one = `(?:/${escapeRegex(i18n.defaultLocale)})?`;
  const localeOf = (page: string) => (ofApp.has(page) && !isApi(page) ? one : some);
  const inData = (regex: string) => regex.replace(DATA, (prefix) => `${prefix}${some}`);
  return {
    ...manifest,
    redirects: redirects.flatMap((route) => slashRules(route, i18n, basePath)),
    dynamicRoutes: dynamicRoutes.map((route) => localized(route, localeOf(route.page))),
    dataRoutes: dataRoutes.map(({ dataRouteRegex, namedDataRouteRegex, ...route }) => ({
      ...route,
      dataRouteRegex: inData(dataRouteRegex),
      ...(namedDataRouteRegex ? { namedDataRouteRegex: inData(namedDataRouteRegex) } : {}),
    })),
  };
}
