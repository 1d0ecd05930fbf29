/** Finds the files that rendering needs: Next's server class, the compiled pages and what they require. */
import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { nodeFileTrace } from '@vercel/nft';
import { type App, parseJsonFile } from './app.ts';
import { listFiles } from './bundle.ts';

/** Reached by a require that production never takes. */
const UNUSED = [
  '**/*.d.ts',
  '**/*.map',
  '**/next.config.{js,mjs,ts}',
  '**/next/dist/build/swc/**',
  '**/next/dist/build/webpack/{config,plugins}/**',
  '**/next/dist/compiled/**/*.development.js',
  '**/next/dist/compiled/next-server/*.runtime.dev.js',
  '**/next/dist/compiled/next-devtools/**',
  '**/next/dist/compiled/{babel,terser,@ampproject}/**',
  '**/next/dist/compiled/webpack/bundle*.js',
  '**/next/dist/server/{next-dev-server,dev/next-dev-server,dev/hot-reloader}.js',
  '**/next/dist/{server,next-server/server}/lib/squoosh/**',
  '**/@next/swc-*/**',
  '**/node_modules/{react-dom,scheduler}/**/*.development.js',
];

const REACT_OF_DEVELOPMENT = '**/node_modules/react/**/*.development.js';

/** In the sandbox of Next 12.0 and 12.1's middleware, which loads a React of its own, nothing says NODE_ENV. */
const unusedIn = ({ next }: App): string[] =>
  next.major === 12 && next.minor < 2 ? UNUSED : [...UNUSED, REACT_OF_DEVELOPMENT];

/** Says of paths relative to the file system's root, as nft gives them. */
const UNUSED_IN_LISTS =
  /\.map$|\.d\.ts$|\.development\.js$|\.runtime\.dev\.js$|\/compiled\/next-devtools\/|\/compiled\/webpack\/bundle|\/lib\/squoosh\//;

/**
 * Packages that Next's server needs for builds alone, or for `/_next/image`, which the image function answers. An app's own code
 * may want them.
 */
const UNUSED_BY_SERVER = ['**/node_modules/{caniuse-lite,sharp,typescript,webpack,webpack5}/**', '**/@img/**'];
const CODECS_IN_LISTS = /node_modules\/(sharp|@img)\//;

const SERVER_MODULES = ['next/dist/server/next-server', 'next/dist/next-server/server/next-server'];

/**
 * What the bundle has instead of some of the app's files.
 *
 * @param traced absolute paths
 * @returns what to write over a file, or where one is left out: absolute paths and their content
 */
export const replacedFiles = (traced: string[]): Array<[file: string, content: string]> => [
  ...withoutCodecs(traced),
  ...namesOfReact(traced),
];

/**
 * Next requires its image codecs (megabytes of WebAssembly) while it loads, and uses them for `/_next/image` only, which the
 * image function answers.
 */
function withoutCodecs(traced: string[]): Array<[file: string, content: string]> {
  const content = [
    "const refuse = () => { throw new Error('Images are optimized by the image function.'); };",
    'module.exports = { decodeBuffer: refuse, getMetadata: refuse, processBuffer: refuse };',
    '',
  ].join('\n');
  return traced
    .filter((file) => /\/next\/dist\/(next-server\/)?server\/image-optimizer\.js$/.test(file))
    .map((file) => [join(dirname(file), 'lib/squoosh/main.js'), content]);
}

const REACT_OF_PRODUCTION = /^(.*\/node_modules\/(?:react|react-dom|scheduler)\/.*)\.production(?:\.min)?\.js$/;

/**
 * A module that imports names from React (`import { useState } from 'react'`) is told them by Node.js, which reads them from the
 * last file that react/index.js requires: that of development. https://github.com/nodejs/cjs-module-lexer#exports-object-assignment
 */
