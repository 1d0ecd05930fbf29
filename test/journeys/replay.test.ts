/** What failed is tried again, what is newer wins, and what is kept comes back. Builds are real, but of a tiny app. */

import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CodeBuildClient, ListBuildsForProjectCommand } from '@aws-sdk/client-codebuild';
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answer, connect, type TowpathApi } from '../../cli/api.ts';
import { follow } from '../../cli/follow.ts';
import { git } from '../../cli/repository.ts';
import { isFinal } from '../../domain/deployment.ts';
import { siteIdOf } from '../../domain/site.ts';
import { awsCli, findAwsCli } from '../support/aws-cli.ts';
import { type ChatSink, startChatSink } from '../support/chat-sink.ts';
import {
  beginJourney,
  commitAll,
  deployFolder,
  type Journey,
  makeRepository,
  ROOT,
  writeFiles,
} from '../support/journey.ts';
import { processesNamed } from '../support/processes.ts';
import { lockKeeper, tinyApp } from '../support/tiny-app.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const TIMEOUT = 300_000;
let journey: Journey;
let api: TowpathApi;
let states: SFNClient;
let builds: CodeBuildClient;
let lambda: LambdaClient;
let chat: ChatSink;

beforeAll(async () => {
  journey = await beginJourney();
  api = connect(journey.workspace.running);
  const { endpoint, region, credentials } = journey.workspace.cloud;
  states = new SFNClient({ endpoint, region, credentials });
  builds = new CodeBuildClient({ endpoint, region, credentials });
  lambda = new LambdaClient({ endpoint, region, credentials });
  chat = await startChatSink();
}, 120_000);
afterAll(async () => {
  await chat?.stop();
  for (const client of [states, builds, lambda]) client?.destroy();
  await journey?.end();
});

/** An app of its own with its lock keeper; `push` deploys a new title and follows. */
async function newApp(app: string) {
  const folder = join(journey.folder, app);
  mkdirSync(join(journey.folder, `${app}-lock`));
  const keeper = lockKeeper(join(journey.folder, `${app}-lock`));
  await makeRepository(folder, tinyApp('nothing yet'));
  const deploy = () => deployFolder(journey, folder, { app, environment: keeper.environment });
  return {
    site: `${app}-main`,
    keeper,
    folder,
    async push(title: string) {
      await change(folder, title);
      return deploy();
    },
  };
}

/** What a chat hears of an app from now on, once it is so many messages. */
async function listenTo(app: string) {
  const json = { kind: 'slack', url: chat.url(`/${app}`) };
  await answer(api.apps[':app'].notifications.$post({ param: { app }, json } as never));
  return async (count: number) =>
    (await chat.until(`/${app}`, count)).map(({ message }) => message.text.split(' (')[0]);
}

/** Processes of builds that run. */
const builders = () => processesNamed('build-of-a-tiny-app');

async function change(folder: string, title: string) {
  writeFiles(folder, { 'title.txt': title });
  await commitAll(folder, title);
}

const read = (id: string) => answer(api.deployments[':id'].$get({ param: { id } }));
const deploymentsOf = (app: string) =>
  answer(api.sites[':site'].deployments.$get({ param: { site: siteIdOf(app, 'main') } }));
const siteOf = async (app: string) => (await answer(api.apps[':app'].sites.$get({ param: { app } })))[0];
const replay = (id: string) => answer(api.deployments[':id'].replay.$post({ param: { id } }));
const followed = async (id: string) => {
  const shown: string[] = [];
  return { ...(await follow(api, id, (line) => shown.push(line))), shown };
};
const ended = (id: string) =>
  until(async () => {
    const deployment = await read(id);
    return isFinal(deployment.status) && deployment;
  });
const buildCount = async () => {
  const { ids = [] } = await builds.send(new ListBuildsForProjectCommand({ projectName: 'towpath-dev-build' }));
  return ids.length;
};
async function historyOf(executionArn: string): Promise<HistoryEvent[]> {
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events;
}
const entered = (history: HistoryEvent[], state: string) =>
  history.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state).length;
async function page(url: string | undefined): Promise<string> {
  const { distributions } = (await (await fetch(`${journey.workspace.running.endpoint}/_local`)).json()) as {
    distributions: { domainName: string; url: string }[];
  };
  const local = distributions.find(({ domainName }) => url?.includes(domainName))?.url ?? url ?? '';
  return (await fetch(local)).text();
}

