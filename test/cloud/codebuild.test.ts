import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  type Build,
  CodeBuildClient,
  CreateProjectCommand,
  type CreateProjectCommandInput,
  CreateWebhookCommand,
  DeleteProjectCommand,
  ListBuildsCommand,
  ListBuildsForProjectCommand,
  ListProjectsCommand,
  RetryBuildCommand,
  StartBuildCommand,
  type StartBuildCommandInput,
  StopBuildCommand,
  UpdateProjectCommand,
} from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCodeBuildService } from '../../local-cloud/services/codebuild/index.ts';
import { processesWith } from '../../local-cloud/services/codebuild/processes.ts';
import { type FakeBuildServices, fakeBuildServices } from '../support/fake-build-services.ts';
import { type ServedServices, serveService } from '../support/serve-service.ts';
import { until } from '../support/until.ts';
import { makeZip, readZip } from '../support/zip.ts';

const ROLE = 'arn:aws:iam::111122223333:role/builds';
const MINUTE = 60_000;

let folder: string;
let cloud: ServedServices;
let codebuild: CodeBuildClient;
let fake: FakeBuildServices;
let shift = 0;

async function open(): Promise<void> {
  cloud = await serveService(createCodeBuildService, { folder, calls: fake.calls, now: () => Date.now() + shift });
  codebuild = new CodeBuildClient(cloud.client);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-codebuild-'));
  fake = fakeBuildServices();
  shift = 0;
  await open();
});

afterEach(async () => {
  codebuild.destroy();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const PROJECT: CreateProjectCommandInput = {
  name: 'site',
  source: { type: 'NO_SOURCE', buildspec: 'version: 0.2\nphases: {}\n' },
  artifacts: { type: 'NO_ARTIFACTS' },
  environment: {
    type: 'LINUX_CONTAINER',
    image: 'aws/codebuild/amazonlinux-x86_64-standard:6.0',
    computeType: 'BUILD_GENERAL1_LARGE',
    environmentVariables: [{ name: 'FROM_PROJECT', value: 'project' }],
  },
  serviceRole: 'arn:aws:iam::111122223333:role/project',
};

const createProject = (more: Partial<CreateProjectCommandInput> = {}) =>
  codebuild.send(new CreateProjectCommand({ ...PROJECT, ...more }));

async function start(more: Partial<StartBuildCommandInput> = {}): Promise<Build> {
  const input = { projectName: 'site', serviceRoleOverride: ROLE, ...more };
  return (await codebuild.send(new StartBuildCommand(input))).build as Build;
}

async function get(id: string | undefined): Promise<Build> {
  const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids: [id ?? ''] }));
  return builds?.[0] as Build;
}

const ended = (id: string | undefined) =>
  until(async () => {
    const build = await get(id);
    return build.buildComplete && build;
  });

/** Runs a buildspec given as phases of commands. */
async function run(phases: object, more: Partial<StartBuildCommandInput> = {}, rest: object = {}): Promise<Build> {
  const spec = JSON.stringify({ version: 0.2, phases, ...rest }, null, 1);
  return ended((await start({ buildspecOverride: spec, ...more })).id);
}

const logOf = (build: Build) => fake.logs.get(`${build.logs?.groupName}/${build.logs?.streamName}`) ?? [];
const statuses = (build: Build) =>
  Object.fromEntries((build.phases ?? []).map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus]));

/** What the commands printed, without CodeBuild's own lines. */
const printed = (build: Build) => logOf(build).filter((line) => !/^\[Container\]/.test(line));

