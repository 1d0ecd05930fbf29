/** Which files of a monorepo count for an app; where that is not certain, all do. */
import { expect, test } from '@jest/globals';
import { folderScope, workspaceScope } from '../../../preflight/workspaces.ts';
import { type Files, treeOf } from './support.ts';

const pkg = (name: string, needs: Record<string, string> = {}) => JSON.stringify({ name, dependencies: needs });
const SHOP: Files = {
  'package.json': JSON.stringify({ name: 'shop', workspaces: ['apps/*', 'packages/**', '!packages/old/*'] }),
  'package-lock.json': '{}',
  'apps/web/package.json': pkg('web', { '@shop/ui': 'workspace:*', next: '16.0.0' }),
  'apps/docs/package.json': pkg('docs'),
  'packages/ui/package.json': JSON.stringify({ name: '@shop/ui', peerDependencies: { '@shop/icons': '*' } }),
  'packages/icons/package.json': pkg('@shop/icons'),
  'packages/icons/test/fixture/package.json': pkg('a-fixture'),
  'packages/mail/package.json': pkg('@shop/mail'),
  'packages/old/ui/package.json': pkg('@shop/old-ui'),
};
const counting = (files: Files, paths: string[], appRoot = 'apps/web') =>
  paths.filter(workspaceScope(treeOf({ ...SHOP, ...files }, appRoot)) ?? (() => true));

test('its package, those that it depends on, and what is in no package', () => {
  const paths = [
    'apps/web/pages/index.tsx',
    'packages/ui/button.tsx',
    'packages/icons/bell.svg',
    'package-lock.json',
    'turbo.json',
    'scripts/generate.mjs',
    'packages/old/ui/index.js',
  ];
  const others = ['apps/docs/index.mdx', 'packages/mail/send.ts', 'packages/icons/test/fixture/package.json'];
  expect(counting({}, [...paths, ...others])).toEqual(paths);
  expect(counting({}, ['apps/web/x', 'packages/ui/x', 'apps/docs/x', 'turbo.json'], 'apps/docs')).toEqual([
    'apps/docs/x',
    'turbo.json',
  ]);
});

test('pnpm says it elsewhere', () => {
  const files = { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - ./apps/*/\n  - packages/*\n' };
  expect(counting(files, ['packages/ui/x', 'packages/mail/x'])).toEqual(['packages/ui/x']);
});

test.each([
  ['an import', 'apps/web/lib/mail.ts', "import { send } from '../../../packages/mail/send';"],
  ['a style', 'packages/ui/button.css', "@import '../mail/theme.css';"],
  [
    'a path of TypeScript',
    'apps/web/tsconfig.json',
    '{ "compilerOptions": { "paths": { "~mail": ["../../packages/mail"] } } }',
  ],
  ['the configuration of Next.js', 'apps/web/next.config.mjs', "export default { x: '../../packages/mail' };"],
  [
    'a package of the root',
    'package.json',
    JSON.stringify({ workspaces: ['apps/*', 'packages/*'], devDependencies: { '@shop/mail': '*' } }),
  ],
])('%s that leads into another package makes that count', (_, file, text) => {
  expect(counting({ [file]: text }, ['packages/mail/send.ts', 'apps/docs/x'])).toEqual(['packages/mail/send.ts']);
});

test.each([
  ['there is no workspace', { 'package.json': pkg('shop') }, 'apps/web'],
  ['the app is not in it', { 'package.json': JSON.stringify({ workspaces: ['packages/*'] }) }, 'apps/web'],
  ['the app is the root', {}, '.'],
  [
    'a pattern is not understood',
    { 'package.json': JSON.stringify({ workspaces: ['{apps,packages}/*'] }) },
    'apps/web',
  ],
  ['a package cannot be read', { 'packages/mail/package.json': '{ broken' }, 'apps/web'],
  ['the patterns cannot be read', { 'pnpm-workspace.yaml': 'packages: [' }, 'apps/web'],
] as [string, Files, string][])('nothing is certain where %s', (_, files, appRoot) => {
  expect(workspaceScope(treeOf({ ...SHOP, ...files }, appRoot))).toBeUndefined();
});

test('by Amplify’s rule a folder counts, and the files beside it at the root', () => {
  const paths = ['apps/web/x/y', 'package.json', 'apps/website/x', 'packages/ui/x'];
  expect(paths.filter(folderScope('apps/web'))).toEqual(['apps/web/x/y', 'package.json']);
  expect(paths.filter(folderScope('.'))).toEqual(paths);
});
