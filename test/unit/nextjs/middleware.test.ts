import { expect, test } from '@jest/globals';
import { middlewareMatchers } from '../../../nextjs/collect/middleware.ts';

const one = (entry: object) => ({ middleware: { '/': entry } });

test('an app without middleware has no matchers', () => {
  expect(middlewareMatchers({}, false)).toBeUndefined();
  expect(middlewareMatchers({ middleware: {} }, false)).toBeUndefined();
});

test.each([
  ['Next ≥ 12.3', one({ matchers: [{ regexp: '^/a$' }, { regexp: '^/b$' }] }), false, ['^/a$', '^/b$']],
  ['Next 12.2', one({ regexp: '^/a$' }), false, ['^/a$']],
  ['nested files of 12.0', one({ regexp: '^/a$' }), true, ['']],
  ['no word on what it matches', one({}), false, ['']],
])('%s', (_, manifest, isNested, expected) => {
  expect(middlewareMatchers(manifest, isNested)?.map(({ sourceRegex }) => sourceRegex)).toEqual(expected);
});
