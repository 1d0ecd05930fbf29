/**
 * Files that an app's code reads by a path from the app's folder, such as `fs.readFileSync('./data/prices.json')`: a server finds
 * them where it was started, and nothing that traces requires does. A path counts when a string names it and it is there.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import type { App } from './app.ts';
import { listFiles, type Progress } from './bundle.ts';

export interface NamedFiles {
  /** Absolute paths. */
  files: string[];
  /** Folders that are named and too large to be put into a function, from the app's folder. */
  leftOut: string[];
}

/** Of one name. A function has 50 MB for everything, and what is larger is seldom read by each request. */
const MAX_BYTES = 5 * 1024 * 1024;

/** A string, or what a template begins with, that may be a path. */
const STRING = /["'`]((?:\.\/)?[\w@-][\w@.-]*(?:\/[\w@.-]+)*\/?)(?=(["'`]|\$\{)(.)?)/g;
/** What a single name follows where it is a path. */
const READS = /\b(readFile|readFileSync|readdir|readdirSync|createReadStream|opendir|opendirSync|join|resolve)\)?\($/;
/** What libraries name are folders of the app's that everybody has. */
const OF_EVERYBODY = /^(\.\/)?(public|static)\/./;

/** Code is required, not read; and these are no data. */
const CODE = new Set(['.js', '.jsx', '.ts', '.tsx', '.mjs', '.cjs', '.map']);
const NO_DATA = /(^|\/)(node_modules|\.git|\.env[^/]*)(\/|$)/;

const isOfLibrary = (file: string) => file.includes('/node_modules/');
const isOfNext = (file: string) => /\/node_modules\/(next|react|react-dom|@swc|styled-jsx)\//.test(file);

/** Pure. What a source says that may be a path. */
export function namesIn(text: string, isLibrary: boolean): string[] {
  return [...text.matchAll(STRING)].flatMap(({ 1: name = '', 2: end, 3: next, index }) => {
    if (isLibrary) return OF_EVERYBODY.test(name) ? [name] : [];
    const goesOn = end === '${' || next === '+';
    if (!name.includes('/') && !READS.test(text.slice(Math.max(0, index - 24), index))) return [];
    // `data/prices-${year}.json` names files of `data`.
    return goesOn && name.includes('/') && !name.endsWith('/') ? [name, dirname(name)] : [name];
  });
}

async function filesAt(folder: string, path: string): Promise<string[]> {
  if (statSync(join(folder, path)).isFile()) return [path];
  return (await listFiles(join(folder, path))).map((file) => join(path, file));
}

const isData = (path: string) => !NO_DATA.test(path) && !CODE.has(extname(path));

/** @param sources absolute paths of the code that a function has */
export async function namedFiles({ folder, distFolder }: App, sources: string[]): Promise<NamedFiles> {
  const names = new Set<string>();
  for (const file of sources) {
    if (!/\.[cm]?js$/.test(file) || isOfNext(file)) continue;
    for (const name of namesIn(readFileSync(file, 'utf8'), isOfLibrary(file))) names.add(join(name, '.'));
  }
  const found = new Set<string>();
  const leftOut: string[] = [];
  for (const name of [...names].sort()) {
    const inside = relative(distFolder, join(folder, name));
    if (name === '.' || NO_DATA.test(name) || !inside.startsWith('..') || !existsSync(join(folder, name))) continue;
    const files = (await filesAt(folder, name)).filter(isData).map((file) => join(folder, file));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    if (bytes > MAX_BYTES) leftOut.push(name);
    else for (const file of files) found.add(file);
  }
  return { files: [...found], leftOut };
}

export function tellNamed({ folder }: App, { files, leftOut }: NamedFiles, progress: Progress): void {
  if (files.length > 0) {
    const [first = ''] = files;
    progress(`read by a path from the app's folder: ${files.length} files, the first ${relative(folder, first)}`);
  }
  for (const name of leftOut) {
    progress(
      `${name} is named by the app's code and has more than ${MAX_BYTES / 1024 / 1024} MB: the functions do not have it. ` +
        'What they read of it, name by path.join(process.cwd(), …) or outputFileTracingIncludes.',
    );
  }
}
