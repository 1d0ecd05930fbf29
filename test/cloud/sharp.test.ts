/** sharp for Lambda, put together on a machine that is not like Lambda: by a real npm install. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { addSharp, installSharp, LAMBDA } from '../../scripts/sharp.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'towpath-sharp-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const binariesIn = (place: string) => readdirSync(join(place, 'node_modules/@img')).filter((name) => name !== 'colour');
const MINUTE = 60_000;

const RESIZE = `
import sharp from 'sharp';
const picture = sharp({ create: { width: 64, height: 32, channels: 3, background: 'teal' } });
const { width, format } = await sharp(await picture.resize(16).avif().toBuffer()).metadata();
console.log(width, format);
`;

test(
  'npm installs the binaries that it is asked for, not those of this machine',
  async () => {
    const [lambda, mac] = [join(folder, 'lambda'), join(folder, 'mac')];
    await Promise.all([installSharp(lambda, LAMBDA), installSharp(mac, { os: 'darwin', cpu: 'arm64' })]);
    expect(binariesIn(lambda)).toEqual(['sharp-libvips-linux-x64', 'sharp-linux-x64']);
    expect(binariesIn(mac)).toEqual(['sharp-darwin-arm64', 'sharp-libvips-darwin-arm64']);
  },
  2 * MINUTE,
);

test('what is put together here works here, alone in its folder', async () => {
  const place = join(folder, 'function');
  await addSharp(place);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', RESIZE], { cwd: place });
  expect(stdout).toBe('16 heif\n');
});
