import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findProgram, type Image, platformPackage, useNode } from '../../../nextjs/use-node/toolchain.ts';

let folder: string;
let image: Image;

async function program(path: string, text: string) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
  await chmod(join(folder, path), 0o755);
}

/** An npm that "installs" a node which says its version. */
const NPM = `
const { mkdirSync, writeFileSync } = require('fs');
const { join } = require('path');
const args = process.argv.slice(2);
if (args[0] !== 'install') { console.log('npm on', process.argv[0]); process.exit(0); }
const [name, major] = args.at(-1).split('@');
if (major === '99') { console.error('No matching version'); process.exit(1); }
const bin = join(args[args.indexOf('--prefix') + 1], 'node_modules', name, 'bin');
mkdirSync(bin, { recursive: true });
writeFileSync(join(bin, 'node'), '#!/bin/sh\\necho v' + major, { mode: 0o755 });
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-use-node-'));
  await program('lib/npm-cli.cjs', NPM);
  await mkdir(join(folder, 'bin'));
  await symlink('../lib/npm-cli.cjs', join(folder, 'bin/npm'));
  image = {
    platform: 'linux-x64',
    nodePath: process.execPath,
    nodeVersion: '24.1.0',
    searchPath: join(folder, 'bin'),
    cacheFolder: join(folder, 'cache'),
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the image’s own Node needs no other', async () => {
  expect(await useNode(24, image)).toBe(dirname(process.execPath));
});

test('another Node is installed once, and npm there runs on the image’s', async () => {
  const bin = await useNode(16, image);
  expect(execFileSync(join(bin, 'node'), { encoding: 'utf8' })).toBe('v16\n');
  expect(execFileSync(join(bin, 'npm'), ['run'], { encoding: 'utf8' })).toBe(`npm on ${process.execPath}\n`);
  await writeFile(join(bin, 'node'), '#!/bin/sh\necho kept\n');
  expect(await useNode(16, image)).toBe(bin);
  expect(execFileSync(join(bin, 'node'), { encoding: 'utf8' })).toBe('kept\n');
});

test('inside a build that has it in PATH already, the wrapper still leads to the real npm', async () => {
  const bin = await useNode(16, image);
  await useNode(16, { ...image, searchPath: [bin, image.searchPath].join(delimiter) });
  expect(await readFile(join(bin, 'npm'), 'utf8')).toContain('npm-cli.cjs');
});

test('builds at the same time do not disturb each other', async () => {
  const bins = await Promise.all([useNode(16, image), useNode(16, image), useNode(16, image)]);
  expect(new Set(bins).size).toBe(1);
  expect(execFileSync(join(bins[0] as string, 'node'), { encoding: 'utf8' })).toBe('v16\n');
});

test('what cannot be installed is told with a remedy', async () => {
  await expect(useNode(99, image)).rejects.toMatchObject({
    code: 'NODE_NOT_AVAILABLE',
    message: expect.stringContaining('No matching version'),
  });
  expect(() => platformPackage('sunos-x64')).toThrow('no Node.js package for sunos-x64');
  expect(findProgram('npm', '', '/none')).toBeUndefined();
});
