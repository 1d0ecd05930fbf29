/**
 * examples/static-16, a static export of the app router (`output: 'export'`), behind the local CDN: files alone, under clean URLs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Manifest } from '../../domain/release.ts';
import { collect } from '../../nextjs/collect/index.ts';
import { type CdnSite, startCdnSite } from './support/cdn-site.ts';
import { buildApp } from './support/next-app.ts';
import { variantOf } from './variants.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/static-16', import.meta.url));

let folder: string;
let manifest: Manifest;
let cdn: CdnSite;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'towpath-static-16-'));
  const asked = process.env.TOWPATH_VARIANT;
  const app = await buildApp(EXAMPLE, join(folder, 'app'), 24, asked ? variantOf('static-16', asked) : undefined);
  manifest = await collect(app.folder, join(folder, 'bundle'), () => {});
  cdn = await startCdnSite(join(folder, 'bundle'), {});
}, 300_000);

afterAll(async () => {
  await cdn?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (target: string) => {
  const { status, headers, body } = await cdn.ask({ method: 'GET', target });
  return { status, type: headers['content-type']?.[0]?.replace(/; charset.*/, ''), text: body.toString() };
};

test('it has no functions', () => {
  expect(manifest).toMatchObject({ rendering: 'static', functions: [], edge: {} });
});

test.each([
  ['/', 'Books'],
  ['/books/dune', '<h1>dune</h1>'],
  ['/books/dune/', '<h1>dune</h1>'],
  ['/books/catch.22', '<h1>catch.22</h1>'],
])('the page %s', async (target, shown) => {
  const { status, type, text } = await ask(target);
  expect([status, type]).toEqual([200, 'text/html']);
  expect(text).toContain(shown);
});

test('its own page for what is not there', async () => {
  const { status, text } = await ask('/books/ulysses');
  expect([status, text.includes('Not on our shelves')]).toEqual([404, true]);
});

test('route handlers and public files', async () => {
  expect(await ask('/feed.json')).toEqual({ status: 200, type: 'application/json', text: '{"books":2}' });
  expect(await ask('/hours.txt')).toEqual({ status: 200, type: 'text/plain', text: 'ten to four\n' });
});

const files = () => Object.keys(manifest.files).map((file) => file.replace(/^(public|static)/, ''));

test('segments have `$` in their names', () => {
  expect(files().filter((file) => file.includes('$')).length).toBeGreaterThan(0);
});

test('every file that the client may ask for is there', async () => {
  for (const file of files()) expect([file, (await ask(encodeURI(file))).status]).toEqual([file, 200]);
});
