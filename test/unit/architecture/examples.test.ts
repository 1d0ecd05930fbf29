/** Each example is compared with `next start`, and visited by visitors who must not be mixed. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { VARIANTS } from '../../next/variants.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const examples = globSync('examples/next-*', { cwd: root }).map((path) => path.slice('examples/'.length));

test.each(examples)('%s', (example) => {
  const file = join(root, 'test/next', `${example}.test.ts`);
  expect([file, existsSync(file)]).toEqual([file, true]);
  const isVisited = /^describeBehindCdn\(/m.test(readFileSync(file, 'utf8'));
  expect([example, isVisited]).toEqual([example, true]);
});

test('each variant is one of an example', () => {
  const all = globSync('examples/*-*', { cwd: root }).map((path) => path.slice('examples/'.length));
  expect(Object.keys(VARIANTS).filter((name) => !all.includes(name))).toEqual([]);
});
