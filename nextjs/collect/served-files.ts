/** Files of a folder that browsers ask for by their paths: links are what they lead to, as they are for Next.js. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unusableBuild } from './errors.ts';

async function targetOf(link: string) {
  const target = await stat(link).catch((cause) => {
    throw unusableBuild(`${link} is a link that leads nowhere.`, 'Commit what it leads to, or remove it.', cause);
  });
  return target.isDirectory() ? 'folder' : 'file';
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
    if (entry.isSymbolicLink() && (await targetOf(path)) === 'folder') {
      const below = await walk(path, [...around, await realpath(entry.parentPath)]);
      files.push(...below.map((file) => `${name}/${file}`));
    } else if (!entry.isDirectory()) files.push(name);
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
