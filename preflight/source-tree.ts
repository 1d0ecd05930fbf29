/** What the checks know of a commit: the list of its entries, and the texts of the few files that decide. */
import path from 'node:path';
import { type EdgeUse, edgeUses } from './edge-uses.ts';
import { type ImageUse, imageUses } from './image-uses.ts';

export const LOCKFILES = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'yarn.lock': 'yarn',
  'pnpm-lock.yaml': 'pnpm',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
} as const;
export type Lockfile = keyof typeof LOCKFILES;
export type PackageManager = (typeof LOCKFILES)[Lockfile];

/** In the order in which Next.js looks for them. */
export const NEXT_CONFIGS = ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next.config.cjs'];

const NAMES = new Set([
  ...Object.keys(LOCKFILES),
  'package.json',
  'project.json',
  'nx.json',
  'turbo.json',
  'turbo.jsonc',
  'pnpm-workspace.yaml',
  'amplify.yml',
  'amplify.yaml',
  'customHttp.yml',
  'customHttp.yaml',
  'redirects.json',
  ...NEXT_CONFIGS,
  '.nvmrc',
  '.node-version',
  '.npmrc',
  '.gitmodules',
]);

/** A lockfile of 32 MiB has some 100,000 packages; what is larger is copied but not looked into. */
const MAX_READ_BYTES = 32 * 1024 ** 2;
/** Source that a person wrote is smaller. */
const MAX_SCAN_BYTES = 256 * 1024;
/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: three short lines. */
const POINTER_BYTES = { least: 100, most: 200 };
const isPointerSize = (bytes: number) => bytes >= POINTER_BYTES.least && bytes <= POINTER_BYTES.most;
const POINTER = 'version https://git-lfs.github.com/spec/v1\n';

/** Path from the repository's root → text. */
export type SourceFiles = ReadonlyMap<string, string>;

export interface SourceEntry {
  /** From the repository's root. */
  path: string;
  bytes: number;
  kind: 'file' | 'symlink' | 'submodule';
}

export interface PackageEntry {
  /** Absent where its package.json cannot be read. */
  name?: string;
  /** Names of the packages that it depends on, in whatever way. */
  needs: string[];
}

/** A path with `..` in a file. */
export interface OutwardPath {
  /** The file, and what it means, both from the repository's root. */
  from: string;
  to: string;
}

export interface SourceTree {
  appRoot: string;
  entries: readonly SourceEntry[];
  texts: SourceFiles;
  /** Names of the packages in the repository. */
  packages: ReadonlySet<string>;
  /** Folder → the package there; `.` for the root. */
  packageFolders: ReadonlyMap<string, PackageEntry>;
  /** Those that lead out of the file's own folder. */
  outwardPaths: readonly OutwardPath[];
  lfsPointers: readonly string[];
  imageUses: readonly ImageUse[];
  edgeUses: readonly EdgeUse[];
}

/** `./apps/web/` → `apps/web`; the root is `.`. */
export const normalRoot = (appRoot: string) => path.posix.normalize(`./${appRoot}`).replace(/\/$/, '') || '.';

/** A path inside the app's folder, from the repository's root. */
export const inApp = (appRoot: string, name: string) => path.posix.join(appRoot, name);

/** What can mean another file by its path: scripts, styles, texts, and what compilers are told. */
const SCANNED = /\.([cm]?[jt]sx?|mdx?|css|s[ac]ss|less)$|^(tsconfig|jsconfig).*\.json$/;
const SCRIPT = /\.[cm]?[jt]sx?$/;

type Reading = 'keep' | 'package' | 'scan' | 'pointer' | undefined;

