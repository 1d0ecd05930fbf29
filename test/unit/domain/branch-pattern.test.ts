import { expect, test } from '@jest/globals';
import { isDeployedBranch, matchesBranch } from '../../../domain/branch-pattern.ts';

test.each([
  ['main', 'main', true],
  ['main', 'main2', false],
  ['main', 'x/main', false],
  ['release/*', 'release/1.x', true],
  ['release/*', 'release/', true],
  ['release/*', 'release/1/2', false],
  ['release/**', 'release/1/2', true],
  ['**', 'a/b/c', true],
  ['*', 'a/b', false],
  ['*-hotfix', 'shop-hotfix', true],
  ['v1.0', 'v1x0', false],
  ['a+(b)', 'a+(b)', true],
  ['[ab]', 'a', false],
  ['release/*', 'xrelease/1', false],
  ['a+b(c)[d]', 'a+b(c)[d]', true],
  ['*', 'line\nbreak', true],
])('%s matches %s: %s', (pattern, branch, matches) => {
  expect(matchesBranch(pattern, branch)).toBe(matches);
  expect(isDeployedBranch(['none', pattern], branch)).toBe(matches);
});
