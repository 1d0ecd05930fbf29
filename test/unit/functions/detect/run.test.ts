import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { App } from '../../../../domain/app.ts';
import { Detection, type Scope } from '../../../../domain/pipeline.ts';
import type { ReleaseRecord } from '../../../../domain/release.ts';
import type { AppSettings } from '../../../../domain/settings.ts';
import { Site } from '../../../../domain/site.ts';
import { secretParameter, type Variable } from '../../../../domain/variables.ts';
import { openArchive } from '../../../../functions/detect/archive.ts';
import { type DetectPorts, run } from '../../../../functions/detect/run.ts';
import { plainVariables } from '../../../support/plain-variables.ts';
import { archiveOf, unzip } from './support.ts';

const deployment = {
  id: '01JD0000000000000000000001',
  app: 'shop',
  site: 'shop-main',
  number: 1,
  repository: { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:4000/shop.git' },
  commit: { sha: 'a'.repeat(40), branch: 'main', message: '' },
  appRoot: './',
};
const shop = App.parse({ id: 'shop', repository: deployment.repository, createdAt: '2026-01-01T00:00:00Z' });
const template = 'version: 0.2\nphases:\n  build:\n    commands: [towpath:build]\n';
const app = {
  'package.json': '{"scripts":{"build":"next build"},"dependencies":{"next":"11.1.4"}}',
  'pages/index.js': 'export default () => null',
};

let settings: AppSettings = {};
let distributions: { id: string; comment: string }[] = [];
let collectorFolder: string;
beforeEach(async () => {
  distributions = [];
  collectorFolder = await mkdtemp(path.join(tmpdir(), 'towpath-collector-'));
  await writeFile(path.join(collectorFolder, 'collect.mjs'), 'collect');
});
afterEach(() => rm(collectorFolder, { recursive: true, force: true }));

function ports(archive: Buffer, stored = new Map<string, Buffer>()) {
  const writes: string[] = [];
  const given: DetectPorts = {
    distributions: { listAll: async () => distributions },
    stage: 'dev',
    sitePools: 1,
    openArchive: async () => Readable.from([archive]),
    settings: { get: async () => settings },
    variables: { ofApp: async () => plainVariables({ GREETING: 'hello' }) },
    secretVersions: { inForce: async () => undefined },
    artifacts: {
      head: async ({ key }) => (stored.has(key) ? { bytes: 1, metadata: {} } : undefined),
      putOnce: async ({ key }, content) => {
        writes.push(key);
        stored.set(key, Buffer.from(content));
        return 'written';
      },
      put: async ({ key }, content) => {
        writes.push(key);
        stored.set(key, Buffer.from(content));
      },
      putStream: async ({ key }, content) => {
        const body = await buffer(content);
        writes.push(key);
        stored.set(key, body);
      },
    },
    apps: { get: async () => shop },
    builds: { find: async () => undefined },
    sites: { get: async () => undefined },
    domains: { get: async () => undefined },
    siteUrlPattern: 'https://{domain}',
    releases: { get: async () => undefined },
    bucket: 'artifacts',
    collectorFolder,
    buildspecTemplate: async () => template,
  };
  return { given, stored, writes };
}

test('the first deployment of a site is told how near the account is to its quotas, later ones are not', async () => {
  distributions = Array.from({ length: 90 }, (_, index) => ({ id: `E${index}`, comment: `towpath-dev-site${index}` }));
  const { given } = ports(await archiveOf(app));
  const site = { id: 'shop-main', app: 'shop', branch: 'main', createdAt: '', lastNumber: 1, fence: 0 };
  const codes = async (sites: DetectPorts['sites']) => {
    const { openArchive } = ports(await archiveOf(app)).given;
    const { output } = await run({ version: 1, deployment }, { ...given, openArchive, sites });
    return output.warnings.map(({ code }) => code);
  };
  expect(await codes({ get: async () => site })).toContain('CLOUDFRONT_QUOTA');
  expect(await codes({ get: async () => ({ ...site, distributionId: 'E1' }) })).not.toContain('CLOUDFRONT_QUOTA');
  distributions = distributions.map(({ id }) => ({ id, comment: 'towpath-prod-a' }));
  expect(await codes({ get: async () => site })).not.toContain('CLOUDFRONT_QUOTA');
});

test('source and tools are stored, and the state says how to build', async () => {
  const { given, stored } = ports(await archiveOf(app));
  const { output, figures } = await run({ version: 1, deployment }, given);
  expect(Detection.parse(output)).toEqual(output);
  expect(output).toMatchObject({
    rendering: 'ssr',
    source: { bucket: 'artifacts', key: `deployments/${deployment.id}/source.zip` },
    buildEnvironment: expect.arrayContaining([{ Name: 'GREETING', Value: 'hello', Type: 'PLAINTEXT' }]),
  });
  expect(figures).toMatchObject({
    files: 2,
    next: '11.1.4',
    node: 16,
    'reason 1': expect.stringContaining('server-rendered'),
  });
  expect(Object.keys(await unzip(stored.get(output.source.key)!))).toEqual(['package.json', 'pages/index.js']);
  expect((await unzip(stored.get(output.tools.key)!))['collect.mjs']?.text).toBe('collect');
  expect(output.tools.key).toMatch(/^tools\/[0-9a-f]{64}\.zip$/);
});

test('tools are written once for each content', async () => {
  const stored = new Map<string, Buffer>();
  const archive = await archiveOf(app);
  const first = await run({ version: 1, deployment }, ports(archive, stored).given);
  const again = ports(archive, stored);
  expect((await run({ version: 1, deployment }, again.given)).output.tools).toEqual(first.output.tools);
  expect(again.writes).toEqual([first.output.source.key, first.output.repositoryRules.key]);

  await writeFile(path.join(collectorFolder, 'collect.mjs'), 'collect better');
  const changed = await run({ version: 1, deployment }, ports(archive, stored).given);
  expect(changed.output.tools).not.toEqual(first.output.tools);
});

test('a commit that cannot be deployed leaves no source behind', async () => {
  const { given, writes } = ports(await archiveOf({ 'package.json': '{}' }));
  await expect(run({ version: 1, deployment }, given)).rejects.toMatchObject({ name: 'NOT_A_NEXT_APP' });
  expect(writes.filter((key) => key.startsWith('deployments/'))).toEqual([]);
});

test('an app root outside of the repository is refused', async () => {
  const { given } = ports(await archiveOf(app));
  const outside = { ...deployment, appRoot: '../other' };
  await expect(run({ version: 1, deployment: outside }, given)).rejects.toMatchObject({ name: 'APP_ROOT_MISSING' });
});

test.each([
  [404, 'COMMIT_NOT_FOUND', false],
  [401, 'GIT_TOKEN_REFUSED', false],
  [503, 'GIT_HOST_UNAVAILABLE', true],
  [429, 'GIT_HOST_THROTTLED', true],
])("the Git host's %d is %s", async (status, name, retryable) => {
  const given = { send: async () => new Response('no', { status }), tokenOf: async () => undefined };
  await expect(openArchive(deployment, given)).rejects.toMatchObject({ name, retryable });
});

test('the archive is asked for with the token of the app', async () => {
  const asked: object[] = [];
  const given = {
    send: async (request: object) => {
      asked.push(request);
      return new Response('tar');
    },
    tokenOf: async () => 'tok',
  };
  expect((await buffer(await openArchive(deployment, given))).toString()).toBe('tar');
  expect(asked).toEqual([
    {
      method: 'GET',
      url: `http://127.0.0.1:4000/shop.git/archive/${deployment.commit.sha}.tar.gz`,
      headers: { authorization: 'Bearer tok' },
    },
  ]);
});

test('a host that cannot be reached, or that answers with its login page, says so', async () => {
  const down = { send: () => Promise.reject(new Error('fetch failed')), tokenOf: async () => undefined };
  await expect(openArchive(deployment, down)).rejects.toMatchObject({ name: 'GIT_HOST_UNAVAILABLE' });
  const page = new Response('<title>Log in', { headers: { 'content-type': 'text/html; charset=utf-8' } });
  await expect(openArchive(deployment, { ...down, send: async () => page })).rejects.toMatchObject({
    name: 'GIT_TOKEN_REFUSED',
    message: expect.stringContaining('answered a web page for commit'),
  });
});

test('how it is built: the app’s settings, and what Amplify’s variables say over them', async () => {
  settings = {
    build: { timeoutMinutes: 20, compute: 'large', cache: false, image: 'public.ecr.aws/x/y:1', node: '14' },
  };
  const { given } = ports(await archiveOf(app));
  given.variables = {
    ofApp: async () =>
      plainVariables({
        _BUILD_TIMEOUT: '90',
        _LIVE_UPDATES: '[{"name":"Next.js version","pkg":"next-version","type":"internal","version":"10"}]',
      }),
  };
  const { output } = await run({ version: 1, deployment }, given);
  settings = {};
  expect(output.machine).toEqual({
    timeoutMinutes: 90,
    computeType: 'BUILD_GENERAL1_LARGE',
    image: 'public.ecr.aws/x/y:1',
    pulledBy: 'SERVICE_ROLE',
    cache: false,
  });
  expect(output).toMatchObject({ next: { major: 10 }, nodeMajor: 14 });
});

test.each([
  ['public.ecr.aws/docker/library/node:24', 'public.ecr.aws/docker/library/node:24'],
  // It is there in Amplify alone.
  ['amplify:al2023', 'aws/codebuild/amazonlinux-x86_64-standard:5.0'],
])('_CUSTOM_IMAGE %s beats the image that is set: %s', async (wanted, image) => {
  settings = { build: { image: 'public.ecr.aws/x/y:1' } };
  const { given } = ports(await archiveOf(app));
  given.variables = { ofApp: async () => plainVariables({ _CUSTOM_IMAGE: wanted }) };
  const { output } = await run({ version: 1, deployment }, given);
  settings = {};
  expect(output.machine.image).toBe(image);
});

test('USER_DISABLE_TESTS leaves the test phase out', async () => {
  const amplify = { 'amplify.yml': 'test: { phases: { test: { commands: [npx cypress run] } } }' };
  const { given } = ports(await archiveOf({ ...app, ...amplify }));
  const builtBy = async (variables: Record<string, string>) => {
    given.variables = { ofApp: async () => plainVariables(variables) };
    given.openArchive = async () => Readable.from([await archiveOf({ ...app, ...amplify })]);
    return (await run({ version: 1, deployment }, given)).output.buildspec;
  };
  expect(await builtBy({})).toContain('npx cypress run');
  expect(await builtBy({ USER_DISABLE_TESTS: 'false' })).toContain('npx cypress run');
  expect(await builtBy({ USER_DISABLE_TESTS: 'true' })).not.toContain('npx cypress run');
});

test.each([
  [{ _BUILD_TIMEOUT: '200' }, 'The variable _BUILD_TIMEOUT cannot be used: it is "200", and has to be 5 to 120'],
  [{ _BUILD_TIMEOUT: '4' }, 'it is "4", and has to be 5 to 120'],
  [{ _BUILD_TIMEOUT: 'long' }, 'it is "long", and has to be 5 to 120'],
  [{ _CUSTOM_IMAGE: 'an image' }, 'The variable _CUSTOM_IMAGE cannot be used: it is "an image"'],
  [{ _LIVE_UPDATES: '[' }, 'The variable _LIVE_UPDATES cannot be used: it is no JSON list'],
  [{ _LIVE_UPDATES: '[{"pkg":"next-version","type":"internal","version":"8"}]' }, 'it asks for Next.js "8"'],
  [{ _LIVE_UPDATES: '[{"pkg":"node","type":"nvm","version":"12"}]' }, 'it asks for Node.js "12"'],
  [{ _LIVE_UPDATES: '[{"pkg":"hugo","type":"hugo","version":"1"}]' }, 'it is no JSON list'],
  [{ _LIVE_UPDATES: '[{"pkg":"a b","type":"npm","version":"1"}]' }, 'it asks for the package "a b" in version "1"'],
  [{ AMPLIFY_MONOREPO_APP_ROOT: 'apps/web' }, 'is "apps/web", but the app is connected with the folder "."'],
] as [Record<string, string>, string][])('the variable %j is refused', async (variables, message) => {
  const { given } = ports(await archiveOf(app));
  given.variables = { ofApp: async () => plainVariables(variables) };
  await expect(run({ version: 1, deployment }, given)).rejects.toMatchObject({
    name: 'BUILD_SETTING_INVALID',
    message: expect.stringContaining(message),
  });
});

test.each(['apps/web', '/apps/web/', './apps/web'])(
  'an app in a folder may say so as Amplify does: %s',
  async (folder) => {
    const files = Object.fromEntries(Object.entries(app).map(([name, text]) => [`apps/web/${name}`, text]));
    const { given } = ports(await archiveOf(files));
    given.variables = { ofApp: async () => plainVariables({ AMPLIFY_MONOREPO_APP_ROOT: folder }) };
    const { output } = await run({ version: 1, deployment: { ...deployment, appRoot: 'apps/web' } }, given);
    expect(output.next.major).toBe(11);
  },
);

const built = {
  id: 'build:1',
  artifact: { bucket: 'artifacts', key: 'deployments/01JD0000000000000000000009/bundle.zip' },
  logGroup: 'g',
  logStream: 's',
  publicVariables: 'p',
  repositoryRules: { bucket: 'artifacts', key: 'deployments/01JD0000000000000000000009/rules.json' },
  builtAt: '2026-11-01T00:00:00.000Z',
};

test('what was built before is taken, and said so with its age; a fork neither takes nor leaves anything', async () => {
  const { given } = ports(await archiveOf(app));
  const keys: string[] = [];
  const find = async (_: string, key: string) => {
    keys.push(key);
    return built;
  };
  let isGone = false;
  const detect = async (change: object, input: object = {}) =>
    run(
      { version: 1, deployment: { ...deployment, ...change }, ...input },
      {
        ...given,
        openArchive: async () => Readable.from([await archiveOf(app)]),
        builds: { find },
        artifacts: {
          ...given.artifacts,
          head: async (at) =>
            at.key === built.artifact.key && !isGone ? { bytes: 1, metadata: {} } : given.artifacts.head(at),
        },
      },
    );
  const reused = await detect({});
  expect(reused.output.reuses).toEqual(built);
  expect(reused.figures).toMatchObject({ reuses: '01JD0000000000000000000009', builtAt: built.builtAt });
  const later = await detect({
    id: '01JD0000000000000000000002',
    commit: { ...deployment.commit, sha: 'b'.repeat(40) },
  });
  expect([later.output.buildKey, new Set(keys).size]).toEqual([reused.output.buildKey, 1]);

  const asked = await detect({}, { rebuild: true });
  expect([asked.output.reuses, asked.output.buildKey]).toEqual([undefined, reused.output.buildKey]);
  isGone = true;
  expect((await detect({})).output.reuses).toBeUndefined();
  const fork = await detect({ preview: { number: 12, isFork: true } });
  expect([fork.output.reuses, fork.output.buildKey]).toEqual([undefined, undefined]);
  expect(keys).toHaveLength(3);
});

test('a build that was told the site’s address is taken at that address alone', async () => {
  const asking = { ...app, 'app.js': 'new URL(process.env.TOWPATH_SITE_URL)' };
  const reusedAt = async (
    siteUrl: string | undefined,
    distributionDomain: string | undefined,
    files: Record<string, string> = asking,
  ) => {
    const { given } = ports(await archiveOf(files));
    const { output } = await run(
      { version: 1, deployment },
      {
        ...given,
        sites: { get: async () => ({ distributionDomain }) as Site },
        builds: { find: async () => ({ ...built, ...(siteUrl && { siteUrl }) }) },
        artifacts: { ...given.artifacts, head: async () => ({ bytes: 1, metadata: {} }) },
      },
    );
    return [output.asksForAddress, output.reuses !== undefined];
  };
  expect(await reusedAt('https://d111.cloudfront.net', 'd111.cloudfront.net')).toEqual([true, true]);
  expect(await reusedAt('https://d111.cloudfront.net', 'd222.cloudfront.net')).toEqual([true, false]);
  expect(await reusedAt('https://d111.cloudfront.net', undefined)).toEqual([true, false]);
  expect(await reusedAt(undefined, 'd222.cloudfront.net', app)).toEqual([undefined, true]);
});

test('an amplify.yml that is kept with the app asks for the address as well as the commit', async () => {
  settings = { build: { amplifyYml: 'frontend: { phases: { build: { commands: ["echo $TOWPATH_SITE_URL"] } } }' } };
  const { given } = ports(await archiveOf(app));
  expect((await run({ version: 1, deployment }, given)).output.asksForAddress).toBe(true);
  settings = {};
});

describe('a commit to a monorepo', () => {
  const monorepo = {
    'package.json': JSON.stringify({ workspaces: ['apps/*'] }),
    'apps/web/package.json': JSON.stringify({ name: 'web', ...JSON.parse(app['package.json']) }),
    'apps/web/pages/index.js': app['pages/index.js'],
    'apps/docs/package.json': '{"name":"docs"}',
  };
  const LIVE = '01JD0000000000000000000000';
  const sha = (digit: string) => digit.repeat(40);
  const site = Site.parse({
    id: 'shop-main',
    app: 'shop',
    branch: 'main',
    createdAt: shop.createdAt,
    liveRelease: LIVE,
    lastNumber: 1,
  });

  async function detected(
    files: Record<string, string>,
    live?: Scope,
    change: Partial<DetectPorts> & { rebuild?: true; sha?: string } = {},
  ) {
    const { rebuild, sha: pushed = sha('b'), ...replaced } = change;
    const { given } = ports(await archiveOf({ ...monorepo, ...files }));
    const of = {
      ...given,
      sites: { get: async () => site },
      releases: { get: async () => ({ scope: live }) as ReleaseRecord },
      ...replaced,
    };
    const about = { ...deployment, appRoot: 'apps/web', commit: { ...deployment.commit, sha: pushed } };
    return (await run({ version: 1, deployment: about, rebuild }, of)).output;
  }
  const changed = plainVariables({ GREETING: 'good day' });
  const liveScope = async () => ({ ...((await detected({})).scope as Scope), sha: sha('a') });

  test('that changes nothing of the app says since when', async () => {
    const live = await liveScope();
    expect((await detected({ 'apps/docs/new.md': 'new' }, live)).unchangedSince).toBe(sha('a'));
    // Set anew to what it was.
    const same = plainVariables({ GREETING: 'hello' }).map((one) => ({
      ...one,
      updatedAt: '2026-02-01T00:00:00.000Z',
    }));
    expect((await detected({}, live, { variables: { ofApp: async () => same } })).unchangedSince).toBe(sha('a'));
  });

  test.each([
    ['changes it', { 'apps/web/pages/new.js': '' }, {}],
    ['changes what is in no package', { 'tsconfig.json': '{}' }, {}],
    ['is the live one, pushed again', {}, { sha: sha('a') }],
    ['is to be built whatever it changes', {}, { rebuild: true }],
    ['comes after a variable was changed', {}, { variables: { ofApp: async () => changed } }],
    ['comes after the settings were changed', {}, { settings: { get: async () => ({ securityHeaders: true }) } }],
    [
      'is of an app that builds every commit',
      {},
      { variables: { ofApp: async () => plainVariables({ AMPLIFY_DIFF_DEPLOY: 'false' }) } },
    ],
  ] as [string, Record<string, string>, object][])('that %s is built', async (_, files, change) => {
    expect((await detected(files, await liveScope(), change)).unchangedSince).toBeUndefined();
  });
});

test('a secret that is kept elsewhere counts by the version in force, one of our own by when it was set', async () => {
  const [variable] = plainVariables({ TOKEN: '' }) as [Variable];
  const keyOf = async (name: string, version: string) => {
    const { given } = ports(await archiveOf(app));
    const asked: string[] = [];
    const secret = { store: 'parameter-store', name, atRunTime: 'fetched' } as const;
    const { output } = await run(
      { version: 1, deployment },
      {
        ...given,
        variables: { ofApp: async () => [{ ...variable, value: undefined, secret }] },
        secretVersions: {
          inForce: async (reference) => {
            asked.push(reference.name);
            return version;
          },
        },
      },
    );
    return { key: output.buildKey, asked };
  };
  const [theirs, ours] = ['/towpath/dev/apps/shop/vault', secretParameter('dev', variable)];
  const first = await keyOf(theirs, '1');
  expect(first.asked).toEqual([theirs]);
  expect((await keyOf(theirs, '1')).key).toBe(first.key);
  expect((await keyOf(theirs, '2')).key).not.toBe(first.key);
  const kept = await keyOf(ours, '1');
  expect([kept.asked, (await keyOf(ours, '2')).key]).toEqual([[], kept.key]);
});
