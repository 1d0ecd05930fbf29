import type { StartBuildInput } from '@aws-sdk/client-codebuild';
import { expect, test } from '@jest/globals';
import { parseBuildspec } from '../../../local-cloud/services/codebuild/buildspec.ts';
import { imageVariables } from '../../../local-cloud/services/codebuild/environment.ts';
import { globToRegExp } from '../../../local-cloud/services/codebuild/glob.ts';
import { openLog } from '../../../local-cloud/services/codebuild/log.ts';
import { artifactKey } from '../../../local-cloud/services/codebuild/outputs.ts';
import type { ProjectRecord } from '../../../local-cloud/services/codebuild/records.ts';
import { composeBuild } from '../../../local-cloud/services/codebuild/start-build.ts';

test('a buildspec is read with its defaults', () => {
  const spec = parseBuildspec(`
version: 0.2
env: { shell: bash, variables: { A: 1, B: yes }, parameter-store: { P: /p } }
phases:
  install: { runtime-versions: { nodejs: 24 }, commands: [npm ci] }
  build: { on-failure: RETRY-2-network, commands: [npm run build], finally: [echo done] }
artifacts: { files: ['**/*'], base-directory: out, discard-paths: no, enable-symlinks: yes }
cache: { paths: ['node_modules/**/*'] }
`);
  expect(spec).toMatchObject({
    shell: 'bash',
    variables: { A: '1', B: 'yes' },
    parameterStore: { P: '/p' },
    runtimeVersions: { nodejs: '24' },
    artifacts: { files: ['**/*'], baseDirectory: 'out', discardPaths: false, keepSymlinks: true },
    cachePaths: ['node_modules/**/*'],
  });
  expect(spec.phases.BUILD).toEqual({
    commands: ['npm run build'],
    finally: ['echo done'],
    onFailure: { action: 'RETRY', times: 2, pattern: /network/ },
  });
  expect(spec.phases.INSTALL?.onFailure.action).toBe('default');
  expect(spec.phases.POST_BUILD).toBeUndefined();
});

test.each([
  ['no YAML', 'version: [', 'no YAML'],
  ['another version', 'version: 0.1\nphases: {}', 'must be 0.2'],
  ['a command that is no text', 'version: 0.2\nphases: { build: { commands: [{ a: b }] } }', 'commands'],
  ['what is not emulated', 'version: 0.2\nphases: {}\nreports: { x: { files: ["*"] } }', 'reports'],
])('%s is a YAML_FILE_ERROR that names it', (_, text, part) => {
  expect(() => parseBuildspec(text)).toThrow(
    expect.objectContaining({ statusCode: 'YAML_FILE_ERROR', message: expect.stringContaining(part) }),
  );
});

test('patterns: * stays within a name, ** crosses folders, a dot is no exception', () => {
  const matches = (pattern: string, path: string) => globToRegExp(pattern).test(path);
  expect(matches('**/*', '.next/a/b.js')).toBe(true);
  expect(matches('*', 'a/b')).toBe(false);
  expect(matches('dist/**', 'dist/x/y')).toBe(true);
  expect(matches('**/*.js', 'a.js')).toBe(true);
  expect(matches('a?.[x]', 'ab.[x]')).toBe(true);
  expect(matches('a?.[x]', 'ab.x')).toBe(false);
});

test("a build gets the machine's network settings and nothing else of its parent", () => {
  const parent = {
    HOME: '/home/dev',
    PATH: '/repo/node_modules/.bin:/opt/tools:/usr/bin:/x/node-gyp-bin',
    HTTPS_PROXY: 'http://proxy',
    npm_config_registry: 'https://registry.example/',
    'npm_config_@acme:registry': 'https://acme.example/',
    npm_config_local_prefix: '/repo',
    npm_config_cache: '/cache',
    npm_lifecycle_event: 'start',
    npm_package_name: 'towpath',
    NODE_OPTIONS: '--inspect',
    NODE_ENV: 'test',
    AWS_PROFILE: 'production',
  };
  expect(imageVariables(parent, { home: '/state/home', globals: '/build/npm' }, '/node/bin/node')).toEqual({
    HTTPS_PROXY: 'http://proxy',
    npm_config_registry: 'https://registry.example/',
    'npm_config_@acme:registry': 'https://acme.example/',
    npm_config_userconfig: '/home/dev/.npmrc',
    npm_config_prefix: '/build/npm',
    PATH: '/build/npm/bin:/node/bin:/opt/tools:/usr/bin:/usr/local/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
    HOME: '/state/home',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
  });
});

