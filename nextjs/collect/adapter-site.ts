/** The bundle of a server-rendered app, from the outputs of Next's build adapter (Next 16). */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MANIFEST_VERSION, type Manifest } from '../../domain/release.ts';
import type { EdgeContent } from '../../domain/routing.ts';
import { type BuildOutputs, OUTPUTS_FILE, type WrittenOutputs } from '../adapter/outputs.ts';
import { withAddresses } from './adapter-addresses.ts';
import {
  type EdgeNames,
  headersOf,
  isDynamic,
  SETUP_FILE,
  SETUP_TEXT,
  type StoredAnswer,
  serverOutputs,
  setupOf,
  storedFiles,
  strategyOf,
  withoutBasePath,
} from './adapter-outputs.ts';
import { adapterPages } from './adapter-pages.ts';
import { routingOfAdapter, toldRouting } from './adapter-routing.ts';
import { addPages, notFoundPage } from './add-adapter-pages.ts';
import { type App, parseJsonFile } from './app.ts';
import { type Bundle, isFolder, listFiles, type Progress } from './bundle.ts';
import { unsupportedNext, unusableBuild } from './errors.ts';
import { movedTo } from './moved-build.ts';
import { namedFiles, tellNamed } from './named-files.ts';
import { i18nOf } from './routing.ts';
import { listServedFiles } from './served-files.ts';
import { addAssets, ENVIRONMENT_FILES, FUNCTION, freezeConfig, imagesConfigOf, size } from './server-site.ts';
import { traceEdgeRuntime } from './trace.ts';

const NO_OUTPUTS =
  'See that the build command runs `next build` with the environment of the build: Towpath sets NEXT_ADAPTER_PATH there.';
/** Of the build's own files, what a page is answered from besides its code. */
const SEED = /\.(html|rsc|body|meta|json)$/;

function readOutputs({ folder, distFolder, config }: App): BuildOutputs {
  const build = parseJsonFile<WrittenOutputs>(join(distFolder, OUTPUTS_FILE), {
    needs: ['outputs'],
    remedy: NO_OUTPUTS,
  });
  const buildId = readFileSync(join(distFolder, 'BUILD_ID'), 'utf8').trim();
  if (build.buildId !== buildId) {
    throw unusableBuild(
      `${join(distFolder, OUTPUTS_FILE)} is of the build ${build.buildId}, but the last one was ${buildId}.`,
      NO_OUTPUTS,
    );
  }
  const routing = toldRouting(build);
  if (!routing) {
    throw unsupportedNext(
      `Next.js ${build.nextVersion} does not tell its build adapter how it routes.`,
      'Use a released version of Next.js 16 for server rendering; or export the site as static files.',
    );
  }
  const here = movedTo(folder, { ...build, routing });
  return withStatuses(withParents(withAddresses(here, config.basePath ?? '')));
}

/** Parents by their pathnames, as everything else has them. */
function withParents(build: BuildOutputs): BuildOutputs {
  const pathnames = new Map(serverOutputs(build).map(({ id, pathname }) => [id ?? pathname, pathname]));
  const prerenders = build.outputs.prerenders.map((prerender) => {
    return { ...prerender, parentOutputId: pathnames.get(prerender.parentOutputId) ?? prerender.parentOutputId };
  });
  return { ...build, outputs: { ...build.outputs, prerenders } };
}

/** Next 16.0 and 16.1 say of a redirect only where it leads; what else it is stands beside it. */
function withStatuses(build: BuildOutputs): BuildOutputs {
  const prerenders = build.outputs.prerenders.map((prerender) => {
    const { filePath, initialStatus } = prerender.fallback ?? {};
    const notes = filePath?.replace(/\.html$/, '.meta');
    if (initialStatus !== undefined || notes === undefined || notes === filePath || !existsSync(notes))
      return prerender;
    const { status } = parseJsonFile<{ status?: number }>(notes);
    return status === undefined
      ? prerender
      : { ...prerender, fallback: { ...prerender.fallback, initialStatus: status } };
  });
  return { ...build, outputs: { ...build.outputs, prerenders } };
}

