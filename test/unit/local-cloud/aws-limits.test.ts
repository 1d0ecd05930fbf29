/** docs/reference/aws-limits.md names a test for each of AWS's limits and traps: every one is there, under that title. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'reference', 'aws-limits.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| AWS |'))
  .map((line) => line.slice(2, -2).split(' | ') as [limit: string, shownBy: string]);
const shown = rows.flatMap(([limit, shownBy]) => {
  const [, file, title] = /^`(test\/[^`]+)`: (.+)$/.exec(shownBy) ?? [];
  return file && title ? [[limit, file, title] as const] : [];
});

test.each(shown)('%s: shown in %s', (_, file, title) => {
  const quoted = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  expect(readFileSync(join(root, file), 'utf8')).toMatch(new RegExp(`\\(\\s*(['"\`])${quoted}\\1,`));
});

test('a row without a test says why', () => {
  const others = rows.filter(([limit]) => !shown.some(([one]) => one === limit));
  expect(others.filter(([, why]) => !/^– .{20}/.test(why))).toEqual([]);
  expect(rows.length).toBeGreaterThan(80);
});
