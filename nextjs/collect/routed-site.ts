/** The bundle of a server-rendered app whose Next's server class renders, and leaves the routing to others (13.4.13 to 15). */
import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CacheValue, withTagsOfNext134 } from '../../domain/cache-entry.ts';
import { MANIFEST_VERSION, type Manifest } from '../../domain/release.ts';
import type { EdgeContent, RoutedServerStrategy } from '../../domain/routing.ts';
import { addPages as addRenderedPages, inOlderForm } from './add-adapter-pages.ts';
import { type App, parseJsonFile } from './app.ts';
import { type AppRoutes, type Notes, renderedOnDemand, renderedPages, renderedPaths } from './app-pages.ts';
import type { Bundle, Progress } from './bundle.ts';
import { withLocales } from './locales.ts';
import { readMiddleware } from './middleware.ts';
import { type PagesManifest, type PrerenderManifest, prerenderedPages } from './pages.ts';
import { dataRoutesOf, i18nOf, type RoutesManifest, routingOf } from './routing.ts';
import { listServedFiles } from './served-files.ts';
import { addAssets, addFunction, addPages, CONFIG_FILE, imagesConfigOf, size } from './server-site.ts';

interface Manifests {
  buildId: string;
  routes: RoutesManifest;
  prerender: PrerenderManifest;
  pages: PagesManifest;
  appRoutes: AppRoutes;
}

/** Whether this Next's server class renders what others routed: then it has a router beside it. */
export const isRoutedByOthers = ({ next }: App) =>
  existsSync(join(next.folder, 'dist/server/lib/router-utils/resolve-routes.js'));

async function readManifests({ distFolder }: App): Promise<Manifests> {
  const at = (file: string) => join(distFolder, file);
  const appRoutes = at('app-path-routes-manifest.json');
  return {
    buildId: (await readFile(at('BUILD_ID'), 'utf8')).trim(),
    routes: parseJsonFile<RoutesManifest>(at('routes-manifest.json'), { needs: ['dynamicRoutes'] }),
    prerender: parseJsonFile<PrerenderManifest>(at('prerender-manifest.json'), { needs: ['routes', 'dynamicRoutes'] }),
    pages: parseJsonFile<PagesManifest>(at('server/pages-manifest.json')),
    appRoutes: existsSync(appRoutes) ? parseJsonFile<AppRoutes>(appRoutes) : {},
  };
}

const sourceOf = ({ next }: App, file: string) => readFileSync(join(next.folder, 'dist', file), 'utf8');

/** Next 13.4 starts one process for each router. */
const hasWorkers = (app: App) => sourceOf(app, 'server/base-server.js').includes('__NEXT_PRIVATE_RENDER_WORKER');

