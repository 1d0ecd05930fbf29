/** A repository at a Git host that asks for a token: connected, pushed to, rotated, moved, let go. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answer, connect as api } from '../../cli/api.ts';
import { awaitDeployment, follow } from '../../cli/follow.ts';
import { reachableUrl } from '../../cli/report.ts';
import { siteIdOf } from '../../domain/site.ts';
import { OPERATIONS } from '../../functions/api/openapi/operations.ts';
import { type Delivered, deliver, pushTo } from '../support/fake-git-host/deliver.ts';
import {
  type FakeGitHost,
  type FakeRepository,
  newRepository,
  startFakeGitHost,
} from '../support/fake-git-host/index.ts';
import { beginJourney, type Journey, ROOT } from '../support/journey.ts';
import { lockKeeper, tinyApp } from '../support/tiny-app.ts';
import { until } from '../support/until.ts';
import { archiveOf } from '../unit/functions/detect/support.ts';

const TIMEOUT = 300_000;
const TOKEN = 'glpat-NeverToBeSeen-1';
const SECOND_TOKEN = 'glpat-NeverToBeSeen-2';
const sha = (digit: string) => digit.repeat(40);

let journey: Journey;
let host: FakeGitHost;
let shop: FakeRepository;

/** `towpath …` as a person types it, with what comes by standard input. */
async function towpath(args: string[], input = '', environment: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'cli', 'towpath.ts'), ...args, '--data', join(journey.folder, 'data')],
    { stdio: 'pipe', env: { ...process.env, BROWSER: 'true', ...environment } },
  );
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { code, out, err };
}

const client = <Client>(Type: new (options: object) => Client): Client => {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  return new Type({ endpoint, region, credentials });
};
const storedTokens = async () => {
  const { Parameters = [] } = await client(SSMClient).send(
    new GetParametersByPathCommand({ Path: '/towpath/dev/apps', Recursive: true, WithDecryption: true }),
  );
  return Parameters.map(({ Name, Value, Type }) => ({ Name, Value, Type }));
};
const tableText = async () =>
  JSON.stringify(
    (await client(DynamoDBClient).send(new ScanCommand({ TableName: journey.workspace.cloud.outputs.TableName })))
      .Items,
  );
const pageOf = async (url: string) => (await fetch(url)).text();

let connected: Awaited<ReturnType<typeof towpath>>;
let url: string;
let keeper: ReturnType<typeof lockKeeper>;

/** What somebody pushes, and the one hook tells of. */
async function push(digit: string, title: string, files = tinyApp(title)): Promise<Delivered> {
  const archive = await archiveOf(files);
  const pushed = { branch: 'main', sha: sha(digit), message: title, archive };
  const [delivered] = (await pushTo(host, 'gitlab', shop, pushed)) as [Delivered];
  return delivered;
}
/** `source`: the project that it comes from; 1 is the repository itself. */
async function openRequest(
  number: number,
  digit: string,
  title: string,
  source = 1,
  action = 'open',
): Promise<Delivered> {
  const request = {
    project: { path_with_namespace: 'acme/shop', web_url: `${host.url}/acme/shop` },
    object_attributes: {
      iid: number,
      action,
      title,
      source_branch: title.toLowerCase().replaceAll(' ', '-'),
      source_project_id: source,
      target_project_id: 1,
      last_commit: { id: sha(digit), message: title },
    },
  };
  return deliver(
    'gitlab',
    shop.hooks[0] as NonNullable<(typeof shop.hooks)[0]>,
    request,
    undefined,
    'Merge Request Hook',
  );
}
/** The report of the deployment that a commit begins. */
async function deployed(branch: string, digit: string) {
  const towpathApi = api(journey.workspace.running);
  const id = await awaitDeployment(towpathApi, { app: 'shop', branch, sha: sha(digit), known: new Set() });
  return follow(towpathApi, id, () => undefined);
}
/** What a commit was told, in order. */
const toldOf = (digit: string) =>
  shop.statuses.flatMap(({ sha: of, body }) => (of === sha(digit) ? [`${body.state}: ${body.description}`] : []));
const lastTold = (digit: string, pattern: RegExp) =>
  until(async () => {
    const last = toldOf(digit).at(-1);
    return last !== undefined && pattern.test(last) ? last : undefined;
  }, TIMEOUT / 2);