/** As far as there are any: Next writes the manifest down for each build. */
function edgeNames({ distFolder }: App): EdgeNames {
  const file = join(distFolder, 'server/middleware-manifest.json');
  if (!existsSync(file)) return { pages: {} };
  const { middleware, functions } = parseJsonFile<{
    middleware?: Record<string, { name: string }>;
    functions?: Record<string, { name: string }>;
  }>(file);
  const names = Object.entries(functions ?? {}).map(([page, { name }]) => [page, name] as const);
  const [ofMiddleware] = Object.values(middleware ?? {});
  return { pages: Object.fromEntries(names), ...(ofMiddleware ? { middleware: ofMiddleware.name } : {}) };
}

/** What a metadata route is sent with stands beside it. */
function withMetaFile(answer: StoredAnswer): StoredAnswer {
  const file = answer.filePath.replace(/\.body$/, '.meta');
  if (file === answer.filePath || !existsSync(file)) return answer;
  const { headers = {} } = parseJsonFile<{ headers?: Record<string, string> }>(file);
  return { ...answer, contentType: headers['content-type'], headers: headersOf(headers) };
}

async function addFunction(
  app: App,
  build: BuildOutputs,
  inBucket: Set<string>,
  bundle: Bundle,
  progress: Progress,
): Promise<void> {
  const { repoRoot, outputs } = build;
  const files = new Map<string, string>();
  const add = (file: string) => files.set(relative(repoRoot, file), file);
  const withServer = [...serverOutputs(build), ...(outputs.middleware ? [outputs.middleware] : [])];
  for (const { assets, wasmAssets, filePath, runtime } of withServer) {
    if (runtime === 'edge') for (const file of Object.values({ ...assets, ...wasmAssets })) add(file);
    else for (const [path, file] of Object.entries(assets)) files.set(path, file);
    add(filePath);
  }
  if (withServer.some(({ runtime }) => runtime === 'edge')) for (const file of await traceEdgeRuntime(app)) add(file);
  const server = join(app.distFolder, 'server');
  for (const file of await listFiles(server)) {
    if (SEED.test(file) && !file.endsWith('.nft.json')) add(join(server, file));
  }
  const named = await namedFiles(app, [...files.values()]);
  tellNamed(app, named, progress);
  for (const file of named.files) add(file);
  for (const name of ENVIRONMENT_FILES) if (existsSync(join(app.folder, name))) add(join(app.folder, name));
  const config = join(app.distFolder, 'required-server-files.json');
  for (const [path, file] of files) {
    if (file === config || inBucket.has(file) || path.endsWith('.map') || isFolder(file)) continue;
    await bundle.addFile(`${FUNCTION}/app/${path}`, file);
  }
  const required = parseJsonFile<{ config: App['config'] }>(config, { needs: ['config'] });
  const frozen = { ...required, config: freezeConfig(required.config) };
  await bundle.addText(`${FUNCTION}/app/${relative(repoRoot, config)}`, JSON.stringify(frozen));
  if (setupOf(build) === undefined) {
    await bundle.addText(`${FUNCTION}/app/${relative(repoRoot, join(app.folder, SETUP_FILE))}`, SETUP_TEXT);
  }
  await addEnvironmentLoader(app, bundle);
}

/** Next reads .env files by this package, but not where its server doesn't run. */
async function addEnvironmentLoader({ next }: App, bundle: Bundle): Promise<void> {
  const loader = [join(dirname(next.folder), '@next/env'), join(next.folder, 'node_modules/@next/env')].find((folder) =>
    existsSync(folder),
  );
  if (!loader) return;
  for (const file of ['package.json', 'dist/index.js']) {
    await bundle.addFile(`${FUNCTION}/app/node_modules/@next/env/${file}`, join(loader, file));
  }
}

