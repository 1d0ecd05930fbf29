import { expect, test } from '@jest/globals';
import { isDeployedBranch } from '../../../domain/branches.ts';

test.each([
  ['main', 'main', true],
  ['main', 'main2', false],
  ['release/*', 'release/1.2', true],
  ['release/*', 'release/1.2/fix', false],
  ['release/**', 'release/1.2/fix', true],
  ['release/*', 'xrelease/1', false],
  ['*', 'feature', true],
  ['*', 'feature/x', false],
  ['**', 'feature/x', true],
  ['v1.*', 'v1x2', false],
  ['a+b(c)[d]', 'a+b(c)[d]', true],
  ['*-preview', 'bells-preview', true],
  ['*', 'line\nbreak', true],
])('%s and %s: %s', (pattern, branch, matches) => {
  expect(isDeployedBranch(['none', pattern], branch)).toBe(matches);
});
