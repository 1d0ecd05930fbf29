/** What Turborepo 2.11.11 (`turbo run publish --filter=./apps/web --dry=json`) and Nx 21.6.11 (`nx show project web --json`) said of these files. */
import { expect, test } from '@jest/globals';
import { tasksOf } from '../../../preflight/tasks.ts';

const OF_TURBO = {
  'package.json': '{ "workspaces": ["apps/*", "packages/*"], "devDependencies": { "turbo": "^2" } }',
  'turbo.json': `{
  "$schema": "https://turborepo.com/schema.json",
  "tasks": {
    // Of every package.
    "build": { "dependsOn": ["^build", "codegen"], "inputs": ["$TURBO_DEFAULT$", "src/**/*.ts"], "outputs": [".next/**"] },
    "codegen": {},
    "build:export": { "dependsOn": ["build"] },
    "web#publish": { "dependsOn": ["web#build:export", "@ws/ui#build"] },
  },
}`,
};
const APP_OF_TURBO = {
  name: 'web',
  scripts: {
    codegen: 'node codegen.mjs',
    build: 'next build',
    'build:export': 'next export',
    publish: 'echo published',
  },
};
const SAID_BY_TURBO = [
  { taskId: 'web#build', command: 'next build', dependencies: ['@ws/ui#build', 'web#codegen'] },
  { taskId: 'web#build:export', command: 'next export', dependencies: ['web#build'] },
  { taskId: 'web#codegen', command: 'node codegen.mjs', dependencies: [] },
  { taskId: 'web#publish', command: 'echo published', dependencies: ['@ws/ui#build', 'web#build:export'] },
];

test.each(SAID_BY_TURBO)('Turborepo: $taskId', ({ taskId, command, dependencies }) => {
  const { tasks, runner } = tasksOf(
    new Map(Object.entries(OF_TURBO)),
    'apps/web',
    APP_OF_TURBO,
    JSON.parse(OF_TURBO['package.json']),
  );
  const own = (task: string) => (task.startsWith('web#') ? [task.slice('web#'.length)] : []);
  const before = dependencies.flatMap(own).map((task) => `npm run ${task}`);
  expect(tasks[own(taskId)[0] ?? '']).toEqual([...before, command]);
  expect(runner?.command).toBe('turbo run build --filter=./apps/web');
});

const OF_NX = {
  'package.json': '{ "workspaces": ["apps/*", "libs/*"], "devDependencies": { "nx": "^21", "@nx/next": "^21" } }',
  'nx.json': JSON.stringify({
    plugins: [{ plugin: '@nx/next/plugin', options: { buildTargetName: 'build', devTargetName: 'dev' } }],
  }),
  'apps/web/next.config.js': 'module.exports = {};',
  'apps/web/project.json': JSON.stringify({
    name: 'web',
    targets: {
      pages: {
        dependsOn: ['build'],
        executor: 'nx:run-commands',
        options: { commands: ['next export'], cwd: 'apps/web' },
      },
      site: { dependsOn: ['pages', '^build', { target: 'lint' }], command: 'echo done' },
    },
  }),
};
const SAID_BY_NX = {
  build: { command: 'next build', dependsOn: ['^build'] },
  pages: { command: 'next export', dependsOn: ['build'] },
  site: { command: 'echo done', dependsOn: ['pages', '^build', { target: 'lint' }] },
};

test.each(Object.entries(SAID_BY_NX))('Nx: web:%s', (target, { command, dependsOn }) => {
  const { tasks, runner } = tasksOf(
    new Map(Object.entries(OF_NX)),
    'apps/web',
    { name: 'web' },
    JSON.parse(OF_NX['package.json']),
  );
  const names = dependsOn.map((one) => (typeof one === 'string' ? one : one.target));
  const before = names.filter((name) => !name.startsWith('^')).map((name) => `npm run ${name}`);
  expect(tasks[target]).toEqual([...before, command]);
  expect(runner?.command).toBe('nx run web:build');
});
