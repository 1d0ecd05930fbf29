import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { collectArtifact, zipArtifact } from '../../../local-cloud/services/codebuild/artifacts.ts';
import { packCache, restoreCache } from '../../../local-cloud/services/codebuild/cache.ts';
import { unpack } from '../../../local-cloud/services/codebuild/unpack.ts';
import { makeZip, readZip } from '../../support/zip.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-files-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a ZIP is unpacked with modes and inner links', async () => {
  await unpack(await makeZip({ 'a/tool': 'run', 'b/link': { link: '../a/tool' } }), folder);
  expect(await readFile(join(folder, 'b/link'), 'utf8')).toBe('run');
  expect((await stat(join(folder, 'a/tool'))).mode & 0o111).not.toBe(0);
});

test.each<[string, Record<string, string | { link: string }>]>([
  ['a path with ..', { '../evil': 'x' }],
  ['an absolute path', { '/evil': 'x' }],
  ['a link out', { inner: { link: '../../etc' } }],
  ['an absolute link', { inner: { link: '/etc/passwd' } }],
  ['a file behind a link out', { out: { link: '..' }, 'out/evil': 'x' }],
])('%s is refused and nothing lands outside', async (_, files) => {
  const inside = join(folder, 'inside');
  await mkdir(inside);
  await expect(unpack(await makeZip(files), inside)).rejects.toMatchObject({ statusCode: 'CLIENT_ERROR' });
  expect(await readdir(folder)).toEqual(['inside']);
});

test('what is no ZIP is refused', async () => {
  await expect(unpack(Buffer.from('not a zip'), folder)).rejects.toMatchObject({ statusCode: 'CLIENT_ERROR' });
});

async function sample(): Promise<void> {
  await mkdir(join(folder, 'out/deep'), { recursive: true });
  await writeFile(join(folder, 'out/b'), 'b');
  await writeFile(join(folder, 'out/.hidden'), 'h');
  await writeFile(join(folder, 'out/deep/a'), 'a');
  await chmod(join(folder, 'out/b'), 0o755);
  await symlink('../b', join(folder, 'out/deep/link'));
  await symlink('..', join(folder, 'out/deep/circle'));
}

const spec = {
  files: ['**/*'],
  baseDirectory: 'out',
  excludePaths: [],
  discardPaths: false,
  keepSymlinks: true,
  name: undefined,
};

test('an artifact has its files in order, with modes and, when asked, links', async () => {
  await sample();
  const zip = await readZip(await zipArtifact(await collectArtifact(spec, folder)));
  expect(Object.keys(zip)).toEqual(['.hidden', 'b', 'deep/a', 'deep/circle', 'deep/link']);
  expect(zip['deep/link']).toEqual({ text: '../b', mode: 0o120777 });
  expect(zip.b?.mode).toBe(0o100755);
  const followed = await collectArtifact({ ...spec, keepSymlinks: false }, folder);
  expect(followed.map(({ name }) => name)).toEqual(['.hidden', 'b', 'deep/a', 'deep/link']);
});

test('exclude-paths, discard-paths, and nothing found', async () => {
  await sample();
  const names = async (more: object) => (await collectArtifact({ ...spec, ...more }, folder)).map(({ name }) => name);
  expect(await names({ excludePaths: ['deep/**/*', '.hidden'] })).toEqual(['b']);
  expect(await names({ files: ['deep/a'], discardPaths: true })).toEqual(['a']);
  await expect(names({ files: ['none'] })).rejects.toMatchObject({ statusCode: 'CLIENT_ERROR' });
  await expect(names({ baseDirectory: '../..' })).rejects.toMatchObject({ statusCode: 'CLIENT_ERROR' });
});

test('a cache keeps files, links and times; paths outside of the source are left out', async () => {
  await sample();
  await rm(join(folder, 'out/deep/circle'));
  await writeFile(join(folder, 'not-cached'), '');
  const archive = await packCache(
    ['out/deep/**/*', './out/b', 'missing/**', '../**', '/etc/hostname'],
    folder,
    join(folder, 'archive'),
  );
  const restored = join(folder, 'restored');
  await mkdir(restored);
  await restoreCache(archive as Buffer, restored);
  expect((await readdir(restored, { recursive: true })).sort()).toEqual([
    'out',
    'out/b',
    'out/deep',
    'out/deep/a',
    'out/deep/link',
  ]);
  expect(await readlink(join(restored, 'out/deep/link'))).toBe('../b');
  expect((await stat(join(restored, 'out/b'))).mtimeMs).toBeCloseTo((await stat(join(folder, 'out/b'))).mtimeMs, -4);
  expect(await packCache(['missing/**'], folder, join(folder, 'archive'))).toBeUndefined();
});
