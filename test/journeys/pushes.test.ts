/** What a push means: patterns of branches, deleted branches, pull requests; and why nothing was deployed. Of a tiny app. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer, connect, type TowpathApi } from '../../cli/api.ts';
import { follow } from '../../cli/follow.ts';
import { reachableUrl } from '../../cli/report.ts';
import { git } from '../../cli/repository.ts';
import { siteIdOf } from '../../domain/site.ts';
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
import { lockKeeper, tinyApp, tinyMonorepo } from '../support/tiny-app.ts';
import { until } from '../support/until.ts';

const TIMEOUT = 300_000;
const PREVIEW = siteIdOf('tiny', 'pull/12');

let journey: Journey;
let api: TowpathApi;
let folder: string;
let main: Deployed;

beforeAll(async () => {
  // Elsewhere than the edge functions: what is allowed for these alone does not do for the regional ones.
  journey = await beginJourney(undefined, { region: 'eu-west-1' });
  api = connect(journey.workspace.running);
  mkdirSync(join(journey.folder, 'lock'));
  folder = await makeRepository(join(journey.folder, 'tiny'), tinyApp('main'));
  const { environment } = lockKeeper(join(journey.folder, 'lock'));
  main = await deployFolder(journey, folder, { app: 'tiny', environment });
  // Previews see nothing of what all branches see.
  await towpath('env', 'set', 'tiny', `LOCK_FOLDER=${join(journey.folder, 'lock')}`, '--previews');
}, TIMEOUT);
afterAll(() => journey?.end());

const towpath = async (...args: string[]) => {
  const { code, out, err } = await runCli([...args, '--data', join(journey.folder, 'data')]);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return out;
};
async function push(title: string, branch: string, message = title): Promise<void> {
  writeFiles(folder, { 'title.txt': title });
  await commitAll(folder, message);
  await git(folder, 'push', '--quiet', 'towpath', `HEAD:refs/heads/${branch}`);
}
const pull = (number: number, method: 'PUT' | 'DELETE', body?: object) =>
  fetch(`${journey.workspace.running.git}/tiny.git/pulls/${number}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
const sites = () => answer(api.apps[':app'].sites.$get({ param: { app: 'tiny' } }));
const deploymentsOf = (branch: string) =>
  answer(api.sites[':site'].deployments.$get({ param: { site: siteIdOf('tiny', branch) } }));
/** The newest of that branch or pull request, once there are so many. */
async function deployed(branch: string, count = 1) {
  const { id } = await until(async () => {
    const all = await deploymentsOf(branch);
    return all.length >= count && all[0];
  });
  const report = await follow(api, id, () => undefined);
  const { endpoint } = journey.workspace.running;
  return { ...report, url: report.url && (await reachableUrl(endpoint, report.url)) };
}
/** The deployment whose build was taken, if nothing was built. */
async function reusedBy(id: string) {
  const { timeline } = await answer(api.deployments[':id'].$get({ param: { id } }));
  return timeline.some(({ step }) => step === 'Build')
    ? 'nobody'
    : timeline.find(({ step }) => step === 'Detect')?.figures.reuses;
}
const ignored = async () => (await answer(api.apps[':app'].pushes.$get({ param: { app: 'tiny' } }))).ignored;

test(
  'the settings are what was asked for',
  async () => {
    expect(main.status).toBe('succeeded');
    await towpath('pushes', 'tiny', '--branch', 'main', '--branch', 'release/*');
    const stdout = await towpath('pushes', 'tiny', '--previews', 'own', '--deleted-branches', 'remove', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      branches: ['main', 'release/*'],
      previews: 'own',
      deletedBranches: 'remove',
    });
  },
  TIMEOUT,
);

test(
  'a branch that matches a pattern is deployed; one that does not, and one that asks not to be, are told why',
  async () => {
    await push('release', 'release/1.0');
    expect(await deployed('release/1.0')).toMatchObject({ status: 'succeeded' });
    await push('wip', 'wip');
    await push('skipped', 'main', 'not now [skip-cd]');
    const reasons = await until(async () => {
      const all = await ignored();
      return all.length >= 2 && all;
    });
    expect(reasons.map(({ branch, reason }) => [branch, reason])).toEqual([
      ['main', 'the commit message ends with [skip-cd]'],
      ['wip', 'branch wip of tiny is not deployed by tiny'],
    ]);
    expect(await towpath('list')).toMatch(/NOT DEPLOYED.*wip .* branch wip of tiny is not deployed by tiny/s);
  },
  TIMEOUT,
);

