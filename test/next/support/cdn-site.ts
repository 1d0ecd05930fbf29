/** A release bundle behind the local cloud's CloudFront, cache and viewer function included, published by the pipeline's own steps. */
import { mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ZipFile } from 'yazl';
import { App } from '../../../domain/app.ts';
import { listFiles } from '../../../nextjs/collect/bundle.ts';
import { ARTIFACT_BUCKET, pipelineState } from '../../support/pipeline-state.ts';
import { plainVariables } from '../../support/plain-variables.ts';
import { publish, startSitePlane } from '../../support/site-plane.ts';
import { type Answer, type Ask, askServer } from './http.ts';

/** Made by scripts/package.ts. */
const EDGE_FOLDER = fileURLToPath(new URL('../../../build/edge', import.meta.url));

export interface CdnSite {
  /** The distribution answers on any Host, as if each were one of its names. */
  ask(ask: Ask): Promise<Answer>;
  stop(): Promise<void>;
}

async function zipOfFolder(folder: string): Promise<Buffer> {
  const zip = new ZipFile();
  for (const path of await listFiles(folder)) {
    const file = join(folder, path);
    const target = await readlink(file).catch(() => undefined);
    if (target === undefined) zip.addBuffer(await readFile(file), path);
    else zip.addBuffer(Buffer.from(target), path, { mode: 0o120777 });
  }
  zip.end();
  return buffer(zip.outputStream);
}

export async function startCdnSite(bundle: string, environment: Record<string, string>): Promise<CdnSite> {
  const plane = await startSitePlane();
  const temporary = await mkdtemp(join(tmpdir(), 'towpath-cdn-'));
  const stop = async () => {
    await plane.stop();
    await rm(temporary, { recursive: true, force: true });
  };
  try {
    const state = pipelineState();
    const { app, site } = state.deployment;
    const createdAt = new Date().toISOString();
    const repository = { host: 'git' as const, name: app, url: 'http://127.0.0.1/shop.git' };
    await plane.apps.create(App.parse({ id: app, repository, createdAt }));
    for (const variable of plainVariables(environment)) await plane.variables.put(variable);
    await plane.sites.getOrCreate({ id: site, app, branch: 'main', createdAt });
    await plane.artifacts.put({ bucket: ARTIFACT_BUCKET, key: state.build.artifact.key }, await zipOfFolder(bundle));
    await publish(plane, state, { edge: EDGE_FOLDER, temporary });
    const port = Number(new URL(plane.siteUrl(state.site.distributionId)).port);
    return { ask: (ask) => askServer(port, ask), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
