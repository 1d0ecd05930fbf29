/** Files of a folder that browsers ask for by their paths: links are what they lead to, as they are for Next.js. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unusableBuild } from './errors.ts';

/** One that leads nowhere is passed over, as Next.js does; one that leads to itself has no end. */
async function targetOf(link: string): Promise<'folder' | 'file' | undefined> {
  try {
    return (await stat(link)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusableBuild(`${link} is a link that cannot be followed.`, 'Correct or remove the link.', cause);
  }
}

/** @param around real paths of the folders that the walk has come through */
async function walk(folder: string, around: string[]): Promise<string[]> {
  const real = await realpath(folder);
  if (around.some((outer) => outer === real || outer.startsWith(`${real}/`))) {
    throw unusableBuild(`${folder} is a link to a folder around it: its files would have no end.`, 'Remove the link.');
  }
  const files: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    const kind = entry.isSymbolicLink() ? await targetOf(path) : !entry.isDirectory() && 'file';
    if (kind === 'folder') {
      const below = await walk(path, [...around, await realpath(entry.parentPath)]);
      files.push(...below.map((file) => `${name}/${file}`));
    } else if (kind === 'file') files.push(name);
  }
  return files;
}

/** Paths relative to `folder`, sorted; none if there is no such folder. */
export async function listServedFiles(folder: string): Promise<string[]> {
  const isThere = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isThere ? (await walk(folder, [])).sort() : [];
}
