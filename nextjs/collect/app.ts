/** Reads what `next build` left behind: Next's version, its configuration and its manifests. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { AFRESH, unsupportedNext, unusableBuild } from './errors.ts';

/** The parts of Next's resolved configuration that the collector looks at. */
export interface NextConfig {
  distDir: string;
  basePath?: string;
  trailingSlash?: boolean;
  output?: string;
  target?: string;
  assetPrefix?: string;
  i18n?: {
    locales: string[];
    defaultLocale: string;
    localeDetection?: boolean;
    domains?: Array<{ domain: string; defaultLocale: string; http?: boolean; locales?: string[] }>;
  } | null;
  images?: Record<string, unknown>;
  experimental?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface NextVersion {
  version: string;
  major: number;
  minor: number;
}

export interface App {
  /** Absolute. */
  folder: string;
  next: NextVersion & { folder: string };
  config: NextConfig;
  /** Absolute. */
  distFolder: string;
}

const PHASE_PRODUCTION_SERVER = 'phase-production-server';
const REBUILD = 'Run the app’s build command and see that it ends without an error; `next build` must be part of it.';

/** @param needs without which it is not what Next wrote */
export function parseJsonFile<Shape>(
  file: string,
  { needs = [], remedy = REBUILD }: { needs?: Array<keyof Shape & string>; remedy?: string } = {},
): Shape {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusableBuild(`${file} is missing or cannot be read.`, remedy, cause);
  }
  let parsed: Shape | null;
  try {
    parsed = JSON.parse(text) as Shape | null;
  } catch (cause) {
    throw unusableBuild(`${file} is not valid JSON.`, AFRESH, cause);
  }
  const missing = needs.find((name) => parsed?.[name] === undefined);
  if (missing) throw unusableBuild(`${file} is not what Next.js writes: it has no "${missing}".`, AFRESH);
  return parsed as Shape;
}

function parseVersion(version: string): NextVersion {
  const [major, minor] = version.split('.').map(Number);
  if (!Number.isInteger(major) || !Number.isInteger(minor)) {
    throw unusableBuild(`Next.js has the version "${version}", which is no version number.`, 'Install next from npm.');
  }
  return { version, major: major as number, minor: minor as number };
}

function findNext(folder: string): App['next'] {
  let file: string;
  try {
    file = createRequire(join(folder, 'package.json')).resolve('next/package.json');
  } catch (cause) {
    throw unusableBuild(
      `The package "next" is not installed for ${folder}.`,
      'Add next to the dependencies in package.json, and see that the install command runs.',
      cause,
    );
  }
  return { ...parseVersion(parseJsonFile<{ version: string }>(file).version), folder: dirname(file) };
}

/** By Next's own loader: it fills in the defaults of that version and runs the app's next.config.js. */
async function loadConfig(folder: string, next: App['next']): Promise<NextConfig> {
  const module = ['dist/server/config.js', 'dist/next-server/server/config.js']
    .map((file) => join(next.folder, file))
    .find((file) => existsSync(file));
  if (!module) {
    throw unsupportedNext(
      `Next.js ${next.version} keeps its configuration loader elsewhere.`,
      'Use Next.js 9.3 or later.',
    );
  }
  const exported = createRequire(module)(module) as { default?: unknown };
  const load = exported.default as (phase: string, folder: string) => Promise<NextConfig>;
  try {
    return JSON.parse(JSON.stringify(await load(PHASE_PRODUCTION_SERVER, folder))) as NextConfig;
  } catch (cause) {
    throw unusableBuild(
      `Next.js could not load the configuration of ${folder}: ${(cause as Error).message}`,
      'Check next.config.js: it must load in the build environment, too.',
      cause,
    );
  }
}

/** The configuration that the build used, where the build wrote it down (Next 10.2 and later). */
function configOfBuild(distFolder: string): NextConfig | undefined {
  const file = join(distFolder, 'required-server-files.json');
  return existsSync(file) ? parseJsonFile<{ config: NextConfig }>(file, { needs: ['config'] }).config : undefined;
}

export async function readApp(path: string): Promise<App> {
  const folder = resolve(path);
  if (!existsSync(join(folder, 'package.json'))) {
    throw unusableBuild(
      `${folder} has no package.json.`,
      'Set the app root to the folder that holds the app’s package.json.',
    );
  }
  const next = findNext(folder);
  const loaded = await loadConfig(folder, next);
  const distFolder = resolve(folder, loaded.distDir);
  return { folder, next, config: { ...loaded, ...configOfBuild(distFolder) }, distFolder };
}
