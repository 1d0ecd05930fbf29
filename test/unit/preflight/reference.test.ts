import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { checksPage } from '../../../scripts/docs.ts';

test('docs/reference/checks.md is what npm run docs writes', () => {
  const page = new URL('../../../docs/reference/checks.md', import.meta.url);
  expect(readFileSync(page, 'utf8')).toBe(checksPage());
});