test('a build runs its source from S3 as its role and leaves artifact, log, phases and exported variables', async () => {
  fake.objects.set('code/app.zip', await makeZip({ 'package.json': '{}', 'bin/tool': '#!/bin/sh\necho from tool' }));
  fake.objects.set('code/tools.zip', await makeZip({ 'collect.txt': 'collector' }));
  await createProject();
  const spec = `
version: 0.2
env:
  variables: { FROM_SPEC: spec, OVERRIDDEN: spec }
  exported-variables: [RELEASE]
phases:
  install: { commands: ['cd bin && ./tool && cd ..'], runtime-versions: { nodejs: 24 } }
  build:
    commands:
      - mkdir -p "$CODEBUILD_SRC_DIR/out/deep"
      - greet() { echo "hello $1"; }
      - cp "$CODEBUILD_SRC_DIR_towpath/collect.txt" out/deep/
      - printf '%s\\n' "$FROM_SPEC-$OVERRIDDEN-$FROM_PROJECT" > out/variables.txt
      - ln -s deep/collect.txt out/link && ln -s /etc/hostname out/outward
      - export RELEASE=r-1
  post_build: { commands: ['greet world', 'pwd'] }
artifacts:
  base-directory: out
  files: ['**/*']
  exclude-paths: ['outward']
  enable-symlinks: yes
`;
  const started = await start({
    sourceTypeOverride: 'S3',
    sourceLocationOverride: 'code/app.zip',
    secondarySourcesOverride: [{ type: 'S3', location: 'code/tools.zip', sourceIdentifier: 'towpath' }],
    buildspecOverride: spec,
    environmentVariablesOverride: [{ name: 'OVERRIDDEN', value: 'start' }],
    artifactsOverride: {
      type: 'S3',
      location: 'bundles',
      path: 'd/1',
      name: 'bundle.zip',
      namespaceType: 'NONE',
      packaging: 'ZIP',
    },
  });
  expect(started).toMatchObject({ buildStatus: 'IN_PROGRESS', buildNumber: 1, projectName: 'site' });
  expect(started.id).toMatch(/^site:[0-9a-f-]{36}$/);
  const build = await ended(started.id);
  expect(build.phases?.map(({ phaseType }) => phaseType)).toEqual(
    'SUBMITTED QUEUED PROVISIONING DOWNLOAD_SOURCE INSTALL PRE_BUILD BUILD POST_BUILD UPLOAD_ARTIFACTS FINALIZING COMPLETED'.split(
      ' ',
    ),
  );
  expect(build).toMatchObject({
    buildStatus: 'SUCCEEDED',
    currentPhase: 'COMPLETED',
    serviceRole: ROLE,
    artifacts: { location: 'arn:aws:s3:::bundles/d/1/bundle.zip' },
    exportedEnvironmentVariables: [{ name: 'RELEASE', value: 'r-1' }],
    logs: { groupName: '/aws/codebuild/site' },
  });
  expect(printed(build).slice(0, 2)).toEqual(['from tool', 'hello world']);
  expect(logOf(build).some((line) => line.includes('Running command ') && line.includes('greet world'))).toBe(true);
  const artifact = await readZip(fake.objects.get('bundles/d/1/bundle.zip') as Uint8Array);
  expect(Object.keys(artifact)).toEqual(['deep/collect.txt', 'link', 'variables.txt']);
  expect(artifact['variables.txt']?.text).toBe('spec-start-project\n');
  expect(artifact.link).toEqual({ text: 'deep/collect.txt', mode: 0o120777 });
  expect([...fake.callers]).toEqual([ROLE]);
  // Above the source is none of the local cloud's folders: a container has no checkout with node_modules above it.
  const source = printed(build)[2] ?? '';
  expect(source).toMatch(/^\/.+\/src$/);
  expect(source.startsWith(folder)).toBe(false);
  expect(existsSync(dirname(source))).toBe(false);
});

