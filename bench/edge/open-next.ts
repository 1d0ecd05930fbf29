/** OpenNext's server function, built from the same sources by the version in bench/open-next. */
import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startFunction } from '../../test/next/support/edge-site.ts';
import type { BuiltApp } from '../../test/next/support/next-app.ts';
import { type Server, type Started, zippedBytes } from './measure.ts';

const run = promisify(execFile);
const tools = join(import.meta.dirname, '..', 'open-next');

/** @returns the folder of its server function */
export async function buildOpenNext({ folder, environment }: BuiltApp, target: string): Promise<string> {
  const app = join(target, 'app');
  await cp(folder, app, { recursive: true, verbatimSymlinks: true, filter: (path) => !/\/\.next$/.test(path) });
  await cp(join(tools, 'package.json'), join(target, 'tools', 'package.json'));
  await cp(join(tools, 'open-next.config.ts'), join(app, 'open-next.config.ts'));
  const options = { env: environment, maxBuffer: 64 * 1024 * 1024 };
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], {
    ...options,
    cwd: join(target, 'tools'),
  });
  await run('node', [join(target, 'tools/node_modules/@opennextjs/aws/dist/index.js'), 'build'], {
    ...options,
    cwd: app,
  });
  return join(app, '.open-next/server-functions/default');
}

export async function openNextServer(folder: string): Promise<Server> {
  const start = async (): Promise<Started> => {
    const { invoke, stop } = await startFunction(folder, 'http://127.0.0.1:9', join(tools, 'lambda.mjs'));
    const ask = async (path: string) => Number(((await invoke({ path })) as { status: string }).status);
    return { ask, stop };
  };
  return { name: 'OpenNext', start, zipBytes: await zippedBytes(folder) };
}