/** The command line, as its user runs it. */
async function towpath(...args: string[]): Promise<{ code: number; output: string }> {
  const script = join(ROOT, 'scripts/run.mjs');
  const data = join(journey.folder, 'data');
  try {
    const { stdout, stderr } = await run(process.execPath, [script, 'cli/towpath.ts', ...args, '--data', data], {
      cwd: ROOT,
    });
    return { code: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

/** Address of the script that the site's page loads now. */
async function chunkOf(url: string | undefined): Promise<string> {
  const [, path] = /src="([^"]+)"/.exec(await page(url)) ?? [];
  return `${url}${path}`;
}

describe('a build that fails and is mended outside of the repository', () => {
  test(
    'is replayed from the build on, really builds again, and goes live',
    async () => {
      const { keeper, push } = await newApp('mended');
      keeper.fail(true);
      const failed = await push('Mended');
      expect([failed.status, failed.shown.join('\n').includes('the-lock-gate-is-stuck')]).toEqual(['failed', true]);
      const before = await read(failed.deploymentId);
      expect(before).toMatchObject({ status: 'failed', error: { code: 'BUILD_FAILED', step: 'Build' } });
      const count = await buildCount();

      keeper.fail(false);
      expect(await replay(failed.deploymentId)).toEqual({ how: 'redriven', deployment: failed.deploymentId });
      expect((await read(failed.deploymentId)).status).toBe('running');
      const report = await followed(failed.deploymentId);
      expect({ status: report.status, shown: report.status === 'succeeded' ? [] : report.shown }).toEqual({
        status: 'succeeded',
        shown: [],
      });
      const after = await ended(failed.deploymentId);
      expect(after).toMatchObject({ status: 'succeeded', redriveCount: 1, release: failed.deploymentId });
      expect(after.error).toBeUndefined();
      expect(await page(after.url)).toContain('Mended');

      expect(await buildCount()).toBe(count + 1);
      const history = await historyOf(after.executionArn ?? '');
      expect(['Detect', 'PrepareSite', 'Build', 'Package'].map((state) => entered(history, state))).toEqual([
        1, 1, 1, 1,
      ]);
      expect(history.filter(({ type }) => type === 'ExecutionRedriven')).toHaveLength(1);
      const scheduled = history.filter(({ taskScheduledEventDetails: task }) => task?.resourceType === 'codebuild');
      expect(scheduled).toHaveLength(2);

      const [detect, build] = [before, after].map(({ timeline }) => ({
        detect: timeline.find(({ step }) => step === 'Detect'),
        build: timeline.find(({ step }) => step === 'Build'),
      }));
      expect(build?.detect).toEqual(detect?.detect);
      expect(build?.build?.status).toBe('succeeded');
      expect(build?.build?.error).toBeUndefined();
      expect(build?.build?.figures.buildId).not.toBe(detect?.build?.figures.buildId);
      // CodeBuild's events tell when a build started in whole seconds.
      const failedAt = Math.floor(Date.parse(before.finishedAt ?? '') / 1000) * 1000;
      expect(Date.parse(build?.build?.startedAt ?? '')).toBeGreaterThanOrEqual(failedAt);
      // What is told of a deployment is told before its slot is free.
      await until(async () => (await siteOf('mended'))?.runningDeployment === undefined);
    },
    TIMEOUT,
  );

  test('what succeeded, and what never was, is refused, and nothing changes', async () => {
    const [deployment] = await deploymentsOf('mended');
    const before = await read(deployment?.id ?? '');
    await expect(replay(before.id)).rejects.toThrow(/succeeded.*NOT_REPLAYABLE/s);
    await expect(replay('01JD0000000000000000000000')).rejects.toThrow(/NO_SUCH_DEPLOYMENT/s);
    expect(await towpath('replay', before.id)).toEqual({ code: 1, output: expect.stringContaining('succeeded') });
    expect((await towpath('replay')).code).toBe(2);
    expect(await read(before.id)).toEqual(before);
    expect(await deploymentsOf('mended')).toHaveLength(1);
  });
});

test(
  'fail A, deploy B, redrive A past Towpath: the fence stops A, and B stays live',
  async () => {
    const { keeper, push } = await newApp('fenced');
    keeper.fail(true);
    const a = await push('A');
    expect(a.status).toBe('failed');
    keeper.fail(false);
    const b = await push('B');
    expect(b.status).toBe('succeeded');

    await expect(replay(a.deploymentId)).rejects.toThrow(/SUPERSEDED/s);
    const { executionArn = '' } = await read(a.deploymentId);
    await states.send(new RedriveExecutionCommand({ executionArn }));
    const redriven = await until(async () => {
      const deployment = await read(a.deploymentId);
      return deployment.redriveCount === 1 && isFinal(deployment.status) && deployment;
    });
    expect(redriven).toMatchObject({ status: 'superseded', error: { code: 'SUPERSEDED', step: 'PublishFunctions' } });
    expect(await states.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'FAILED',
      error: 'SUPERSEDED',
      redriveCount: 1,
    });
    expect(await page(b.url)).toContain('B');
    const site = await until(async () => {
      const found = await siteOf('fenced');
      return found?.runningDeployment === undefined && found;
    });
    expect(site).toMatchObject({ liveRelease: b.deploymentId });
    await expect(replay(a.deploymentId)).rejects.toThrow(/superseded/s);
  },
  TIMEOUT,
);

