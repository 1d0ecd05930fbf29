/** Build settings, kept with the app and in its repository, as real builds follow them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchGetBuildsCommand, CodeBuildClient, ListBuildsForProjectCommand } from '@aws-sdk/client-codebuild';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { git } from '../../cli/repository.ts';
import { amplifyYml, amplifyYmlOfMany, builtApp, builtByRunner } from '../support/built-app.ts';
import {
  beginJourney,
  commitAll,
  type Deployed,
  deployFolder,
  type Journey,
  makeRepository,
  writeFiles,
} from '../support/journey.ts';
import { runCli } from '../support/run-cli.ts';

const TIMEOUT = 300_000;
/** CodeBuild gives a build five minutes at least: three seconds. */
const TIMEOUT_HASTE = 100;
const NODE = 'aws/codebuild/amazonlinux-x86_64-standard:5.0';

let journey: Journey;
let folder: string;

async function ok(args: string[], input = ''): Promise<void> {
  const { code, err } = await runCli([...args, '--data', join(journey.folder, 'data')], input);
  expect([args.join(' '), code, err]).toEqual([args.join(' '), 0, '']);
}

async function deploy(branch?: string): Promise<{ deployed: Deployed; page: string[] }> {
  const deployed = await deployFolder(journey, folder, { app: 'built', branch });
  expect(deployed.status === 'succeeded' ? [] : deployed.shown).toEqual([]);
  const text = await (await fetch(deployed.url ?? '')).text();
  return { deployed, page: (/<h1>([^<]*)/.exec(text)?.[1] ?? text).trim().split('\n') };
}

const clientOptions = () => {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  return { endpoint, region, credentials };
};

async function newestBuild() {
  const client = new CodeBuildClient(clientOptions());
  const { ids = [] } = await client.send(new ListBuildsForProjectCommand({ projectName: 'towpath-dev-build' }));
  const { builds: [build] = [] } = await client.send(new BatchGetBuildsCommand({ ids: ids.slice(0, 1) }));
  client.destroy();
  const { timeoutInMinutes, environment, cache, buildStatus } = build ?? {};
  return {
    status: buildStatus,
    timeoutInMinutes,
    compute: environment?.computeType,
    image: environment?.image,
    cache: cache?.type,
  };
}

/** What the tests of a deployment left, by the CLI. */
async function artifactsOf({ deploymentId }: Deployed): Promise<Record<string, string>> {
  const out = join(journey.folder, 'artifacts', deploymentId);
  await ok(['artifacts', deploymentId, '--out', out]);
  const { out: listed } = await runCli(['artifacts', deploymentId, '--json', '--data', join(journey.folder, 'data')]);
  const { files } = JSON.parse(listed) as { files: { path: string }[] };
  return Object.fromEntries(files.map(({ path }) => [path, readFileSync(join(out, path), 'utf8')]));
}

beforeAll(async () => {
  journey = await beginJourney();
  folder = await makeRepository(join(journey.folder, 'built'), builtApp());
  const repository = { host: 'git', name: 'built', url: `${journey.workspace.running.git}/built.git` };
  const { api, token } = journey.workspace.running;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  await fetch(`${api}/v1/apps/built`, { method: 'PUT', headers, body: JSON.stringify({ repository }) });
  await ok(['env', 'set', 'built', 'FROM_APP=app']);
  await ok(['settings', 'built', '--amplify-yml', '-'], amplifyYml('settings'));
}, TIMEOUT);
afterAll(() => journey?.end());

test(
  'the amplify.yml that is kept with the app: cd and variables carry on; what its artifacts name is published',
  async () => {
    const { deployed, page } = await deploy();
    expect(page).toEqual([
      'a-variable-and vendor',
      'file settings, app app, node v24, tool none',
      'kept nothing, left out nothing',
    ]);
    expect(await (await fetch(`${deployed.url}/after.txt`)).text()).toBe('after\n');
    expect((await fetch(`${deployed.url}/left-out.map`)).status).toBe(404);
    expect(deployed.shown.join('\n')).toMatch(
      /✓ Package .*testArtifacts 2, firstTestArtifacts deep\/report\.json, deep\/result\.txt/,
    );
    const told = deployed.shown.join('\n');
    expect(told).toContain(`      static site: next.config.js has output: 'export'`);
    expect(told).toContain('      published: **/*.html, _next/**/*, after.txt of published, by amplify.yml');
    expect(told).toContain(
      `      ! amplify.yml: line 7, column 5: "frontend.phases.postBiuld" is no key of amplify.yml: did you mean "postBuild"?`,
    );
    expect(await artifactsOf(deployed)).toEqual({ 'deep/result.txt': '1 passed\n', 'deep/report.json': '{}\n' });
    expect(await newestBuild()).toEqual({
      status: 'SUCCEEDED',
      timeoutInMinutes: 60,
      compute: 'BUILD_GENERAL1_MEDIUM',
      image: NODE,
      cache: 'S3',
    });
  },
  TIMEOUT,
);

