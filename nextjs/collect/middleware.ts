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

/** Middleware on Node.js (15.2 on) is in another manifest. */
interface FunctionsManifest {
  functions?: Record<string, { matchers?: Matcher[] }>;
}

export function readMiddleware({ distFolder, next }: App): Route[] | undefined {
  const read = <Shape>(name: string): Shape | undefined => {
    const file = join(distFolder, 'server', name);
    return existsSync(file) ? parseJsonFile<Shape>(file) : undefined;
  };
  const onNode = read<FunctionsManifest>('functions-config-manifest.json')?.functions?.['/_middleware'];
  const { middleware = {} } = read<MiddlewareManifest>('middleware-manifest.json') ?? {};
  const all = { middleware: { ...middleware, ...(onNode ? { '/_middleware': onNode } : {}) } };
  return middlewareMatchers(all, next.major === 12 && next.minor < 2);
}
