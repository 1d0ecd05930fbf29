/** The bundle of a static site: what `next export`, or `output: 'export'`, wrote, or amplify.yml says of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MANIFEST_VERSION, type Manifest } from '../../domain/release.ts';
import { type App, parseJsonFile } from './app.ts';
import type { Bundle, Progress } from './bundle.ts';
import { cleanUrlAliases } from './clean-urls.ts';
import { unusableBuild } from './errors.ts';
import { movedExport } from './moved-build.ts';
import type { Published } from './published-files.ts';
import { size } from './server-site.ts';

const HTML = 'text/html; charset=UTF-8';

/** Absolute path of the exported site; undefined if the app was not exported. */
export function exportedFolder({ folder, config, distFolder }: App): string | undefined {
  const detail = join(distFolder, 'export-detail.json');
  if (existsSync(detail)) {
    const { outDirectory, success } = parseJsonFile<{ outDirectory: string; success: boolean }>(detail);
    if (!success) {
      throw unusableBuild(
        `${detail} says that the export failed.`,
        'Look for the error of `next export` in the build log.',
      );
    }
    return movedExport(folder, outDirectory);
  }
  if (config.output !== 'export') return undefined;
  // With output: 'export', a distDir of one's own is the folder of the exported site.
  return config.distDir === '.next' ? resolve(folder, 'out') : distFolder;
}

function buildIdOf({ distFolder }: App): string {
  const file = join(distFolder, 'BUILD_ID');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : 'static';
}

/** Who puts the site below its base path by hand, as other hosts ask for it, is not put below it once more. */
const prefixFor = (basePath: string, files: string[]) =>
  basePath !== '' && files.some((file) => `/${file}`.startsWith(`${basePath}/_next/`)) ? '' : basePath;

export async function collectStaticSite(
  app: App,
  published: Published,
  bundle: Bundle,
  progress: Progress,
): Promise<Manifest> {
  const { basePath = '', trailingSlash = false } = app.config;
  const files = [...published.files.keys()];
  // Hashed files are shared by the releases of a site: a tab that was open at the switch still finds its own.
  const prefix = prefixFor(basePath, files);
  const roomOf = (address: string) => (address.startsWith(`${basePath}/_next/static/`) ? 'static' : 'public');
  const add = (name: string, file: string, type?: string) => {
    const address = `${prefix}/${name}`;
    return bundle.addFile(`${roomOf(address)}${address}`, join(published.folder, file), type);
  };
  for (const [name, file] of published.files) await add(name, file);
  for (const [alias, name] of cleanUrlAliases(files)) await add(alias, published.files.get(name) ?? name, HTML);
  progress(`assets: ${size(bundle.tally('static/'))}; pages and other files: ${size(bundle.tally('public/'))}`);
  return {
    schemaVersion: MANIFEST_VERSION,
    rendering: 'static',
    next: { version: app.next.version, major: app.next.major },
    buildId: buildIdOf(app),
    basePath,
    trailingSlash,
    files: bundle.files,
    pages: {},
    functions: [],
    edge: {},
  };
}