test('an equal build gives an equal artifact, bit for bit', async () => {
  await createProject({ artifacts: { type: 'S3', location: 'bundles', packaging: 'ZIP', name: 'a.zip' } });
  const sums: (string | undefined)[] = [];
  for (const year of [2001, 2020]) {
    const phases = {
      build: {
        commands: ['mkdir o', 'for f in c a b; do echo $f > o/$f; done', 'chmod +x o/a', `touch -d ${year}-01-01 o/*`],
      },
    };
    const build = await run(phases, {}, { artifacts: { files: ['**/*'], 'base-directory': 'o' } });
    sums.push(build.artifacts?.sha256sum);
  }
  expect(sums[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(sums[1]).toBe(sums[0]);
});

test('a failure in INSTALL or PRE_BUILD skips to the end', async () => {
  await createProject();
  const build = await run({
    install: { commands: ['echo one', 'exit 3', 'echo two'], finally: ['echo finally'] },
    build: { commands: ['echo never'] },
    post_build: { commands: ['echo never'] },
  });
  expect(build.buildStatus).toBe('FAILED');
  expect(printed(build)).toEqual(['one', 'finally']);
  expect(statuses(build)).toMatchObject({ INSTALL: 'FAILED', FINALIZING: 'SUCCEEDED' });
  expect(Object.keys(statuses(build))).not.toContain('BUILD');
  expect(build.phases?.find(({ phaseType }) => phaseType === 'INSTALL')?.contexts?.[0]).toEqual({
    statusCode: 'COMMAND_EXECUTION_ERROR',
    message: 'Error while executing command: exit 3. Reason: exit status 3',
  });
});

test('a failure in BUILD still runs POST_BUILD, which can see it, and attempts UPLOAD_ARTIFACTS', async () => {
  await createProject({ artifacts: { type: 'S3', location: 'bundles', packaging: 'ZIP', name: 'a.zip' } });
  const build = await run(
    {
      build: { commands: ['echo made > report.txt', 'false'] },
      post_build: { commands: ['echo "succeeding=$CODEBUILD_BUILD_SUCCEEDING"'] },
    },
    {},
    { artifacts: { files: ['report.txt'] } },
  );
  expect(build.buildStatus).toBe('FAILED');
  expect(printed(build)).toEqual(['succeeding=0']);
  expect(statuses(build)).toMatchObject({ BUILD: 'FAILED', POST_BUILD: 'SUCCEEDED', UPLOAD_ARTIFACTS: 'SUCCEEDED' });
  expect(fake.objects.has('bundles/a.zip')).toBe(true);
});

test('on-failure: ABORT skips POST_BUILD, CONTINUE goes on, RETRY repeats the phase', async () => {
  await createProject();
  const aborted = await run({
    build: { 'on-failure': 'ABORT', commands: ['false'] },
    post_build: { commands: ['echo never'] },
  });
  expect([aborted.buildStatus, printed(aborted)]).toEqual(['FAILED', []]);
  const continued = await run({
    pre_build: { 'on-failure': 'CONTINUE', commands: ['false'] },
    build: { commands: ['echo built'] },
  });
  expect([continued.buildStatus, printed(continued)]).toEqual(['SUCCEEDED', ['built']]);
  const count = 'echo try >> "$TMPDIR/tries"; [ $(wc -l < "$TMPDIR/tries") = 3 ] || { echo flaky; false; }';
  const retried = await run({ build: { 'on-failure': 'RETRY-3-flak.', commands: [count] } });
  expect([retried.buildStatus, printed(retried)]).toEqual(['SUCCEEDED', ['flaky', 'flaky']]);
  const other = await run({ build: { 'on-failure': 'RETRY-3-other', commands: ['echo flaky; false'] } });
  expect([other.buildStatus, printed(other)]).toEqual(['FAILED', ['flaky']]);
});

test('a missing source, a bad buildspec and an artifact without files fail in their phases with a reason', async () => {
  await createProject();
  const context = (build: Build, type: string) =>
    build.phases?.find(({ phaseType }) => phaseType === type)?.contexts?.[0] ?? {};
  const lost = await ended((await start({ sourceTypeOverride: 'S3', sourceLocationOverride: 'code/none.zip' })).id);
  expect(context(lost, 'DOWNLOAD_SOURCE')).toMatchObject({
    statusCode: 'CLIENT_ERROR',
    message: expect.stringContaining('none.zip'),
  });
  const old = await ended((await start({ buildspecOverride: 'version: 0.1\nphases: {}\n' })).id);
  expect(context(old, 'DOWNLOAD_SOURCE')).toMatchObject({ statusCode: 'YAML_FILE_ERROR' });
  const runtime = await run({ install: { 'runtime-versions': { nodejs: 12 }, commands: [] } });
  expect(context(runtime, 'DOWNLOAD_SOURCE').message).toContain("'12' of nodejs");
  const empty = await run(
    { build: { commands: ['true'] } },
    { artifactsOverride: { type: 'S3', location: 'bundles', packaging: 'ZIP', name: 'a' } },
    { artifacts: { files: ['nothing/**'] } },
  );
  expect(empty.buildStatus).toBe('FAILED');
  expect(context(empty, 'UPLOAD_ARTIFACTS').message).toContain('no matching artifact paths found');
  expect([lost, old, runtime].map(({ buildStatus }) => buildStatus)).toEqual(['FAILED', 'FAILED', 'FAILED']);
});

test('secret variables come by reference and are masked in the log', async () => {
  fake.parameters['/app/token'] = 'parameter-value';
  fake.secrets.db = JSON.stringify({ password: 'secret-value' });
  await createProject();
  const build = await run(
    { build: { commands: ['echo "$TOKEN $PASSWORD $PLAIN"', '[ ${#TOKEN} = 15 ] && [ ${#PASSWORD} = 12 ]'] } },
    {
      environmentVariablesOverride: [
        { name: 'TOKEN', value: '/app/token', type: 'PARAMETER_STORE' },
        { name: 'PASSWORD', value: 'db:password', type: 'SECRETS_MANAGER' },
        { name: 'PLAIN', value: 'plain', type: 'PLAINTEXT' },
      ],
    },
  );
  expect(build.buildStatus).toBe('SUCCEEDED');
  expect(printed(build)).toEqual(['*** *** plain']);
});

test('the cache comes back before INSTALL in the next build, links included', async () => {
  await createProject({ cache: { type: 'S3', location: 'caches/site' } });
  const phases = {
    install: { commands: ['ls node_modules/.bin 2>/dev/null || echo cold'] },
    build: {
      commands: [
        'mkdir -p node_modules/.bin node_modules/x',
        'echo 1 > node_modules/x/cli',
        'ln -sf ../x/cli node_modules/.bin/cli',
        'cat node_modules/.bin/cli',
      ],
    },
  };
  const cache = { cache: { paths: ['node_modules/**/*', '.next/cache/**/*'] } };
  expect(printed(await run(phases, {}, cache))).toEqual(['cold', '1']);
  expect(fake.objects.has('caches/site/cache.tar.zst')).toBe(true);
  expect(printed(await run(phases, {}, cache))).toEqual(['cli', '1']);
});

test('a build gets a clean environment, its role credentials and this Node.js', async () => {
  process.env.TOWPATH_TEST_LEAK = 'leak';
  const { NODE_OPTIONS } = process.env;
  process.env.NODE_OPTIONS = '--no-warnings';
  process.env.npm_lifecycle_event = 'test';
  await createProject();
  const build = await run({
    build: {
      commands: [
        'echo "leak=$TOWPATH_TEST_LEAK node=${NODE_OPTIONS-unset}/${NODE_ENV-unset} script=${npm_lifecycle_event-unset}"',
        'echo "$AWS_SESSION_TOKEN $AWS_ENDPOINT_URL $AWS_REGION"',
        'node --version',
        'echo "$HOME"',
        'echo "$CODEBUILD_BUILD_ID $CODEBUILD_BUILD_NUMBER $CODEBUILD_CI"',
      ],
    },
  });
  delete process.env.TOWPATH_TEST_LEAK;
  delete process.env.npm_lifecycle_event;
  if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = NODE_OPTIONS;
  expect(printed(build)).toEqual([
    'leak= node=unset/unset script=unset',
    `${ROLE} ${cloud.endpoint} eu-west-1`,
    process.version,
    join(folder, 'service-0', 'home'),
    `${build.id} 1 true`,
  ]);
});

test('the log can be read while the build runs; a stop ends it and leaves no process, not even one that left its group', async () => {
  await createProject();
  const { id = '' } = await start({
    buildspecOverride: JSON.stringify(
      {
        version: 0.2,
        phases: {
          build: { commands: ['setsid sleep 300 &', '(sleep 301 &)', 'echo ready', 'sleep 302'] },
          post_build: { commands: ['echo never'] },
        },
      },
      null,
      1,
    ),
  });
  const marker = `CODEBUILD_BUILD_ID=${id}`;
  const running = await until(async () => {
    const build = await get(id);
    return logOf(build).includes('ready') && build;
  });
  expect(running).toMatchObject({ buildStatus: 'IN_PROGRESS', currentPhase: 'BUILD' });
  await until(() => processesWith(marker).length >= 4);
  const { build } = await codebuild.send(new StopBuildCommand({ id }));
  expect(build).toMatchObject({ buildStatus: 'STOPPED', buildComplete: true });
  expect(statuses(build as Build)).toMatchObject({ BUILD: 'STOPPED' });
  expect(printed(build as Build)).toEqual(['ready']);
  expect(processesWith(marker)).toEqual([]);
});

test('what a build leaves running ends with it', async () => {
  await createProject();
  const build = await run({ build: { commands: ['setsid sleep 300 & echo started'] } });
  expect(build.buildStatus).toBe('SUCCEEDED');
  expect(processesWith(`CODEBUILD_BUILD_ID=${build.id}`)).toEqual([]);
});

const SLEEPING = 'version: 0.2\nphases: { build: { commands: ["sleep 300"] } }\n';

test('two builds run at once, a third waits in QUEUED and can be stopped there', async () => {
  await createProject();
  const builds: Build[] = [];
  for (let count = 0; count < 3; count += 1) builds.push(await start({ buildspecOverride: SLEEPING }));
  const [first, second, third] = builds.map(({ id }) => id as string);
  await until(async () => (await get(second)).currentPhase === 'BUILD');
  expect(await get(third)).toMatchObject({ currentPhase: 'QUEUED', buildStatus: 'IN_PROGRESS' });
  await codebuild.send(new StopBuildCommand({ id: third }));
  expect(await get(third)).toMatchObject({ buildStatus: 'STOPPED', currentPhase: 'COMPLETED' });
  for (const id of [first, second]) await codebuild.send(new StopBuildCommand({ id }));
});

test('when the local cloud stops, its builds end; a queued one runs after the restart', async () => {
  await createProject();
  const builds: Build[] = [];
  for (let count = 0; count < 2; count += 1) builds.push(await start({ buildspecOverride: SLEEPING }));
  const queued = await start();
  await until(async () => (await get(builds[1]?.id)).currentPhase === 'BUILD');
  codebuild.destroy();
  await cloud.stop();
  for (const { id } of builds) expect(processesWith(`CODEBUILD_BUILD_ID=${id}`)).toEqual([]);
  await open();
  const first = await get(builds[0]?.id);
  expect(first).toMatchObject({ buildStatus: 'FAILED', buildComplete: true });
  expect(JSON.stringify(first.phases)).toContain('The local cloud ended');
  expect(await ended(queued.id)).toMatchObject({ buildStatus: 'SUCCEEDED' });
});

test('a build that ran when the local cloud was killed is found, killed and FAILED at the next start', async () => {
  await createProject();
  const { id = '' } = await start({ buildspecOverride: SLEEPING });
  const marker = `CODEBUILD_BUILD_ID=${id}`;
  await until(() => processesWith(marker).length >= 2);
  // A second local cloud on the same records is what a restart after SIGKILL looks like.
  const after = await serveService(createCodeBuildService, { folder, calls: fake.calls });
  const client = new CodeBuildClient(after.client);
  const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [id] }));
  expect(builds?.[0]).toMatchObject({ buildStatus: 'FAILED', buildComplete: true });
  // The kernel takes a moment to end a process that was killed.
  await until(() => processesWith(marker).length === 0);
  client.destroy();
  await ended(id);
  await after.stop();
});

