/** Whether an answer may depend on headers or cookies, which the cache key doesn't hold; query and host are in it. Pure. */
import type { Route } from '../../domain/routing.ts';
import type { Settings } from '../shared/settings.ts';
import { isInCacheKey } from './cache-key.ts';
import { decodedPath, localeVariants } from './paths.ts';

const looksAtVisitor = ({ has = [], missing = [] }: Route) =>
  [...has, ...missing].some(({ type, key = '' }) => type === 'cookie' || (type === 'header' && !isInCacheKey(key)));

/** An intercepting route's rewrite: only for requests that say by Next-Url which page they come from. */
export const isInterception = ({ has = [] }: Route) =>
  has.some(({ type, key }) => type === 'header' && key.toLowerCase() === 'next-url');

const compile = (routes: Route[]) => routes.map(({ sourceRegex }) => new RegExp(sourceRegex, 'i'));

/** Middleware, a rule with conditions, locale detection; and any rewrite, where what it leads to could meet such a rule. */
export function createVisitorCheck(settings: Settings): (path: string) => boolean {
  const { basePath, buildId } = settings;
  const { routing, i18n } = settings.edge;
  const rewrites = [...routing.beforeFiles, ...routing.afterFiles, ...routing.fallback];
  const rules = [...routing.beforeMiddleware, ...rewrites];
  const regexes = compile([
    ...rules.filter(looksAtVisitor),
    ...(routing.middlewareMatchers ?? []),
    ...(rewrites.some(looksAtVisitor) ? rewrites : []),
  ]);
  const detectsLocale = i18n !== undefined && i18n.localeDetection !== false;
  const dataPrefix = `${basePath}/_next/data/${buildId}/`;
  const isOfPage = routing.shouldNormalizeNextData === true || routing.middlewareMatchers !== undefined;
  /** Beside middleware, rules look at the page whose data is asked for. */
  const withPage = (path: string): string[] => {
    if (!isOfPage || !path.startsWith(dataPrefix)) return [path];
    const page = path.slice(dataPrefix.length).replace(/\.json$/, '');
    return [path, page === 'index' ? basePath || '/' : `${basePath}/${page}`];
  };
  const isRoot = (path: string) => path === '/' || path === basePath || path === `${basePath}/`;
  return (path) => {
    if (detectsLocale && isRoot(path)) return true;
    const paths = [path, decodedPath(path) ?? path].flatMap(withPage).flatMap((one) => localeVariants(one, settings));
    return regexes.some((regex) => paths.some((one) => regex.test(one)));
  };
}
