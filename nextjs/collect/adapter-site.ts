/** The bundle of a server-rendered app, from the outputs of Next's build adapter (Next 16). */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MANIFEST_VERSION, type Manifest } from '../../domain/release.ts';
import type { EdgeContent } from '../../domain/routing.ts';
import { type BuildOutputs, OUTPUTS_FILE } from '../adapter/outputs.ts';
import {
  headersOf,
  routingOfAdapter,
  type StoredAnswer,
  serverOutputs,
  storedFiles,
  storedPages,
  strategyOf,
} from './adapter-outputs.ts';
import { type App, parseJsonFile } from './app.ts';
import { type Bundle, isFolder, listFiles } from './bundle.ts';
import { unusableBuild } from './errors.ts';
import { i18nOf } from './routing.ts';
import {
  addAssets,
  ENVIRONMENT_FILES,
  FUNCTION,
  freezeConfig,
  imagesConfigOf,
  type Progress,
  size,
} from './server-site.ts';

const NO_OUTPUTS =
  'See that the build command runs `next build` with the environment of the build: Towpath sets NEXT_ADAPTER_PATH there.';
/** Of the build's own files, what a page is answered from besides its code. */
const SEED = /\.(html|rsc|body|meta|json)$/;

function readOutputs({ distFolder }: App): BuildOutputs {
  const build = parseJsonFile<BuildOutputs>(join(distFolder, OUTPUTS_FILE), NO_OUTPUTS);
  const buildId = readFileSync(join(distFolder, 'BUILD_ID'), 'utf8').trim();
  if (build.buildId !== buildId) {
    throw unusableBuild(
      `${join(distFolder, OUTPUTS_FILE)} is of the build ${build.buildId}, but the last one was ${buildId}.`,
      NO_OUTPUTS,
    );
  }
  const outputs = [...serverOutputs(build), ...(build.outputs.middleware ? [build.outputs.middleware] : [])];
  const edge = outputs.find(({ runtime }) => runtime === 'edge');
  if (edge) {
    throw unusableBuild(
      `${edge.pathname} has the runtime "edge", which is not supported with Next.js ${build.nextVersion}.`,
      'Remove `export const runtime = "edge"`; rename middleware to proxy, which runs on Node.js.',
    );
  }
  return build;
}

/** What a metadata route is sent with stands beside it. */
function withMetaFile(answer: StoredAnswer): StoredAnswer {
  const file = answer.filePath.replace(/\.body$/, '.meta');
  if (file === answer.filePath || !existsSync(file)) return answer;
  const { headers = {} } = parseJsonFile<{ headers?: Record<string, string> }>(file);
  return { ...answer, contentType: headers['content-type'], page: { ...answer.page, headers: headersOf(headers) } };
}

async function addFunction(app: App, build: BuildOutputs, builtAt: number, bundle: Bundle): Promise<void> {
  const { repoRoot, outputs } = build;
  const files = new Map<string, string>();
  const add = (file: string) => files.set(relative(repoRoot, file), file);
  const withServer = [...serverOutputs(build), ...(outputs.middleware ? [outputs.middleware] : [])];
  for (const { assets, filePath } of withServer) {
    for (const [path, file] of Object.entries(assets)) files.set(path, file);
    add(filePath);
  }
  const server = join(app.distFolder, 'server');
  for (const file of await listFiles(server)) {
    if (SEED.test(file) && !file.endsWith('.nft.json')) add(join(server, file));
  }
  for (const name of ENVIRONMENT_FILES) if (existsSync(join(app.folder, name))) add(join(app.folder, name));
  const config = join(app.distFolder, 'required-server-files.json');
  for (const [path, file] of files) {
    // A ZIP has no times of its own: when a page was rendered, its notes have to say.
    if (file.endsWith('.meta')) {
      const notes = { ...parseJsonFile<object>(file), routeCacheLastModified: builtAt };
      await bundle.addText(`${FUNCTION}/app/${path}`, JSON.stringify(notes));
    } else if (file !== config && !path.endsWith('.map') && !isFolder(file))
      await bundle.addFile(`${FUNCTION}/app/${path}`, file);
  }
  const required = parseJsonFile<{ config: App['config'] }>(config);
  const frozen = { ...required, config: freezeConfig(required.config) };
  await bundle.addText(`${FUNCTION}/app/${relative(repoRoot, config)}`, JSON.stringify(frozen));
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

async function addStored(bundle: Bundle, answers: StoredAnswer[]): Promise<void> {
  for (const { filePath, name, contentType } of answers) {
    await bundle.addFile(`prerendered/${name}`, filePath, contentType);
  }
}

export async function collectAdapterSite(app: App, bundle: Bundle, progress: Progress): Promise<Manifest> {
  const { config, next } = app;
  const build = readOutputs(app);
  const basePath = config.basePath ?? '';
  await addAssets(app, bundle, await listFiles(join(app.folder, 'public')));
  progress(`assets: ${size(bundle.tally('static/'))}; public files: ${size(bundle.tally('public/'))}`);
  const pages = storedPages(build, basePath);
  const files = Object.fromEntries(
    Object.entries(storedFiles(build, basePath)).map(([path, answer]) => [path, withMetaFile(answer)]),
  );
  await addStored(bundle, [...Object.values(pages).flat(), ...Object.values(files)]);
  progress(`prerendered pages: ${Object.keys({ ...pages, ...files }).length} (${size(bundle.tally('prerendered/'))})`);
  const builtAt = Math.floor(statSync(join(app.distFolder, 'BUILD_ID')).mtimeMs);
  await addFunction(app, build, builtAt, bundle);
  progress(`server files: ${size(bundle.tally(`${FUNCTION}/`))}`);

  const edge: EdgeContent = {
    strategy: strategyOf(build, files, basePath),
    routing: routingOfAdapter(build),
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
    pages: Object.fromEntries([
      ...Object.entries(files).map(([path, { page }]) => [path, page] as const),
      ...Object.entries(pages).map(([path, [answer]]) => [path, (answer as StoredAnswer).page] as const),
    ]),
    builtAt,
    functions: optimizesImages ? ['default', 'image'] : ['default'],
    edge,
  };
}