test('the same idempotencyToken within five minutes answers the same build, failed or not; other parameters are an error', async () => {
  await createProject();
  const failing = {
    buildspecOverride: 'version: 0.2\nphases: { build: { commands: ["false"] } }\n',
    idempotencyToken: 'deployment-1',
  };
  const { id } = await start(failing);
  await ended(id);
  expect(await start(failing)).toMatchObject({ id, buildStatus: 'FAILED' });
  await expect(start({ ...failing, sourceVersion: 'other' })).rejects.toMatchObject({ name: 'InvalidInputException' });
  shift = 5 * MINUTE + 1000;
  const again = await start(failing);
  expect(again.id).not.toBe(id);
  await ended(again.id);
});

test('a build is an event of aws.codebuild when it begins, when a phase is over, and when it ends', async () => {
  await createProject();
  const build = await run({ build: { commands: ['false'] } });
  const isState = ({ DetailType }: { DetailType: string }) => DetailType === 'CodeBuild Build State Change';
  await until(() => fake.events.filter(isState).length === 2);
  const details = (state: boolean) =>
    fake.events.filter((event) => isState(event) === state).map(({ Detail }) => JSON.parse(Detail));
  const ofBuild = { 'build-id': build.arn, 'project-name': 'site' };
  expect(details(true)).toEqual([
    expect.objectContaining({ ...ofBuild, 'build-status': 'IN_PROGRESS' }),
    expect.objectContaining({ ...ofBuild, 'build-status': 'FAILED' }),
  ]);
  expect(details(false).map((detail) => [detail['completed-phase'], detail['completed-phase-status']])).toEqual([
    ['QUEUED', 'SUCCEEDED'],
    ['PROVISIONING', 'SUCCEEDED'],
    ['DOWNLOAD_SOURCE', 'SUCCEEDED'],
    ['INSTALL', 'SUCCEEDED'],
    ['PRE_BUILD', 'SUCCEEDED'],
    ['BUILD', 'FAILED'],
    ['POST_BUILD', 'SUCCEEDED'],
    ['UPLOAD_ARTIFACTS', 'SUCCEEDED'],
    ['FINALIZING', 'SUCCEEDED'],
  ]);
  expect(fake.events.every(({ Source }) => Source === 'aws.codebuild')).toBe(true);
});

