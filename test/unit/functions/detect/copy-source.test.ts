import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type CopiedSource, copySource } from '../../../../functions/detect/copy-source.ts';
import { problem } from '../../../../functions/detect/errors.ts';
import { archiveOf, type Entries, unzip } from './support.ts';

/** Copies, and says what the store kept: nothing when the copy broke off. */
async function copy(
  archive: Buffer | Readable,
  accept: (source: CopiedSource) => unknown = (source) => source,
  appRoot = '.',
) {
  let stored: Buffer | undefined;
  const store = async (zip: Readable) => {
    stored = await buffer(zip);
  };
  const stream = Buffer.isBuffer(archive) ? Readable.from([archive]) : archive;
  const outcome = await copySource(stream, appRoot, store, accept).then(
    (decision) => ({ decision, error: undefined }),
    (error) => ({ decision: undefined, error }),
  );
  return { ...outcome, stored };
}

test('files, links and modes arrive without the top-level folder; the deciding files are kept', async () => {
  const noise = randomBytes(300_000).toString('base64');
  const archive = await archiveOf({
    'package.json': '{"name":"shop"}',
    'bin/run.sh': { content: '#!/bin/sh', mode: 0o755 },
    'pages/': { type: 'directory' },
    'pages/[id].js': 'export default 1',
    'pages/ünï.js': 'x',
    'pages/link.js': { type: 'symlink', linkname: '../bin/run.sh' },
    'public/noise.txt': noise,
    'empty.txt': '',
    'other/package.json': '{"name":"other"}',
  });
  const { decision, stored } = await copy(archive);
  expect(decision).toMatchObject({ tree: { texts: new Map([['package.json', '{"name":"shop"}']]) } });
  expect((decision as CopiedSource).tree.entries).toHaveLength(8);
  const files = await unzip(stored!);
  expect(Object.fromEntries(Object.entries(files).map(([name, { mode }]) => [name, mode.toString(8)]))).toEqual({
    'package.json': '100644',
    'bin/run.sh': '100755',
    'pages/[id].js': '100644',
    'pages/ünï.js': '100644',
    'pages/link.js': '120777',
    'public/noise.txt': '100644',
    'empty.txt': '100644',
    'other/package.json': '100644',
  });
  expect(files['public/noise.txt']?.text).toBe(noise);
  expect(files['pages/link.js']?.text).toBe('../bin/run.sh');
});

test("files of the app's folder and of the root are read, and no others", async () => {
  const archive = await archiveOf({
    'package.json': '1',
    'yarn.lock': '2',
    'apps/web/package.json': '3',
    'apps/web/src/package.json': '4',
    'apps/docs/package.json': '5',
  });
  const { decision } = await copy(archive, ({ tree }) => Object.fromEntries(tree.texts), 'apps/web');
  expect(decision).toEqual({ 'package.json': '1', 'yarn.lock': '2', 'apps/web/package.json': '3' });
});

const unsafe: [string, Entries, string][] = [
  [
    'a link to an absolute path',
    { passwords: { type: 'symlink', linkname: '/etc/passwd' } },
    '"passwords" with a link to "/etc/passwd"',
  ],
  ['a link out of the tree', { 'a/up': { type: 'symlink', linkname: '../../x' } }, '"a/up" with a link to "../../x"'],
  [
    'a link that leads out through another link',
    { 'a/b/root': { type: 'symlink', linkname: '../..' }, out: { type: 'symlink', linkname: 'a/b/root/../x' } },
    '"out" with a link to "a/b/root/../x"',
  ],
  [
    'a file through a link',
    { d: { type: 'symlink', linkname: 'e' }, 'd/file': 'x' },
    '"d/file" with a path through "d"',
  ],
  [
    'a link in the place of a folder',
    { 'd/file': 'x', d: { type: 'symlink', linkname: 'e' } },
    '"d" with the name of a folder',
  ],
  ['a path with ..', { 'a/../../x': 'x' }, '"a/../../x" with ".."'],
  ['an absolute path', { '!/etc/cron.d/x': 'x' }, 'with an absolute path'],
  ['a file beside the top folder', { '!loose': 'x' }, '"loose" with a place beside the top-level folder'],
  ['a hard link', { hard: { type: 'link', linkname: 'package.json' } }, '"hard" with the type "link"'],
  ['a device', { device: { type: 'character-device' } }, '"device" with the type "character-device"'],
  ['the same name twice', { x: '1', 'y/z': '2', '!octocat-shop-6dcb09b/x': '3' }, '"x" with a name that is taken'],
  ['a backslash', { 'a\\b': 'x' }, '"a\\\\b" with a backslash'],
];
test.each(unsafe)('%s is refused by name, and nothing is stored', async (_, entries, message) => {
  const { error, stored } = await copy(await archiveOf({ 'package.json': '{}', ...entries }));
  expect(error).toMatchObject({ name: 'ARCHIVE_UNSAFE', fault: 'user', message: expect.stringContaining(message) });
  expect(stored).toBeUndefined();
});

test('a bomb is stopped while it is unpacked', async () => {
  const { error, stored } = await copy(await archiveOf({ 'zeros.bin': Buffer.alloc(80 * 1024 ** 2) }));
  expect(error).toMatchObject({ name: 'ARCHIVE_TOO_LARGE', message: expect.stringContaining('archive bomb') });
  expect(stored).toBeUndefined();
});

test('an archive that breaks off, or is none, is a retryable problem of the host', async () => {
  const whole = await archiveOf({ 'package.json': '{}', 'noise.txt': randomBytes(200_000) });
  for (const archive of [whole.subarray(0, 100_000), gzipSync('no tar'), Buffer.from('<html>'), Buffer.alloc(0)]) {
    const { error, stored } = await copy(archive);
    expect(error).toMatchObject({ name: 'ARCHIVE_UNREADABLE', retryable: true });
    expect(stored).toBeUndefined();
  }
});

test('a download whose connection breaks ends the copy', async () => {
  const archive = Readable.from(
    (async function* () {
      yield (await archiveOf({ 'noise.txt': randomBytes(200_000) })).subarray(0, 50_000);
      throw new Error('socket hang up');
    })(),
  );
  const { error, stored } = await copy(archive);
  expect(error).toMatchObject({ name: 'ARCHIVE_UNREADABLE', message: expect.stringContaining('socket hang up') });
  expect(stored).toBeUndefined();
});

test('what is not accepted is not stored', async () => {
  const { error, stored } = await copy(await archiveOf({ 'package.json': '{}' }), () => {
    throw problem('APP_ROOT_MISSING', 'no folder');
  });
  expect(error).toMatchObject({ name: 'APP_ROOT_MISSING' });
  expect(stored).toBeUndefined();
});

test("the store's own failure is passed on as it is", async () => {
  const archive = Readable.from([await archiveOf({ 'noise.txt': randomBytes(900_000) })]);
  const failure = Object.assign(new Error('slow down'), { name: 'SlowDown' });
  await expect(
    copySource(
      archive,
      '.',
      () => Promise.reject(failure),
      () => 1,
    ),
  ).rejects.toBe(failure);
});
