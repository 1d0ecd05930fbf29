/** The bundle of a server-rendered app whose Next's server class renders, and leaves the routing to others (13.4.13 to 15). */
import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_VERSION, type Manifest } from '../../domain/release.ts';
import type { EdgeContent, RoutedServerStrategy } from '../../domain/routing.ts';
import { type App, parseJsonFile } from './app.ts';
import { type AppRoutes, appPages, type Notes, renderedPaths } from './app-pages.ts';
import { type Bundle, listFiles } from './bundle.ts';
import { withLocales } from './locales.ts';
import { readMiddleware } from './middleware.ts';
import { type PagesManifest, type PrerenderManifest, prerenderedPages } from './pages.ts';
import { dataRoutesOf, i18nOf, type RoutesManifest, routingOf } from './routing.ts';
import { addAssets, addFunction, addPages, CONFIG_FILE, imagesConfigOf, type Progress, size } from './server-site.ts';

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
    routes: parseJsonFile<RoutesManifest>(at('routes-manifest.json')),
    prerender: parseJsonFile<PrerenderManifest>(at('prerender-manifest.json')),
    pages: parseJsonFile<PagesManifest>(at('server/pages-manifest.json')),
    appRoutes: existsSync(appRoutes) ? parseJsonFile<AppRoutes>(appRoutes) : {},
  };
}

const sourceOf = ({ next }: App, file: string) => readFileSync(join(next.folder, 'dist', file), 'utf8');

function strategyOf(app: App, appDir: string, { appRoutes, pages, buildId }: Manifests): RoutedServerStrategy {
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
    ...(server.includes('__NEXT_PRIVATE_RENDER_WORKER')
      ? { worker: Object.keys(appRoutes).length > 0 ? { react } : {} }
      : {}),
    // Which minor changed what, its own source says best.
    toldBy: server.includes('x-invoke-path') ? 'headers' : 'metadata',
    tellsRewrites: sourceOf(app, 'client/components/app-router-headers.js').includes('x-nextjs-rewritten-path'),
  };
}

/** Pages of the app router into the bundle. */
async function addAppPages(app: App, bundle: Bundle, { prerender, appRoutes, routes }: Manifests) {
  const folder = join(app.distFolder, 'server/app');
  const notesOf = (file: string) => {
    const notes = join(folder, `${file}.meta`);
    return existsSync(notes) ? parseJsonFile<Notes>(notes) : undefined;
  };
  const has = (file: string) => existsSync(join(folder, file));
  const stored = appPages(prerender, appRoutes, routes.rsc?.varyHeader, { notesOf, has });
  for (const { file, contentType } of Object.values(stored)) {
    await bundle.addFile(`prerendered/${file}`, join(folder, file), contentType);
  }
  return Object.fromEntries(Object.entries(stored).map(([path, { page }]) => [path, page]));
}

/** Pages of the pages router into the bundle: those that are rendered once. */
async function addPagesRouter(app: App, bundle: Bundle, { prerender, pages, buildId, appRoutes }: Manifests) {
  const ofApp = new Set(Object.values(appRoutes));
  const routes = Object.fromEntries(
    Object.entries(prerender.routes).filter(
      ([path, route]) => route.initialRevalidateSeconds === false && !ofApp.has(route.srcRoute ?? path),
    ),
  );
  const sources = prerenderedPages({ ...prerender, routes }, pages, buildId, app.config.i18n?.locales);
  return addPages(app, bundle, sources);
}

export async function collectRoutedSite(app: App, bundle: Bundle, progress: Progress): Promise<Manifest> {
  const { config, next } = app;
  const manifests = await readManifests(app);
  await addAssets(app, bundle, await listFiles(join(app.folder, 'public')));
  progress(`assets: ${size(bundle.tally('static/'))}; public files: ${size(bundle.tally('public/'))}`);
  const pages = {
    ...(await addPagesRouter(app, bundle, manifests)),
    ...(await addAppPages(app, bundle, manifests)),
  };
  progress(`prerendered pages: ${Object.keys(pages).length} (${size(bundle.tally('prerendered/'))})`);
  const appDir = await addFunction(app, bundle, []);
  progress(`server files: ${size(bundle.tally('functions/default/'))}`);

  const routes = config.i18n
    ? withLocales(manifests.routes, config.i18n, new Set(Object.values(manifests.appRoutes)))
    : manifests.routes;
  const routing = routingOf(routes);
  const middlewareMatchers = readMiddleware(app);
  const edge: EdgeContent = {
    strategy: strategyOf(app, appDir, manifests),
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
    builtAt: Math.floor((await stat(join(app.distFolder, 'BUILD_ID'))).mtimeMs),
    functions: optimizesImages ? ['default', 'image'] : ['default'],
    edge,
  };
}