test(
  'a pull request has a site of its own, hidden from search engines, which follows its branch and goes with it',
  async () => {
    await push('preview', 'bells');
    await pull(12, 'PUT', { branch: 'bells' });
    const first = await deployed('pull/12');
    expect(first.status).toBe('succeeded');
    const page = await fetch(String(first.url));
    expect([await page.text(), page.headers.get('x-robots-tag')]).toEqual([
      expect.stringContaining('preview'),
      'noindex',
    ]);
    expect((await fetch(String(main.url))).headers.get('x-robots-tag')).toBeNull();

    await push('another preview', 'bells');
    const second = await deployed('pull/12', 2);
    expect(await (await fetch(String(second.url))).text()).toContain('another preview');
    expect(await deploymentsOf('bells')).toEqual([]);

    // The merge of what the preview built, with the same settings.
    await git(folder, 'push', '--quiet', 'towpath', 'HEAD:refs/heads/main');
    const merged = await deployed('main', 2);
    expect([merged.status, await reusedBy(merged.deploymentId)]).toEqual(['succeeded', second.deploymentId]);
    expect(await (await fetch(String(merged.url))).text()).toContain('another preview');

    await pull(12, 'DELETE');
    await until(async () => !(await sites()).some(({ id }) => id === PREVIEW));
    await expect(fetch(String(second.url))).rejects.toThrow();
  },
  TIMEOUT,
);

test(
  'a push that reaches the queue behind a newer one is not deployed, and says why',
  async () => {
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const sqs = new SQSClient({ endpoint, region, credentials });
    const [newest] = await deploymentsOf('main');
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'towpath-dev-changes.fifo' }));
    const repository = { host: 'git', name: 'tiny', url: `${journey.workspace.running.git}/tiny.git` };
    const announcedAt = new Date(Date.parse(String(newest?.createdAt)) - 60_000).toISOString();
    const sha = await git(folder, 'rev-parse', 'HEAD~1');
    const push = { kind: 'push', deliveryId: 'late', repository, branch: 'main', sha, message: 'late' };
    const MessageBody = JSON.stringify({ deliveryId: 'late', announcedAt, changes: [push] });
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'late', MessageDeduplicationId: 'late' }),
    );
    sqs.destroy();
    const [late] = await until(async () => {
      const all = await ignored();
      return all[0]?.sha === sha && all;
    });
    expect(late).toMatchObject({
      branch: 'main',
      reason: 'main: what was pushed later had been applied before this came',
    });
    expect((await deploymentsOf('main')).map(({ id }) => id)[0]).toBe(newest?.id);
  },
  TIMEOUT,
);

test(
  'a fork’s pull request is not built unless forks are wanted',
  async () => {
    await pull(13, 'PUT', { branch: 'bells', isFork: true });
    const [newest] = await until(async () => {
      const all = await ignored();
      return all[0]?.branch === 'pull/13' && all;
    });
    expect(newest?.reason).toBe('pull request 13 comes from a fork, and tiny has no previews of forks');
  },
  TIMEOUT,
);

test(
  'the site of a deleted branch goes',
  async () => {
    await git(folder, 'push', '--quiet', 'towpath', ':refs/heads/release/1.0');
    const left = await until(async () => {
      const all = await sites();
      return all.length === 1 && all;
    });
    expect(left.map(({ branch }) => branch)).toEqual(['main']);
  },
  TIMEOUT,
);

test(
  'a reverted commit takes the build that was made of it, unless the app builds every commit',
  async () => {
    await push('main', 'main', 'revert');
    const reverted = await deployed('main', 3);
    expect([reverted.status, await reusedBy(reverted.deploymentId)]).toEqual(['succeeded', main.deploymentId]);
    expect(await (await fetch(String(reverted.url))).text()).toContain('<h1>main</h1>');
    await towpath('pushes', 'tiny', '--reuse-builds', 'off');
    await push('main', 'main', 'build it again');
    const built = await deployed('main', 4);
    expect([built.status, await reusedBy(built.deploymentId)]).toEqual(['succeeded', 'nobody']);
  },
  TIMEOUT,
);

