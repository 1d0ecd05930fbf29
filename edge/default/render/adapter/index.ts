/** Next 16: the outputs of its build adapter, each a handler of its own, behind the router of `@next/routing`. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AdapterStrategy } from '../../../../domain/routing.ts';
import type { Incremental } from '../../../isr/incremental.ts';
import type { Bucket } from '../../../shared/bucket.ts';
import type { Settings } from '../../../shared/settings.ts';
import { installCaches, withCaches } from '../next-cache/index.ts';
import { createFileAnswers } from '../routing/files.ts';
import { createMiddleware, type RunMiddleware } from '../routing/middleware.ts';
import { createRoutedRenderer } from '../routing/renderer.ts';
import { createRouter, type Places } from '../routing/router.ts';
import type { Renderer } from '../strategy.ts';
import { createEdgeRuntime, type EdgeRuntime } from './edge-runtime.ts';
import { runNodeMiddleware } from './node-middleware.ts';
import type { LoadOutput, OutputHandler } from './outputs.ts';
import { createPages } from './pages.ts';

const ENVIRONMENT_FILES = ['.env', '.env.local', '.env.production', '.env.production.local'];

interface EnvironmentLoader {
  loadEnvConfig(folder: string, isDevelopment: boolean, log: Pick<Console, 'info' | 'error'>): unknown;
}

/** As Next's server does when it starts: what is set already, wins. */
function loadEnvironment(require: NodeJS.Require, folder: string): void {
  if (!ENVIRONMENT_FILES.some((file) => existsSync(join(folder, file)))) return;
  const { loadEnvConfig } = require('@next/env') as EnvironmentLoader;
  loadEnvConfig(folder, false, { info() {}, error: console.error });
}

function runMiddleware(
  { middleware, edgeMiddleware }: AdapterStrategy,
  edgeRuntime: EdgeRuntime,
  load: (file: string) => unknown,
  distFolder: string,
): RunMiddleware | undefined {
  if (edgeMiddleware !== undefined) return edgeRuntime.middleware(edgeMiddleware);
  return middleware === undefined ? undefined : runNodeMiddleware(() => load(middleware), distFolder);
}

const placesOf = ({ files, outputs }: AdapterStrategy): Places => ({
  files: Object.keys(files),
  pages: Object.keys(outputs),
  pageOf: Object.fromEntries(
    Object.entries(outputs).flatMap(([pathname, { page }]) => (page === undefined ? [] : [[pathname, page]])),
  ),
  tellsRewrites: true,
});

/** Loads the modules that every page needs; a page's own when it is first asked for. */
export function loadAdapter(
  functionFolder: string,
  strategy: AdapterStrategy,
  settings: Settings,
  bucket: Bucket,
  incremental: Incremental,
): Renderer {
  const root = join(functionFolder, strategy.rootDir);
  const appFolder = join(functionFolder, strategy.appDir);
  // Where `next start` is called, in a monorepo too.
  process.chdir(appFolder);
  const require = createRequire(join(root, 'towpath.cjs'));
  loadEnvironment(require, appFolder);
  require(join(root, strategy.setup));
  installCaches(settings, incremental);
  const load = (file: string) => require(join(root, file)) as unknown;
  const files = createFileAnswers(strategy.files, settings, bucket);
  const distFolder = join(appFolder, strategy.distDir);
  const places = placesOf(strategy);
  const edgeRuntime = createEdgeRuntime(require, distFolder);
  const loadOutput: LoadOutput = async ({ file, edge }) =>
    edge === undefined ? ((await load(file)) as { handler: OutputHandler }).handler : edgeRuntime.handler(edge);
  const { pages, outputs } = createPages(strategy, settings, {
    load: loadOutput,
    files,
    incremental,
    distFolder,
    places,
  });
  const run = runMiddleware(strategy, edgeRuntime, load, distFolder);
  const middleware = run && createMiddleware(run);
  const { render } = createRoutedRenderer(createRouter(places, settings, middleware), outputs, files);
  return withCaches(render, pages, settings, incremental);
}
