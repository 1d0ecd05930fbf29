import { expect, test } from '@jest/globals';
import { checkSize, largestPackages, MAX_ZIPPED_BYTES } from '../../../../functions/package/plan-function.ts';

const MB = 1024 * 1024;

test('well below the limit nothing is said', () => {
  expect(checkSize('default', { zipped: 10 * MB, unzipped: 40 * MB }, ['next (8.0 MB)'])).toBeUndefined();
});

test('from 80 % on there is a warning with what weighs most', () => {
  expect(checkSize('default', { zipped: 41 * MB, unzipped: 90 * MB }, ['next (8.0 MB)'])).toBe(
    'function default has 41.0 MB zipped; Lambda@Edge takes 50.0 MB. Largest: next (8.0 MB).',
  );
});

test('the limit itself fits, a byte more does not', () => {
  expect(() => checkSize('default', { zipped: MAX_ZIPPED_BYTES, unzipped: 0 }, [])).not.toThrow();
  expect(() => checkSize('default', { zipped: MAX_ZIPPED_BYTES + 1, unzipped: 0 }, ['pdfkit (30.0 MB)'])).toThrow(
    expect.objectContaining({ name: 'FUNCTION_TOO_LARGE', message: expect.stringContaining('pdfkit (30.0 MB)') }),
  );
});

test('what Lambda would refuse unzipped is refused here', () => {
  expect(() => checkSize('image', { zipped: MB, unzipped: 251 * MB }, [])).toThrow('251.0 MB unzipped');
});

test('packages are summed up by name, the innermost one, largest first', () => {
  const entry = (compressedBytes: number) => ({ bytes: 0, compressedBytes, isLink: false });
  const entries = new Map([
    ['functions/default/app/node_modules/next/a.js', entry(2 * MB)],
    ['functions/default/app/node_modules/next/node_modules/@babel/core/b.js', entry(5 * MB)],
    ['functions/default/app/node_modules/next/c.js', entry(2 * MB)],
    ['functions/default/app/.next/server/pages/index.js', entry(MB)],
    ['functions/api/app/node_modules/other/d.js', entry(9 * MB)],
  ]);
  expect(largestPackages('default', { entries })).toEqual([
    '@babel/core (5.0 MB)',
    'next (4.0 MB)',
    'app/.next (1.0 MB)',
  ]);
});
