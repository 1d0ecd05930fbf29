/** Which files of an exported site are published: all, unless the artifacts of amplify.yml say otherwise. */
import { basename, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import type { PublishedFiles } from '../../domain/published-files.ts';
import type { App } from './app.ts';
import { unusableBuild } from './errors.ts';
import { listServedFiles } from './served-files.ts';

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

/** `!` before a glob leaves out, as it does in the cache's paths; `!(…)` is a glob. */
const EXCEPTION = /^!(?!\()/;

function matcherOf(globs: string[]): (file: string) => boolean {
  const wanted = globs.filter((glob) => !EXCEPTION.test(glob));
  const isWanted = picomatch(wanted.length > 0 ? wanted : '**', { dot: true });
  const isLeftOut = picomatch(
    globs.filter((glob) => EXCEPTION.test(glob)).map((glob) => glob.slice(1)),
    { dot: true },
  );
  return (file) => isWanted(file) && !isLeftOut(file);
}

const isPage = (file: string) => file.endsWith('.html');

const emptyExport = (folder: string) =>
  unusableBuild(
    `${folder} holds no HTML file: the static export is missing or empty.`,
    'See that the build command ends with `next export`, or that next.config.js sets output: "export".',
  );

/** @param exported absolute path of what Next.js exported */
export async function publishedOf(app: App, exported: string, wanted: PublishedFiles | undefined): Promise<Published> {
  const asked = wanted?.folder === undefined ? exported : resolve(app.folder, wanted.folder);
  const folder = isMeant(asked, exported, app) ? asked : exported;
  const found = await listServedFiles(folder);
  const where = relative(app.folder, folder);
  if (found.length === 0 && folder !== exported) {
    throw unusableBuild(
      `amplify.yml says that baseDirectory is published, but the build left no file in ${where}.`,
      `Next.js exported the site to ${relative(app.folder, exported)}, from the app's folder: name that, or remove baseDirectory.`,
    );
  }
  if (!wanted || found.length === 0) {
    if (!found.some(isPage)) throw emptyExport(folder);
    return { folder, files: new Map(found.map((file) => [file, file])) };
  }
  const matching = found.filter(matcherOf(wanted.globs));
  const asWritten = `amplify.yml publishes ${wanted.globs.join(', ')} of ${where}`;
  if (matching.length === 0) {
    throw unusableBuild(
      `${asWritten}, which none of its ${found.length} files is.`,
      'Name what is in there, or remove "files" from the artifacts of amplify.yml.',
    );
  }
  if (!matching.some(isPage)) {
    throw unusableBuild(
      `${asWritten}: ${matching.length} files, and none of them is a page (.html).`,
      'Let baseDirectory and "files" in the artifacts of amplify.yml name the whole site, or remove them.',
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
