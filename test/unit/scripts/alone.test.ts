import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alone } from '../../../scripts/alone.mjs';

let folder: string;
let lock: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'towpath-alone-'));
  lock = join(folder, 'lock');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('one works at a time, under a lock that names it', async () => {
  let working = 0;
  const work = async () => {
    expect(++working).toBe(1);
    expect(readFileSync(lock, 'utf8')).toBe(String(process.pid));
    await new Promise((resolve) => setImmediate(resolve));
    working--;
  };
  await Promise.all([alone(lock, work), alone(lock, work), alone(lock, work)]);
  expect(existsSync(lock)).toBe(false);
});

test('work that fails leaves no lock', async () => {
  const work = async () => {
    throw new Error('failed');
  };
  await expect(alone(lock, work)).rejects.toThrow('failed');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a dead process is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  writeFileSync(lock, String(pid));
  let worked = false;
  await alone(lock, async () => {
    worked = true;
  });
  expect(worked).toBe(true);
});
