/** The outputs of Next's build adapter → our pages and strategy. Pure. */
import { relative } from 'node:path';
import type { PrerenderedPage } from '../../domain/release.ts';
import type { AdapterStrategy } from '../../domain/routing.ts';
import type { BuildOutputs } from '../adapter/outputs.ts';
import { pageFile } from './pages.ts';

/** A platform that stores flight data as files asks for it under names of their own. Here the RSC header does. */
const FLIGHT_NAME = /\.rsc$/;
const ERROR_PAGES: Record<string, number> = { '/404': 404, '/500': 500 };

/** Readies Node.js for Next's code; traced into every output from 16.2 on. */
const SETUP = 'node_modules/next/setup-node-env.js';
/** Ours, for want of Next's, in the app's folder. */
export const SETUP_FILE = 'towpath-setup.cjs';
export const SETUP_TEXT = ['node-environment', 'require-hook', 'node-polyfill-crypto']
  .map((name) => `require('next/dist/server/${name}');\n`)
  .join('');

/** Below `repoRoot`; undefined where Next has none. */
export const setupOf = (build: BuildOutputs): string | undefined =>
  serverOutputs(build)
    .flatMap(({ assets }) => Object.keys(assets))
    .find((path) => path.endsWith(SETUP));

export const isDynamic = (pathname: string) => /\/\[[^/]+\](?=[/.]|$)/.test(pathname);

/** What answers under a path without any server: the build's file, and what it is sent with. */
export interface StoredAnswer {
  filePath: string;
  /** Below `prerendered/`. */
  name: string;
  contentType?: string;
  headers: Record<string, string>;
  page: PrerenderedPage;
}

export const withoutBasePath = (pathname: string, basePath: string) =>
  basePath && pathname.startsWith(basePath) ? pathname.slice(basePath.length) || '/' : pathname;

/** Cache tags are for a cache that keeps the answer; its time is ours to say. */
const UNSENT_HEADERS = new Set(['x-next-cache-tags', 'content-type', 'cache-control']);

export const headersOf = (headers: Record<string, string | string[]> = {}) =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => !UNSENT_HEADERS.has(name)),
  );

