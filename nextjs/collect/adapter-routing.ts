/** How the app routes, as Next's build adapter was told: our routing table. The minors of Next 16 tell it otherwise. Pure. */
import type { Route, Routing } from '../../domain/routing.ts';
import type { BuildOutputs, WrittenOutputs } from '../adapter/outputs.ts';
import type { NextConfig } from './app.ts';
import { notForData } from './routing.ts';
import { slashRulesOf } from './slash-rules.ts';

/** A platform that stores flight data as files asks for it under names of their own. Here the RSC header does. */
const FLIGHT_SUFFIX = '(\\.rsc|\\.segments/.+\\.segment\\.rsc|)';
/** Next 16.2 and 16.3: a route of its own. */
const FLIGHT_ROUTE = '(?<rscSuffix>';

function withoutFlightSuffix(route: Route): Route[] {
  const { sourceRegex, destination } = route;
  if (sourceRegex.includes(FLIGHT_ROUTE)) return [];
  if (!sourceRegex.includes(FLIGHT_SUFFIX)) return [route];
  return [
    {
      ...route,
      sourceRegex: sourceRegex.replace(FLIGHT_SUFFIX, ''),
      ...(destination === undefined ? {} : { destination: destination.replace(/\$\d+(?=\?|$)/, '') }),
    },
  ];
}

type Addresses = Pick<NextConfig, 'i18n' | 'basePath'>;

/** Those of Next's own have a priority. */
function slashRules(route: Route & { priority?: boolean }, { i18n, basePath = '' }: Addresses): Route[] {
  const { priority, ...given } = route;
  if (!priority) return [given];
  const { sourceRegex, has, ...rest } = notForData(given);
  const rules = i18n ? slashRulesOf({ regex: sourceRegex, has }, i18n, basePath) : [{ regex: sourceRegex, has }];
  return rules.map((one) => ({ ...rest, sourceRegex: one.regex, ...(one.has && { has: one.has }) }));
}

const withLowerCaseHeaders = (route: Route): Route =>
  route.headers
    ? {
        ...route,
        headers: Object.fromEntries(Object.entries(route.headers).map(([name, value]) => [name.toLowerCase(), value])),
      }
    : route;

/** Next 16.0 and 16.1 leave the order to the adapter. Undefined where nothing is told. */
export function toldRouting({ routing, routes }: WrittenOutputs): BuildOutputs['routing'] | undefined {
  if (routing || !routes) return routing;
  const { headers, redirects, rewrites, dynamicRoutes } = routes;
  const asRoutes = redirects.map(({ statusCode, destination, ...route }) => {
    return { ...route, headers: { location: destination }, status: statusCode };
  });
  return { beforeMiddleware: [...headers, ...asRoutes], ...rewrites, dynamicRoutes, onMatch: [] };
}

export function routingOfAdapter({ routing, outputs }: BuildOutputs, config: Addresses = {}): Routing {
  const { beforeMiddleware, middlewareMatchers, dynamicRoutes, shouldNormalizeNextData, ...rest } = routing;
  const { middleware } = outputs;
  // Up to 16.3, the middleware's own account has them.
  const matchers = middlewareMatchers ?? middleware?.config?.matchers;
  return {
    beforeMiddleware: beforeMiddleware.flatMap((route) => slashRules(route, config)).map(withLowerCaseHeaders),
    ...(middleware && matchers ? { middlewareMatchers: matchers } : {}),
    beforeFiles: rest.beforeFiles,
    afterFiles: rest.afterFiles,
    dynamicRoutes: dynamicRoutes.flatMap(withoutFlightSuffix),
    onMatch: [],
    fallback: rest.fallback,
    shouldNormalizeNextData: shouldNormalizeNextData ?? middleware !== undefined,
  };
}
