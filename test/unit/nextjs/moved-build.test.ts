import { expect, test } from '@jest/globals';
import { movedTo } from '../../../nextjs/collect/moved-build.ts';

const built = {
  projectDir: '/build/1/apps/web',
  repoRoot: '/build/1',
  outputs: { pages: [{ filePath: '/build/1/apps/web/.next/a.js', assets: { 'x.js': '/build/1/node_modules/x.js' } }] },
  routing: [{ sourceRegex: '/build/1/other', destination: '/build/10/x' }],
};

test('a build of another folder has its paths in this one, and nothing else changed', () => {
  expect(movedTo('/build/2/apps/web', built)).toEqual({
    projectDir: '/build/2/apps/web',
    repoRoot: '/build/2',
    outputs: {
      pages: [{ filePath: '/build/2/apps/web/.next/a.js', assets: { 'x.js': '/build/2/node_modules/x.js' } }],
    },
    routing: [{ sourceRegex: '/build/2/other', destination: '/build/10/x' }],
  });
});

test('one of this folder is as it was', () => {
  expect(movedTo('/build/1/apps/web', built)).toBe(built);
});