beforeAll(async () => {
  journey = await beginJourney();
  shop = newRepository('acme/shop');
  shop.branches.main = { sha: sha('1'), message: 'Open the shop' };
  shop.archives[sha('1')] = await archiveOf(tinyApp('First'));
  host = await startFakeGitHost(TOKEN, [shop, newRepository('acme/empty', { defaultBranch: undefined })]);
  host.script('status', { status: 429, headers: { 'retry-after': '1' } });
  keeper = lockKeeper(journey.folder);
  const environment = Object.entries(keeper.environment).map(([name, value]) => `--env=${name}=${value}`);
  connected = await towpath(
    ['connect', `${host.url}/acme/shop`, '--host', 'gitlab', ...environment, '--token-stdin', '--json'],
    `${TOKEN}\n`,
  );
  url = JSON.parse(connected.out || '{}').url;
}, TIMEOUT);

afterAll(async () => {
  await host?.stop();
  await journey?.end();
});

test('one command keeps the token, makes the webhook and deploys the default branch', async () => {
  expect(connected.err).toContain('is connected to the app shop: main will be deployed');
  expect(connected.code).toBe(0);
  expect(await pageOf(url)).toContain('First');
  expect(shop.hooks).toHaveLength(1);
  expect(await storedTokens()).toEqual([
    { Name: '/towpath/dev/apps/shop/git-token', Value: TOKEN, Type: 'SecureString' },
  ]);
});

test(
  'the commit is told how its deployment stands, though the host was busy at first',
  async () => {
    await until(async () => shop.statuses.at(-1)?.body.state === 'success' || undefined);
    expect(shop.statuses.at(-1)).toMatchObject({
      sha: sha('1'),
      body: { name: 'towpath/shop-main', description: 'Deployment 1 is live' },
    });
    expect(host.requests.filter(({ operation }) => operation === 'status').map(({ status }) => status)).toContain(429);
  },
  TIMEOUT,
);

test(
  'connected again, it keeps its webhook and its token',
  async () => {
    const [hook] = shop.hooks;
    expect((await towpath(['connect', `${host.url}/acme/shop`, '--host', 'gitlab'])).code).toBe(0);
    expect(shop.hooks).toEqual([hook]);
  },
  TIMEOUT,
);

test(
  'a push is deployed, by the webhook that was made',
  async () => {
    expect((await push('2', 'Second')).status).toBe(202);
    expect((await deployed('main', '2')).status).toBe('succeeded');
    expect(await pageOf(url)).toContain('Second');
  },
  TIMEOUT,
);

test(
  'a commit that fails is told why, in which step; so is one that a forced push took away',
  async () => {
    keeper.fail(true);
    await push('3', 'Fails');
    expect((await deployed('main', '3')).status).toBe('failed');
    keeper.fail(false);
    expect(await lastTold('3', /^failed/)).toMatch(/^failed: Failed in Build: .*npm run build/);
    const archive = await archiveOf(tinyApp('Gone'));
    const gone = pushTo(host, 'gitlab', shop, { branch: 'main', sha: sha('4'), message: 'Gone', archive });
    delete shop.archives[sha('4')];
    await gone;
    expect((await deployed('main', '4')).status).toBe('failed');
    expect(await lastTold('4', /^failed/)).toMatch(/^failed: Failed in Detect: .*4444444/);
  },
  TIMEOUT,
);

test(
  'of three pushes at once the newest is live, and each commit hears its end: the older ones that they were superseded',
  async () => {
    keeper.hold(true);
    await push('7', 'One');
    await lastTold('7', /running/);
    await push('8', 'Two');
    await push('9', 'Three');
    keeper.hold(false);
    expect((await deployed('main', '9')).status).toBe('succeeded');
    expect(await pageOf(url)).toContain('Three');
    for (const older of ['7', '8']) expect(await lastTold(older, /superseded by a newer one$/)).toMatch(/^canceled: /);
    expect(await lastTold('9', /is live$/)).toMatch(/^success: /);
    // Nothing comes after the last word.
    for (const digit of ['7', '8', '9']) expect(toldOf(digit).at(-1)).not.toMatch(/^(pending|running)/);
  },
  TIMEOUT,
);