/** Whether anything is there that renders pages anew, or calls for it. */
function isRegenerated({ outputs }: BuildOutputs): boolean {
  const hasPages = outputs.prerenders.length > 0;
  const changes = outputs.prerenders.some(
    ({ fallback }) => fallback?.filePath === undefined || typeof fallback.initialRevalidate === 'number',
  );
  const fixed = new Set(outputs.prerenders.map(({ pathname }) => pathname));
  const hasServer = serverOutputs({ outputs } as BuildOutputs).some(({ pathname }) => !fixed.has(pathname));
  return changes || (hasPages && hasServer);
}

/** Pages with a server of their own that are rendered for each request, and those that may be rendered when asked for. */
function onDemandOf({ outputs }: BuildOutputs, basePath: string): NonNullable<Manifest['onDemand']> {
  const paths = (all: Array<{ pathname: string }>) => all.map(({ pathname }) => withoutBasePath(pathname, basePath));
  const prerendered = new Set(outputs.prerenders.map(({ parentOutputId }) => parentOutputId));
  const pages = [...outputs.pages, ...outputs.appPages].filter(
    ({ pathname }) => !/\.rsc$|\/_next\/data\//.test(pathname),
  );
  return {
    pages: paths(pages.filter(({ pathname }) => isDynamic(pathname) && prerendered.has(pathname))),
    besides: paths(pages.filter(({ pathname }) => !isDynamic(pathname) && !prerendered.has(pathname))),
  };
}

export async function collectAdapterSite(app: App, bundle: Bundle, progress: Progress): Promise<Manifest> {
  const { config, next } = app;
  const build = readOutputs(app);
  const basePath = config.basePath ?? '';
  await addAssets(app, bundle, await listServedFiles(join(app.folder, 'public')));
  progress(`assets: ${size(bundle.tally('static/'))}; public files: ${size(bundle.tally('public/'))}`);
  const files = Object.fromEntries(
    Object.entries(storedFiles(build, basePath, config.i18n?.locales)).map(([path, answer]) => [
      path,
      withMetaFile(answer),
    ]),
  );
  for (const { filePath, name, contentType } of Object.values(files)) {
    await bundle.addFile(`prerendered/${name}`, filePath, contentType);
  }
  const server = join(app.distFolder, 'server');
  const notFound = notFoundPage(server, await listFiles(server));
  const rendered = await addPages([...adapterPages(build, basePath), ...notFound], bundle);
  const pages = {
    ...Object.fromEntries(Object.entries(files).map(([path, { page }]) => [path, page])),
    ...rendered.pages,
  };
  progress(`prerendered pages: ${Object.keys(pages).length} (${size(bundle.tally('prerendered/'))})`);
  await addFunction(app, build, rendered.sources, bundle, progress);
  progress(`server files: ${size(bundle.tally(`${FUNCTION}/`))}`);

  const edge: EdgeContent = {
    strategy: {
      ...strategyOf(build, files, basePath, relative(app.folder, app.distFolder), edgeNames(app)),
      // Which minor changed it, its own source says best.
      showsNotFoundToAll: !existsSync(join(next.folder, 'dist/server/lib/is-non-html-sec-fetch-dest.js')),
    },
    routing: routingOfAdapter(build, config),
    ...i18nOf(config),
    images: imagesConfigOf(config),
  };
  const optimizesImages = edge.images.loader === 'default' && !edge.images.unoptimized;
  return {
    schemaVersion: MANIFEST_VERSION,
    rendering: 'ssr',
    next: { version: next.version, major: next.major },
    buildId: build.buildId,
    basePath,
    trailingSlash: config.trailingSlash ?? false,
    files: bundle.files,
    pages,
    heads: {
      ...Object.fromEntries(Object.values(files).map(({ name, headers }) => [name, headers])),
      ...rendered.heads,
    },
    onDemand: onDemandOf(build, basePath),
    builtAt: Math.floor(statSync(join(app.distFolder, 'BUILD_ID')).mtimeMs),
    functions: [
      'default',
      ...(optimizesImages ? (['image'] as const) : []),
      ...(isRegenerated(build) ? (['regeneration'] as const) : []),
    ],
    edge,
  };
}
