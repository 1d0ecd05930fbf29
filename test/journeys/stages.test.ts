/** Two stages in one account: the same app, pushed to the Git host of each, shares nothing. Builds are real, but of a tiny app. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFrontClient, ListFunctionsCommand } from '@aws-sdk/client-cloudfront';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer, connect } from '../../cli/api.ts';
import { announce, type Running } from '../../cli/running.ts';
import { type LocalGit, startLocalGit } from '../../local-git/index.ts';
import { packageStage } from '../../scripts/package.ts';
import { inventoryOf } from '../support/inventory.ts';
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
import { tinyApp } from '../support/tiny-app.ts';

const TIMEOUT = 300_000;

let journey: Journey;
let folder: string;
let git: LocalGit | undefined;
let prod: Running;
let outputs: Record<string, string>;
/** What each stage deployed first. */
let dev: Deployed;
let live: Deployed;

const deploy = (running: Running) => deployFolder({ workspace: { running } }, folder, { app: 'tiny' });
const titleOf = async (url: string | undefined) => /<h1>(.*)<\/h1>/.exec(await (await fetch(url ?? '')).text())?.[1];
const sitesOf = (running: Running) => answer(connect(running).apps[':app'].sites.$get({ param: { app: 'tiny' } }));

/** Beside the first stage, in the same local cloud. */
async function startProd(): Promise<Running> {
  const { cloud } = journey.workspace;
  mkdirSync(join(journey.folder, 'package'));
  const packaged = await packageStage('prod', join(journey.folder, 'package'), { 'site-pools': '2' });
  outputs = await cloud.loadStack('prod', {
    ...packaged,
    parameters: { SiteUrlPattern: 'http://{domain}', Alarms: 'off' },
  });
  const { endpoint, region, credentials } = cloud;
  const client = new SecretsManagerClient({ endpoint, region, credentials });
  const secret = async (id: string | undefined) =>
    (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '';
  const webhookSecret = await secret(outputs.WebhookSecretName);
  const token = await secret(outputs.ApiTokenSecretName);
  client.destroy();
  const api = `${endpoint}/_execute-api/${outputs.HttpApiId}`;
  const webhook = () => ({ url: `${api}/hooks/git`, secret: webhookSecret });
  git = await startLocalGit({ folder: join(journey.folder, 'git-of-prod'), webhook });
  const running = { pid: process.pid, endpoint, api, token, git: git.url };
  announce(join(journey.folder, 'prod'), running);
  return running;
}

beforeAll(async () => {
  journey = await beginJourney();
  folder = await makeRepository(join(journey.folder, 'tiny'), tinyApp('first'));
  [dev, prod] = await Promise.all([deploy(journey.workspace.running), startProd()]);
  writeFiles(folder, { 'title.txt': 'of prod' });
  await commitAll(folder, 'of prod');
  live = await deploy(prod);
}, TIMEOUT);
afterAll(async () => {
  await git?.stop();
  await journey?.end();
});

test('the same app and branch is a site of each stage, with what was pushed there', async () => {
  expect([dev, live].map(({ status, shown }) => (status === 'succeeded' ? [] : shown))).toEqual([[], []]);
  expect(dev.url).not.toBe(live.url);
  expect(await Promise.all([titleOf(dev.url), titleOf(live.url)])).toEqual(['first', 'of prod']);
  const [[ofDev], [ofProd]] = await Promise.all([sitesOf(journey.workspace.running), sitesOf(prod)]);
  expect([ofDev?.liveRelease, ofProd?.liveRelease]).toEqual([dev.deploymentId, live.deploymentId]);
});

test('a stage with two pools has what sites share twice, one with one pool once', async () => {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  const client = new CloudFrontClient({ endpoint, region, credentials });
  const { FunctionList } = await client.send(new ListFunctionsCommand({ Stage: 'LIVE' }));
  client.destroy();
  expect(FunctionList?.Items?.map(({ Name }) => Name).sort()).toEqual([
    'towpath-dev-us-east-1-viewer',
    'towpath-dev-us-east-1-viewer-static',
    'towpath-prod-us-east-1-viewer',
    'towpath-prod-us-east-1-viewer-2',
    'towpath-prod-us-east-1-viewer-static',
    'towpath-prod-us-east-1-viewer-static-2',
  ]);
});

test('they share no table, bucket, queue, role, function, log, secret or distribution', async () => {
  const { cloud } = journey.workspace;
  expect(Object.values(outputs).filter((value) => Object.values(cloud.outputs).includes(value))).toEqual([]);
  const { items, objects, ...inventory } = await inventoryOf(cloud);
  expect(inventory.distributions).toHaveLength(2);
  const { Items } = await cloud.call<{ Items: { pk: { S: string } }[] }>(
    'dynamodb',
    'Scan',
    { TableName: outputs.TableName },
    { accountId: cloud.accountId, arn: `arn:aws:iam::${cloud.accountId}:root`, region: cloud.region },
  );
  const told = JSON.stringify([items, Items]);
  expect([dev, live].map(({ deploymentId }) => told.split(`DEPLOYMENT#${deploymentId}`).length > 1)).toEqual([
    true,
    true,
  ]);
  expect(JSON.stringify(items)).not.toContain(live.deploymentId);
  expect(JSON.stringify(Items)).not.toContain(dev.deploymentId);

  // Every name says whose it is: by its stage, or by its stack where CloudFormation made it up.
  const names = (['buckets', 'functions', 'queues', 'roles', 'secrets', 'logGroups'] as const).flatMap((kind) =>
    (inventory[kind] ?? []).map((name) => [kind, name] as const),
  );
  const stageOf = (name: string) =>
    [/\b(dev|local)\b/.test(name) && 'dev', /\bprod\b/.test(name) && 'prod'].filter(Boolean).join(' and ');
  const byStage = Object.groupBy(names, ([, name]) => stageOf(name));
  expect(Object.keys(byStage).sort()).toEqual(['dev', 'prod']);
  const count = (of: typeof names | undefined) =>
    Object.entries(Object.groupBy(of ?? [], ([kind]) => kind)).map(([kind, all]) => [kind, all?.length]);
  expect(count(byStage.prod)).toEqual(count(byStage.dev));
  for (const { deploymentId } of [dev, live])
    expect(objects?.filter((name) => name.includes(deploymentId)).length).toBeGreaterThan(0);
});

test(
  'a push to one, and its removal, leave the other as it is',
  async () => {
    writeFiles(folder, { 'title.txt': 'second' });
    await commitAll(folder, 'second');
    const second = await deploy(journey.workspace.running);
    expect([second.url, await titleOf(dev.url), await titleOf(live.url)]).toEqual([dev.url, 'second', 'of prod']);

    const removed = await runCli(['remove', 'tiny-main', '--yes', '--data', join(journey.folder, 'prod')]);
    expect([removed.code, removed.out]).toEqual([0, expect.stringContaining('tiny-main is removed')]);
    await expect(fetch(live.url ?? '')).rejects.toThrow();
    expect([await sitesOf(prod), (await sitesOf(journey.workspace.running)).length]).toEqual([[], 1]);
    expect(await titleOf(dev.url)).toBe('second');
  },
  TIMEOUT,
);
