import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../functions/detect/decide.ts';
import { scriptCalls } from '../../../preflight/script-calls.ts';
import { treeOf } from './support.ts';

const SCRIPTS = ['build', 'build:web', 'build:next', 'build:next:a', 'lint', 'export', 'web'];

test.each<[string, string[]]>([
  ['npm run build', ['build']],
  ['CI=1 npm run build:web -- --no-lint', ['build:web']],
  ['npm --workspace web run build', ['build']],
  ['npm run build -w web', ['build']],
  ['npm ci', []],
  ['npm install build', []],
  ['yarn build', ['build']],
  ['yarn workspace web build', ['build']],
  ['yarn workspaces foreach -A run build', ['build']],
  ['pnpm --filter web build', ['build']],
  ['pnpm --filter=web run build', ['build']],
  ['pnpm -r build && yarn lint', ['build', 'lint']],
  ['bun run export', ['export']],
  ['npx turbo run build --filter=web', ['build']],
  ['turbo build lint --filter web -- export', ['build', 'lint']],
  ['pnpm exec turbo run web#build', ['build']],
  ['nx build web', ['build']],
  ['npx nx run web:build:production', ['build']],
  ['nx run-many -t build lint --parallel=3', ['build', 'lint']],
  ['nx affected --targets=build,export', ['build', 'export']],
  ['nx run-many --target=build --all', ['build']],
  ['lerna run build --scope web', ['build']],
  ['run-s build:web export', ['build:web', 'export']],
  ['npm-run-all --parallel lint build:*', ['lint', 'build:web', 'build:next']],
  ['run-p "build:**"', []],
  ['run-p build:**', ['build:web', 'build:next', 'build:next:a']],
  ['concurrently "npm run build:web" "npm run lint"', ['build:web', 'lint']],
  ['cd ../.. ; cross-env A=b yarn run build', ['build']],
  ['echo building', []],
])('%s', (command, expected) => {
  expect([...new Set(scriptCalls(command, SCRIPTS))]).toEqual(expected);
});

describe('what such a build makes', () => {
  const template = 'phases: {}\n';
  const rendering = (scripts: Record<string, string>, more: Record<string, string> = {}, appRoot = '.') => {
    const at = appRoot === '.' ? '' : `${appRoot}/`;
    const manifest = { name: 'web', scripts, dependencies: { next: '12.3.7' } };
    const lock = { packages: { 'node_modules/next': { version: '12.3.7' } } };
    const files = {
      [`${at}package.json`]: JSON.stringify(manifest),
      'package-lock.json': JSON.stringify(lock),
      ...more,
    };
    const { rendering: found, warnings } = decide(treeOf(files, appRoot), template);
    return [found, warnings.map(({ code }) => code)];
  };
  const amplify = (command: string) => `version: 1\nfrontend:\n  phases:\n    build:\n      commands: ['${command}']\n`;
  const parts = { 'build:next': 'next build', 'build:out': 'next export' };
  const root = { 'package.json': JSON.stringify({ workspaces: ['apps/*'], scripts: { site: 'turbo run build' } }) };

  test.each([
    ['npm-run-all', { build: 'run-s build:*', ...parts }, {}, '.', 'static'],
    ['npm-run-all, without an export', { build: 'npm-run-all build:next', ...parts }, {}, '.', 'ssr'],
    ['turbo', { build: 'next build && next export' }, { 'amplify.yml': amplify('npx turbo run build') }, '.', 'static'],
    ['nx', { build: 'next build' }, { 'amplify.yml': amplify('npx nx run web:build') }, '.', 'ssr'],
    [
      "a script of the workspace's root that starts turbo",
      { build: 'npm run build:next && npm run build:out', ...parts },
      { ...root, 'amplify.yml': amplify('cd ../.. && npm run site') },
      'apps/web',
      'static',
    ],
    [
      "Nx's executor for Next.js",
      { build: 'nx build web' },
      { 'project.json': JSON.stringify({ targets: { build: { executor: '@nx/next:build', options: {} } } }) },
      '.',
      'ssr',
    ],
    [
      'a target of Nx that exports, of an older Nx',
      {},
      {
        'project.json': JSON.stringify({
          targets: { build: { executor: '@nrwl/next:build' }, export: { executor: '@nrwl/next:export' } },
        }),
        'amplify.yml': amplify('npx nx run-many -t build,export'),
      },
      '.',
      'static',
    ],
    [
      'commands in a target of Nx',
      {},
      {
        'project.json': JSON.stringify({
          targets: {
            build: {
              executor: 'nx:run-commands',
              options: { commands: ['next build', { command: 'nx run web:out' }] },
            },
            out: { command: 'next export' },
          },
        }),
        'amplify.yml': amplify('npx nx build web'),
      },
      '.',
      'static',
    ],
    ['a project.json that cannot be read', { build: 'next build' }, { 'project.json': '{ "targets": [' }, '.', 'ssr'],
  ])('%s', (_, scripts, more, appRoot, expected) => {
    expect(rendering(scripts, more, appRoot)).toEqual([expected, []]);
  });
});
