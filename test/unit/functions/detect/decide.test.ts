import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Deployment } from '../../../../domain/deployment.ts';
import { buildEnvironment, decide } from '../../../../functions/detect/decide.ts';
import { plainVariables } from '../../../support/plain-variables.ts';
import { treeOf } from '../../preflight/support.ts';

const template = readFileSync(new URL('../../../../buildspecs/build.yml', import.meta.url), 'utf8');
const packageJson = (change: object = {}) =>
  JSON.stringify({ name: 'shop', scripts: { build: 'next build' }, dependencies: { next: '^11.1.0' }, ...change });
/** Of a package.json whose lockfile says which version. */
const any = { dependencies: { next: '*' } };
const npmLock = (version: string) =>
  JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/next': { version } } });

function decideOf(files: Record<string, string>, appRoot = '.') {
  const decision = decide(treeOf(files, appRoot), template);
  return { ...decision, spec: parse(decision.buildspec) };
}
const codes = (decision: { warnings: { code: string }[] }) => decision.warnings.map(({ code }) => code);

test('a plain npm app of Next.js 11', () => {
  const decision = decideOf({ 'package.json': packageJson(), 'package-lock.json': npmLock('11.1.4') });
  expect(decision).toMatchObject({
    rendering: 'ssr',
    next: { version: '11.1.4', major: 11 },
    nodeMajor: 16,
    packageManager: 'npm',
    warnings: [],
    reasons: [
      'server-rendered: the build runs "next build" without an export',
      'Next.js 11.1.4: package-lock.json',
      'Node.js 16: builds Next.js 11',
      'npm: package-lock.json',
    ],
  });
  const { spec } = decision;
  expect(spec.version).toBe(0.2);
  expect(spec.env.variables).toMatchObject({ TOWPATH_APP_ROOT: '.', TOWPATH_NODE_MAJOR: '16' });
  expect(spec.phases.pre_build.commands[0]).toBe('cd "$CODEBUILD_SRC_DIR/$TOWPATH_APP_ROOT"');
  expect(spec.phases.pre_build.commands.slice(2)).toEqual([
    'is_installed || npm ci --include=dev --no-audit --no-fund',
    expect.stringMatching(/^echo [0-9a-f]{32} >node_modules\/\.towpath-installation$/),
  ]);
  expect(spec.phases.build.commands).toEqual(['npm run build']);
  expect(spec.phases.post_build.commands[0]).toContain('"$CODEBUILD_BUILD_SUCCEEDING" = 1');
  expect(spec.artifacts).toEqual({ 'base-directory': '.towpath-bundle', files: ['**/*'], 'enable-symlinks': 'yes' });
  expect(spec.cache.paths).toEqual(['node_modules/**/*', '.next/cache/**/*']);
  expect(decision.buildspec).not.toContain('towpath:');
});

test('the cached installation is taken only for the same lockfile, package.json and Node.js', () => {
  const command = (files: Record<string, string>) => decideOf(files).spec.phases.pre_build.commands[1] as string;
  const files = { 'package.json': packageJson(), 'package-lock.json': npmLock('11.1.4') };
  expect(command({ ...files })).toBe(command(files));
  expect(command({ ...files, 'package-lock.json': npmLock('11.1.3') })).not.toBe(command(files));
  expect(command({ ...files, 'package.json': packageJson({ version: '2' }) })).not.toBe(command(files));
  expect(command({ ...files, '.nvmrc': '14' })).not.toBe(command(files));
  expect(command({ ...files, '.npmrc': 'legacy-peer-deps=true' })).not.toBe(command(files));
});

test.each([
  ['next build && next export', '12.3.7', 'static'],
  ['npm run compile && npm run out', '9.5.5', 'static'],
  ['next build', '12.3.7', 'ssr'],
])('build script "%s" on %s is %s', (build, version, rendering) => {
  const scripts = { build, compile: 'next build', out: 'next export -o out' };
  const files = { 'package.json': packageJson({ scripts, ...any }), 'package-lock.json': npmLock(version) };
  expect(decideOf(files)).toMatchObject({ rendering, warnings: [] });
});

