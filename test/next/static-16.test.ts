/** A static export of Next 16's app router (`output: 'export'`), behind the local CDN: files alone, under clean URLs. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Manifest } from '../../domain/release.ts';
import { collect } from '../../nextjs/collect/index.ts';
import { type CdnSite, startCdnSite } from './support/cdn-site.ts';
import { buildApp } from './support/next-app.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/next-16', import.meta.url));
const FILES: Record<string, string> = {
  'next.config.mjs': "export default { output: 'export', images: { unoptimized: true } };\n",
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n',
  'app/page.js': `import Link from 'next/link';
export default () => <Link href="/books/catch.22">Books</Link>;
`,
  'app/books/[title]/page.js': `export const generateStaticParams = () => [{ title: 'catch.22' }, { title: 'dune' }];
export default async ({ params }) => <h1>{(await params).title}</h1>;
`,
  'app/not-found.js': 'export default () => <h1>Not on our shelves</h1>;\n',
  'app/feed.json/route.js': `export const dynamic = 'force-static';
export const GET = () => Response.json({ books: 2 });
`,
  'public/hours.txt': 'ten to four\n',
};

let folder: string;
let manifest: Manifest;
let cdn: CdnSite;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'towpath-static-16-'));
  const source = join(folder, 'source');
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(source, file)), { recursive: true });
    writeFileSync(join(source, file), text);
  }
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(EXAMPLE, file), join(source, file));
  const app = await buildApp(source, join(folder, 'app'), 24);
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

test('every file that the client may ask for is there, `$` and dots in its name or not', async () => {
  const files = Object.keys(manifest.files).map((file) => file.replace(/^(public|static)/, ''));
  const segments = files.filter((file) => file.includes('$'));
  expect(segments.length).toBeGreaterThan(0);
  for (const file of files) expect([file, (await ask(encodeURI(file))).status]).toEqual([file, 200]);
});
