/** The outputs of Next's build adapter → our routing table, pages and strategy. Pure. */
import { relative } from 'node:path';
import type { PrerenderedPage } from '../../domain/release.ts';
import type { AdapterStrategy, Route, Routing } from '../../domain/routing.ts';
import type { BuildOutputs, Prerender } from '../adapter/outputs.ts';
import { pageFile } from './pages.ts';

/** A platform that stores flight data as files asks for it under names of their own. Here the RSC header does. */
const FLIGHT_NAME = /\.rsc$/;
const FLIGHT_SUFFIX = '(\\.rsc|\\.segments/.+\\.segment\\.rsc|)';
const ERROR_PAGES: Record<string, number> = { '/404': 404, '/500': 500 };

/** Readies Node.js for Next's code; traced into every output. */
const SETUP = 'node_modules/next/setup-node-env.js';

const isDynamic = (pathname: string) => /\/\[[^/]+\](?=[/.]|$)/.test(pathname);

function withoutFlightSuffix(route: Route): Route {
  const { sourceRegex, destination } = route;
  if (!sourceRegex.includes(FLIGHT_SUFFIX)) return route;
  return {
    ...route,
    sourceRegex: sourceRegex.replace(FLIGHT_SUFFIX, ''),
    ...(destination === undefined ? {} : { destination: destination.replace(/\$\d+(?=\?|$)/, '') }),
  };
}

const withLowerCaseHeaders = (route: Route): Route =>
  route.headers
    ? {
        ...route,
        headers: Object.fromEntries(Object.entries(route.headers).map(([name, value]) => [name.toLowerCase(), value])),
      }
    : route;

export function routingOfAdapter({ routing, outputs }: BuildOutputs): Routing {
  const { beforeMiddleware, middlewareMatchers, dynamicRoutes, shouldNormalizeNextData, ...rest } = routing;
  return {
    beforeMiddleware: beforeMiddleware.map(withLowerCaseHeaders),
    ...(outputs.middleware && middlewareMatchers ? { middlewareMatchers } : {}),
    beforeFiles: rest.beforeFiles,
    afterFiles: rest.afterFiles,
    dynamicRoutes: dynamicRoutes.map(withoutFlightSuffix),
    onMatch: [],
    fallback: rest.fallback,
    shouldNormalizeNextData,
  };
}

/** What answers under a path without any server: the build's file, and what it is sent with. */
export interface StoredAnswer {
  filePath: string;
  /** Below `prerendered/`. */
  name: string;
  contentType?: string;
  page: PrerenderedPage;
}

const withoutBasePath = (pathname: string, basePath: string) =>
  basePath && pathname.startsWith(basePath) ? pathname.slice(basePath.length) || '/' : pathname;

function isComplete({ pathname, fallback }: Prerender): boolean {
  return (
    fallback?.filePath !== undefined &&
    fallback.initialRevalidate === false &&
    fallback.postponedState === undefined &&
    (fallback.initialStatus ?? 200) === 200 &&
    !isDynamic(pathname)
  );
}

/** Cache tags are for a cache that keeps the answer; its time is ours to say. */
const UNSENT_HEADERS = new Set(['x-next-cache-tags', 'content-type', 'cache-control']);

export const headersOf = (headers: Record<string, string | string[]> = {}) =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => !UNSENT_HEADERS.has(name)),
  );

/** Pages and route handlers that are rendered once, by path without base path. Those rendered in time are the server's. */
export function storedPages({ outputs, buildId }: BuildOutputs, basePath: string): Record<string, StoredAnswer[]> {
  const dataPrefix = `/_next/data/${buildId}/`;
  const complete = outputs.prerenders.filter((one) => isComplete(one) && !FLIGHT_NAME.test(one.pathname));
  const pages: Record<string, StoredAnswer[]> = {};
  for (const { pathname, fallback } of complete) {
    const path = withoutBasePath(pathname, basePath);
    const { filePath = '', initialHeaders } = fallback ?? {};
    if (path.startsWith(dataPrefix)) continue;
    const name = `${pageFile(path).slice(1)}${filePath.endsWith('.html') ? '.html' : '.body'}`;
    const contentType = initialHeaders?.['content-type'];
    const data = complete.find(
      (one) => withoutBasePath(one.pathname, basePath) === `${dataPrefix}${pageFile(path).slice(1)}.json`,
    );
    const page: PrerenderedPage = {
      html: name,
      revalidate: false,
      status: 200,
      headers: headersOf(initialHeaders),
      ...(data ? { data: `${pageFile(path).slice(1)}.json`, dataPath: withoutBasePath(data.pathname, basePath) } : {}),
    };
    pages[path] = [
      { filePath, name, contentType: contentType === undefined ? undefined : String(contentType), page },
      ...(data?.fallback?.filePath
        ? [{ filePath: data.fallback.filePath, name: page.data as string, contentType: 'application/json', page }]
        : []),
    ];
  }
  return pages;
}