test(
  'a head that no webhook told of is found by reconcile, and deployed once',
  async () => {
    shop.branches.main = { sha: sha('5'), message: 'Unheard' };
    shop.archives[sha('5')] = await archiveOf(tinyApp('Unheard'));
    const reconcile = () =>
      client(LambdaClient).send(new InvokeCommand({ FunctionName: 'towpath-control-dev-reconcile' }));
    const { FunctionError } = await reconcile();
    expect(FunctionError).toBeUndefined();
    const towpathApi = api(journey.workspace.running);
    const deployments = () =>
      answer(towpathApi.sites[':site'].deployments.$get({ param: { site: siteIdOf('shop', 'main') } }));
    const [newest, ...others] = await deployments();
    expect(newest?.commit.sha).toBe(sha('5'));
    expect((await follow(towpathApi, String(newest?.id), () => undefined)).status).toBe('succeeded');
    expect(await pageOf(url)).toContain('Unheard');
    // From now on it knows which branches are there.
    expect((await towpath(['pushes', 'shop', '--branch', 'main', '--branch', 'release/*'])).code).toBe(0);
    await reconcile();
    expect(await deployments()).toHaveLength(others.length + 1);

    shop.branches['release/1'] = { sha: sha('a'), message: 'Missed' };
    shop.archives[sha('a')] = await archiveOf(tinyApp('Missed'));
    expect((await reconcile()).FunctionError).toBeUndefined();
    const missed = await deployed('release/1', 'a');
    const page = await pageOf(await reachableUrl(journey.workspace.running.endpoint, String(missed.url)));
    expect([missed.status, page]).toEqual(['succeeded', expect.stringContaining('Missed')]);
  },
  TIMEOUT,
);

test(
  'a merge request hears where its preview is',
  async () => {
    const towpathApi = api(journey.workspace.running);
    expect((await towpath(['pushes', 'shop', '--previews', 'own'])).code).toBe(0);
    const variables = Object.entries(keeper.environment).map(([name, value]) => `${name}=${value}`);
    expect((await towpath(['env', 'set', 'shop', ...variables, '--previews'])).code).toBe(0);
    shop.archives[sha('6')] = await archiveOf(tinyApp('Bells'));
    const { body } = await openRequest(12, '6', 'Bells');
    expect(body).toEqual({ accepted: 1 });
    const about = { app: 'shop', branch: 'pull/12', sha: sha('6'), known: new Set<string>() };
    const id = await awaitDeployment(towpathApi, about);
    const { status, url: preview } = await follow(towpathApi, id, () => undefined);
    expect(status).toBe('succeeded');
    await until(() => JSON.stringify(shop.comments).includes(String(preview)));
    expect(Object.keys(shop.comments)).toEqual(['12']);

    // A fork's gets none: nothing fails, and its author sees why.
    await openRequest(14, 'e', 'Of a fork', 2);
    expect(await lastTold('e', /./)).toBe(
      'success: No preview: pull request 14 comes from a fork, and shop has no previews of forks',
    );

    await openRequest(12, '6', 'Bells', 1, 'close');
    const gone = () => JSON.stringify(shop.comments).includes('taken away');
    const comments = await until(async () => (gone() ? shop.comments : undefined));
    expect(comments).toEqual({ 12: [expect.objectContaining({ body: expect.stringMatching(/taken away\.$/) })] });
    const sites = await answer(towpathApi.apps[':app'].sites.$get({ param: { app: 'shop' } }));
    expect(sites.map(({ branch }) => branch)).not.toContain('pull/12');
  },
  TIMEOUT,
);

test(
  'a fork’s merge request is deployed once forks are wanted: it sees no secret, and nobody takes its build',
  async () => {
    expect((await towpath(['pushes', 'shop', '--previews', 'all'])).code).toBe(0);
    expect((await towpath(['env', 'set', 'shop', 'PAID', '--secret', '--previews'], 'NeverToBeSeen-3')).code).toBe(0);
    const { 'build-of-a-tiny-app.mjs': build, ...rest } = tinyApp('Of a fork');
    const files = { ...rest, 'build-of-a-tiny-app.mjs': `${build}console.log('paid ' + typeof process.env.PAID);` };
    shop.archives[sha('b')] = await archiveOf(files);
    await openRequest(13, 'b', 'Of a fork', 2);
    const preview = await deployed('pull/13', 'b');
    expect(preview.status).toBe('succeeded');
    expect((await towpath(['logs', preview.deploymentId])).out).toContain('paid undefined');

    expect((await towpath(['env', 'unset', 'shop', 'PAID', '--previews'])).code).toBe(0);
    // The same tree with the same variables, merged.
    await push('c', 'Of a fork', files);
    const merged = await deployed('main', 'c');
    expect(merged.steps.map(({ name }) => name)).toContain('Build');
  },
  TIMEOUT,
);