const CLI = findAwsCli();
const REFUSED = { refused: true, json: undefined };

if (!CLI)
  console.warn('SKIPPED: the AWS CLI journey, for there is neither an aws command nor a Python to install it with');

(CLI ? test : test.skip)(
  'the AWS CLI lists, describes, redrives and stops executions, and is told no as by AWS',
  async () => {
    const aws = awsCli(CLI as string, journey.workspace.cloud);
    const step = (verb: string, ...more: string[]) => aws(['stepfunctions', verb, ...more]);
    const { keeper, push } = await newApp('typed');
    keeper.fail(true);
    const { deploymentId } = await push('typed');
    const { executionArn = '' } = await read(deploymentId);
    const about = ['--execution-arn', executionArn];
    const machine = journey.workspace.cloud.outputs.DeployStateMachineArn ?? '';

    const listed = await step('list-executions', '--state-machine-arn', machine, '--status-filter', 'FAILED');
    expect(listed.json.executions[0]).toMatchObject({ name: deploymentId, status: 'FAILED', redriveCount: 0 });
    const described = await step('describe-execution', ...about);
    expect(described.json).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed', redriveStatus: 'REDRIVABLE' });

    keeper.fail(false);
    keeper.hold(true);
    expect((await step('redrive-execution', ...about)).json).toEqual({ redriveDate: expect.anything() });
    expect((await step('describe-execution', ...about)).json).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    const twice = await step('redrive-execution', ...about);
    expect(twice).toMatchObject({ ...REFUSED, error: expect.stringContaining('(ExecutionNotRedrivable)') });

    await until(async () => builders().length > 0);
    const why = ['--error', 'Stopped', '--cause', 'by hand'];
    expect((await step('stop-execution', ...about, ...why)).json).toEqual({ stopDate: expect.anything() });
    await until(async () => builders().length === 0);
    expect(await ended(deploymentId)).toMatchObject({
      status: 'aborted',
      error: { code: 'Stopped', message: 'by hand' },
    });

    keeper.hold(false);
    await step('redrive-execution', ...about);
    const live = await until(async () => {
      const deployment = await read(deploymentId);
      return deployment.status === 'succeeded' && deployment;
    });
    expect([live.redriveCount, await page(live.url)]).toEqual([2, expect.stringContaining('typed')]);
    const { json } = await step('get-execution-history', ...about, '--no-include-execution-data');
    const marks = (json.events as { type: string }[]).map(({ type }) => type).filter((type) => /^Execution/.test(type));
    expect(marks).toEqual([
      'ExecutionStarted',
      'ExecutionFailed',
      'ExecutionRedriven',
      'ExecutionAborted',
      'ExecutionRedriven',
      'ExecutionSucceeded',
    ]);
    const done = await step('redrive-execution', ...about);
    expect(done).toMatchObject({ ...REFUSED, error: expect.stringContaining('(ExecutionNotRedrivable)') });
    const unknown = await step('describe-execution', '--execution-arn', executionArn.replace(deploymentId, 'nobody'));
    expect(unknown).toMatchObject({ ...REFUSED, error: expect.stringContaining('(ExecutionDoesNotExist)') });
  },
  TIMEOUT,
);