test(
  'the file of the commit beats it; the cache has what was not left out; Node.js, time-out, compute type and image as set',
  async () => {
    writeFiles(folder, { 'amplify.yml': amplifyYml('commit') });
    await commitAll(folder, 'an amplify.yml');
    await ok(['settings', 'built', '--node', '20', '--build-timeout', '7', '--compute', 'large']);
    await ok(['settings', 'built', '--image', 'public.ecr.aws/docker/library/node:24']);
    const { page } = await deploy();
    expect(page.slice(1)).toEqual(['file commit, app app, node v20, tool none', 'kept a, left out nothing']);
    expect(await newestBuild()).toEqual({
      status: 'SUCCEEDED',
      timeoutInMinutes: 7,
      compute: 'BUILD_GENERAL1_LARGE',
      image: 'public.ecr.aws/docker/library/node:24',
      cache: 'S3',
    });
  },
  TIMEOUT,
);

test(
  'a branch has its own file, here in the form for many apps, and variables; a runner of scripts that a variable installs builds it; Amplify’s variables beat the settings; without a cache nothing is kept',
  async () => {
    await git(folder, 'checkout', '--quiet', '-b', 'next');
    writeFiles(folder, { 'amplify.yml': amplifyYmlOfMany('branch'), ...builtByRunner() });
    await commitAll(folder, 'another amplify.yml');
    const updates = JSON.stringify([
      { type: 'nvm', pkg: 'node', version: '22' },
      { type: 'npm', pkg: 'npm-run-all2', version: '7.0.2' },
    ]);
    await ok(['env', 'set', 'built', 'FROM_APP=branch', '--branch', 'next']);
    await ok(['env', 'set', 'built', '_BUILD_TIMEOUT=9', '--branch', 'next']);
    await ok(['env', 'set', 'built', `_LIVE_UPDATES=${updates}`, '--branch', 'next']);
    await ok(['settings', 'built', '--cache', 'off']);
    const { page, deployed } = await deploy('next');
    expect(deployed.shown.join('\n')).toMatch(/static site: the build runs "node .* next export"/);
    expect(page.slice(1)).toEqual(['file branch, app branch, node v22, tool there', 'kept nothing, left out nothing']);
    expect(await newestBuild()).toMatchObject({ timeoutInMinutes: 9, cache: 'NO_CACHE' });
  },
  TIMEOUT,
);

test(
  'a test phase that fails leaves the site as it is, and what it wrote',
  async () => {
    await git(folder, 'checkout', '--quiet', 'main');
    const before = await deploy();
    writeFiles(folder, { 'amplify.yml': amplifyYml('failing', 'exit 7') });
    await commitAll(folder, 'tests that fail');
    const failed = await deployFolder(journey, folder, { app: 'built' });
    expect([failed.status, failed.shown.join('\n')]).toEqual(['failed', expect.stringContaining('exit 7')]);
    expect(await artifactsOf(failed)).toEqual({ 'deep/result.txt': '1 passed\n', 'deep/report.json': '{}\n' });
    expect(await (await fetch(before.deployed.url ?? '')).text()).toContain('file commit');
  },
  TIMEOUT,
);

test(
  'a build that takes longer than it may fails, with what to do, and nothing of it is left or live',
  async () => {
    await journey.restart({ buildTimeoutHaste: TIMEOUT_HASTE });
    await ok(['settings', 'built', '--build-timeout', '5']);
    writeFiles(folder, { 'amplify.yml': amplifyYml('endless', 'echo at it && sleep 600') });
    await commitAll(folder, 'tests without an end');
    const late = await deployFolder(journey, folder, { app: 'built' });
    const { status, shown, deploymentId } = late;
    expect([status, shown.join('\n')]).toEqual([
      'failed',
      expect.stringMatching(/in Build: The build was still in \w+ after the 5 minutes that it has\..*BUILD_TIMED_OUT/s),
    ]);
    expect(shown.join('\n')).toContain('--build-timeout');
    const { out } = await runCli(['status', 'built-main', '--json', '--data', join(journey.folder, 'data')]);
    expect(JSON.parse(out)).toMatchObject([
      { newest: deploymentId, error: { code: 'BUILD_TIMED_OUT', step: 'Build' } },
    ]);
    expect((await newestBuild()).status).toBe('TIMED_OUT');
    expect(await artifactsOf(late)).toEqual({});
  },
  TIMEOUT,
);
