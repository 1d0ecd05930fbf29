/** The collector on made-up apps, whose `next` knows no more than how to load a configuration. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createBundle } from '../../../nextjs/collect/bundle.ts';
import { collect } from '../../../nextjs/collect/index.ts';
import { freezeConfig, imagesConfigOf } from '../../../nextjs/collect/server-site.ts';
import { commonFolder } from '../../../nextjs/collect/trace.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-collect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function app(files: Record<string, string>, version = '12.3.7', config: object = {}) {
  const all: Record<string, string> = {
    'package.json': '{}',
    'node_modules/next/package.json': JSON.stringify({ name: 'next', version }),
    'node_modules/next/dist/server/config.js': `exports.default = async () => (${JSON.stringify({ distDir: '.next', ...config })})`,
    'node_modules/next/dist/server/next-server.js': 'module.exports = require("./helper")',
    'node_modules/next/dist/server/helper.js': '',
    'node_modules/next/dist/server/unused.js': '',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    const file = join(folder, 'app', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const run = () => collect(join(folder, 'app'), join(folder, 'bundle'), () => {});

const SERVER_APP = {
  '.next/BUILD_ID': 'B\n',
  '.next/routes-manifest.json': JSON.stringify({ redirects: [], rewrites: [], dynamicRoutes: [] }),
  '.next/prerender-manifest.json': JSON.stringify({ routes: {}, dynamicRoutes: {} }),
  '.next/server/pages-manifest.json': JSON.stringify({
    '/': 'pages/index.html',
    '/ssr': 'pages/ssr.js',
    '/gone': 'pages/gone.html',
  }),
  '.next/server/pages/index.html': '<p>',
  '.next/server/pages/ssr.js': 'require("left-pad")',
  '.next/server/pages/ssr.js.map': '{}',
  '.next/cache/x': 'x',
  '.next/static/chunks/main.js': 'main',
  'node_modules/left-pad/package.json': '{}',
  'node_modules/left-pad/index.js': 'fs.readFile',
  'node_modules/not-used/index.js': '',
  'public/robots.txt': 'all',
  '.env': 'A=1',
};

describe('a server-rendered app', () => {
  test('is packed with what it uses, and no more', async () => {
    await app(SERVER_APP, '11.1.4');
    const manifest = await run();
    expect(Object.keys(manifest.files).sort()).toEqual([
      'functions/default/app/.env',
      'functions/default/app/.next/BUILD_ID',
      'functions/default/app/.next/prerender-manifest.json',
      'functions/default/app/.next/routes-manifest.json',
      'functions/default/app/.next/server/pages-manifest.json',
      'functions/default/app/.next/server/pages/index.html',
      'functions/default/app/.next/server/pages/ssr.js',
      'functions/default/app/.next/static/.keep',
      'functions/default/app/node_modules/left-pad/index.js',
      'functions/default/app/node_modules/left-pad/package.json',
      'functions/default/app/node_modules/next/dist/server/helper.js',
      'functions/default/app/node_modules/next/dist/server/next-server.js',
      'functions/default/app/node_modules/next/package.json',
      'functions/default/app/package.json',
      'functions/default/app/public/robots.txt',
      'functions/default/app/towpath-next-config.json',
      'prerendered/index.html',
      'public/robots.txt',
      'static/_next/static/chunks/main.js',
    ]);
    expect(manifest).toMatchObject({ rendering: 'ssr', buildId: 'B', functions: ['default', 'image'] });
    expect(Object.keys(manifest.pages)).toEqual(['/']);
    expect(manifest.files['public/robots.txt']).toEqual({
      sha256: createHash('sha256').update('all').digest('hex'),
      bytes: 3,
      contentType: 'text/plain; charset=UTF-8',
    });
    expect(JSON.parse(await readFile(join(folder, 'bundle/manifest.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(manifest)),
    );
  });

  const SHARP = {
    'node_modules/sharp/package.json': '{}',
    'node_modules/sharp/index.js': 'require("@img/sharp-linux-x64")',
    'node_modules/@img/sharp-linux-x64/package.json': '{}',
    'node_modules/@img/sharp-linux-x64/index.js': '',
    'node_modules/next/dist/server/next-server.js': 'require("./helper"); require("sharp")',
  };
  const codecs = ({ files }: { files: object }) => Object.keys(files).filter((file) => /sharp|@img/.test(file));

  test('without the image codecs that Next asks for', async () => {
    await app({
      ...SERVER_APP,
      ...SHARP,
      '.next/next-server.js.nft.json': '{ "files": ["../node_modules/sharp/index.js"] }',
    });
    expect(codecs(await run())).toEqual([]);
  });

  test.each([
    ['requires', { '.next/server/pages/ssr.js': 'require("sharp")' }],
    [
      'imports, as Next lists it',
      {
        '.next/server/pages/ssr.js.nft.json': JSON.stringify({
          files: ['sharp/index.js', '@img/sharp-linux-x64/index.js'].map((file) => `../../../node_modules/${file}`),
        }),
      },
    ],
  ])('with those that a page of its own %s', async (_, page) => {
    await app({ ...SERVER_APP, ...SHARP, ...page });
    expect(codecs(await run())).toEqual(
      expect.arrayContaining([
        'functions/default/app/node_modules/@img/sharp-linux-x64/index.js',
        'functions/default/app/node_modules/sharp/index.js',
      ]),
    );
  });

  test('with a compiler that a page of its own requires, without the one that Next asks for', async () => {
    await app({
      ...SERVER_APP,
      'node_modules/typescript/package.json': '{}',
      'node_modules/typescript/index.js': '',
      'node_modules/webpack/package.json': '{}',
      'node_modules/webpack/index.js': '',
      'node_modules/next/dist/server/next-server.js': 'require("./helper"); require("typescript"); require("webpack")',
      '.next/server/pages/ssr.js': 'require("typescript")',
    });
    const { files } = await run();
    expect(Object.keys(files).filter((file) => /\/(typescript|webpack)\/index/.test(file))).toEqual([
      'functions/default/app/node_modules/typescript/index.js',
    ]);
  });

  test('with a node_modules of links, as pnpm makes it', async () => {
    await app(SERVER_APP, '11.1.4');
    const modules = join(folder, 'app/node_modules');
    for (const name of ['next', 'left-pad']) {
      const store = `.pnpm/${name}@1/node_modules`;
      await mkdir(join(modules, store), { recursive: true });
      await rename(join(modules, name), join(modules, store, name));
      await symlink(`${store}/${name}`, join(modules, name));
    }
    const manifest = await run();
    const bundled = join(folder, 'bundle/functions/default/app');
    expect(await readlink(join(bundled, 'node_modules/next'))).toBe('.pnpm/next@1/node_modules/next');
    expect(await readlink(join(bundled, 'node_modules/left-pad'))).toBe('.pnpm/left-pad@1/node_modules/left-pad');
    const server = 'node_modules/.pnpm/next@1/node_modules/next/dist/server/next-server.js';
    expect(manifest.files[`functions/default/app/${server}`]).toBeDefined();
  });

  test.each([
    ['12.1.6', true],
    ['12.2.0', false],
  ])('with the React that its middleware loads: %s, of development: %j', async (version, isThere) => {
    const react = 'node_modules/react/cjs/react.development.js';
    await app({ ...SERVER_APP, [react]: '', '.next/server/pages/ssr.js': `require('../../../${react}')` }, version);
    expect(`functions/default/app/${react}` in (await run()).files).toBe(isThere);
  });

  test('with the names that modules import from React, without its file of development', async () => {
    const react = 'node_modules/react';
    const files = {
      [`${react}/index.js`]: `if (process.env.NODE_ENV === 'production') module.exports = require('./cjs/react.production.min.js');
        else module.exports = require('./cjs/react.development.js');`,
      [`${react}/cjs/react.production.min.js`]: 'exports.useState = () => 1;',
      [`${react}/cjs/react.development.js`]: 'exports.useState = () => 2;',
      '.next/server/pages/ssr.mjs': "import { useState } from 'react'; console.log(useState());",
      '.next/server/pages/ssr.js': 'module.exports = import("./ssr.mjs");',
    };
    await app({ ...SERVER_APP, ...files });
    await run();
    const page = join(folder, 'bundle/functions/default/app/.next/server/pages/ssr.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [page], {
      env: { ...process.env, NODE_ENV: 'production' },
    });
    expect(stdout).toBe('1\n');
  });

  test('below a base path', async () => {
    await app(SERVER_APP, '11.1.4', { basePath: '/docs' });
    const files = Object.keys((await run()).files);
    expect(files).toEqual(
      expect.arrayContaining(['static/docs/_next/static/chunks/main.js', 'public/docs/robots.txt']),
    );
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['no build', { '.next/BUILD_ID': '' }, /BUILD_ID is missing/],
    [
      'a corrupt manifest',
      { '.next/routes-manifest.json': '{"redirects":' },
      /routes-manifest\.json is not valid JSON/,
    ],
    [
      'a manifest of something else',
      { '.next/prerender-manifest.json': '{"version":1}' },
      /prerender-manifest\.json is not what Next\.js writes: it has no "routes"/,
    ],
    ['an empty configuration', { '.next/required-server-files.json': 'null' }, /required-server-files.*no "config"/],
  ])('%s: the file is named', async (name, changes, message) => {
    await app({ ...SERVER_APP, ...changes }, '11.1.4');
    if (name === 'no build') await rm(join(folder, 'app/.next'), { recursive: true });
    await expect(run()).rejects.toMatchObject({
      code: 'UNUSABLE_BUILD_OUTPUT',
      fault: 'user',
      message: expect.stringMatching(message),
    });
  });

  test('a file that the build counts on, and that is gone, is named', async () => {
    const { addFile } = createBundle(join(folder, 'bundle'));
    await expect(addFile('functions/default/app/a.js', join(folder, 'gone.js'))).rejects.toMatchObject({
      code: 'UNUSABLE_BUILD_OUTPUT',
      message: expect.stringContaining('gone.js is missing'),
    });
  });

  test.each(['9.2.0', '13.4.12'])('Next %s is refused with a remedy', async (version) => {
    await app(SERVER_APP, version);
    await expect(run()).rejects.toMatchObject({
      code: 'UNSUPPORTED_NEXT_VERSION',
      remedy: expect.stringContaining('9.3'),
    });
  });
});

describe('a server-rendered app whose Next has a router beside its server', () => {
  const route = (srcRoute: string, initialRevalidateSeconds: number | false = false) => ({
    srcRoute,
    initialRevalidateSeconds,
    dataRoute: null,
  });
  const ROUTED_APP = {
    ...SERVER_APP,
    'node_modules/next/dist/server/lib/router-utils/resolve-routes.js': '',
    'node_modules/next/dist/server/lib/router-server.js':
      'res.setHeader("x-nextjs-matched-path", parsedUrl.pathname || "");\n  res.statusCode = 200;',
    'node_modules/next/dist/server/base-server.js':
      "req.headers['x-invoke-path']; parsedUrl.query.__nextDataReq = '1';",
    'node_modules/next/dist/lib/constants.js': '',
    'node_modules/next/dist/client/components/app-router-headers.js': '',
    '.next/app-path-routes-manifest.json': JSON.stringify({
      '/_not-found/page': '/_not-found',
      '/map/[id]/page': '/map/[id]',
      '/feed.xml/route': '/feed.xml',
      '/hours/page': '/hours',
      '/moved/page': '/moved',
    }),
    '.next/prerender-manifest.json': JSON.stringify({
      routes: {
        '/_not-found': route('/_not-found'),
        '/map/1': route('/map/[id]'),
        '/map/2': route('/map/[id]', 60),
        '/feed.xml': route('/feed.xml'),
        '/hours': route('/hours'),
        '/moved': route('/moved'),
      },
      dynamicRoutes: {},
    }),
    '.next/server/app/map/1.html': '<p>1',
    '.next/server/app/map/2.html': '<p>2',
    '.next/server/app/hours.html': '<p>ten to four',
    '.next/server/app/hours.meta': JSON.stringify({ headers: { 'X-Nextjs-Prerender': '1' }, postponed: '…' }),
    '.next/server/app/feed.xml.body': '<rss>',
    '.next/server/app/feed.xml.meta': JSON.stringify({
      status: 200,
      headers: { 'content-type': 'application/rss+xml' },
    }),
    '.next/server/app/moved.html': '<p>',
    '.next/server/app/moved.meta': JSON.stringify({ status: 308, headers: { location: '/hours' } }),
  };

  test('middleware on Node.js', async () => {
    const matchers = [{ regexp: '^/hours$', has: [{ type: 'cookie', key: 'night' }] }];
    const functions = JSON.stringify({
      functions: { '/_middleware': { runtime: 'nodejs', matchers }, '/feed.xml': {} },
    });
    await app({ ...ROUTED_APP, '.next/server/functions-config-manifest.json': functions }, '15.5.29');
    const { edge, seesCountry } = await run();
    expect(edge.routing).toMatchObject({
      middlewareMatchers: [{ sourceRegex: '^/hours$', has: [{ type: 'cookie', key: 'night' }] }],
      shouldNormalizeNextData: true,
    });
    expect(seesCountry).toBe(true);
  });

  test('both routers’ pages, and which of them S3 answers', async () => {
    await app(ROUTED_APP, '13.5.11', { basePath: '/docs' });
    const manifest = await run();
    expect(manifest.edge.strategy).toEqual({
      kind: 'routed-server',
      appDir: 'app',
      configFile: 'towpath-next-config.json',
      pages: ['/map/[id]', '/feed.xml', '/hours', '/moved', '', '/ssr', '/gone']
        .map((path) => `/docs${path}`)
        .concat(['index', 'ssr', 'gone'].map((page) => `/docs/_next/data/B/${page}.json`)),
      notFound: '/404',
      toldBy: 'headers',
      asksDataByQuery: true,
      unknownDataStatus: 200,
      tellsRewrites: false,
      withData: [],
    });
    expect(manifest.pages).toEqual({
      '/': { html: 'index.html', revalidate: false, status: 200 },
      '/map/1': { html: 'map/1.html', entry: 'map/1.entry', revalidate: false, status: 200 },
      '/map/2': { html: 'map/2.html', entry: 'map/2.entry', revalidate: 60, status: 200 },
      '/feed.xml': { html: 'feed.xml.body', entry: 'feed.xml.entry', revalidate: false, status: 200 },
      '/moved': { entry: 'moved.entry', revalidate: false, status: 308 },
    });
    expect(manifest.files['prerendered/feed.xml.body']?.contentType).toBe('application/rss+xml');
    expect(Object.keys(manifest.files)).not.toContain('functions/default/app/public/robots.txt');
  });
});

describe('a server-rendered app on Next 16', () => {
  const outputs = (buildId: string) =>
    JSON.stringify({
      buildId,
      nextVersion: '16.4.5',
      outputs: {
        pages: [],
        pagesApi: [],
        appPages: [{ pathname: '/', runtime: 'nodejs', filePath: '/x/.next/server/app/page.js', assets: {} }],
        appRoutes: [],
        prerenders: [],
        staticFiles: [],
      },
    });

  test.each([
    ['built without the adapter', {}, /towpath-outputs\.json is missing/, /NEXT_ADAPTER_PATH/],
    [
      'what the adapter wrote is of an older build',
      { '.next/towpath-outputs.json': outputs('OLD') },
      /of the build OLD, but the last one was/,
      /NEXT_ADAPTER_PATH/,
    ],
  ])('%s: refused, with what to do', async (_, changes, message, remedy) => {
    await app({ ...SERVER_APP, '.next/BUILD_ID': 'B', ...changes }, '16.4.5');
    await expect(run()).rejects.toMatchObject({
      code: 'UNUSABLE_BUILD_OUTPUT',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });
});

test('a version of Next 16 whose adapter is not told how the app routes is refused', async () => {
  const outputs = JSON.stringify({ buildId: 'B', nextVersion: '16.99.0', outputs: {} });
  await app({ ...SERVER_APP, '.next/BUILD_ID': 'B', '.next/towpath-outputs.json': outputs }, '16.99.0');
  await expect(run()).rejects.toMatchObject({
    code: 'UNSUPPORTED_NEXT_VERSION',
    message: 'Next.js 16.99.0 does not tell its build adapter how it routes.',
  });
});

describe('a static site', () => {
  const EXPORTED = { 'out/index.html': '<p>', 'out/about.html': '<p>about', 'out/_next/static/a.js': 'a' };
  const detail = (success: boolean) => JSON.stringify({ version: 1, outDirectory: join(folder, 'app/out'), success });

  test('everything exported, with its pages’ other names', async () => {
    await app({ ...EXPORTED, '.next/export-detail.json': detail(true), '.next/BUILD_ID': 'B' });
    const manifest = await run();
    expect(manifest).toMatchObject({ rendering: 'static', functions: [], edge: {} });
    expect(Object.keys(manifest.files).sort()).toEqual([
      'public/about.html',
      'public/about/index.html',
      'public/index.html',
      'static/_next/static/a.js',
    ]);
  });

  test("output: 'export', as newer versions have it", async () => {
    await app(EXPORTED, '16.4.6', { output: 'export' });
    expect((await run()).rendering).toBe('static');
  });

  test.each(['out', 'exports/site'])(
    'exported to %s in another folder, as a cache of Turborepo gives it back',
    async (out) => {
      const files = { [`${out}/index.html`]: '<p>', [`${out}/about.html`]: '<p>about' };
      const outDirectory = `/codebuild/output/src1/src/apps/web/${out}`;
      await app({ ...files, '.next/export-detail.json': JSON.stringify({ version: 1, outDirectory, success: true }) });
      expect(Object.keys((await run()).files)).toContain('public/about.html');
    },
  );

  test('a failed export and an empty one are told', async () => {
    await app({ ...EXPORTED, '.next/export-detail.json': detail(false) });
    await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('the export failed') });
    await app({ '.next/export-detail.json': detail(true) });
    await rm(join(folder, 'app/out'), { recursive: true });
    await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('holds no HTML file') });
  });
});

test('no package.json, and no Next', async () => {
  await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('has no package.json') });
  await mkdir(join(folder, 'app'), { recursive: true });
  await writeFile(join(folder, 'app/package.json'), '{}');
  await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('"next" is not installed') });
});

test('a configuration that throws', async () => {
  await app({ 'node_modules/next/dist/server/config.js': 'exports.default = async () => { throw new Error("boom") }' });
  await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('boom') });
});

test('the frozen configuration neither compresses nor writes to disk', () => {
  const frozen = freezeConfig({ distDir: '.next', compress: true, generateBuildId: null, experimental: { a: 1 } });
  expect(frozen).toEqual({
    distDir: '.next',
    compress: false,
    experimental: { a: 1, isrFlushToDisk: false, sprFlushToDisk: false, preloadEntriesOnStart: false },
  });
});

test('image settings: Next’s own, with defaults for what that version lacks', () => {
  const images = { path: '/docs/_next/image', deviceSizes: [640], minimumCacheTTL: 5 };
  expect(imagesConfigOf({ distDir: '.next', images })).toMatchObject({
    ...images,
    formats: ['image/webp'],
    domains: [],
    dangerouslyAllowSVG: true,
  });
  const knowing = { distDir: '.next', images: { dangerouslyAllowSVG: false } };
  expect(imagesConfigOf(knowing).dangerouslyAllowSVG).toBe(false);
});

test.each([
  [['/a/b/c.js', '/a/b/d/e.js'], '/a/b'],
  [['/a/web/x.js', '/a/node_modules/y.js'], '/a'],
  [['/a/bc/x.js', '/a/b/y.js'], '/a'],
])('common folder of %j', (files, common) => expect(commonFolder(files)).toBe(common));
