/** Which files a build's artifact has, and the ZIP of them: the same files give the same bytes. */
import { globSync } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { ArtifactFiles } from './buildspec.ts';
import { globToRegExp } from './glob.ts';
import { PhaseError } from './phase-error.ts';
import { isOutside } from './unpack.ts';

export interface ArtifactEntry {
  /** Its path in the artifact. */
  name: string;
  /** Absolute path of the file. */
  path: string;
  /** Set for a symbolic link that is kept. */
  target?: string;
  mode: number;
}

/** Throws PhaseError CLIENT_ERROR when nothing matches, as CodeBuild does. */
export async function collectArtifact(spec: ArtifactFiles, folder: string): Promise<ArtifactEntry[]> {
  const files = spec.files.map(globToRegExp);
  const excluded = spec.excludePaths.map(globToRegExp);
  const entries = new Map<string, ArtifactEntry>();
  for (const base of baseFolders(spec.baseDirectory, folder)) {
    for (const entry of await walk(base, base, spec.keepSymlinks, [])) {
      if (!files.some((pattern) => pattern.test(entry.name))) continue;
      if (excluded.some((pattern) => pattern.test(entry.name))) continue;
      const name = spec.discardPaths ? basename(entry.name) : entry.name;
      entries.set(name, { ...entry, name });
    }
  }
  if (entries.size === 0) {
    throw new PhaseError(
      'CLIENT_ERROR',
      `no matching artifact paths found: ${spec.files.join(', ')} in ${spec.baseDirectory}`,
    );
  }
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function baseFolders(pattern: string, folder: string): string[] {
  const found = /[*?]/.test(pattern) ? globSync(pattern, { cwd: folder }) : [pattern];
  const bases = found.map((path) => resolve(folder, path));
  for (const base of bases) {
    if (isOutside(folder, base))
      throw new PhaseError('CLIENT_ERROR', `base-directory is outside of the source: ${pattern}`);
  }
  return bases;
}

/** Every file under `folder`; `above` are the real folders on the way to it, so that links in a circle end. */
async function walk(folder: string, base: string, keepSymlinks: boolean, above: string[]): Promise<ArtifactEntry[]> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || above.includes(real)) return [];
  const entries: ArtifactEntry[] = [];
  for (const found of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, found.name);
    const name = relative(base, path);
    if (found.isSymbolicLink() && keepSymlinks) {
      const target = await readlink(path);
      if (!isOutside(base, resolve(dirname(path), target))) {
        entries.push({ name, path, target, mode: 0o120777 });
        continue;
      }
    }
    const status = await stat(path).catch(() => undefined);
    if (status?.isDirectory()) entries.push(...(await walk(path, base, keepSymlinks, [...above, real])));
    else if (status?.isFile()) entries.push({ name, path, mode: status.mode & 0o111 ? 0o100755 : 0o100644 });
  }
  return entries;
}

export async function zipArtifact(entries: ArtifactEntry[]): Promise<Buffer> {
  const zip = new ZipFile();
  const fixed = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
  for (const { name, path, target, mode } of entries) {
    if (target === undefined) zip.addFile(path, name, { ...fixed, mode });
    else zip.addBuffer(Buffer.from(target), name, { ...fixed, mode });
  }
  zip.end();
  const failed = new Promise<never>((_, reject) => (zip as unknown as NodeJS.EventEmitter).on('error', reject));
  return Promise.race([buffer(zip.outputStream), failed]);
}