test(
  'two pushes: the newest ends live, the older is superseded, and no build process is left',
  async () => {
    const { keeper, push, folder } = await newApp('busy');
    keeper.hold(true);
    const first = push('first');
    const older = await until(async () => {
      const [deployment] = await deploymentsOf('busy').catch(() => []);
      return deployment && builders().length > 0 && deployment;
    });
    const olderBuild = builders();
    const heard = await listenTo('busy');
    await expect(replay(older.id)).rejects.toThrow(/runs.*NOT_REPLAYABLE/s);

    await change(folder, 'second');
    await git(folder, 'push', '--quiet', 'towpath', 'HEAD:refs/heads/main');
    await change(folder, 'third');
    await git(folder, 'push', '--quiet', 'towpath', 'HEAD:refs/heads/main');
    expect((await first).status).toBe('failed');
    const stopped = await read(older.id);
    expect(stopped).toMatchObject({ status: 'superseded', error: { code: 'SUPERSEDED', step: 'Build' } });
    // It was held up: it has not ended by itself.
    await until(async () => !builders().some((pid) => olderBuild.includes(pid)));

    const newest = await until(async () => {
      const [deployment] = await deploymentsOf('busy');
      return deployment?.commit.message.startsWith('third') && deployment;
    });
    keeper.hold(false);
    const end = await ended(newest.id);
    expect(end.status).toBe('succeeded');
    expect(await page(end.url)).toContain('third');
    expect((await deploymentsOf('busy')).map(({ status }) => status)).toEqual([
      'succeeded',
      'superseded',
      'superseded',
    ]);
    expect(builders()).toEqual([]);
    const told = [
      '⏭️ busy: deployment 1 was superseded by a newer one',
      '⏭️ busy: deployment 2 was superseded by a newer one',
      '🚀 busy: deployment 3 started',
      '✅ busy: deployment 3 is live',
    ];
    const messages = await until(async () => {
      const all = await heard(told.length);
      return told.every((message) => all.includes(message)) && all;
    });
    // The second may have begun before the third was there.
    expect(new Set(messages.filter((message) => message !== '🚀 busy: deployment 2 started'))).toEqual(new Set(told));
  },
  TIMEOUT,
);

test(
  'outcomes whose events are lost: reconcile applies them and starts what waits',
  async () => {
    const { keeper, push, folder } = await newApp('unheard');
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const events = new EventBridgeClient({ endpoint, region, credentials });
    const rule = { Name: 'towpath-dev-deploy-status' };
    const reconcile = () =>
      lambda.send(
        new InvokeCommand({ FunctionName: 'towpath-control-dev-reconcile', InvocationType: 'RequestResponse' }),
      );
    await events.send(new DisableRuleCommand(rule));
    try {
      keeper.fail(true);
      const first = push('first');
      const older = await until(async () => (await deploymentsOf('unheard').catch(() => []))[0]);
      const executionArn = `${journey.workspace.cloud.outputs.DeployStateMachineArn?.replace(':stateMachine:', ':execution:')}:${older.id}`;
      await until(async () => {
        const { status } = await states
          .send(new DescribeExecutionCommand({ executionArn }))
          .catch(() => ({ status: '' }));
        return status === 'FAILED';
      });
      expect((await read(older.id)).status).toBe('queued');
      keeper.fail(false);
      await change(folder, 'second');
      await git(folder, 'push', '--quiet', 'towpath', 'HEAD:refs/heads/main');
      const newer = await until(async () => {
        const [deployment] = await deploymentsOf('unheard');
        return deployment && deployment.id !== older.id && deployment;
      });

      expect((await reconcile()).FunctionError).toBeUndefined();
      expect((await first).status).toBe('failed');
      expect((await siteOf('unheard'))?.runningDeployment).toBe(newer.id);
      await until(async () => {
        expect((await reconcile()).FunctionError).toBeUndefined();
        return (await read(newer.id)).status === 'succeeded';
      });
      expect((await siteOf('unheard'))?.runningDeployment).toBeUndefined();
    } finally {
      await events.send(new EnableRuleCommand(rule));
      events.destroy();
    }
  },
  TIMEOUT,
);

