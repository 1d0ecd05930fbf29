/** What middleware listens to, from middleware-manifest.json: the edge may not answer, nor the CDN keep, what it matches. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '../../domain/routing.ts';
import { type App, parseJsonFile } from './app.ts';

interface Matcher {
  regexp: string;
}

interface MiddlewareManifest {
  middleware?: Record<string, { matchers?: Matcher[]; regexp?: string }>;
}

/** Conditions (`has`, `missing`) are left out: they look at the visitor, so a path that could match counts as matched. */
const EVERYTHING: Route = { sourceRegex: '' };

/**
 * From Next 12.2 on the regexes (`regexp`, later `matchers`) cover the base path, the locale and the data request of a page;
 * those of the nested `_middleware` files before don't.
 *
 * @returns undefined for an app without middleware
 */
export function middlewareMatchers({ middleware = {} }: MiddlewareManifest, isNested: boolean): Route[] | undefined {
  const entries = Object.values(middleware);
  if (entries.length === 0) return undefined;
  const regexes = entries.flatMap(({ matchers, regexp = '' }) => matchers?.map((one) => one.regexp) ?? [regexp]);
  return isNested || regexes.includes('') ? [EVERYTHING] : regexes.map((sourceRegex) => ({ sourceRegex }));
}

export function readMiddleware({ distFolder, next }: App): Route[] | undefined {
  const file = join(distFolder, 'server/middleware-manifest.json');
  if (!existsSync(file)) return undefined;
  return middlewareMatchers(parseJsonFile<MiddlewareManifest>(file), next.major === 12 && next.minor < 2);
}