test('a rotated webhook has another secret; what the old one signs is refused; a new token takes the place of the old', async () => {
  const [old] = shop.hooks;
  host.token = SECOND_TOKEN;
  const refused = await towpath(['rotate', 'shop']);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/answered 401 .*towpath rotate APP --token-stdin.*\(GIT_TOKEN_REFUSED\)/);
  expect((await towpath(['rotate', 'shop', '--token-stdin'], SECOND_TOKEN)).code).toBe(0);
  expect(shop.hooks).toHaveLength(1);
  expect(shop.hooks[0]?.secret).not.toBe(old?.secret);
  expect(await storedTokens()).toMatchObject([{ Value: SECOND_TOKEN }]);
  expect((await deliver('gitlab', old as NonNullable<typeof old>, {})).status).toBe(401);
  expect((await deliver('gitlab', shop.hooks[0] as NonNullable<typeof old>, {})).status).toBe(202);
});

describe('what is refused changes nothing', () => {
  test.each([
    [
      'a wrong token',
      ['connect', 'REPOSITORY', '--host', 'gitea', '--app', 'other', '--token-stdin'],
      'wrong',
      'GIT_TOKEN_REFUSED',
    ],
    ['no token', ['connect', 'REPOSITORY', '--host', 'gitea', '--app', 'other'], '', 'GIT_REPOSITORY_NOT_FOUND'],
    [
      'an app of another repository',
      ['connect', 'EMPTY', '--host', 'gitlab', '--app', 'shop'],
      '',
      'APP_CONNECTED_ELSEWHERE',
    ],
    [
      'a metadata service',
      ['connect', 'http://169.254.169.254/latest/meta', '--host', 'gitea'],
      '',
      'GIT_ADDRESS_REFUSED',
    ],
    [
      'a token that may read alone',
      ['connect', 'REPOSITORY', '--host', 'gitlab', '--app', 'other', '--token-stdin'],
      SECOND_TOKEN,
      'GIT_TOKEN_SCOPES',
    ],
    ['a plain remote', ['connect', 'REPOSITORY', '--host', 'git', '--app', 'other'], '', 'NOT_CONNECTABLE'],
    ['an unknown app', ['rotate', 'nobody'], '', 'NO_SUCH_APP'],
  ])('%s', async (_, args, input, code) => {
    const [hooks, tokens] = [structuredClone(shop.hooks), await storedTokens()];
    host.scopes = code === 'GIT_TOKEN_SCOPES' ? ['read_api', 'read_repository'] : undefined;
    const given = args.map((arg) =>
      arg === 'REPOSITORY' ? `${host.url}/acme/shop` : arg === 'EMPTY' ? `${host.url}/acme/empty` : arg,
    );
    const { code: exit, err } = await towpath(given, input);
    expect(err).toContain(`(${code})`);
    expect(exit).toBe(1);
    expect(shop.hooks).toEqual(hooks);
    expect(await storedTokens()).toEqual(tokens);
    const apps = await answer(api(journey.workspace.running).apps.$get());
    expect(apps.map(({ id }) => id)).toEqual(['shop']);
    host.scopes = undefined;
  });
});

test('an empty repository is connected, and deployed by its first push; its hook goes when the app moves', async () => {
  const { code, out } = await towpath(
    ['connect', `${host.url}/acme/empty`, '--host', 'gitea', '--app', 'new', '--token-stdin'],
    SECOND_TOKEN,
  );
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Nothing is deployed yet') });
  const [empty] = host.repositories.filter(({ name }) => name === 'acme/empty') as [FakeRepository];
  expect(empty.hooks).toHaveLength(1);
  const moved = await towpath([
    'connect',
    `${host.url}/acme/shop`,
    '--host',
    'gitlab',
    '--app',
    'new',
    '--branch',
    'none',
    '--move',
  ]);
  expect(moved.err).toContain('(NO_SUCH_BRANCH)');
  expect(empty.hooks).toEqual([]);
  expect(shop.hooks).toHaveLength(1);
});

test('the hook of a repository goes with the last of its apps; nothing of a secret is left, no delivery counts', async () => {
  const [hook] = shop.hooks;
  const first = await towpath(['disconnect', 'new', '--json']);
  expect(JSON.parse(first.out)).toMatchObject({ app: 'new', hook: 'kept' });
  expect(shop.hooks).toHaveLength(1);
  const last = await towpath(['disconnect', 'shop']);
  expect(last.out).toContain('Its webhook is deleted.');
  expect(shop.hooks).toEqual([]);
  expect(await storedTokens()).toEqual([]);
  expect((await deliver('gitlab', hook as NonNullable<typeof hook>, {})).status).toBe(401);
  expect(await tableText()).not.toContain('HOOK#');
  expect(await pageOf(url)).toContain('Of a fork');
});

