import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nameOf, VARIANTS } from '../../next/variants.ts';

const root = join(import.meta.dirname, '../../..');
const MAJORS = [9, 10, 11, 12, 13, 14, 15, 16];

const rows = readFileSync(join(root, 'docs/reference/next-features.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (feature|what) \|/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));

const isTest = (path: string) =>
  existsSync(join(root, 'test', `${path}.test.ts`)) ||
  (existsSync(join(root, 'test', path)) && statSync(join(root, 'test', path)).isDirectory());

const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text as string);

const variants = Object.values(VARIANTS).flat();

/** What is compared on a major: its test's text, and the names of the rows of its versions, of whichever example. */
const comparedOn = Object.fromEntries(
  MAJORS.map((major) => [
    major,
    [
      ...globSync([`test/next/next-${major}.test.ts`, `test/next/support/tables-${major}.ts`], { cwd: root }).map(
        (file) => readFileSync(join(root, file), 'utf8'),
      ),
      ...variants.filter(({ next }) => Number.parseInt(next, 10) === major).map(nameOf),
    ].join('\n'),
  ]),
);

const isShown = (major: number, text: string) =>
  /^(unit|cloud|journeys|browser|next)\//.test(text) ? isTest(text) : comparedOn[major]?.includes(text);

describe('each row of docs/reference/next-features.md', () => {
  test('says of every major what shows the feature, where else its code is shown, or that it has none', () => {
    expect(rows.length).toBeGreaterThan(40);
    for (const [feature = '', ...cells] of rows) {
      expect([feature, cells.length]).toEqual([feature, MAJORS.length]);
      for (const cell of cells)
        expect([feature, cell, /`|^–$|^as \d+$|^untested/.test(cell)]).toEqual([feature, cell, true]);
    }
  });

  test('names what is there', () => {
    for (const [feature = '', ...cells] of rows) {
      const missing = cells.flatMap((cell, index) => {
        const major = MAJORS[index] as number;
        return quoted(cell).flatMap((text) => (isShown(major, text) ? [] : [`${major}: ${text}`]));
      });
      expect([feature, missing]).toEqual([feature, []]);
    }
  });

  test('refers to a major that shows it', () => {
    for (const [feature = '', ...cells] of rows) {
      for (const cell of cells) {
        const other = /^as (\d+)$/.exec(cell)?.[1];
        if (other)
          expect([feature, other, cells[MAJORS.indexOf(Number(other))]?.includes('`')]).toEqual([feature, other, true]);
      }
    }
  });
});
