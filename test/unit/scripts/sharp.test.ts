import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { binaryPackages, LAMBDA, type Platform, thisPlatform } from '../../../scripts/sharp.ts';

const sharp = join(import.meta.dirname, '../../../node_modules/sharp/package.json');
const { optionalDependencies } = JSON.parse(readFileSync(sharp, 'utf8')) as {
  optionalDependencies: Record<string, string>;
};

test.each<Platform>([
  LAMBDA,
  { os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { os: 'linux', cpu: 'x64', libc: 'musl' },
  { os: 'darwin', cpu: 'arm64' },
  { os: 'darwin', cpu: 'x64' },
  { os: 'win32', cpu: 'x64' },
])('the binaries for %j are packages that sharp names', (platform) => {
  for (const name of binaryPackages(platform)) expect(Object.keys(optionalDependencies)).toContain(name);
});

test('Lambda is linux-x64 with glibc', () => {
  expect(binaryPackages(LAMBDA)).toEqual(['@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64']);
});

test('this platform has its libc on Linux alone', () => {
  expect(thisPlatform().libc !== undefined).toBe(process.platform === 'linux');
});
