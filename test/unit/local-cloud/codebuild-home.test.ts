import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openHome } from '../../../local-cloud/services/codebuild/home.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'towpath-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('builds find what npm has downloaded for whoever runs the local cloud, and it stays when their home goes', async () => {
  const parent = { HOME: join(folder, 'dev') };
  const home = await openHome(join(folder, 'data', 'home'), parent);
  expect(await openHome(home, parent)).toBe(home);
  writeFileSync(join(home, '.npm', 'kept'), 'by hash');
  rmSync(join(folder, 'data'), { recursive: true });
  expect(readFileSync(join(folder, 'dev', '.npm', 'kept'), 'utf8')).toBe('by hash');
});

test('what npm itself says of its cache counts; without either, the home has one of its own', async () => {
  const home = await openHome(join(folder, 'a'), {
    HOME: join(folder, 'dev'),
    npm_config_cache: join(folder, 'cache'),
  });
  writeFileSync(join(home, '.npm', 'kept'), '');
  expect(readFileSync(join(folder, 'cache', 'kept'), 'utf8')).toBe('');
  expect(await openHome(join(folder, 'b'), {})).toBe(join(folder, 'b'));
});