function readingOf(file: string, bytes: number, appRoot: string): Reading {
  const [folder, name] = [path.posix.dirname(file), path.posix.basename(file)];
  const isBeside = folder === '.' || folder === appRoot;
  if ((isBeside && (NAMES.has(name) || isEnvFile(name))) || middlewareFiles(appRoot).includes(file)) {
    return bytes <= MAX_READ_BYTES ? 'keep' : undefined;
  }
  if (/(^|\/)node_modules\//.test(file)) return undefined;
  if (name === 'package.json') return bytes <= MAX_SCAN_BYTES ? 'package' : undefined;
  if (SCANNED.test(name)) return bytes <= MAX_SCAN_BYTES ? 'scan' : undefined;
  return isPointerSize(bytes) ? 'pointer' : undefined;
}

/** Examples are there to be committed. */
export const isEnvFile = (name: string) =>
  /^\.env(\.|$)/.test(name) && !/\.(example|sample|template|dist|defaults?)$/.test(name);

const MIDDLEWARE = ['middleware', 'proxy'].flatMap((name) => [`${name}.ts`, `${name}.js`]);
/** Where Next.js looks for it from 12.2 on; `proxy` is its name from 16 on. */
export const middlewareFiles = (appRoot: string) =>
  MIDDLEWARE.flatMap((name) => [inApp(appRoot, name), inApp(appRoot, `src/${name}`)]);

/**
 * Builds the tree from one pass over the entries, in any order: only what `wantsText` asks for has to be read, and of
 * most of that no more is kept than what the checks need.
 */
export function surveyTree(root: string) {
  const appRoot = normalRoot(root);
  const entries: SourceEntry[] = [];
  const texts = new Map<string, string>();
  const packages = new Set<string>();
  const lfsPointers: string[] = [];
  const images: ImageUse[] = [];
  const edge: EdgeUse[] = [];
  const packageFolders = new Map<string, PackageEntry>();
  const outward = new Map<string, OutwardPath>();

  const readText = ({ path: file, bytes }: SourceEntry, text: string) => {
    const reading = readingOf(file, bytes, appRoot);
    if (reading === 'keep') texts.set(file, text);
    if (path.posix.basename(file) === 'package.json') {
      addName(packages, text);
      packageFolders.set(path.posix.dirname(file), packageEntry(text));
    }
    if (reading === 'scan' && SCRIPT.test(file)) images.push(...imageUses(file, text));
    if ((reading === 'scan' || reading === 'keep') && SCRIPT.test(file)) edge.push(...edgeUses(file, text));
    if (reading === 'scan' || reading === 'keep') {
      for (const to of outwardPaths(file, text)) outward.set(`${path.posix.dirname(file)} ${to}`, { from: file, to });
    }
    const mayBePointer = reading === 'pointer' || (reading === 'scan' && !SCRIPT.test(file) && isPointerSize(bytes));
    if (mayBePointer && text.startsWith(POINTER)) lfsPointers.push(file);
  };
  return {
    wantsText: ({ path: file, bytes, kind }: SourceEntry) =>
      kind === 'file' && readingOf(file, bytes, appRoot) !== undefined,
    add(entry: SourceEntry, text?: string) {
      entries.push(entry);
      if (text !== undefined) readText(entry, text);
    },
    tree: (): SourceTree => ({
      appRoot,
      entries,
      texts,
      packages,
      packageFolders,
      outwardPaths: [...outward.values()],
      lfsPointers,
      imageUses: images,
      edgeUses: edge,
    }),
  };
}

function addName(packages: Set<string>, text: string) {
  // Not parsed: a package.json elsewhere may be broken on purpose.
  const name = /"name"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  if (name) packages.add(name);
}

const NEEDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

function packageEntry(text: string): PackageEntry {
  try {
    const { name, ...fields } = JSON.parse(text) as Record<string, unknown>;
    const needs = NEEDS.flatMap((kind) => Object.keys((fields[kind] as object | undefined) ?? {}));
    return { ...(typeof name === 'string' && { name }), needs };
  } catch {
    return { needs: [] };
  }
}

const OUTWARD = /(?:\.\.\/)+[\w@.-]+(?:\/[\w@.-]+)*/g;

const outwardPaths = (file: string, text: string): string[] =>
  [...text.matchAll(OUTWARD)].map(([relative]) => path.posix.join(path.posix.dirname(file), relative));

/** The first of `names` that the app's folder has, else the first that the repository's root has. */
export function nearest(files: SourceFiles, appRoot: string, names: readonly string[]) {
  for (const folder of new Set([appRoot, '.'])) {
    for (const name of names) {
      const file = path.posix.join(folder, name);
      const text = files.get(file);
      if (text !== undefined) return { file, name, folder, text };
    }
  }
  return undefined;
}
