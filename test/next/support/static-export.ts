/** `next export` of a small app by the Next.js that an example has installed: what a static site answers through the CDN. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Manifest } from '../../../domain/release.ts';
import { collect } from '../../../nextjs/collect/index.ts';
import { type CdnSite, startCdnSite } from './cdn-site.ts';
import type { Example } from './example.ts';

const run = promisify(execFile);

/** For two builds on a machine that may be busy, in milliseconds. */
const TIMEOUT = 300_000;

const PAGES = {
  'package.json': '{"name":"leaflet","private":true}',
  'pages/index.js':
    'import Link from \'next/link\';\nexport default () => <Link href="/about"><a>About this leaflet</a></Link>;\n',
  'pages/about.js': 'export default () => <p id="about">Folded twice.</p>;\n',
  'pages/side/[number].js': [
    'export default ({ number }) => <p id="side">{number}</p>;',
    "export const getStaticPaths = () => ({ paths: [{ params: { number: '1' } }], fallback: false });",
    'export const getStaticProps = ({ params }) => ({ props: { number: params.number } });',
  ].join('\n'),
  'pages/404.js': 'export default () => <p id="lost">Not in this leaflet.</p>;\n',
  'public/print.txt': 'four sides\n',
};

/** Below the example's folder, where Node finds the packages that it installed. */
async function exportApp({ folder: installed, environment }: Example['app']): Promise<string> {
  const folder = join(installed, 'leaflet');
  for (const [file, text] of Object.entries(PAGES)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const next = join(installed, 'node_modules/next/dist/bin/next');
  for (const command of ['build', 'export']) await run('node', [next, command], { cwd: folder, env: environment });
  return folder;
}

export function describeStaticExport(exampleOf: () => Example): void {
  describe('a static export', () => {
    let manifest: Manifest;
    let cdn: CdnSite;

    beforeAll(async () => {
      const folder = await exportApp(exampleOf().app);
      const bundle = join(folder, 'bundle');
      manifest = await collect(folder, bundle, () => {});
      cdn = await startCdnSite(bundle, {});
    }, TIMEOUT);

    afterAll(() => cdn?.stop());

    test('has no functions', () => {
      expect([manifest.rendering, manifest.functions]).toEqual(['static', []]);
    });

    test.each([
      ['/', 200, 'About this leaflet'],
      ['/about', 200, 'Folded twice.'],
      ['/side/1', 200, '<p id="side">1</p>'],
      ['/print.txt', 200, 'four sides'],
      ['/side/2', 404, 'Not in this leaflet.'],
      ['/nowhere/at/all', 404, 'Not in this leaflet.'],
    ])('GET %s: %i', async (target, status, shown) => {
      const answer = await cdn.ask({ method: 'GET', target });
      expect([answer.status, answer.body.toString().includes(shown)]).toEqual([status, true]);
    });
  });
}
