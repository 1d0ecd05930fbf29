/** Each check: a tree that trips it, with what it says, and the nearest tree that does not. */
import { expect, test } from '@jest/globals';
import { CHECK_CODES, type CheckCode } from '../../../preflight/catalogue.ts';
import { inspect } from '../../../preflight/inspect.ts';
import { APP_CASES } from './check-cases/app.ts';
import { type Case, sound } from './check-cases/case.ts';
import { PACKAGE_CASES } from './check-cases/packages.ts';
import { SETTINGS_CASES } from './check-cases/settings.ts';
import { treeOf } from './support.ts';

const CASES: Record<CheckCode, Case[]> = { ...PACKAGE_CASES, ...SETTINGS_CASES, ...APP_CASES };
const cases = CHECK_CODES.flatMap((code) => CASES[code].map((given, index) => [code, index, given] as const));

test.each(cases)('%s (%i) is found', (code, _, { trips, says, at, appRoot, account }) => {
  const found = inspect(treeOf(trips, appRoot), {}, account?.trips).findings.filter((finding) => finding.code === code);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    message: says instanceof RegExp ? expect.stringMatching(says) : expect.stringContaining(says),
    remedy: expect.stringMatching(/\.$/),
    docs: `docs/reference/checks.md#${code.toLowerCase()}`,
    ...at,
  });
});

test.each(cases)('%s (%i) is not found in the nearest sound tree', (code, _, { passes, appRoot, account }) => {
  expect(inspect(treeOf(passes, appRoot), {}, account?.passes).findings.map((finding) => finding.code)).not.toContain(
    code,
  );
});

test('a sound app has no findings, and a complete plan', () => {
  const { findings, plan } = inspect(treeOf(sound));
  expect(findings).toEqual([]);
  expect(plan).toMatchObject({ next: { version: '15.5.29' }, node: { major: 22 }, rendering: { rendering: 'ssr' } });
});

test('all that is wrong is told at once, errors first', () => {
  const { findings } = inspect(
    treeOf({ 'package.json': '{}', 'amplify.yml': 'a: [', 'public/static/a': {}, '.env': 'API_TOKEN=9c1f0a7e55aa' }),
  );
  expect(findings.map(({ code }) => code)).toEqual([
    'NOT_A_NEXT_APP',
    'AMPLIFY_YML_INVALID',
    'SECRET_COMMITTED',
    'LOCKFILE_MISSING',
    'PUBLIC_STATIC',
  ]);
});

test('no finding tells the value of a secret', () => {
  const values = ['9c1f0a7e55aa9c1f', 'AKIAABCDEFGHIJKLMNOP', 's3cretPassw0rd'];
  const env = `A_TOKEN=${values[0]}\nNEXT_PUBLIC_X=${values[1]}\nURL=redis://u:${values[2]}@cache.example.com\n`;
  const told = JSON.stringify(inspect(treeOf({ ...sound, '.env.local': env })).findings);
  expect(told).toContain('A_TOKEN (line 1), NEXT_PUBLIC_X (line 2), URL (line 3)');
  for (const value of values) expect(told).not.toContain(value);
});
