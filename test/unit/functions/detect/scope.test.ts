/** Amplify's AMPLIFY_DIFF_DEPLOY and AMPLIFY_DIFF_DEPLOY_ROOT: https://docs.aws.amazon.com/amplify/latest/userguide/monorepo-configuration.html */
import { expect, test } from '@jest/globals';
import { countingFiles } from '../../../../functions/detect/scope.ts';
import { plainVariables } from '../../../support/plain-variables.ts';
import { treeOf } from '../../preflight/support.ts';

const FILES = ['apps/web/page.js', 'apps/docs/page.js', 'libs/ui/button.js', 'package.json'];
/** No workspace says what the app needs. */
const tree = treeOf(Object.fromEntries(FILES.map((file) => [file, ''])), 'apps/web');

test.each<[variables: Record<string, string>, counting: string[]]>([
  [{}, FILES],
  [{ AMPLIFY_DIFF_DEPLOY: 'false' }, FILES],
  [{ AMPLIFY_DIFF_DEPLOY: 'true' }, ['apps/web/page.js', 'package.json']],
  [
    { AMPLIFY_DIFF_DEPLOY: 'true', AMPLIFY_DIFF_DEPLOY_ROOT: '/apps/' },
    ['apps/web/page.js', 'apps/docs/page.js', 'package.json'],
  ],
  [{ AMPLIFY_DIFF_DEPLOY_ROOT: 'apps' }, FILES],
])('with %j, %j count', (variables, counting) => {
  const byName = new Map(plainVariables(variables).map((variable) => [variable.name, variable]));
  expect(FILES.filter(countingFiles(tree, byName) ?? (() => true))).toEqual(counting);
});
