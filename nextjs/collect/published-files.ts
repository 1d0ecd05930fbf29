/** What of an exported site is published, where the artifacts of amplify.yml say so. */
import { basename, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import type { PublishedFiles } from '../../domain/published-files.ts';
import type { App } from './app.ts';
import { listFiles } from './bundle.ts';
import { unusableBuild } from './errors.ts';

export interface Published {
  /** Absolute. */
  folder: string;
  /** Path in the site → path in the folder. */
  files: Map<string, string>;
}

/** Next.js's own files: every page asks for them by their folders. */
const OF_NEXT = /(^|\/)_next\//;

const nameIn = (file: string, flat: boolean) => (flat && !OF_NEXT.test(file) ? basename(file) : file);

/** The working folder of Next.js has its build and not the site, whatever amplify.yml says. */
const isMeant = (folder: string, exported: string, { distFolder }: App) => folder === exported || folder !== distFolder;

function withoutTwins(names: [inSite: string, file: string][], where: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const [inSite, file] of names) {
    const twin = files.get(inSite);
    if (twin !== undefined) {
      throw unusableBuild(
        `amplify.yml has discard-paths, and ${where} has both ${twin} and ${file}: either would be "${inSite}".`,
        'Remove discard-paths from the artifacts of amplify.yml, or name fewer files.',
      );
    }
    files.set(inSite, file);
  }
  return files;
}

/** @param exported absolute path of what Next.js exported */
export async function publishedOf(app: App, exported: string, wanted: PublishedFiles | undefined): Promise<Published> {
  const asked = wanted?.folder === undefined ? exported : resolve(app.folder, wanted.folder);
  const folder = isMeant(asked, exported, app) ? asked : exported;
  const found = await listFiles(folder);
  if (!wanted) return { folder, files: new Map(found.map((file) => [file, file])) };
  const where = relative(app.folder, folder);
  if (found.length === 0 && folder !== exported) {
    throw unusableBuild(
      `amplify.yml says that baseDirectory is published, but the build left no file in ${where}.`,
      `Next.js exported the site to ${relative(app.folder, exported)}: name that, or remove baseDirectory.`,
    );
  }
  const isWanted = picomatch(wanted.globs, { dot: true });
  const matching = found.filter((file) => isWanted(file));
  if (matching.length === 0 && found.length > 0) {
    throw unusableBuild(
      `amplify.yml publishes ${wanted.globs.join(', ')} of ${where}, which none of its ${found.length} files is.`,
      'Name what is in there, or remove "files" from the artifacts of amplify.yml.',
    );
  }
  return {
    folder,
    files: withoutTwins(
      matching.map((file) => [nameIn(file, wanted.flat), file]),
      where,
    ),
  };
}
