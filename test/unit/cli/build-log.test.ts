import { expect, test } from '@jest/globals';
import { lastLines } from '../../../cli/build-log.ts';

/** As `npm ci` of npm 11 ends without a package in its lockfile, shortened. */
const REFUSED = [
  'npm error code EUSAGE',
  'npm error Missing: zod@^4.0.0 from lock file',
  'npm error',
  'npm error Clean install a project',
  'npm error',
  'npm error Usage:',
  'npm error npm ci',
  ...Array.from({ length: 60 }, (_, at) => `npm error   --option-${at}`),
  'npm error Run "npm help ci" for more info',
  'npm error A complete log of this run can be found in: /tmp/a.log',
  '[Container] Phase complete: PRE_BUILD State: FAILED',
];

test('the last lines of a log, without what npm says of its options', () => {
  expect(lastLines(REFUSED, 6)).toEqual([
    'npm error Missing: zod@^4.0.0 from lock file',
    'npm error',
    'npm error Clean install a project',
    'npm error',
    'npm error A complete log of this run can be found in: /tmp/a.log',
    '[Container] Phase complete: PRE_BUILD State: FAILED',
  ]);
});

test('fewer, when there are not more', () => {
  expect(lastLines(['a', 'b'], 40)).toEqual(['a', 'b']);
});

test('what CodeBuild does after the command that failed is not shown', () => {
  const lines = [
    '[Container] 2026/11/26 16:29:24 Running command npm run build',
    'SyntaxError: Named export not found',
    '[Container] 2026/11/26 16:29:29 Command did not exit successfully npm run build exit status 1',
    '[Container] 2026/11/26 16:29:29 Phase complete: BUILD State: FAILED',
    '[Container] 2026/11/26 16:29:29 Phase context status code: CLIENT_ERROR Message: no matching artifact paths found: **/* in .towpath-bundle',
  ];
  expect(lastLines(lines, 2)).toEqual(lines.slice(1, 3));
});