test.each([
  ["module.exports = { output: 'export' }", '14.2.35', 'static'],
  ['export default { output: "export", images: {} }', '16.4.6', 'static'],
  ["module.exports = { output: 'export' }", '13.2.4', 'ssr'],
  ["module.exports = {\n  // output: 'export',\n}", '14.2.35', 'ssr'],
  ["/* output: 'export' */ module.exports = { output: 'standalone' }", '15.5.29', 'ssr'],
])('next.config %s on %s is %s', (config, version, rendering) => {
  const files = { 'package.json': packageJson(any), 'package-lock.json': npmLock(version), 'next.config.js': config };
  expect(decideOf(files).rendering).toBe(rendering);
});

const pnpm6 = `lockfileVersion: '6.0'
importers:

  .:
    dependencies:
      react:
        specifier: 18
        version: 18.2.0

  apps/web:
    dependencies:
      next:
        specifier: ^13.5.0
        version: 13.5.11(react@18.2.0)
`;
test.each([
  ['package-lock.json', '{"lockfileVersion":1,"dependencies":{"next":{"version":"9.5.5"}}}', '.', '9.5.5', '9.5.5'],
  [
    'package-lock.json',
    '{"packages":{"node_modules/next":{"version":"12.0.0"},"apps/web/node_modules/next":{"version":"13.0.0"}}}',
    'apps/web',
    '13.0.0',
    '13.x',
  ],
  [
    'yarn.lock',
    '# yarn lockfile v1\n\n\nnext@9, next@^11.1.0:\n  version "11.1.3"\n  resolved "https://x"\n\nnextx@1:\n  version "1.0.0"\n',
    '.',
    '11.1.3',
    '^11.1.0',
  ],
  [
    'yarn.lock',
    '__metadata:\n  version: 6\n\n"next@npm:^11.1.0":\n  version: 11.1.2\n  resolution: "next@npm:11.1.2"\n',
    '.',
    '11.1.2',
    '^11.1.0',
  ],
  ['pnpm-lock.yaml', pnpm6, 'apps/web', '13.5.11', '^13.5.0'],
  [
    'pnpm-lock.yaml',
    'lockfileVersion: 5.4\n\nspecifiers:\n  next: ^12.0.0\n\ndependencies:\n  next: 12.3.7_react@17.0.2\n',
    '.',
    '12.3.7',
    '^12.0.0',
  ],
  [
    'bun.lock',
    '{ "workspaces": { "": { "dependencies": { "next": "15" } } }, "packages": { "next": ["next@15.5.29", "", {}] } }',
    '.',
    '15.5.29',
    '15',
  ],
  ['package-lock.json', 'damaged', '.', '11.1', '^11.1.0'],
])('Next.js in %s (%#)', (lockfile, text, appRoot, version, range) => {
  const manifest = packageJson({ dependencies: { next: range } });
  const files = { [`${appRoot === '.' ? '' : `${appRoot}/`}package.json`]: manifest, [lockfile]: text };
  expect(decideOf(files, appRoot).next.version).toBe(version);
});

test.each([
  ['latest', '16.x'],
  ['16', '16.x'],
  ['^16', '16.x'],
  ['^16.0.0', '16.x'],
  ['16.x', '16.x'],
  ['~16.0.0', '16.0.x'],
  ['16.0.0', '16.0.0'],
  ['^13.4.0', '13.5'],
  ['13.4', '13.4.x'],
  ['^9.1.0', '9.5'],
  ['npm:next@^14.0.0', '14.2'],
])('without a lockfile, Next.js %s is what would be installed: %s', (range, version) => {
  const { next } = decideOf({ 'package.json': packageJson({ dependencies: { next: range } }) });
  expect(next).toEqual({ version, major: Number.parseInt(version, 10) });
});

