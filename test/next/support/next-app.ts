/** Builds an example as its users would, on the Node major it needs, and starts `next start` on the result. */
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { useNode } from '../../../nextjs/use-node/toolchain.ts';
import type { Variant } from '../variants.ts';
import { type Answer, type Ask, askServer } from './http.ts';

const run = promisify(execFile);

export interface BuiltApp {
  folder: string;
  environment: NodeJS.ProcessEnv;
}

/** Without what npm and jest put there for themselves. */
const plainEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_(ENV|OPTIONS|COMPILE_CACHE)$|JEST_)/.test(name)),
  );

/** What Next 16 is given to build with, as the build's tools have it. */
async function bundleAdapter(file: string): Promise<string> {
  const source = fileURLToPath(new URL('../../../nextjs/adapter/index.ts', import.meta.url));
  await build({
    entryPoints: [source],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return file;
}

function applyEdits(folder: string, edits: NonNullable<Variant['edits']>): void {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const edited = Object.entries(edits).map(([name, edit]) => ({ file: join(folder, name), text: edit(read, name) }));
  for (const { file, text } of edited) {
    rmSync(file, { force: true });
    if (text === undefined) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** @param variables of the build alone */
export async function buildApp(
  example: string,
  folder: string,
  nodeMajor: number,
  variant?: Variant,
  variables: Record<string, string> = {},
): Promise<BuiltApp> {
  cpSync(example, folder, { recursive: true, filter: (path) => !/\/(node_modules|\.next|out)$/.test(path) });
  const bin = await useNode(nodeMajor, {
    platform: `${process.platform}-${process.arch}`,
    nodePath: process.execPath,
    nodeVersion: process.versions.node,
    searchPath: process.env.PATH ?? '',
    cacheFolder: join(homedir(), '.cache', 'towpath', 'node'),
  });
  const environment = {
    ...plainEnvironment(),
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    NEXT_TELEMETRY_DISABLED: '1',
    CI: '1',
  };
  const options = { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline'];
  if (variant) {
    const next = /^\d+\.\d+$/.test(variant.next) ? `next@~${variant.next}.0` : `next@${variant.next}`;
    await run('npm', ['install', ...quietly, '--legacy-peer-deps', next], options);
    applyEdits(folder, variant.edits ?? {});
  } else await run('npm', ['ci', ...quietly], options);
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/next/package.json'), 'utf8'));
  // 15 would take an adapter of another kind.
  const hasAdapter = Number.parseInt(version, 10) >= 16;
  const adapter = hasAdapter ? { NEXT_ADAPTER_PATH: await bundleAdapter(`${folder}-adapter.mjs`) } : {};
  await run('npm', ['run', 'build'], { ...options, env: { ...environment, ...variables, ...adapter } });
  return { folder, environment };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Next 13.4 compresses what middleware let through, though nobody asked for it. */
function uncompressed(answer: Answer): Answer {
  if (answer.headers['content-encoding']?.[0] !== 'gzip') return answer;
  return { ...answer, body: gunzipSync(answer.body) };
}

export async function startNext({ folder, environment }: BuiltApp, variables: Record<string, string>) {
  const port = await freePort();
  const child = spawn('node', ['node_modules/next/dist/bin/next', 'start', '-p', String(port), '-H', 'localhost'], {
    cwd: folder,
    env: { ...environment, ...variables },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => /started server|Ready (in|on)/.test(String(data)) && resolve());
    child.once('exit', (code) => reject(new Error(`next start ended with ${code}.`)));
  });
  return {
    /** By which it reaches itself. */
    host: `localhost:${port}`,
    ask: async (ask: Ask) => uncompressed(await askServer(port, ask)),
    async stop() {
      child.kill();
      await ended;
    },
  };
}