test('the log is cut into lines, masks secrets across pieces, and sends what is left on close', async () => {
  const sent: string[] = [];
  const log = openLog(
    () => 0,
    async (events) => void sent.push(...events.map(({ message }) => message)),
  );
  log.mask(['hunter22', 'ab']);
  log.write('one\ntw');
  log.write('o hunt');
  log.write('er22 ab\nlast');
  await log.close();
  expect(sent).toEqual(['one\n', 'two *** ab\n', 'last\n']);
});

const project: ProjectRecord = {
  name: 'site',
  arn: 'arn:project',
  created: 0,
  lastModified: 0,
  source: { type: 'S3', location: 'b/project.zip', buildspec: 'project.yml' },
  artifacts: { type: 'S3', location: 'bucket', name: 'a', packaging: 'ZIP' },
  environment: {
    type: 'LINUX_CONTAINER',
    image: 'i',
    computeType: 'BUILD_GENERAL1_SMALL',
    environmentVariables: [
      { name: 'A', value: '1' },
      { name: 'B', value: '1' },
    ],
  },
  serviceRole: 'project-role',
  timeoutInMinutes: 60,
  queuedTimeoutInMinutes: 480,
  lastBuildNumber: 0,
};
const identity = { name: 'uuid', number: 1, arn: 'arn:build', initiator: 'me', now: 5 };
const compose = (input: Omit<StartBuildInput, 'projectName'> = {}) =>
  composeBuild(project, { projectName: 'site', ...input }, identity);

test("a start's overrides win over the project's settings", () => {
  expect(compose()).toMatchObject({
    serviceRole: 'project-role',
    source: { location: 'b/project.zip', buildspec: 'project.yml' },
  });
  const build = compose({
    serviceRoleOverride: 'start-role',
    sourceLocationOverride: 'b/start.zip',
    environmentVariablesOverride: [{ name: 'B', value: '2' }],
    timeoutInMinutesOverride: 7,
    logsConfigOverride: { cloudWatchLogs: { status: 'ENABLED', groupName: '/g', streamName: 's' } },
  });
  expect(build).toMatchObject({
    serviceRole: 'start-role',
    source: { location: 'b/start.zip' },
    timeoutInMinutes: 7,
    logDestination: { groupName: '/g', streamName: 's/uuid' },
    logs: { cloudWatchLogs: { status: 'ENABLED' } },
  });
  expect(build.environment.environmentVariables).toEqual([
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ]);
});

test.each([
  [{ sourceTypeOverride: 'GITHUB' as const }, /GITHUB is not emulated/],
  [{ sourceLocationOverride: 'bucket/folder/' }, /bucket\/key of a ZIP/],
  [{ timeoutInMinutesOverride: 2161 }, /2161 minutes/],
  [{ debugSessionEnabled: true }, /debugSessionEnabled/],
])('%j is refused', (input, message) => {
  expect(() => compose(input)).toThrow(message);
});

test("an artifact's key is path, namespace, name", () => {
  const spec = parseBuildspec('version: 0.2\nphases: {}\nartifacts: { files: [a], name: own.zip }').artifacts!;
  const key = (more: object) => artifactKey({ ...compose(), destination: { type: 'S3', ...more } }, spec);
  expect(key({ path: '/d/1/', name: 'x.zip', namespaceType: 'NONE' })).toBe('d/1/x.zip');
  expect(key({ path: 'd', name: 'x.zip', namespaceType: 'BUILD_ID' })).toBe('d/uuid/x.zip');
  expect(key({ name: '/', path: 'd' })).toBe('d/artifact.zip');
  expect(key({ name: 'x', overrideArtifactName: true })).toBe('own.zip');
  expect(key({})).toBe('site');
});
