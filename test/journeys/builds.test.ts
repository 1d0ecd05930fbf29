/** Build settings, kept with the app and in its repository, as real builds follow them. */
import { join } from 'node:path';
import { BatchGetBuildsCommand, CodeBuildClient, ListBuildsForProjectCommand } from '@aws-sdk/client-codebuild';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { git } from '../../cli/repository.ts';
import { amplifyYml, amplifyYmlOfMany, builtApp } from '../support/built-app.ts';
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
import { readZip } from '../support/zip.ts';

const TIMEOUT = 300_000;
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
  const { timeoutInMinutes, environment, cache } = build ?? {};
  return { timeoutInMinutes, compute: environment?.computeType, image: environment?.image, cache: cache?.type };
}

async function bundleOf({ deploymentId }: Deployed) {
  const client = new S3Client({ ...clientOptions(), forcePathStyle: true });
  const Bucket = journey.workspace.cloud.outputs.ArtifactBucketName;
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `deployments/${deploymentId}/bundle.zip` }));
  client.destroy();
  return readZip((await Body?.transformToByteArray()) ?? new Uint8Array());
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
  'the amplify.yml that is kept with the app: cd and variables carry on, whatever it says of artifacts',
  async () => {
    const { deployed, page } = await deploy();
    expect(page).toEqual([
      'a-variable-and vendor',
      'file settings, app app, node v24, tool none',
      'kept nothing, left out nothing',
    ]);
    expect(await (await fetch(`${deployed.url}/after.txt`)).text()).toBe('after\n');
    const bundle = await bundleOf(deployed);
    expect(Object.keys(bundle).filter((path) => path.startsWith('test/'))).toEqual(['test/deep/result.txt']);
    expect(deployed.shown.join('\n')).toMatch(/✓ Package .*testArtifacts 1, firstTestArtifacts deep\/result\.txt/);
    expect(await newestBuild()).toEqual({
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
      timeoutInMinutes: 7,
      compute: 'BUILD_GENERAL1_LARGE',
      image: 'public.ecr.aws/docker/library/node:24',
      cache: 'S3',
    });
  },
  TIMEOUT,
);

test(
  'a branch has its own file, here in the form for many apps, and variables; Amplify’s variables beat the settings; without a cache nothing is kept',
  async () => {
    await git(folder, 'checkout', '--quiet', '-b', 'next');
    writeFiles(folder, { 'amplify.yml': amplifyYmlOfMany('branch') });
    await commitAll(folder, 'another amplify.yml');
    const updates = JSON.stringify([
      { type: 'nvm', pkg: 'node', version: '22' },
      { type: 'npm', pkg: 'which', version: '4.0.0' },
    ]);
    await ok(['env', 'set', 'built', 'FROM_APP=branch', '--branch', 'next']);
    await ok(['env', 'set', 'built', '_BUILD_TIMEOUT=9', '--branch', 'next']);
    await ok(['env', 'set', 'built', `_LIVE_UPDATES=${updates}`, '--branch', 'next']);
    await ok(['settings', 'built', '--cache', 'off']);
    const { page } = await deploy('next');
    expect(page.slice(1)).toEqual(['file branch, app branch, node v22, tool there', 'kept nothing, left out nothing']);
    expect(await newestBuild()).toMatchObject({ timeoutInMinutes: 9, cache: 'NO_CACHE' });
  },
  TIMEOUT,
);

test(
  'a test phase that fails leaves the site as it is',
  async () => {
    await git(folder, 'checkout', '--quiet', 'main');
    const before = await deploy();
    writeFiles(folder, { 'amplify.yml': amplifyYml('failing', 'exit 7') });
    await commitAll(folder, 'tests that fail');
    const failed = await deployFolder(journey, folder, { app: 'built' });
    expect([failed.status, failed.shown.join('\n')]).toEqual(['failed', expect.stringContaining('exit 7')]);
    expect(await (await fetch(before.deployed.url ?? '')).text()).toContain('file commit');
  },
  TIMEOUT,
);
