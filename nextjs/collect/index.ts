import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PublishedFiles } from '../../domain/published-files.ts';
import { Manifest } from '../../domain/release.ts';
import { EdgeContent } from '../../domain/routing.ts';
import { collectAdapterSite } from './adapter-site.ts';
import { type App, readApp } from './app.ts';
import { createBundle, type Progress } from './bundle.ts';
import { publishedOf } from './published-files.ts';
import { collectRoutedSite, isRoutedByOthers } from './routed-site.ts';
import { collectServerSite } from './server-site.ts';
import { collectStaticSite, exportedFolder } from './static-site.ts';

/** Major version of Next.js. */
const OLDEST_WITH_ADAPTER = 16;

function collectorOf(app: App) {
  if (app.next.major >= OLDEST_WITH_ADAPTER) return collectAdapterSite;
  return isRoutedByOthers(app) ? collectRoutedSite : collectServerSite;
}

/**
 * Packages a built Next.js app as a release bundle.
 *
 * @param appFolder the folder of the app's package.json, after its build command
 * @param outFolder where the bundle goes; emptied first
 * @param wanted of a static site; absent for all that was exported
 */
export async function collect(
  appFolder: string,
  outFolder: string,
  progress: Progress,
  wanted?: PublishedFiles,
): Promise<Manifest> {
  const app = await readApp(appFolder);
  const exported = exportedFolder(app);
  progress(`Next.js ${app.next.version}, ${exported ? 'static export' : 'server rendering'}`);
  const folder = resolve(outFolder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const bundle = createBundle(folder);
  const collected = exported
    ? await collectStaticSite(app, await publishedOf(app, exported, wanted), bundle, progress)
    : await collectorOf(app)(app, bundle, progress);
  const edge = collected.rendering === 'ssr' ? EdgeContent.parse(collected.edge) : undefined;
  const manifest = Manifest.parse({
    ...collected,
    // What pages alone could ask for is not worth an answer for each country.
    ...(edge?.routing.middlewareMatchers ? { seesCountry: true } : {}),
    edge: edge ?? {},
  });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return manifest;
}
