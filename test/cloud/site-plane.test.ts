/** The steps from PrepareSite to Verify, as the state machine runs them, through the official SDK clients. No build: bundles are made here. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PipelineState } from '../../domain/pipeline.ts';
import type { Variable } from '../../domain/variables.ts';
import { run as invalidate } from '../../functions/invalidate/run.ts';
import { run as publishFunctions } from '../../functions/publish-functions/run.ts';
import { run as verify } from '../../functions/verify/run.ts';
import { type BundleParts, bundleZip } from '../support/bundle-zip.ts';
import { ARTIFACT_BUCKET, pipelineState } from '../support/pipeline-state.ts';
import { plainVariables } from '../support/plain-variables.ts';
import { publish, retried, type SitePlane, startSitePlane } from '../support/site-plane.ts';

const RUNTIME = `
import { readFileSync } from 'node:fs';
const { release, environment } = JSON.parse(readFileSync(new URL('./towpath.json', import.meta.url), 'utf8'));
const answer = (status, body, release) => ({ status, body, headers: { 'x-towpath-release': [{ key: 'x-towpath-release', value: release }] } });
export const handler = async ({ Records: [{ cf }] }) => {
  if (cf.config.eventType === 'origin-response') return cf.response;
  if (cf.request.uri.startsWith('/_next/image')) {
    return answer('400', 'no image', cf.request.origin.s3.customHeaders['x-towpath-release'][0].value);
  }
  return answer(cf.request.uri === '/' ? '200' : '404', environment.GREETING + ' ' + cf.request.uri, release);
};`;

let plane: SitePlane;
let folder: string;

beforeAll(async () => {
  plane = await startSitePlane();
  folder = await mkdtemp(join(tmpdir(), 'towpath-site-plane-'));
  for (const name of ['default', 'image']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'index.mjs'), RUNTIME);
  }
  await plane.apps.create({
    id: 'shop',
    repository: { host: 'git', name: 'shop', url: 'http://127.0.0.1/shop.git' },
    appRoot: '.',
    branches: ['main'],
    tags: [],
    tagSite: 'tags',
    deletedBranches: 'keep',
    previews: 'off',
    reuseBuilds: true,
    retention: { releases: 10, days: 30 },
    notifications: [],
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  await plane.variables.put(plainVariables({ GREETING: 'hello' })[0] as Variable);
});

afterAll(async () => {
  await plane.stop();
  await rm(folder, { recursive: true, force: true });
});

async function deploy(site: string, bundle: BundleParts, id: string) {
  const state: PipelineState = pipelineState();
  const record = await plane.sites.getOrCreate({
    id: site,
    app: 'shop',
    branch: site,
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  state.deployment = { ...state.deployment, id, site: record.id, number: await plane.sites.nextNumber(site) };
  state.build.artifact = { bucket: ARTIFACT_BUCKET, key: `deployments/${id}/bundle.zip` };
  await plane.artifacts.put(state.build.artifact, await bundleZip(bundle));

  const smoke = await publish(plane, state, { edge: folder, temporary: folder });
  const invalidation = await retried(() => invalidate(state, { ...plane, sleep }));
  const siteUrlPattern = plane.siteUrl(state.site.distributionId);
  const verification = await retried(() => verify(state, { ...plane, fetch, siteUrlPattern, sleep }));
  return { state, smoke, invalidation, url: verification.url };
}

const FILES = { 'static/_next/static/a.js': 'chunk', 'functions/default/app/server.js': '1' };

test('a rendered site goes live, is deployed again unchanged, and changes', async () => {
  const parts: BundleParts = { files: FILES, manifest: { functions: ['default', 'image'] } };

  const first = await deploy('shop-main', parts, '01JD0000000000000000000101');
  expect(first.smoke).toEqual({ probes: 3 });
  expect(first.invalidation).toEqual({ paths: 0 });
  expect(await (await fetch(`${first.url}/x`)).text()).toBe('hello /x');
  const chunk = await fetch(`${first.url}/_next/static/a.js`);
  expect([chunk.status, chunk.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect(await chunk.text()).toBe('chunk');

  const again = await deploy('shop-main', parts, '01JD0000000000000000000102');
  expect(again.state.site).toEqual(first.state.site);
  expect(again.state.update.previousRelease).toBe(first.state.package.release);
  expect(again.invalidation).toEqual({ paths: 0 });

  const changed = { ...parts, files: { ...FILES, 'functions/default/app/server.js': '2' } };
  const second = await deploy('shop-main', changed, '01JD0000000000000000000103');
  expect(second.invalidation.paths).toBe(1);
  expect((await fetch(`${second.url}/`)).headers.get('x-towpath-release')).toBe('01JD0000000000000000000103');

  // It answers for whatever release the distribution tells it.
  expect(second.state.functions.image).toBe(first.state.functions.image);
  const image = await fetch(`${second.url}/_next/image?url=x`);
  expect([image.status, image.headers.get('x-towpath-release')]).toEqual([400, '01JD0000000000000000000103']);

  await expect(publishFunctions(first.state, plane)).rejects.toMatchObject({ name: 'SUPERSEDED' });
});

test('a static site goes live and changes', async () => {
  const site = (text: string): BundleParts => ({
    files: { 'public/index.html': text, 'public/404.html': 'not here' },
    manifest: { rendering: 'static', functions: [] },
  });
  const first = await deploy('docs-main', site('one'), '01JD0000000000000000000201');
  expect(first.state.functions).toEqual({});
  const missing = await fetch(`${first.url}/nothing`);
  expect([missing.status, await missing.text()]).toEqual([404, 'not here']);
  expect(await (await fetch(`${first.url}/index.html`)).text()).toBe('one');

  const second = await deploy('docs-main', site('two'), '01JD0000000000000000000202');
  expect(second.invalidation.paths).toBe(4);
  expect(await (await fetch(`${second.url}/index.html`)).text()).toBe('two');
});
