import { escapeRegex } from '../domain/escape-regex.ts';

/**
 * What a pnpm-lock.yaml says of the package in a folder (from its own); undefined where one package is all that it is of.
 * https://github.com/pnpm/spec/tree/master/lockfile
 */
export const importerOf = (lockfile: string, folder: string): string | undefined =>
  new RegExp(`^  ['"]?${escapeRegex(folder)}['"]?:\\n((?:    [^\\n]*\\n|\\n)*)`, 'm').exec(lockfile)?.[1];
