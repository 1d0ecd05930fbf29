/** The release bundle on disk: copies files into it and keeps the account of them that manifest.json needs. */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Manifest } from '../../domain/release.ts';
import { contentTypeOf } from './content-types.ts';
import { AFRESH, unusableBuild } from './errors.ts';

/** A line of the build's log. */
export type Progress = (line: string) => void;

export interface Tally {
  files: number;
  bytes: number;
}

export interface Bundle {
  folder: string;
  files: Manifest['files'];
  /** Copies `source` to `path` in the bundle. Links inside the copied tree are kept as links. */
  addFile(path: string, source: string, contentType?: string): Promise<void>;
  addText(path: string, text: string, contentType?: string): Promise<void>;
  /** Sum over everything below `prefix`. */
  tally(prefix: string): Tally;
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

export function createBundle(folder: string): Bundle {
  const files: Manifest['files'] = {};
  const record = (path: string, content: Uint8Array | string, contentType = contentTypeOf(path)) => {
    files[path] = { sha256: sha256(content), bytes: Buffer.byteLength(content), contentType };
  };
  const place = async (path: string) => {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    return target;
  };
  return {
    folder,
    files,
    async addFile(path, source, contentType) {
      const target = await place(path);
      const found = await lstat(source).catch((cause) => {
        throw unusableBuild(`${source} is missing, though the build counts on it.`, AFRESH, cause);
      });
      if (found.isSymbolicLink() && path.startsWith('functions/')) {
        const led = await readlink(source);
        await symlink(isAbsolute(led) ? relative(dirname(source), led) : led, target);
        return;
      }
      await copyFile(source, target);
      record(path, await readFile(target), contentType);
    },
    async addText(path, text, contentType) {
      await writeFile(await place(path), text);
      record(path, text, contentType);
    },
    tally(prefix) {
      const below = Object.entries(files).filter(([path]) => path.startsWith(prefix));
      return { files: below.length, bytes: below.reduce((sum, [, { bytes }]) => sum + bytes, 0) };
    },
  };
}

/** A link to a folder is none: package managers such as pnpm make node_modules of them. */
export const isFolder = (path: string): boolean => lstatSync(path).isDirectory();

/** Paths of all files below `folder`, relative to it, with `/`, sorted; none if there is no such folder. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
