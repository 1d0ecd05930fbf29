/** What middleware listens to, from middleware-manifest.json: the edge may not answer, nor the CDN keep, what it matches. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '../../domain/routing.ts';
import { type App, parseJsonFile } from './app.ts';

type Matcher = Pick<Route, 'has' | 'missing'> & { regexp: string };

interface MiddlewareManifest {
  middleware?: Record<string, { matchers?: Matcher[]; regexp?: string }>;
}

const EVERYTHING: Route = { sourceRegex: '' };

/**
 * From Next 12.2 on the regexes (`regexp`, later `matchers`) cover the base path, the locale and the data request of a page;
 * those of the nested `_middleware` files before don't. Conditions (`has`, `missing`) are left to Next.
 *
 * @returns undefined for an app without middleware
 */
export function middlewareMatchers({ middleware = {} }: MiddlewareManifest, isNested: boolean): Route[] | undefined {
  const entries = Object.values(middleware);
  if (entries.length === 0) return undefined;
  const regexes = entries.flatMap(({ matchers, regexp = '' }) => matchers?.map((one) => one.regexp) ?? [regexp]);
  return isNested || regexes.includes('') ? [EVERYTHING] : regexes.map((sourceRegex) => ({ sourceRegex }));
}

/** Middleware on Node.js (15.2 on) is in another manifest, and called whatever its conditions say. */
interface FunctionsManifest {
  functions?: Record<string, { matchers?: Matcher[] }>;
}

const nodeMatcher = ({ regexp, has, missing }: Matcher): Route => ({
  sourceRegex: regexp,
  ...(has ? { has } : {}),
  ...(missing ? { missing } : {}),
});

const isNested = ({ major, minor }: App['next']) => major === 12 && minor < 2;

export function readMiddleware({ distFolder, next }: App): Route[] | undefined {
  const read = <Shape>(name: string): Shape | undefined => {
    const file = join(distFolder, 'server', name);
    return existsSync(file) ? parseJsonFile<Shape>(file) : undefined;
  };
  const onNode = read<FunctionsManifest>('functions-config-manifest.json')?.functions?.['/_middleware'];
  if (onNode) return onNode.matchers?.map(nodeMatcher) ?? [EVERYTHING];
  return middlewareMatchers(read<MiddlewareManifest>('middleware-manifest.json') ?? {}, isNested(next));
}