test.each([
  ['12.3.7', {}, undefined, 18, []],
  ['16.4.6', {}, undefined, 24, []],
  ['11.1.4', { '.nvmrc': 'v14.21.3\n' }, undefined, 14, []],
  ['15.5.29', { '.nvmrc': 'lts/jod' }, undefined, 22, []],
  ['15.5.29', { '.nvmrc': 'lts/*' }, undefined, 22, []],
  ['11.1.4', { '.nvmrc': '20' }, undefined, 16, ['NODE_VERSION_UNSUITABLE']],
  ['14.2.35', {}, '>=18', 20, []],
  ['14.2.35', {}, '22.x', 22, []],
  ['14.2.35', {}, '>= 18 < 20', 18, []],
  ['12.3.7', {}, '^14 || ^16', 16, []],
  ['15.5.29', {}, '<=20.9.0', 20, []],
  ['16.4.6', {}, '14.x', 24, ['NODE_VERSION_UNSUITABLE']],
  ['16.4.6', {}, '*', 24, []],
] as [string, Record<string, string>, string | undefined, number, string[]][])(
  'Next.js %s with %j and engines %s runs on Node.js %d',
  (version, more, node, major, warned) => {
    const files = {
      'package.json': packageJson({ engines: { node }, ...any }),
      'package-lock.json': npmLock(version),
      ...more,
    };
    const decision = decideOf(files);
    expect(decision.nodeMajor).toBe(major);
    expect(codes(decision)).toEqual(warned);
  },
);

const pnpm9 = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      next:
        specifier: ^11.1.0
        version: 11.1.4