/** Files that answer under a path and belong to no page with a server: metadata routes, static pages, error pages. */
export function storedFiles({ outputs }: BuildOutputs, basePath: string): Record<string, StoredAnswer> {
  const files: Record<string, StoredAnswer> = {};
  for (const { pathname, filePath } of outputs.staticFiles) {
    const path = withoutBasePath(pathname, basePath);
    if (path.startsWith('/_next/') || FLIGHT_NAME.test(path) || isDynamic(path)) continue;
    const isPage = filePath.endsWith('.html');
    const name = `${pageFile(path).slice(1)}${isPage ? '.html' : '.body'}`;
    files[path] = {
      filePath,
      name,
      ...(isPage ? { contentType: 'text/html; charset=utf-8' } : {}),
      page: { html: name, revalidate: false, status: ERROR_PAGES[path] ?? 200 },
    };
  }
  return files;
}

/** Outputs with a server, one for each path. */
export function serverOutputs({ outputs }: BuildOutputs) {
  const pages = [...outputs.pages, ...outputs.appPages].map((output) => ({ ...output, kind: 'page' as const }));
  const handlers = [...outputs.pagesApi, ...outputs.appRoutes].map((output) => ({
    ...output,
    kind: 'handler' as const,
  }));
  return [...pages, ...handlers].filter(({ pathname }) => !FLIGHT_NAME.test(pathname));
}

/** The data of a page without parameters has no output of its own when it is prerendered. */
function dataOutputs(build: BuildOutputs) {
  const servers = new Map(serverOutputs(build).map((output) => [output.pathname, output]));
  return build.outputs.prerenders.flatMap(({ pathname, parentOutputId }) => {
    const page = servers.get(parentOutputId);
    const isData = pathname.includes(`/_next/data/${build.buildId}/`);
    return page && isData && !isDynamic(parentOutputId) ? [{ ...page, pathname }] : [];
  });
}

export function strategyOf(
  build: BuildOutputs,
  files: Record<string, StoredAnswer>,
  basePath: string,
): AdapterStrategy {
  const { repoRoot, projectDir, outputs } = build;
  const place = (filePath: string) => relative(repoRoot, filePath);
  const { middleware } = outputs;
  const ofPagesRouter = new Set(outputs.pages.map(({ pathname }) => pathname));
  const prerendered = new Set(
    outputs.prerenders
      .map(({ pathname, parentOutputId }) => (ofPagesRouter.has(parentOutputId) ? parentOutputId : pathname))
      .filter((pathname) => ofPagesRouter.has(pathname) || !isDynamic(pathname)),
  );
  const assets = serverOutputs(build).flatMap((output) => Object.keys(output.assets));
  return {
    kind: 'adapter',
    rootDir: 'app',
    appDir: ['app', relative(repoRoot, projectDir)].filter(Boolean).join('/'),
    outputs: Object.fromEntries(
      [...dataOutputs(build), ...serverOutputs(build)].map(({ pathname, filePath, kind }) => [
        pathname,
        { file: place(filePath), kind, isPrerendered: prerendered.has(pathname) },
      ]),
    ),
    files: Object.fromEntries(
      Object.entries(files).map(([path, { name }]) => [path === '/' ? basePath || '/' : `${basePath}${path}`, name]),
    ),
    setup: assets.find((path) => path.endsWith(SETUP)) ?? SETUP,
    ...(middleware ? { middleware: place(middleware.filePath) } : {}),
  };
}
