import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { App } from '../../../nextjs/collect/app.ts';
import { namedFiles, namesIn } from '../../../nextjs/collect/named-files.ts';

test.each<[source: string, names: string[]]>([
  ['fs.readFileSync("./data/prices.json")', ['./data/prices.json']],
  ["fs.readFileSync('content/' + slug + '.md')", ['content/']],
  ['fs.readFileSync(`content/${slug}.md`)', ['content/']],
  ['fs.readFileSync(`content/post-${n}.md`)', ['content/post-', 'content']],
  ['fs.readFileSync("content/post-"+n)', ['content/post-', 'content']],
  ['(0,external_fs_.readdirSync)("content")', ['content']],
  ['path.join("content", slug)', ['content']],
  ['const where = "content"', []],
  ['fetch("/data/prices.json"); import("https://example.com/a/b")', []],
  ['read("../secret/of/others.json")', []],
])('of an app’s own code, %s', (source, names) => {
  expect(namesIn(source, false)).toEqual(names);
});

test.each<[source: string, names: string[]]>([
  ["var LOCALE_PATH = './public/locales';", ['./public/locales']],
  ["'static/locales'", ['static/locales']],
  ['require("./lib/index"); readFileSync("public")', []],
])('of a library, %s', (source, names) => {
  expect(namesIn(source, true)).toEqual(names);
});

describe('which files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'towpath-named-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function named(files: Record<string, string>) {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const app = { folder, distFolder: join(folder, '.next') } as App;
    const sources = Object.keys(files).map((file) => join(folder, file));
    const { files: found, leftOut } = await namedFiles(app, sources);
    return { found: found.map((file) => relative(folder, file)), leftOut };
  }

  test('those that are there: files, and what folders hold', async () => {
    const { found } = await named({
      '.next/server/pages/a.js': 'r("./data/prices.json"),r("data/gone.json"),r("text/html"),fs.readdirSync("content")',
      'node_modules/some-i18n/index.js': "exports.path = './public/locales'",
      'node_modules/next/dist/server/x.js': "exports.path = './public/other'",
      'data/prices.json': '{}',
      'data/unread.json': '{}',
      'content/deep/a.md': 'a',
      'public/locales/en/common.json': '{}',
      'public/other/a.txt': '',
    });
    expect(found).toEqual(['content/deep/a.md', 'data/prices.json', 'public/locales/en/common.json']);
  });

  test('no code, no packages, no build, no variables, and not the app itself', async () => {
    const { found } = await named({
      '.next/server/pages/a.js':
        'r("./lib/a.js"),r("lib/"),r("./node_modules/x/y.json"),r(".next/BUILD_ID"),r("./.env"),r("lib/.env.local"),r("./"),fs.readdirSync(".")',
      'lib/a.js': '',
      'lib/b.ts': '',
      'lib/c.json': '{}',
      'lib/.env.local': 'A=1',
      'node_modules/x/y.json': '{}',
      '.next/BUILD_ID': 'B',
      '.env': 'A=1',
    });
    expect(found).toEqual(['lib/c.json']);
  });

  test('what is too large is told instead', async () => {
    const outcome = await named({
      '.next/server/pages/a.js': 'fs.readdirSync("films");r("./data/a.json")',
      'films/a.bin': 'x'.repeat(5 * 1024 * 1024 + 1),
      'data/a.json': '{}',
    });
    expect(outcome).toEqual({ found: ['data/a.json'], leftOut: ['films'] });
  });
});
