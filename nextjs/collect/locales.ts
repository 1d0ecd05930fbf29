/**
 * Locales in a routes-manifest: our router puts the visitor's locale before each path, as Next's does, but Next's own rules
 * (slashes at the end of a path) and the regexes of its pages know nothing of it. Pure.
 */
import { escapeRegex } from '../../domain/escape-regex.ts';
import type { CustomRoute, DynamicRoute, RoutesManifest } from './routing.ts';
import { after, type I18n, slashRulesOf } from './slash-rules.ts';

const isApi = (page: string) => page === '/api' || page.startsWith('/api/');

function slashRules(route: CustomRoute, i18n: I18n, basePath: string): CustomRoute[] {
  if (!route.internal || route.basePath === false) return [route];
  return slashRulesOf(route, i18n, basePath).map(({ dropsLocale, ...rule }) => ({
    ...route,
    ...rule,
    ...(dropsLocale && { destination: `${basePath}${route.destination}` }),
  }));
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