`;
test('package managers: by lockfile, by name', () => {
  const yarn = decideOf({ 'package.json': packageJson(), 'yarn.lock': 'next@^11.1.0:\n  version "11.1.4"\n' });
  expect(yarn.packageManager).toBe('yarn');
  expect(yarn.spec.phases.build.commands).toEqual(['npx --yes yarn@1.22.22 run build']);

  const named = { packageManager: 'npm@10.0.0' };
  const both = decideOf({
    'package.json': packageJson(named),
    'yarn.lock': '',
    'package-lock.json': npmLock('11.1.4'),
  });
  expect([both.packageManager, codes(both)]).toEqual(['npm', []]);

  const none = decideOf({ 'package.json': packageJson() });
  expect(codes(none)).toEqual(['LOCKFILE_MISSING']);
  expect(none.spec.phases.pre_build.commands[1]).toBe('npm install --include=dev --no-audit --no-fund');

  const pnpm = decideOf({ 'package.json': packageJson(), 'pnpm-lock.yaml': pnpm9 });
  expect(pnpm.spec.phases.pre_build.commands[1]).toBe('npx --yes pnpm@9 install --frozen-lockfile --prod=false');
});

test('an app in a folder is installed where its lockfile is, and built where it is', () => {
  const { spec } = decideOf(
    { 'apps/web/package.json': packageJson(), 'package.json': '{}', 'package-lock.json': npmLock('11.1.4') },
    'apps/web',
  );
  expect(spec.phases.pre_build.commands).toEqual([
    'cd "$CODEBUILD_SRC_DIR/$TOWPATH_APP_ROOT"',
    'cd "$CODEBUILD_SRC_DIR/."',
    'npm ci --include=dev --no-audit --no-fund',
    'cd "$CODEBUILD_SRC_DIR/apps/web"',
  ]);
  expect(spec.cache.paths).toEqual(['apps/web/node_modules/**/*', 'apps/web/.next/cache/**/*', 'node_modules/**/*']);
});

const amplify = `version: 1
env: { variables: { API: https://api.example.com, N: 3 } }
backend: { phases: {} }
frontend:
  phases:
    preBuild: { commands: [nvm use 14, npm ci] }
    build: { commands: ['npm run build', 'echo "done: yes"'] }
    postBuild: { commands: [npm run sitemap] }
  cache: { paths: ['node_modules/**/*', '.cache/**/*', '!x'] }
`;
test("amplify.yml's commands, variables and cache are taken; what is not used is named", () => {
  const scripts = { build: 'next build && next export' };
  const decision = decideOf({
    'package.json': packageJson({ scripts }),
    'package-lock.json': npmLock('11.1.4'),
    'amplify.yml': amplify,
  });
  expect(decision.spec.phases.pre_build.commands.slice(1)).toEqual(['npm ci']);
  expect(decision.spec.phases.build.commands).toEqual(['npm run build', 'echo "done: yes"', 'npm run sitemap']);
  expect(decision.spec.cache.paths).toEqual(['node_modules/**/*', '.next/cache/**/*', '.cache/**/*']);
  expect(decision).toMatchObject({
    rendering: 'static',
    nodeMajor: 14,
    environment: { API: 'https://api.example.com', N: '3' },
  });
  expect(codes(decision)).toEqual(['AMPLIFY_SECTION_IGNORED']);
});

test("in a monorepo's amplify.yml the application of this app counts, and no other", () => {
  const text =
    'version: 1\napplications:\n  - appRoot: apps/web/\n    frontend: { phases: { build: { commands: [make web] } } }\n';
  const files = {
    'apps/web/package.json': packageJson(),
    'apps/docs/package.json': packageJson(),
    'amplify.yml': text,
  };
  expect(decideOf(files, 'apps/web').spec.phases.build.commands).toEqual(['make web']);
  expect(codes(decideOf(files, 'apps/web'))).toContain('NEXT_BUILD_NOT_SEEN');
  expect(decideOf(files, 'apps/docs').spec.phases.build.commands).toEqual(['npm run build']);
});

const lock = { 'package-lock.json': npmLock('11.1.4') };
test.each([
  ['PACKAGE_JSON_MISSING', {}, 'The repository has no package.json'],
  ['PACKAGE_JSON_INVALID', { 'package.json': '{,}' }, 'package.json is no valid JSON'],
  ['PACKAGE_JSON_INVALID', { 'package.json': 'null' }, 'package.json holds no JSON object'],
  ['NOT_A_NEXT_APP', { 'package.json': '{"dependencies":{"vue":"3"}}' }, 'does not depend on "next" (it has vue)'],
  [
    'BUILD_SCRIPT_MISSING',
    { 'package.json': packageJson({ scripts: {} }), ...lock },
    'package.json has no "build" script',
  ],
  [
    'NEXT_VERSION_UNSUPPORTED',
    { 'package.json': packageJson({ dependencies: { next: '8.1.0' } }) },
    'package.json says Next.js 8.1.0',
  ],
  [
    'NEXT_VERSION_UNSUPPORTED',
    { 'package.json': packageJson(), 'package-lock.json': npmLock('17.0.0') },
    'package-lock.json says Next.js 17.0.0',
  ],
  [
    'NEXT_VERSION_UNKNOWN',
    { 'package.json': packageJson({ dependencies: { next: 'canary' } }) },
    'asks for next "canary"',
  ],
  [
    'AMPLIFY_YML_INVALID',
    { 'package.json': packageJson(), ...lock, 'amplify.yml': 'frontend:\n  phases: [' },
    'amplify.yml: line 2, column 11: no YAML',
  ],
  [
    'AMPLIFY_YML_INVALID',
    {
      'package.json': packageJson(),
      ...lock,
      'amplify.yml': 'frontend: { phases: { build: { commands: npm run build } } }',
    },
    'frontend.phases.build.commands',
  ],
] as [string, Record<string, string>, string][])('%s (%#) names the file and a remedy', (code, files, message) => {
  expect(() => decideOf(files)).toThrow(
    expect.objectContaining({
      name: code,
      fault: 'user',
      remedy: expect.stringMatching(/\.$/),
      message: expect.stringContaining(message),
    }),
  );
});

test("the build's variables: amplify.yml's over the app's, the deployment's id always, secrets as references", () => {
  const deployment = {
    id: '01JD0000000000000000000001',
    app: 'shop',
    site: 'shop-main',
    number: 1,
    repository: { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:1/shop.git' },
    commit: { sha: 'a'.repeat(40), branch: 'main', message: '' },
    appRoot: '.',
  };
  const [a, b] = plainVariables({ A: '1', B: '2' });
  const [kept, managed] = (['parameter-store', 'secrets-manager'] as const).map((store) => ({
    ...plainVariables({ [store === 'parameter-store' ? 'KEPT' : 'MANAGED']: '' })[0]!,
    value: undefined,
    secret: { store, name: `${store}-name`, atRunTime: 'baked' as const },
  }));
  const fromFile = { B: '3' };
  const variables = buildEnvironment(deployment, [a!, b!, kept!, managed!], fromFile);
  expect(Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]))).toEqual({
    AWS_APP_ID: 'shop',
    AWS_BRANCH: 'main',
    AWS_CLONE_URL: 'http://127.0.0.1:1/shop.git',
    AWS_COMMIT_ID: 'a'.repeat(40),
    AWS_JOB_ID: deployment.id,
    A: '1',
    B: '3',
    KEPT: 'parameter-store-name',
    MANAGED: 'secrets-manager-name',
    TOWPATH_DEPLOYMENT_ID: deployment.id,
  });
  const preview = { number: 7, isFork: false, target: 'main' } as Deployment['preview'];
  const inFolder = buildEnvironment({ ...deployment, appRoot: './apps/web/', preview }, [], {});
  expect(inFolder.map(({ Name, Value }) => [Name, Value])).toEqual(
    expect.arrayContaining([
      ['AMPLIFY_MONOREPO_APP_ROOT', 'apps/web'],
      ['AWS_PULL_REQUEST_ID', '7'],
    ]),
  );
  const types = Object.fromEntries(variables.map(({ Name, Type }) => [Name, Type]));
  expect(types).toMatchObject({ A: 'PLAINTEXT', KEPT: 'PARAMETER_STORE', MANAGED: 'SECRETS_MANAGER' });
});

test('an amplify.yml in full: test phase, buildPath, what is left out of the cache, artifacts of tests', () => {
  const amplifyYml = `version: 0.1
frontend:
  buildPath: /
  phases:
    preBuild: { commands: [cd apps, npm ci] }
    build: { commands: [npm run build] }
    postBuild: { commands: [echo done] }
  artifacts: { baseDirectory: .next, files: ['**/*'], discard-paths: yes }
  cache: { paths: ['node_modules/**/*', '!node_modules/.cache/**/*', "!it's/*.tmp"] }
test:
  phases:
    preTest: { commands: [npm i cypress] }
    test: { commands: [npx cypress run] }
  artifacts: { baseDirectory: cypress, configFilePath: '**/mochawesome.json', files: ['**/*.png', '**/*.mp4'] }
`;
  const files = { 'apps/web/package.json': packageJson(), 'apps/web/package-lock.json': npmLock('11.1.4') };
  const { spec, warnings } = decideOf({ ...files, 'amplify.yml': amplifyYml }, 'apps/web');
  expect(warnings).toEqual([]);
  expect(spec.phases.pre_build.commands.slice(1)).toEqual(['cd "$CODEBUILD_SRC_DIR/."', 'cd apps', 'npm ci']);
  expect(spec.phases.build.commands).toEqual(['npm run build', 'echo done', 'npm i cypress', 'npx cypress run']);
  expect(spec.cache.paths.join()).not.toContain('!');
  const [, kept, leftOut] = spec.phases.post_build.commands;
  expect(kept).toContain('cp --parents');
  expect(leftOut).toContain('rm -rf -- node_modules/.cache/**/*');

  const kept2 = decide(treeOf(files, 'apps/web'), template, { globalPackages: [], runsTests: false, amplifyYml });
  expect(parse(kept2.buildspec).phases.build.commands).toEqual(['npm run build', 'echo done']);

  const committed = { ...files, 'amplify.yml': 'frontend: { phases: { build: { commands: [make web] } } }' };
  const beaten = decide(treeOf(committed, 'apps/web'), template, { globalPackages: [], runsTests: false, amplifyYml });
  expect(parse(beaten.buildspec).phases.build.commands).toEqual(['make web']);
});

test.each([
  ['11', '11.1', '^11.1.0', []],
  ['latest', '16.x', '^16.0.0', []],
  ['15.5.0', '15.5.0', '15.5.0', ['NEXT_VERSION_VULNERABLE']],
])('Next.js in the version %s, installed over what the commit has', (next, version, installed, warned) => {
  const files = { 'package.json': packageJson(any), 'package-lock.json': npmLock('12.3.4') };
  const options = { globalPackages: ['@aws-amplify/cli@latest'], runsTests: true, next, node: '20' };
  const decision = decide(treeOf(files, '.'), template, next === '11' ? { ...options, node: '16' } : options);
  expect(decision.next.version).toBe(version);
  expect(decision.warnings.map(({ code }) => code)).toEqual(warned);
  const { commands } = parse(decision.buildspec).phases.pre_build;
  expect(commands[1]).toBe("npm install --no-audit --no-fund --global '@aws-amplify/cli@latest'");
  expect(commands.at(-1)).toBe(`npm install --no-audit --no-fund --no-save --legacy-peer-deps 'next@${installed}'`);
  expect(decision.reasons.join()).toContain('version override');
});