/** Files that answer under a path and belong to no page with a server: metadata routes, static pages, error pages. */
export function storedFiles(
  { outputs }: BuildOutputs,
  basePath: string,
  locales: string[] = [],
): Record<string, StoredAnswer> {
  const files: Record<string, StoredAnswer> = {};
  const withoutLocale = (path: string) => {
    const [, locale = '', ...rest] = path.split('/');
    return locales.includes(locale) ? `/${rest.join('/')}` : path;
  };
  for (const { pathname, filePath } of outputs.staticFiles) {
    const path = withoutBasePath(pathname, basePath);
    if (path.startsWith('/_next/') || FLIGHT_NAME.test(path) || isDynamic(path)) continue;
    const isPage = filePath.endsWith('.html');
    const name = `${pageFile(path).slice(1)}${isPage ? '.html' : '.body'}`;
    files[path] = {
      filePath,
      name,
      headers: {},
      ...(isPage ? { contentType: 'text/html; charset=utf-8' } : {}),
      page: { html: name, revalidate: false, status: ERROR_PAGES[withoutLocale(path)] ?? 200 },
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

/** The data of a prerendered page has no output of its own. */
function dataOutputs(build: BuildOutputs) {
  const servers = new Map(serverOutputs(build).map((output) => [output.pathname, output]));
  return build.outputs.prerenders.flatMap(({ pathname, parentOutputId }) => {
    const page = servers.get(parentOutputId);
    const isData = pathname.includes(`/_next/data/${build.buildId}/`);
    const isOfPage = isDynamic(pathname) === isDynamic(parentOutputId);
    return page && isData && isOfPage ? [{ ...page, pathname }] : [];
  });
}

/** Up to 16.1, no more has that of a page on the edge runtime: only a route leads there. */
function dataOutputsOfEdge({ outputs, routing }: BuildOutputs) {
  const known = new Set(outputs.pages.map(({ pathname }) => pathname));
  const onEdge = new Map(outputs.pages.flatMap((page) => (page.runtime === 'edge' ? [[page.pathname, page]] : [])));
  return routing.dynamicRoutes.flatMap(({ destination = '' }) => {
    const [pathname = '', base, path] = /^([^?]*)\/_next\/data\/[^/]+(\/[^?]*)\.json/.exec(destination) ?? [];
    const page = onEdge.get(`${base}${path === '/index' ? '' : path}` || '/');
    return page && !known.has(pathname) ? [{ ...page, pathname, kind: 'page' as const }] : [];
  });
}

/** Addresses that are all there are of their page (`dynamicParams = false`, `fallback: false`): no route leads to it. */
function closedOutputs(build: BuildOutputs) {
  const { routing, outputs } = build;
  const isOpen = (page: string) =>
    routing.dynamicRoutes.some(({ destination, has }) => !has?.length && destination?.split(/[$?]/, 1)[0] === page);
  const servers = new Map(serverOutputs(build).map((output) => [output.pathname, output]));
  return outputs.prerenders.flatMap(({ pathname, parentOutputId: page }) => {
    const server = servers.get(page);
    const isOne = server && isDynamic(page) && !isDynamic(pathname) && !FLIGHT_NAME.test(pathname) && !isOpen(page);
    return isOne ? [{ pathname, page, file: server.filePath, kind: server.kind }] : [];
  });
}

/** What the edge runtime runs, by names of the build's middleware-manifest.json. */
export interface EdgeNames {
  /** Source page, e.g. `/api/moon/route` → name. */
  pages: Record<string, string>;
  middleware?: string;
}

export function strategyOf(
  build: BuildOutputs,
  files: Record<string, StoredAnswer>,
  basePath: string,
  distDir: string,
  edge: EdgeNames = { pages: {} },
): AdapterStrategy {
  const { repoRoot, projectDir, outputs } = build;
  const place = (filePath: string) => relative(repoRoot, filePath);
  const edgeOf = (sourcePage = '') => (edge.pages[sourcePage] === undefined ? {} : { edge: edge.pages[sourcePage] });
  const { middleware } = outputs;
  const ofPagesRouter = new Set(outputs.pages.map(({ pathname }) => pathname));
  const prerendered = new Set(
    outputs.prerenders
      .map(({ pathname, parentOutputId }) => (ofPagesRouter.has(parentOutputId) ? parentOutputId : pathname))
      .filter((pathname) => ofPagesRouter.has(pathname) || !isDynamic(pathname)),
  );
  return {
    kind: 'adapter',
    rootDir: 'app',
    appDir: ['app', relative(repoRoot, projectDir)].filter(Boolean).join('/'),
    distDir,
    outputs: Object.fromEntries([
      ...closedOutputs(build).map(({ pathname, page, file, kind }): [string, AdapterStrategy['outputs'][string]] => [
        pathname,
        { file: place(file), kind, isPrerendered: true, page },
      ]),
      ...[...dataOutputs(build), ...dataOutputsOfEdge(build), ...serverOutputs(build)].map(
        ({ pathname, filePath, kind, sourcePage }): [string, AdapterStrategy['outputs'][string]] => [
          pathname,
          { file: place(filePath), kind, isPrerendered: prerendered.has(pathname), ...edgeOf(sourcePage) },
        ],
      ),
    ]),
    files: Object.fromEntries(
      Object.entries(files).map(([path, { name }]) => [path === '/' ? basePath || '/' : `${basePath}${path}`, name]),
    ),
    setup: setupOf(build) ?? [relative(repoRoot, projectDir), SETUP_FILE].filter(Boolean).join('/'),
    ...(middleware ? { middleware: place(middleware.filePath) } : {}),
    ...(edge.middleware === undefined ? {} : { edgeMiddleware: edge.middleware }),
  };
}