function namesOfReact(traced: string[]): Array<[file: string, content: string]> {
  const there = new Set(traced);
  return traced.flatMap((file): Array<[string, string]> => {
    const [, name] = REACT_OF_PRODUCTION.exec(file) ?? [];
    const ofDevelopment = `${name}.development.js`;
    if (!name || there.has(ofDevelopment) || !existsSync(ofDevelopment)) return [];
    return [[ofDevelopment, `module.exports = require('./${basename(file)}');\n`]];
  });
}

/** Next ≤ 10.x keeps its server class in another folder. */
export function serverModuleOf({ next }: App): string {
  const found = SERVER_MODULES.find((name) => existsSync(join(dirname(next.folder), `${name}.js`)));
  return found ?? (SERVER_MODULES[0] as string);
}

/** The lists that Next ≥ 12 writes beside its output. */
async function listedByNext({ distFolder }: App): Promise<string[]> {
  const ofPages = (await listFiles(join(distFolder, 'server')))
    .filter((file) => file.endsWith('.nft.json'))
    .flatMap((file) => filesIn(join(distFolder, 'server', file)));
  const ofServer = filesIn(join(distFolder, 'next-server.js.nft.json')).filter((file) => !CODECS_IN_LISTS.test(file));
  return [...ofPages, ...ofServer];
}

function filesIn(list: string): string[] {
  if (!existsSync(list)) return [];
  return parseJsonFile<{ files: string[] }>(list)
    .files.map((file) => resolve(dirname(list), file))
    .filter((file) => !UNUSED_IN_LISTS.test(file));
}

/** By which code in the app's folder finds Next, where that is a link: with pnpm, into the folder of all packages. */
function linkToNext(folder: string): string[] {
  const link = join(folder, 'node_modules/next');
  if (existsSync(link)) return lstatSync(link).isSymbolicLink() ? [link] : [];
  return folder === dirname(folder) ? [] : linkToNext(dirname(folder));
}

/** Absolute paths, sorted. The build's own output is not among them unless code requires it. */
export async function traceServer(app: App): Promise<string[]> {
  const compiled = (await listFiles(join(app.distFolder, 'server'))).filter((file) => file.endsWith('.js'));
  const cache = {};
  const ofServer = await trace(
    app,
    [join(dirname(app.next.folder), `${serverModuleOf(app)}.js`)],
    UNUSED_BY_SERVER,
    cache,
  );
  const ofPages = await trace(
    app,
    compiled.map((file) => join(app.distFolder, 'server', file)),
    [],
    cache,
  );
  const manifest = join(app.next.folder, 'package.json');
  const found = [...ofServer, ...ofPages, ...(await listedByNext(app)), ...linkToNext(app.folder), manifest];
  return [...new Set(found)].sort();
}

/** The sandbox of the edge runtime, and the cache it is given, which no output of Next's build adapter lists. Absolute paths. */
export async function traceEdgeRuntime(app: App): Promise<string[]> {
  const modules = ['web/sandbox/index.js', 'lib/incremental-cache/index.js'];
  const entries = modules.map((file) => join(app.next.folder, 'dist/server', file));
  return [...(await trace(app, entries, UNUSED_BY_SERVER)), ...linkToNext(app.folder)];
}

/** What `entries` require, whatever way; traces of one build share what they read by `cache`. Absolute paths. */
async function trace(app: App, entries: string[], unused: string[], cache: object = {}): Promise<string[]> {
  const { fileList } = await nodeFileTrace(entries, {
    base: '/',
    processCwd: app.folder,
    ignore: [...unusedIn(app), ...unused],
    mixedModules: true,
    cache,
  });
  return [...fileList].map((file) => `/${file}`);
}

/** The deepest folder that holds all of `files`. */
export function commonFolder(files: string[]): string {
  const [first = '/', ...rest] = files;
  let common = dirname(first).split('/');
  for (const file of rest) {
    const parts = dirname(file).split('/');
    const end = common.findIndex((part, index) => parts[index] !== part);
    if (end >= 0) common = common.slice(0, end);
  }
  return common.join('/') || '/';
}
