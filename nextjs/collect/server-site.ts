/** The bundle of a server-rendered app, for Next's server class (Next 9.3 to 13.3). */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MANIFEST_VERSION, type Manifest } from '../../domain/release.ts';
import type { EdgeContent, ImagesConfig } from '../../domain/routing.ts';
import { type App, type NextConfig, parseJsonFile } from './app.ts';
import { type Bundle, isFolder, listFiles, type Progress } from './bundle.ts';
import { unsupportedNext, unusableBuild } from './errors.ts';
import { readMiddleware } from './middleware.ts';
import { namedFiles, tellNamed } from './named-files.ts';
import {
  onDemandPages,
  type PageSource,
  type PagesManifest,
  type PrerenderManifest,
  prerenderedPages,
} from './pages.ts';
import { i18nOf, type RoutesManifest, routingOf } from './routing.ts';
import { listServedFiles } from './served-files.ts';
import { commonFolder, replacedFiles, serverModuleOf, traceServer } from './trace.ts';

export const FUNCTION = 'functions/default';
export const CONFIG_FILE = 'towpath-next-config.json';
/** Below `distDir`: not needed to render. */
const NOT_SERVED =
  /^(cache|static|trace|traces|diagnostics|types|standalone|export-detail\.json)(\/|$)|\.(map|nft\.json)$/;
export const ENVIRONMENT_FILES = ['.env', '.env.production', '.env.local', '.env.production.local'];
const HTML = 'text/html; charset=utf-8';

function checkSupported({ next, config, distFolder }: App): void {
  const tooOld = next.major < 9 || (next.major === 9 && next.minor < 3);
  // Later ones have a strategy of their own.
  const hasSeveralServers = next.major === 13 && next.minor >= 4;
  if (tooOld || hasSeveralServers) {
    throw unsupportedNext(
      `Server rendering with Next.js ${next.version} is not supported.`,
      'Use Next.js 9.3 to 13.3, or 13.5 and later, for server rendering; or export the site as static files.',
    );
  }
  if (config.target && config.target !== 'server') {
    throw unusableBuild(`next.config.js sets target: '${config.target}'.`, "Remove `target`, or set it to 'server'.");
  }
  if (!existsSync(join(distFolder, 'BUILD_ID'))) {
    throw unusableBuild(
      `${join(distFolder, 'BUILD_ID')} is missing: \`next build\` did not run, or did not finish.`,
      'Make the build command run `next build` in the app root, and look for its error in the build log.',
    );
  }
}

/**
 * What the server class is given at run time: no answers of its own to compression, no writes to disk, and no loading of
 * pages that nobody has asked for.
 */
export function freezeConfig(config: NextConfig): NextConfig {
  const { generateBuildId: _, ...rest } = config;
  const experimental = {
    ...config.experimental,
    isrFlushToDisk: false,
    sprFlushToDisk: false,
    preloadEntriesOnStart: false,
  };
  return { ...rest, compress: false, experimental };
}

export function imagesConfigOf({ basePath = '', images = {} }: NextConfig): ImagesConfig {
  return {
    path: `${basePath}/_next/image`,
    loader: 'default',
    deviceSizes: [640, 750, 828, 1080, 1200, 1920, 2048, 3840],
    imageSizes: [16, 32, 48, 64, 96, 128, 256, 384],
    domains: [],
    formats: ['image/webp'],
    minimumCacheTTL: 60,
    // Who does not know the setting (9 to 12.0) sends vectors as they are.
    dangerouslyAllowSVG: true,
    unoptimized: false,
    ...images,
  } as ImagesConfig;
}

/**
 * @param placeholders empty files that Next looks for when it starts, below the app's folder
 * @returns the app's folder inside the function
 */
export async function addFunction(
  app: App,
  bundle: Bundle,
  placeholders: string[],
  progress: Progress,
): Promise<string> {
  const traced = await traceServer(app);
  const built = (await listFiles(app.distFolder))
    .filter((file) => !NOT_SERVED.test(file))
    .map((file) => join(app.distFolder, file));
  const environment = ENVIRONMENT_FILES.map((file) => join(app.folder, file)).filter((file) => existsSync(file));
  const named = await namedFiles(app, [...traced, ...built]);
  tellNamed(app, named, progress);
  const files = [...new Set([...traced, ...built, ...environment, ...named.files])].filter((file) => !isFolder(file));
  const root = commonFolder([...files, join(app.folder, 'package.json')]);
  const appDir = join('app', relative(root, app.folder));
  for (const file of files) await bundle.addFile(`${FUNCTION}/app/${relative(root, file)}`, file);
  for (const [file, text] of replacedFiles(traced))
    await bundle.addText(`${FUNCTION}/app/${relative(root, file)}`, text);
  const place = (path: string) => `${FUNCTION}/${appDir}/${path}`;
  await bundle.addText(place(CONFIG_FILE), JSON.stringify(freezeConfig(app.config)));
  for (const file of placeholders) if (!bundle.files[place(file)]) await bundle.addText(place(file), '');
  return appDir;
}

