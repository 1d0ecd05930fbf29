/** The few files of a commit that decide how it is built. */
import path from 'node:path';

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

const NAMES = new Set([
  ...Object.keys(LOCKFILES),
  'package.json',
  'amplify.yml',
  'amplify.yaml',
  'customHttp.yml',
  'next.config.js',
  'next.config.mjs',
  'next.config.cjs',
  'next.config.ts',
  '.nvmrc',
  '.node-version',
  '.npmrc',
]);

/** A lockfile of 32 MiB has some 100,000 packages; what is larger is copied but not looked into. */
export const MAX_READ_BYTES = 32 * 1024 ** 2;

/** Path from the repository's root → text. */
export type SourceFiles = ReadonlyMap<string, string>;

/** `./apps/web/` → `apps/web`; the root is `.`. */
export const normalRoot = (appRoot: string) => path.posix.normalize(`./${appRoot}`).replace(/\/$/, '') || '.';

/** Whether Detect reads this file: in the app's folder, or at the root, where workspaces keep their lockfile. */
export function isOfInterest(file: string, appRoot: string): boolean {
  const folder = path.posix.dirname(file);
  return (folder === '.' || folder === appRoot) && NAMES.has(path.posix.basename(file));
}

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