describe('kept releases', () => {
  let pages: Server;
  afterAll(() => {
    pages?.close();
  });

  test(
    'rollback and promote switch without a build, and an open tab keeps its chunks',
    async () => {
      const { push, site } = await newApp('kept');
      const one = await push('one');
      const openTab = await chunkOf(one.url);
      const two = await push('two');
      expect([one.status, two.status, one.status === two.status ? [] : two.shown]).toEqual([
        'succeeded',
        'succeeded',
        [],
      ]);
      const count = await buildCount();
      expect(await chunkOf(two.url)).not.toBe(openTab);
      const chunk = await fetch(openTab);
      expect([chunk.status, await chunk.text()]).toEqual([200, 'document.title = "one"']);
      expect(chunk.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');

      const back = await answer(api.sites[':site'].rollback.$post({ param: { site } }));
      expect(back).toMatchObject({ release: one.deploymentId, status: 'started' });
      expect((await followed(back.deployment)).steps.map(({ name }) => name)).toEqual([
        'SmokeTest',
        'UpdateDistribution',
        'AwaitDistribution',
        'Invalidate',
        'Verify',
      ]);
      expect(await page(one.url)).toContain('one');
      const kept = await answer(api.sites[':site'].releases.$get({ param: { site } }));
      expect(kept.map(({ release, state, commit }) => [release, state, commit?.message.trim()])).toEqual([
        [two.deploymentId, 'previous', 'two'],
        [one.deploymentId, 'live', 'one'],
      ]);

      const promote = (release: string) =>
        answer(api.sites[':site'].promote.$post({ param: { site }, json: { release } } as never));
      const forth = (await promote(two.deploymentId)) as { deployment: string };
      expect((await followed(forth.deployment)).status).toBe('succeeded');
      expect(await page(two.url)).toContain('two');
      expect(await buildCount()).toBe(count);

      await expect(promote(two.deploymentId)).rejects.toThrow(/ALREADY_LIVE/s);
      await expect(promote('01JD0000000000000000000000')).rejects.toThrow(/NO_SUCH_RELEASE/s);
      await expect(answer(api.sites[':site'].rollback.$post({ param: { site: 'nowhere' } }))).rejects.toThrow(
        /NO_SUCH_SITE/,
      );
    },
    TIMEOUT,
  );

  test(
    'a failed Verify: the release before comes back by itself, and replay promotes',
    async () => {
      const { push } = await newApp('verified');
      const good = await push('good');
      expect(good.status).toBe('succeeded');
      const heard = await listenTo('verified');

      // What Verify asks is broken for the first deployment that comes by.
      let broken: string | undefined;
      pages = createServer(async (request, response) => {
        const [, domain = '', path = ''] = /^\/([^/]+)(.*)$/.exec(request.url ?? '') ?? [];
        const asking = /towpath-verify=(\w+)-/.exec(path)?.[1];
        broken ??= asking;
        if (asking === broken) return response.writeHead(500).end();
        const { distributions } = (await (await fetch(`${journey.workspace.running.endpoint}/_local`)).json()) as {
          distributions: { domainName: string; url: string }[];
        };
        const url = distributions.find(({ domainName }) => domainName === domain)?.url;
        const found = await fetch(`${url}${path}`);
        response.writeHead(found.status).end(Buffer.from(await found.arrayBuffer()));
      }).listen(0, '127.0.0.1');
      await until(async () => pages.listening);
      const { port } = pages.address() as AddressInfo;
      const { Environment: current } = await lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'towpath-control-dev-verify' }),
      );
      const variables = { ...current?.Variables, SITE_URL_PATTERN: `http://127.0.0.1:${port}/{domain}` };
      await lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'towpath-control-dev-verify',
          Environment: { Variables: variables },
        }),
      );

      const bad = await push('bad');
      expect(await read(bad.deploymentId)).toMatchObject({
        status: 'failed',
        error: { code: 'PAGES_BROKEN', step: 'Verify' },
      });
      const restoring = await until(async () => {
        const [newest] = await deploymentsOf('verified');
        return newest?.promotes && newest;
      });
      expect(restoring.promotes).toEqual({ release: good.deploymentId, insteadOf: bad.deploymentId });
      // Its pages are well now, but it is too late.
      await until(async () => (await siteOf('verified'))?.runningDeployment !== bad.deploymentId);
      broken = 'nobody';
      const { executionArn } = await read(bad.deploymentId);
      await states.send(new RedriveExecutionCommand({ executionArn }));
      expect((await ended(restoring.id)).status).toBe('succeeded');
      expect(await page(good.url)).toContain('good');
      await until(async () => (await heard(1)).includes('↩️ verified: deployment 2 was rolled back'));
      await until(async () => (await siteOf('verified'))?.runningDeployment === undefined);
      const tooLate = await until(async () => {
        const deployment = await read(bad.deploymentId);
        return deployment.redriveCount === 1 && isFinal(deployment.status) && deployment;
      });
      expect(tooLate.error?.step).toBe('Verify');
      expect(['SITE_BUSY', 'ROLLED_BACK']).toContain(tooLate.error?.code);

      const replayed = await towpath('replay', bad.deploymentId);
      expect(replayed).toEqual({ code: 0, output: expect.stringContaining('Its release is promoted') });
      expect(replayed.output).toContain('Live: http://127.0.0.1:');
      expect(await page(good.url)).toContain('bad');
    },
    TIMEOUT,
  );
});