export async function addAssets(app: App, bundle: Bundle, publicFiles: string[]): Promise<void> {
  const { basePath = '' } = app.config;
  const assets = join(app.distFolder, 'static');
  for (const file of await listFiles(assets)) {
    await bundle.addFile(`static${basePath}/_next/static/${file}`, join(assets, file));
  }
  for (const file of publicFiles) {
    await bundle.addFile(`public${basePath}/${file}`, join(app.folder, 'public', file));
  }
}

/** A page whose files have other names than its address says is left to Next: what S3 doesn't have, it can't answer. */
function withoutMissing(app: App, pages: Record<string, PageSource>): Record<string, PageSource> {
  const exists = ([source]: [string, string]) => existsSync(join(app.distFolder, 'server', source));
  return Object.fromEntries(Object.entries(pages).filter(([, { files }]) => files.every(exists)));
}

/** Pages of the pages router whose files are there; their files go into the bundle. */
export async function addPages(
  app: App,
  bundle: Bundle,
  sources: Record<string, PageSource>,
): Promise<Manifest['pages']> {
  const present = withoutMissing(app, sources);
  for (const { files } of Object.values(present)) {
    for (const [source, target] of files) {
      const type = target.endsWith('.html') ? HTML : 'application/json';
      await bundle.addFile(`prerendered/${target}`, join(app.distFolder, 'server', source), type);
    }
  }
  return Object.fromEntries(Object.entries(present).map(([path, { page }]) => [path, page]));
}

function edgeContent(app: App, appDir: string, routes: RoutesManifest): EdgeContent {
  const matchers = readMiddleware(app);
  return {
    strategy: { kind: 'server-class', appDir, serverModule: serverModuleOf(app), configFile: CONFIG_FILE },
    routing: { ...routingOf(routes), ...(matchers ? { middlewareMatchers: matchers } : {}) },
    ...i18nOf(app.config),
    images: imagesConfigOf(app.config),
  };
}

/** Next 9.3 and 9.4, where this was unstable, give no hold for it. */
const isRegenerated = ({ next }: App, { pages, onDemand }: Pick<Manifest, 'pages' | 'onDemand'>): boolean =>
  (next.major > 9 || next.minor >= 5) &&
  (Object.values(pages).some(({ revalidate }) => revalidate !== false) || (onDemand?.pages.length ?? 0) > 0);

export const size = ({ files, bytes }: { files: number; bytes: number }) =>
  `${files} files, ${(bytes / 1024).toFixed(0)} KiB`;

export async function collectServerSite(app: App, bundle: Bundle, progress: Progress): Promise<Manifest> {
  checkSupported(app);
  const { config, distFolder, next } = app;
  const buildId = (await readFile(join(distFolder, 'BUILD_ID'), 'utf8')).trim();
  const routes = parseJsonFile<RoutesManifest>(join(distFolder, 'routes-manifest.json'), { needs: ['dynamicRoutes'] });
  const prerender = parseJsonFile<PrerenderManifest>(join(distFolder, 'prerender-manifest.json'), {
    needs: ['routes', 'dynamicRoutes'],
  });
  const manifest = parseJsonFile<PagesManifest>(join(distFolder, 'server/pages-manifest.json'));
  const publicFiles = await listServedFiles(join(app.folder, 'public'));

  await addAssets(app, bundle, publicFiles);
  progress(`assets: ${size(bundle.tally('static/'))}; public files: ${size(bundle.tally('public/'))}`);
  const sources = prerenderedPages(prerender, manifest, buildId, config.i18n?.locales);
  const pages = await addPages(app, bundle, sources);
  progress(`prerendered pages: ${Object.keys(pages).length} (${size(bundle.tally('prerendered/'))})`);
  // Next lists these folders when it starts; the files themselves are in S3.
  const listed = [`${relative(app.folder, distFolder)}/static/.keep`, ...publicFiles.map((file) => `public/${file}`)];
  const appDir = await addFunction(app, bundle, listed, progress);
  progress(`server files: ${size(bundle.tally(`${FUNCTION}/`))}`);

  const edge = edgeContent(app, appDir, routes);
  const optimizesImages = next.major >= 10 && edge.images.loader === 'default' && !edge.images.unoptimized;
  const onDemand = onDemandPages(prerender, manifest);
  return {
    schemaVersion: MANIFEST_VERSION,
    rendering: 'ssr',
    next: { version: next.version, major: next.major },
    buildId,
    basePath: config.basePath ?? '',
    trailingSlash: config.trailingSlash ?? false,
    files: bundle.files,
    pages,
    onDemand,
    builtAt: Math.floor((await stat(join(distFolder, 'BUILD_ID'))).mtimeMs),
    functions: [
      'default',
      ...(optimizesImages ? (['image'] as const) : []),
      ...(isRegenerated(app, { pages, onDemand }) ? (['regeneration'] as const) : []),
    ],
    edge,
  };
}
