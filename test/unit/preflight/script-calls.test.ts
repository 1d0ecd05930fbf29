import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
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
  ['turbo run build:web web#build:next', ['build:web', 'build:next']],
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
  const template = 'phases: { build: { commands: [towpath:build] } }\n';
  const decided = (scripts: Record<string, string>, more: Record<string, string> = {}, appRoot = '.') => {
    const at = appRoot === '.' ? '' : `${appRoot}/`;
    const manifest = { name: 'web', scripts, dependencies: { next: '12.3.7' } };
    const lock = { packages: { 'node_modules/next': { version: '12.3.7' } } };
    const files = {
      [`${at}package.json`]: JSON.stringify(manifest),
      ...(Object.keys(more).some((name) => /lock/.test(name)) ? {} : { 'package-lock.json': JSON.stringify(lock) }),
      ...more,
    };
    return decide(treeOf(files, appRoot), template);
  };
  const rendering = (scripts: Record<string, string>, more: Record<string, string> = {}, appRoot = '.') => {
    const { rendering: found, warnings } = decided(scripts, more, appRoot);
    return [found, warnings.map(({ code }) => code)];
  };
  const amplify = (command: string) => `version: 1\nfrontend:\n  phases:\n    build:\n      commands: ['${command}']\n`;
  const parts = { 'build:next': 'next build', 'build:out': 'next export' };
  const root = { 'package.json': JSON.stringify({ workspaces: ['apps/*'], scripts: { site: 'turbo run build' } }) };

  const plugin = (options: object = {}, at = '') => ({
    'nx.json': JSON.stringify({ plugins: ['@nx/eslint/plugin', { plugin: '@nx/next/plugin', options }] }),
    [`${at}next.config.js`]: '',
  });

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
    [
      'what Turborepo runs before a task',
      parts,
      {
        'turbo.json': `{
  // Comments are allowed.
  "tasks": {
    "build:out": { "dependsOn": ["^build", "build:next"], "inputs": ["src/**/*.ts", "*.md"], },
    "other#build:out": { "dependsOn": ["nothing"] }
  }
}`,
        'amplify.yml': amplify('npx turbo run build:out'),
      },
      '.',
      'static',
    ],
    [
      'what Nx runs before a target',
      {},
      {
        'nx.json': JSON.stringify({ targetDefaults: { site: { dependsOn: ['^build', { target: 'pages' }] } } }),
        'project.json': JSON.stringify({
          targets: { pages: { command: 'next build' }, site: { command: 'echo done' } },
        }),
        'amplify.yml': amplify('npx nx run web:site'),
      },
      '.',
      'ssr',
    ],
    ["the target of Nx's plugin", {}, { ...plugin(), 'amplify.yml': amplify('npx nx build web') }, '.', 'ssr'],
    [
      "the target of Nx's plugin by a name of the workspace's own",
      {},
      { ...plugin({ buildTargetName: 'compile' }), 'amplify.yml': amplify('npx nx compile web') },
      '.',
      'ssr',
    ],
  ])('%s', (_, scripts, more, appRoot, expected) => {
    expect(rendering(scripts, more, appRoot)).toEqual([expected, []]);
  });

  describe('an app of a workspace, without amplify.yml', () => {
    const commandsOf = (scripts: Record<string, string>, more: Record<string, string>) => {
      const { buildspec, reasons, rendering: found } = decided(scripts, more, 'apps/web');
      const { phases } = parse(buildspec);
      return [phases.build.commands, found, reasons.filter((reason) => reason.startsWith('built by'))];
    };
    const around = (command: string) => ['cd "$CODEBUILD_SRC_DIR"', command, 'cd "$CODEBUILD_SRC_DIR/apps/web"'];
    const rootWith = (name: string) => ({
      'package.json': JSON.stringify({ workspaces: ['apps/*'], devDependencies: { [name]: '*' } }),
    });
    const turbo = { ...rootWith('turbo'), 'turbo.json': JSON.stringify({ tasks: { build: {} } }) };

    test.each([
      ['package-lock.json', 'npx --no', '{"packages":{"node_modules/next":{"version":"12.3.7"}}}'],
      [
        'pnpm-lock.yaml',
        'npx --yes pnpm@10.1.0 exec',
        'importers:\n\n  apps/web:\n    dependencies:\n      next:\n        specifier: 12.3.7\n        version: 12.3.7\n',
      ],
      ['yarn.lock', 'npx --yes yarn@1.22.22 run', 'next@12.3.7:\n  version "12.3.7"\n'],
      ['bun.lock', 'npx --yes bun@1 x', '{ "workspaces": { "apps/web": { "dependencies": { "next": "12.3.7" } } } }'],
    ])('Turborepo is called at the root, beside %s', (lockfile, launcher, locked) => {
      const named = JSON.parse(turbo['package.json']);
      const packageManager = lockfile === 'pnpm-lock.yaml' ? { packageManager: 'pnpm@10.1.0' } : {};
      const more = { ...turbo, 'package.json': JSON.stringify({ ...named, ...packageManager }), [lockfile]: locked };
      const commands = around(`${launcher} turbo run build --filter=./apps/web`);
      expect(commandsOf({ build: 'next build' }, more)).toEqual([commands, 'ssr', ['built by Turborepo: turbo.json']]);
    });

    test("Nx is, where the target is the plugin's alone", () => {
      const more = { ...rootWith('nx'), ...plugin({}, 'apps/web/') };
      const commands = around('npx --no nx run web:build');
      expect(commandsOf({}, more)).toEqual([commands, 'ssr', ['built by Nx: nx.json']]);
    });

    test('a runner that is not installed is not called, nor one without the task', () => {
      const script = ['npm run build'];
      expect(commandsOf({ build: 'next build' }, { ...turbo, ...rootWith('other') })).toEqual([script, 'ssr', []]);
      expect(() => decided({}, turbo, 'apps/web')).toThrow(/no "build" script/);
    });

    test('where the root has no lockfile, its runner is not installed', () => {
      const lock = JSON.stringify({ packages: { 'node_modules/next': { version: '12.3.7' } } });
      const more = { ...turbo, 'apps/web/package-lock.json': lock };
      expect(commandsOf({ build: 'next build' }, more)).toEqual([['npm run build'], 'ssr', []]);
    });

    test("amplify.yml's commands are all that is run", () => {
      const more = { ...turbo, 'amplify.yml': amplify('npm run build') };
      expect(commandsOf({ build: 'next build' }, more)).toEqual([['npm run build'], 'ssr', []]);
    });
  });
});
