import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublishedFiles } from '../../../domain/published-files.ts';
import type { App } from '../../../nextjs/collect/app.ts';
import { createBundle } from '../../../nextjs/collect/bundle.ts';
import { publishedOf } from '../../../nextjs/collect/published-files.ts';
import { listServedFiles } from '../../../nextjs/collect/served-files.ts';
import { collectStaticSite } from '../../../nextjs/collect/static-site.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-published-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(...files: string[]) {
  for (const path of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

const app = (config: object = {}) =>
  ({ folder, distFolder: join(folder, '.next'), config, next: { version: '14.2.35', major: 14 } }) as unknown as App;
const all: PublishedFiles = { globs: ['**/*'], flat: false };
const published = (wanted?: PublishedFiles) => publishedOf(app(), join(folder, 'out'), wanted);
const namesOf = async (wanted?: PublishedFiles) => Object.fromEntries((await published(wanted)).files);

describe('which files', () => {
  beforeEach(() => write('out/index.html', 'out/blog/post.html', 'out/_next/static/a.js', 'out/.well-known/x.json'));

  test('all that was exported, where nothing else is said', async () => {
    const names = ['.well-known/x.json', '_next/static/a.js', 'blog/post.html', 'index.html'];
    expect(await namesOf()).toEqual(Object.fromEntries(names.map((name) => [name, name])));
    expect(await namesOf(all)).toEqual(await namesOf());
  });

  test('those that a glob matches, names with a dot before them too', async () => {
    const wanted = { globs: ['*.html', '.well-known/**/*'], flat: false };
    expect(await namesOf(wanted)).toEqual({
      'index.html': 'index.html',
      '.well-known/x.json': '.well-known/x.json',
    });
  });

  test.each<[globs: string[], names: string[]]>([
    [
      ['**/*', '!**/*.js'],
      ['.well-known/x.json', 'blog/post.html', 'index.html'],
    ],
    [
      ['!_next/**/*', '!.*/**'],
      ['blog/post.html', 'index.html'],
    ],
    [
      ['**/*.html', '_next/**', '!blog/**'],
      ['_next/static/a.js', 'index.html'],
    ],
    [['!(*.txt)'], ['index.html']],
  ])('without those behind a !: %j', async (globs, names) => {
    expect(Object.keys(await namesOf({ globs, flat: false }))).toEqual(names);
  });

  test('never what is outside of the folder', async () => {
    await write('secret.html');
    expect(
      Object.keys(await namesOf({ globs: ['../secret.html', '**/../../*.html', 'index.html'], flat: false })),
    ).toEqual(['index.html']);
  });

  test('of another folder, which a command after the export filled', async () => {
    await write('dist/index.html', 'dist/extra.txt');
    expect((await published({ ...all, folder: 'dist' })).folder).toBe(join(folder, 'dist'));
    expect(await namesOf({ ...all, folder: 'dist' })).toEqual({ 'index.html': 'index.html', 'extra.txt': 'extra.txt' });
  });

  test("never Next.js's working folder, where the site was exported elsewhere", async () => {
    await write('.next/BUILD_ID');
    expect(await namesOf({ ...all, folder: '.next' })).toEqual(await namesOf());
  });

  test('without their folders, but for what pages ask for', async () => {
    expect(await namesOf({ ...all, flat: true })).toEqual({
      'x.json': '.well-known/x.json',
      '_next/static/a.js': '_next/static/a.js',
      'post.html': 'blog/post.html',
      'index.html': 'index.html',
    });
  });
});

describe('what cannot be published', () => {
  beforeEach(() => write('out/index.html', 'out/blog/index.html', 'dist/hours.txt'));

  test.each<[why: string, wanted: PublishedFiles, message: string, remedy: string]>([
    [
      'a folder that is not there',
      { ...all, folder: 'site' },
      'the build left no file in site',
      'exported the site to out, from',
    ],
    [
      'no file of it',
      { globs: ['*.txt'], flat: false },
      'publishes *.txt of out, which none of its 2',
      'remove "files"',
    ],
    [
      'no page',
      { globs: ['**/*', '!**/*.html'], flat: false, folder: 'dist' },
      'publishes **/*, !**/*.html of dist: 1 files, and none of them is a page',
      'name the whole site',
    ],
    ['two of one name', { ...all, flat: true }, 'both blog/index.html and index.html', 'Remove discard-paths'],
  ])('%s', async (_, wanted, message, remedy) => {
    await expect(published(wanted)).rejects.toMatchObject({
      code: 'UNUSABLE_BUILD_OUTPUT',
      message: expect.stringContaining(message),
      remedy: expect.stringContaining(remedy),
    });
  });
});

describe('below a base path', () => {
  const bundled = async (wanted: PublishedFiles) => {
    const docs = app({ basePath: '/docs' });
    const bundle = createBundle(join(folder, 'bundle'));
    await collectStaticSite(docs, await publishedOf(docs, join(folder, 'out'), wanted), bundle, () => undefined);
    return Object.keys(bundle.files).sort();
  };

  test('what was exported comes below it', async () => {
    await write('out/index.html', 'out/_next/static/a.js');
    expect(await bundled(all)).toEqual(['public/docs/index.html', 'static/docs/_next/static/a.js']);
  });

  test('what was put below it by hand stays where it is', async () => {
    await write('out/index.html', 'dist/docs/index.html', 'dist/docs/_next/static/a.js', 'dist/robots.txt');
    expect(await bundled({ ...all, folder: 'dist' })).toEqual([
      'public/docs.html',
      'public/docs/index.html',
      'public/robots.txt',
      'static/docs/_next/static/a.js',
    ]);
  });
});

describe('links', () => {
  beforeEach(() => write('out/index.html', 'shared/deep/a.png'));

  test('are what they lead to: files and folders', async () => {
    await symlink('../shared/deep/a.png', join(folder, 'out/icon.png'));
    await symlink('../shared', join(folder, 'out/img'));
    await symlink('deep', join(folder, 'shared/flat'));
    const bundle = createBundle(join(folder, 'bundle'));
    await collectStaticSite(app(), await published(), bundle, () => undefined);
    expect(Object.keys(bundle.files)).toEqual([
      'public/icon.png',
      'public/img/deep/a.png',
      'public/img/flat/a.png',
      'public/index.html',
    ]);
  });

  test.each([
    ['to themselves', 'link', /out\/link is a link that cannot be followed/],
    ['to a folder around them', '..', /out\/link is a link to a folder around it/],
  ])('%s are told', async (_, target, message) => {
    await symlink(target, join(folder, 'out/link'));
    await expect(published()).rejects.toMatchObject({
      code: 'UNUSABLE_BUILD_OUTPUT',
      message: expect.stringMatching(message),
    });
  });

  test('that lead nowhere are passed over, as Next.js does', async () => {
    await symlink('../lost', join(folder, 'out/link'));
    expect(await namesOf()).toEqual({ 'index.html': 'index.html' });
  });

  test('in a circle of two are told', async () => {
    await symlink('../shared', join(folder, 'out/link'));
    await symlink('../../out', join(folder, 'shared/deep/back'));
    await expect(published()).rejects.toThrow(/out\/link\/deep\/back is a link to a folder around it/);
  });

  test('the folder itself may be one, or missing', async () => {
    await symlink('out', join(folder, 'dist'));
    expect(await listServedFiles(join(folder, 'dist'))).toEqual(['index.html']);
    expect(await listServedFiles(join(folder, 'nowhere'))).toEqual([]);
  });
});