test('an app that is removed takes its hook along; where the host does not let it, that is said', async () => {
  const [empty] = host.repositories.filter(({ name }) => name === 'acme/empty') as [FakeRepository];
  for (const [status, said] of [
    [undefined, ''],
    [403, 'Delete the webhook at the Git host yourself: The Git host'],
  ] as const) {
    const connect = ['connect', `${host.url}/acme/empty`, '--host', 'gitea', '--app', 'last', '--token-stdin'];
    expect((await towpath(connect, SECOND_TOKEN)).code).toBe(0);
    const [hook] = empty.hooks;
    if (status) host.script('deleteHook', { status });
    const removed = await towpath(['remove', '--app', 'last', '--yes']);
    expect([removed.code, removed.out]).toEqual([0, expect.stringContaining(`${said}`)]);
    expect(empty.hooks).toHaveLength(status ? 1 : 0);
    expect((await deliver('gitea', hook as NonNullable<typeof hook>, {})).status).toBe(401);
    expect(await storedTokens()).toEqual([]);
  }
});

test('status and open tell where the site is and how its newest deployment stands', async () => {
  const { out } = await towpath(['status', 'shop-main', '--json']);
  expect(JSON.parse(out)).toMatchObject([
    { site: 'shop-main', branch: 'main', status: 'succeeded', commit: sha('c'), url },
  ]);
  expect((await towpath(['status'])).out).toMatch(/^SITE +BRANCH +NEWEST/);
  const opened = await towpath(['open', 'shop-main']);
  expect(opened).toMatchObject({ code: 0, out: `${url}\n` });
  expect(await towpath(['open', 'nowhere'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('no site nowhere'),
  });
});

test('a token that was made opens the API from elsewhere, until it is revoked', async () => {
  const { out } = await towpath(['token', 'create', 'ci', '--days', '1']);
  const { api: TOWPATH_API } = journey.workspace.running;
  const list = () => towpath(['list', '--json'], '', { TOWPATH_API, TOWPATH_TOKEN: out.trim() });
  expect((await list()).code).toBe(0);
  expect((await towpath(['token'])).out).toMatch(/^NAME .*\nci /);
  await towpath(['token', 'revoke', 'ci']);
  expect(await list()).toMatchObject({ code: 1, err: expect.stringContaining('TOKEN_REFUSED') });
});

test('what the API answers is what its document says', async () => {
  const { api: base, token } = journey.workspace.running;
  const [deployment] = (await towpath(['list', '--json']).then(({ out }) => JSON.parse(out))) as { id: string }[];
  const paths = {
    'GET /v1/apps': '/apps',
    'GET /v1/apps/{app}': '/apps/shop',
    'GET /v1/apps/{app}/pushes': '/apps/shop/pushes',
    'GET /v1/apps/{app}/retention': '/apps/shop/retention',
    'GET /v1/apps/{app}/notifications': '/apps/shop/notifications',
    'GET /v1/apps/{app}/settings': '/apps/shop/settings',
    'GET /v1/domains': '/domains',
    'GET /v1/apps/{app}/sites': '/apps/shop/sites',
    'GET /v1/sites/{site}/deployments': '/sites/shop-main/deployments',
    'GET /v1/apps/{app}/variables': '/apps/shop/variables',
    'GET /v1/deployments/{id}': `/deployments/${deployment?.id}`,
    'GET /v1/deployments/{id}/log': `/deployments/${deployment?.id}/log`,
    'GET /v1/sites/{site}/logs': '/sites/shop-main/logs',
    'GET /v1/sites/{site}/releases': '/sites/shop-main/releases',
    'GET /v1/tokens': '/tokens',
  };
  for (const [name, path] of Object.entries(paths)) {
    const response = await fetch(`${base}/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await response.json();
    expect({ name, parsed: OPERATIONS[name]?.answer.parse(body) }).toEqual({ name, parsed: body });
  }
});

test('no token is in the table, the logs, or what was printed', async () => {
  const everything = [await tableText(), journey.log.join('\n'), connected.out, connected.err].join('\n');
  expect(everything).toContain('acme/shop');
  expect(everything).not.toContain('NeverToBeSeen');
  expect(everything).not.toContain('whsec_');
});