/** With which status its router answers for data of what is no page. */
function unknownDataStatus(app: App): number {
  const router = sourceOf(app, 'server/lib/router-server.js');
  const [, status] = /x-nextjs-matched-path["'],[^;]*;\s*res\.statusCode = (\d+)/.exec(router) ?? [];
  return Number(status ?? 404);
}

function strategyOf(
  app: App,
  appDir: string,
  { appRoutes, pages, buildId, prerender }: Manifests,
): RoutedServerStrategy {
  const { basePath = '', i18n } = app.config;
  const server = sourceOf(app, 'server/base-server.js');
  const react = app.config.experimental?.serverActions ? 'experimental' : 'next';
  const rendered = renderedPaths(appRoutes, pages, buildId, i18n ?? undefined);
  return {
    kind: 'routed-server',
    appDir,
    configFile: CONFIG_FILE,
    pages: rendered.pages.map((path) => (path === '/' ? basePath || '/' : `${basePath}${path}`)),
    // Next's router looks for the app router's own below the base path, where it never is.
    notFound: basePath ? '/404' : rendered.notFound,
    ...(hasWorkers(app) ? { worker: Object.keys(appRoutes).length > 0 ? { react } : {} } : {}),
    // Which minor changed what, its own source says best.
    toldBy: server.includes('x-invoke-path') ? 'headers' : 'metadata',
    asksDataByQuery: server.includes('__nextDataReq'),
    unknownDataStatus: unknownDataStatus(app),
    tellsRewrites: sourceOf(app, 'client/components/app-router-headers.js').includes('x-nextjs-rewritten-path'),
    withData: Object.entries(prerender.dynamicRoutes).flatMap(([page, { dataRoute }]) =>
      dataRoute?.endsWith('.json') ? [page] : [],
    ),
  };
}

/** Of what Next keeps in its cache. */
function formOf(app: App): ((value: CacheValue) => CacheValue) | undefined {
  if (app.next.major >= 15) return undefined;
  return hasWorkers(app) ? (value) => withTagsOfNext134(inOlderForm(value)) : inOlderForm;
}

/** What the build rendered, of both routers, into the bundle. */
function addRendered(app: App, bundle: Bundle, manifests: Manifests) {
  const { appRoutes, buildId, routes } = manifests;
  const folder = join(app.distFolder, 'server');
  // Next 15.0; later ones mark pages of the app router alone, and the build has noted it.
  const marksAll = sourceOf(app, 'server/base-server.js').includes('NEXT_IS_PRERENDER_HEADER');
  const headers: Record<string, string> = marksAll ? { 'x-nextjs-prerender': '1' } : {};
  const built = {
    folder,
    headers,
    dataType: `application/json${sourceOf(app, 'lib/constants.js').includes('JSON_CONTENT_TYPE') ? '; charset=utf-8' : ''}`,
    has: (file: string) => existsSync(join(folder, file)),
    notesOf: (file: string) => {
      const notes = join(folder, `${file}.meta`);
      return existsSync(notes) ? parseJsonFile<Notes>(notes) : undefined;
    },
  };
  const found = renderedPages(manifests.prerender, { appRoutes, buildId, vary: routes.rsc?.varyHeader }, built);
  return addRenderedPages(found, bundle, formOf(app));
}

/** Pages of the pages router without any data. */
const addStatic = (app: App, bundle: Bundle, { prerender, pages, buildId }: Manifests) =>
  addPages(app, bundle, prerenderedPages({ ...prerender, routes: {} }, pages, buildId, app.config.i18n?.locales));

/** Whether anything is there that renders pages anew, or calls for it. */
function isRegenerated({ routes, dynamicRoutes }: PrerenderManifest, rendered: string[]): boolean {
  const changes = Object.values(routes).some(({ initialRevalidateSeconds }) => initialRevalidateSeconds !== false);
  const hasServer = rendered.some((path) => !routes[path]);
  return changes || Object.keys(dynamicRoutes).length > 0 || (Object.keys(routes).length > 0 && hasServer);
}

export async function collectRoutedSite(app: App, bundle: Bundle, progress: Progress): Promise<Manifest> {
  const { config, next } = app;
  const manifests = await readManifests(app);
  await addAssets(app, bundle, await listServedFiles(join(app.folder, 'public')));
  progress(`assets: ${size(bundle.tally('static/'))}; public files: ${size(bundle.tally('public/'))}`);
  const fixed = await addStatic(app, bundle, manifests);
  const rendered = await addRendered(app, bundle, manifests);
  const pages = { ...fixed, ...rendered.pages };
  progress(`prerendered pages: ${Object.keys(pages).length} (${size(bundle.tally('prerendered/'))})`);
  const appDir = await addFunction(app, bundle, [], progress);
  progress(`server files: ${size(bundle.tally('functions/default/'))}`);

  const routes = config.i18n
    ? withLocales(manifests.routes, config.i18n, new Set(Object.values(manifests.appRoutes)))
    : manifests.routes;
  const routing = routingOf(routes);
  const middlewareMatchers = readMiddleware(app);
  const strategy = strategyOf(app, appDir, manifests);
  const edge: EdgeContent = {
    strategy,
    routing: {
      ...routing,
      dynamicRoutes: [...dataRoutesOf(routes), ...routing.dynamicRoutes],
      ...(middlewareMatchers ? { middlewareMatchers, shouldNormalizeNextData: true } : {}),
    },
    ...i18nOf(config),
    images: imagesConfigOf(config),
  };
  const optimizesImages = edge.images.loader === 'default' && !edge.images.unoptimized;
  return {
    schemaVersion: MANIFEST_VERSION,
    rendering: 'ssr',
    next: { version: next.version, major: next.major },
    buildId: manifests.buildId,
    basePath: config.basePath ?? '',
    trailingSlash: config.trailingSlash ?? false,
    files: bundle.files,
    pages,
    heads: rendered.heads,
    onDemand: renderedOnDemand(manifests.prerender, manifests.appRoutes, manifests.pages),
    builtAt: Math.floor((await stat(join(app.distFolder, 'BUILD_ID'))).mtimeMs),
    functions: [
      'default',
      ...(optimizesImages ? (['image'] as const) : []),
      ...(isRegenerated(manifests.prerender, strategy.pages) ? (['regeneration'] as const) : []),
    ],
    edge,
  };
}
