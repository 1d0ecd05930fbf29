/** A copy of examples/next-11 in a Git repository of its own, to be pushed. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { git, inspectRepository } from '../cli/repository.ts';

const SOURCE = join(import.meta.dirname, '..', 'examples', 'next-11');

/** Who makes the commits, as arguments of git. */
export const IDENTITY = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];

export async function exampleRepository(folder: string) {
  cpSync(SOURCE, folder, { recursive: true, filter: (path) => !/[\\/](node_modules|\.next|out)$/.test(path) });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'add', '--all');
  await git(folder, ...IDENTITY, 'commit', '--quiet', '--message', 'bench');
  return inspectRepository(folder, 'main');
}
