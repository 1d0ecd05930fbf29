import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CHECK_CODES } from '../../../preflight/catalogue.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/reference/amplify-guide.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| section'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

const isTest = (path: string) =>
  existsSync(join(root, 'test', `${path}.test.ts`)) ||
  (existsSync(join(root, 'test', path)) && statSync(join(root, 'test', path)).isDirectory());

test('every section has a test that is there', () => {
  expect(rows.length).toBeGreaterThan(25);
  for (const [section = '', , shown = ''] of rows) {
    const named = [...shown.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
    const tests = named.filter((name) => /^[a-z]+\//.test(name));
    expect([section, tests.length > 0]).toEqual([section, true]);
    expect([section, tests.filter((path) => !isTest(path))]).toEqual([section, []]);
  }
});

test('every check that it names is one', () => {
  const codes = [...page.matchAll(/\(([A-Z]+(?:_[A-Z]+)+)\)/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(2);
  expect(codes.filter((code) => !(CHECK_CODES as string[]).includes(code as string))).toEqual([]);
});