test('where a build logs to is known once it is provisioned, not before', async () => {
  await createProject();
  const started = await start({ buildspecOverride: 'version: 0.2\nphases: { build: { commands: ["true"] } }\n' });
  expect(started.logs).not.toHaveProperty('streamName');
  expect(started.logs?.deepLink).toMatch(/group=null;stream=null$/);
  const { logs } = await ended(started.id);
  expect(logs).toMatchObject({ groupName: '/aws/codebuild/site', streamName: started.id?.split(':')[1] });

  const told = fake.events.map(({ Detail }) => JSON.parse(Detail)['additional-information'].logs['stream-name']);
  expect(told.slice(0, 3)).toEqual([undefined, undefined, logs?.streamName]);
});

test('RetryBuild starts the same build anew; lists are newest first', async () => {
  await createProject();
  const first = await run({ build: { commands: ['echo same'] } });
  const { build } = await codebuild.send(new RetryBuildCommand({ id: first.id }));
  const second = await ended(build?.id);
  expect(second).toMatchObject({ buildStatus: 'SUCCEEDED', buildNumber: 2 });
  expect(printed(second)).toEqual(['same']);
  expect((await codebuild.send(new ListBuildsForProjectCommand({ projectName: 'site' }))).ids).toEqual([
    second.id,
    first.id,
  ]);
  expect((await codebuild.send(new ListBuildsCommand({ sortOrder: 'ASCENDING' }))).ids).toEqual([first.id, second.id]);
  const { buildsNotFound } = await codebuild.send(new BatchGetBuildsCommand({ ids: ['site:none'] }));
  expect(buildsNotFound).toEqual(['site:none']);
});

test('projects are created, read, changed, listed and deleted; what is not emulated is refused by name', async () => {
  await createProject();
  await expect(createProject()).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  await codebuild.send(new UpdateProjectCommand({ name: 'site', timeoutInMinutes: 30 }));
  const { projects, projectsNotFound } = await codebuild.send(new BatchGetProjectsCommand({ names: ['site', 'none'] }));
  expect(projects?.[0]).toMatchObject({ name: 'site', timeoutInMinutes: 30, serviceRole: PROJECT.serviceRole });
  expect(projectsNotFound).toEqual(['none']);
  expect((await codebuild.send(new ListProjectsCommand({}))).projects).toEqual(['site']);
  await expect(start({ timeoutInMinutesOverride: 4 })).rejects.toMatchObject({ name: 'InvalidInputException' });
  await expect(start({ sourceTypeOverride: 'GITHUB', sourceLocationOverride: 'x' })).rejects.toThrow(
    /GITHUB is not emulated/,
  );
  await expect(codebuild.send(new CreateWebhookCommand({ projectName: 'site' }))).rejects.toThrow(
    /CreateWebhook is not emulated/,
  );
  await codebuild.send(new DeleteProjectCommand({ name: 'site' }));
  await expect(start()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
