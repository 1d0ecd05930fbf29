/** sharp in the image function's ZIP: with its binaries for Lambda, wherever the ZIP is made. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const installed = join(import.meta.dirname, '..', 'node_modules');

/** As npm's --os, --cpu and --libc take them. */
export interface Platform {
  os: string;
  cpu: string;
  /** On Linux alone. */
  libc?: 'glibc' | 'musl';
}

/** What Lambda@Edge runs on: Amazon Linux 2023. */
export const LAMBDA: Platform = { os: 'linux', cpu: 'x64', libc: 'glibc' };

export function thisPlatform(): Platform {
  const { platform: os, arch: cpu } = process;
  if (os !== 'linux') return { os, cpu };
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { os, cpu, libc: header.glibcVersionRuntime ? 'glibc' : 'musl' };
}

/** The packages with sharp's native code for a platform. https://sharp.pixelplumbing.com/install#cross-platform */
export function binaryPackages({ os, cpu, libc }: Platform): string[] {
  const name = `${os}${libc === 'musl' ? 'musl' : ''}-${cpu}`;
  const sharp = `@img/sharp-${name}`;
  // Windows has libvips inside.
  return os === 'win32' ? [sharp] : [sharp, `@img/sharp-libvips-${name}`];
}

const isSame = (one: Platform, other: Platform) =>
  one.os === other.os && one.cpu === other.cpu && one.libc === other.libc;

/**
 * Puts sharp into `folder`/node_modules. On a machine like Lambda it is copied, so that packaging needs no network; on any
 * other it is installed for Lambda, and this machine's binaries beside: the local cloud runs the same ZIP here.
 */
export async function addSharp(folder: string, host = thisPlatform()): Promise<void> {
  if (!isSame(host, LAMBDA)) await installSharp(folder, LAMBDA);
  const modules = join(folder, 'node_modules');
  for (const name of ['sharp', ...binaryPackages(host)]) copyPackage(name, modules);
}

/** By npm, which takes what package.json pins for a platform that need not be this one. */
export async function installSharp(folder: string, { os, cpu, libc }: Platform): Promise<void> {
  const { version } = manifestOf('sharp');
  const target = [`--os=${os}`, `--cpu=${cpu}`, ...(libc ? [`--libc=${libc}`] : [])];
  const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
  mkdirSync(folder, { recursive: true });
  await run('npm', ['install', '--prefix', folder, ...quiet, ...target, `sharp@${version}`], {
    shell: process.platform === 'win32',
  });
}

/** With what it depends on; what is there stays. */
function copyPackage(name: string, modules: string): void {
  const target = join(modules, name);
  if (existsSync(target)) return;
  const { dependencies = {} } = manifestOf(name);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(installed, name), target, { recursive: true });
  for (const dependency of Object.keys(dependencies)) copyPackage(dependency, modules);
}

function manifestOf(name: string): { version: string; dependencies?: Record<string, string> } {
  const file = join(installed, name, 'package.json');
  if (!existsSync(file)) throw new Error(`node_modules/${name} is missing: run npm ci without --omit=optional`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
