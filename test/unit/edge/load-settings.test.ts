import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadSettings } from '../../../edge/shared/settings.ts';

const before = { ...process.env };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'towpath-settings-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

const loadWith = (environment: Record<string, string>) => {
  writeFileSync(join(folder, 'towpath.json'), JSON.stringify({ environment }));
  return loadSettings(pathToFileURL(join(folder, 'index.mjs')).href);
};

test("the app's variables are there, and whatever they say it runs in production", async () => {
  await loadWith({ GREETING: 'ahoy', NODE_ENV: 'development' });
  expect(process.env).toMatchObject({ GREETING: 'ahoy', NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' });
});

test('authentication libraries are told that the host is to be trusted, unless the app says otherwise', async () => {
  await loadWith({});
  expect(process.env.AUTH_TRUST_HOST).toBe('true');
  await loadWith({ AUTH_TRUST_HOST: 'false' });
  expect(process.env.AUTH_TRUST_HOST).toBe('false');
});
