/** The home of the builds' user, which all builds share. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Its `~/.npm` is that of whoever runs the local cloud: what npm has downloaded once is not downloaded again. npm's cache is made
 * for several at once, and gives by hash what it was given.
 */
export async function openHome(home: string, parent: NodeJS.ProcessEnv): Promise<string> {
  await mkdir(home, { recursive: true });
  const cache = parent.npm_config_cache ?? (parent.HOME && join(parent.HOME, '.npm'));
  if (!cache) return home;
  await mkdir(cache, { recursive: true });
  await symlink(cache, join(home, '.npm')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return home;
}