test(
  'releases beyond the retention go, with all that only they need; the live one and the one before stay',
  async () => {
    const { cloud } = journey.workspace;
    await towpath('retention', 'tiny', '--releases', '1', '--days', '0');
    const [live, previous, ...older] = (await deploymentsOf('main')).map(({ id }) => id) as [
      string,
      string,
      ...string[],
    ];
    expect(older).toHaveLength(2);
    const filesOf = async (release: string) =>
      (await inventoryOf(cloud)).objects?.filter((name) => name.includes(`/${release}/`)).length;
    for (const release of older) expect(await filesOf(release)).toBeGreaterThan(2);
    const { endpoint, region, credentials } = cloud;
    // Lambda@Edge makes its log groups where it serves, to be kept for ever.
    const abroad = new CloudWatchLogsClient({ endpoint, region: 'ap-south-1', credentials });
    const logGroupName = '/aws/lambda/us-east-1.towpath-dev-tiny-main-default';
    await abroad.send(new CreateLogGroupCommand({ logGroupName }));
    const lambda = new LambdaClient({ endpoint, region, credentials });
    const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: 'towpath-control-dev-prune' }));
    lambda.destroy();
    expect(FunctionError).toBeUndefined();
    const { logGroups } = await abroad.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    abroad.destroy();
    expect(logGroups?.map(({ retentionInDays }) => retentionInDays)).toEqual([30]);
    for (const release of older) expect(await filesOf(release)).toBe(0);
    for (const release of [live, previous]) expect(await filesOf(release)).toBeGreaterThan(2);
    const kept = JSON.parse(await towpath('releases', 'tiny-main', '--json')) as { release: string; state: string }[];
    expect(kept).toMatchObject([
      { release: live, state: 'live' },
      { release: previous, state: 'previous' },
    ]);
    const page = await (await fetch(String(main.url))).text();
    const [, chunk] = /src="([^"]+)"/.exec(page) ?? [];
    expect((await fetch(`${main.url}${chunk}`)).status).toBe(200);

    const back = JSON.parse(await towpath('rollback', 'tiny-main', '--json'));
    expect([back.status, back.releaseId]).toEqual(['succeeded', previous]);
    expect(
      (await runCli(['promote', 'tiny-main', older[0] as string, '--data', join(journey.folder, 'data')])).code,
    ).toBe(1);
    await until(async () => !(await sites())[0]?.runningDeployment);
  },
  TIMEOUT,
);

test(
  'a secret that changes where it is kept makes another build of the same tree',
  async () => {
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const ssm = new SSMClient({ endpoint, region, credentials });
    const Name = '/towpath/dev/apps/tiny/vault';
    const keep = (Value: string) =>
      ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
    await keep('the first value');
    await towpath('pushes', 'tiny', '--reuse-builds', 'on');
    await towpath('env', 'set', 'tiny', 'VAULT', '--from', `ssm:${Name}`);
    const before = (await deploymentsOf('main')).length;
    const reuse = async (count: number) => {
      await push('main', 'main', `push ${count}`);
      const { status, deploymentId } = await deployed('main', before + count);
      return [status, await reusedBy(deploymentId), deploymentId];
    };
    const [status, reused, first] = await reuse(1);
    expect([status, reused]).toEqual(['succeeded', 'nobody']);
    expect((await reuse(2)).slice(0, 2)).toEqual(['succeeded', first]);
    await keep('the second value');
    expect((await reuse(3)).slice(0, 2)).toEqual(['succeeded', 'nobody']);
    ssm.destroy();
  },
  TIMEOUT,
);

test(
  'a push that changes nothing of an app of a monorepo is skipped, and says so; the next one that does is deployed',
  async () => {
    const monorepo = await makeRepository(join(journey.folder, 'mono'), tinyMonorepo('web'));
    const { environment } = lockKeeper(join(journey.folder, 'lock'));
    const deploy = () => deployFolder(journey, join(monorepo, 'apps/web'), { app: 'mono', environment });
    const change = async (file: string) => {
      writeFiles(monorepo, { [file]: file });
      await commitAll(monorepo, `Change ${file}`);
      return deploy();
    };
    const first = await deploy();
    expect([first.status, first.status === 'succeeded' ? [] : first.shown]).toEqual(['succeeded', []]);
    const skipped = await change('apps/docs/index.md');
    expect([skipped.status, skipped.steps.map(({ name }) => name)]).toEqual(['skipped', ['Detect']]);
    expect(skipped.shown.join('\n')).toContain('Nothing that this app is built from has changed since commit');
    expect((await change('apps/web/title.txt')).status).toBe('succeeded');
    expect(await (await fetch(String(first.url))).text()).toContain('apps/web/title.txt');
  },
  TIMEOUT,
);

test(
  'a tag is deployed on request, to the site of tags; another one says why not',
  async () => {
    const refused = await runCli([
      'pushes',
      'tiny',
      '--tag',
      'v*',
      '--tag-site',
      'main',
      '--data',
      join(journey.folder, 'data'),
    ]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('choose another --tag-site')]);
    expect(await towpath('pushes', 'tiny', '--tag', 'v*')).toMatch(/Tags +v\*, to the site of tags/);
    for (const name of ['nightly', 'v1']) {
      await git(folder, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', 'tag', '-a', '-m', name, name);
      await git(folder, 'push', '--quiet', 'towpath', name);
    }
    const tagged = await deployed('tags');
    const [newest] = await deploymentsOf('tags');
    expect([tagged.status, newest?.commit.sha]).toEqual(['succeeded', await git(folder, 'rev-parse', 'HEAD')]);
    expect((await ignored())[0]).toMatchObject({
      branch: 'tag nightly',
      reason: 'tag nightly of tiny is not deployed by tiny',
    });
  },
  TIMEOUT,
);
