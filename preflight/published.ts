/** Which files of a static site are published, by the artifacts of amplify.yml. Pure. */
import path from 'node:path';
import type { PublishedFiles } from '../domain/published-files.ts';
import { ALL_FILES, type AmplifySettings } from './amplify.ts';
import type { Plan } from './plan.ts';
import { normalRoot } from './source-tree.ts';

/** baseDirectory from the app's folder. Some write it from the repository's root, whatever their commands begin in. */
function baseDirectoryOf({ artifacts, buildPath }: AmplifySettings, appRoot: string): string | undefined {
  if (!artifacts.baseDirectory) return undefined;
  const written = normalRoot(artifacts.baseDirectory.replace(/^\/+/, ''));
  const fromRoot = written.startsWith(`${appRoot}/`) ? written : path.posix.join(buildPath ?? appRoot, written);
  return path.posix.relative(appRoot, fromRoot);
}

function refusalOf(folder: string, appRoot: string): string | undefined {
  if (path.posix.join(appRoot, folder).split('/')[0] === '..') return 'it lies outside of the repository';
  if (/^[./]*$/.test(folder)) return 'it holds the sources';
  return folder === '.next' ? 'it is where Next.js builds, not what it exports' : undefined;
}

/** Why baseDirectory is not followed; undefined where it is, or is where Next.js writes anyway. */
export function baseDirectoryRefusal({ amplify, rendering }: Partial<Plan>, appRoot: string): string | undefined {
  const folder = amplify && baseDirectoryOf(amplify, appRoot);
  if (folder === undefined || !rendering) return undefined;
  if (rendering.rendering === 'static') return refusalOf(folder, appRoot);
  return folder === '.next' ? undefined : 'the app is rendered by a server, whose output Towpath finds by itself';
}

/** `./a`, `/a` → `a`, also behind a `!`. */
const belowFolder = (glob: string) => glob.trim().replace(/^(!?)(\.?\/)+/, '$1');

/**
 * Undefined for all that Next.js exports. Whatever the app was taken for: `output: process.env.… ? 'export' : undefined` is
 * seen by who runs it, and what is rendered by a server has no use for it.
 */
export function publishedFiles({ amplify }: Pick<Plan, 'amplify'>, appRoot: string): PublishedFiles | undefined {
  if (!amplify) return undefined;
  const named = baseDirectoryOf(amplify, appRoot);
  const folder = named === undefined || refusalOf(named, appRoot) ? undefined : named;
  const { files, discardPaths } = amplify.artifacts;
  const written = files.map(belowFolder).filter((glob) => glob !== '' && glob !== '!');
  const globs = written.length > 0 ? written : [ALL_FILES];
  if (folder === undefined && globs.every((glob) => glob === ALL_FILES) && !discardPaths) return undefined;
  return { ...(folder !== undefined && { folder }), globs, flat: discardPaths };
}
