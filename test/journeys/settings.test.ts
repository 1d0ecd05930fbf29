/** Settings of an app, set by the CLI, as its builds, its functions and its visitors meet them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeploymentReport } from '../../cli/follow.ts';
import { type DeploymentRecord, PROMOTION_STEPS, STEPS, type TimelineEntry } from '../../domain/deployment.ts';
import { inventoryOf } from '../support/inventory.ts';
import { beginJourney, type Deployed, deployFolder, type Journey, makeRepository } from '../support/journey.ts';
import { type Ran, runCli } from '../support/run-cli.ts';
import { settingsApp } from '../support/settings-app.ts';
import { tinyApp } from '../support/tiny-app.ts';
import { visit } from '../support/visit.ts';

const TIMEOUT = 600_000;
const SECRETS = {
  TOKEN: 'a token that is fetched & <kept>',
  BAKED: 'a token that is baked in',
  MANAGED: 'a token of Secrets Manager',
};

/** What must be in no table, state, event, log or file. */
const atRest: string[] = Object.values(SECRETS);

let journey: Journey;
let folder: string;
let deployed: Deployed;

const towpath = (args: string[], input = ''): Promise<Ran> =>
  runCli([...args, '--data', join(journey.folder, 'data')], input);
const get = (path: string, init: RequestInit = {}) => fetch(`${deployed.url}${path}`, { redirect: 'manual', ...init });

async function ok(args: string[], input = ''): Promise<string> {
  const { code, out, err } = await towpath(args, input);
  expect([args.join(' '), code, err]).toEqual([args.join(' '), 0, '']);
  return out;
}

beforeAll(async () => {
  journey = await beginJourney();
  folder = await makeRepository(join(journey.folder, 'shop'), settingsApp());
  const { endpoint, region, credentials } = journey.workspace.cloud;
  const secrets = new SecretsManagerClient({ endpoint, region, credentials });
  await secrets.send(
    new CreateSecretCommand({
      Name: 'towpath/dev/apps/shop/vault',
      SecretString: JSON.stringify({ managed: SECRETS.MANAGED }),
    }),
  );
  secrets.destroy();
  await connect('shop');
  await ok(['env', 'set', 'shop', 'PLAIN=plain', 'ONLY_NEXT=app']);
  await ok(['env', 'set', 'shop', 'ONLY_NEXT=next', '--branch', 'next']);
  await ok(['env', 'set', 'shop', 'TOKEN', '--secret'], `${SECRETS.TOKEN}\n`);
  await ok(['env', 'set', 'shop', 'BAKED', '--secret', '--bake'], SECRETS.BAKED);
  await ok(['env', 'set', 'shop', 'MANAGED', '--from', 'secretsmanager:towpath/dev/apps/shop/vault:managed']);
  deployed = await deployFolder(journey, folder, { app: 'shop' });
}, TIMEOUT);
afterAll(() => journey?.end());

/** The API, as any client asks it. */
async function api(method: string, path: string, body?: object) {
  const { api: url, token } = journey.workspace.running;
  const answer = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.json() as Promise<DeploymentRecord & { timeline: TimelineEntry[] }>;
}

/** The app alone, before its first push. */
const connect = (app: string) =>
  api('PUT', `/apps/${app}`, {
    repository: { host: 'git', name: app, url: `${journey.workspace.running.git}/${app}.git` },
  });

test('build and functions see the variables, and secrets by their references', async () => {
  expect({ status: deployed.status, shown: deployed.status === 'succeeded' ? [] : deployed.shown }).toEqual({
    status: 'succeeded',
    shown: [],
  });
  const { url } = await api('GET', `/deployments/${deployed.deploymentId}`);
  const seen = { PLAIN: 'plain', ...SECRETS, ONLY_NEXT: 'app', TOWPATH_SITE_URL: url };
  expect(await (await get('/api/sees')).json()).toEqual(seen);
  expect(await (await get('/')).text()).toContain(createHash('sha256').update(SECRETS.TOKEN).digest('hex'));
});

test('the deployment lists which names its functions see', async () => {
  const { timeline } = await api('GET', `/deployments/${deployed.deploymentId}`);
  expect(timeline.find(({ step }) => step === 'Package')?.figures.variables).toBe(
    'BAKED (secret, baked), MANAGED (secret, fetched), ONLY_NEXT, PLAIN, TOKEN (secret, fetched)',
  );
});

test('names are listed, values never', async () => {
  const listed = JSON.parse(await ok(['env', 'list', 'shop', '--json'])) as { name: string; scope: string }[];
  expect(listed.map(({ name, scope }) => `${scope} ${name}`)).toEqual([
    'app BAKED',
    'app MANAGED',
    'app ONLY_NEXT',
    'app PLAIN',
    'app TOKEN',
    'branch:next ONLY_NEXT',
  ]);
  expect(JSON.stringify(listed)).not.toMatch(/a token|"plain"/);
});

async function redeploy(site: string) {
  const { code, out, err } = await towpath(['redeploy', site, '--json']);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return { shown: err, report: JSON.parse(out) as DeploymentReport };
}

async function protect(args: string[], input = '') {
  const { code, out, err } = await towpath(['protect', ...args], input);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return { out, report: JSON.parse(out.trim().split('\n').at(-1) ?? '') as DeploymentReport };
}

/** npm deletes its older logs while these are read. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Where in all that the local cloud keeps one of the secrets can be read. */
function placesOfSecrets(): string[] {
  const root = join(journey.folder, 'data', 'cloud');
  const isSecret = (text: string) => atRest.some((secret) => text.includes(secret));
  const database = new DatabaseSync(join(root, 'records.sqlite'), { readOnly: true });
  const records = database.prepare('select collection, value from record').all() as Record<string, string>[];
  database.close();
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('records.sqlite'))
    .map((entry) => join(entry.parentPath, entry.name))
    // The code that one was baked into, unpacked.
    .filter((file) => !file.startsWith(join(root, 'lambda/code')));
  return [
    ...records.filter(({ value = '' }) => isSecret(value)).map(({ collection }) => `records: ${collection}`),
    ...files.filter((file) => isSecret(textOf(file))).map((file) => relative(root, file)),
  ];
}

test.each([
  [['PATH=/tmp'], 'PATH'],
  [['AWS_SECRET_ACCESS_KEY=x'], 'MY_AWS_SECRET_ACCESS_KEY'],
  [['TOKEN', '--from', 'ssm:/towpath/dev/webhook'], '/towpath/dev/apps/shop/'],
  [['NEXT_PUBLIC_TOKEN', '--secret'], 'NEXT_PUBLIC_'],
  [['SHORT', '--secret'], '8 characters'],
])('env set %j is refused with what to do', async (args, remedy) => {
  const { code, err } = await towpath(['env', 'set', 'shop', ...args], 'hunter2');
  expect([code, err]).toEqual([1, expect.stringContaining(remedy)]);
  expect(err).not.toContain('hunter2');
});

describe('rewrites, redirects and headers of the repository', () => {
  const about = async (path: string) => {
    const answer = await get(path);
    const text = await answer.text();
    return [answer.status, text.includes('<h1>About</h1>'), answer.headers.get('location')];
  };

  test.each([
    ['/about', [200, true, null]],
    ['/old/ships', [301, false, '/about?from=ships']],
    ['/us', [302, false, '/about']],
    ['/hidden', [200, true, null]],
    ['/lost/a', [404, true, null]],
    ['/app/a/b', [200, true, null]],
    ['/nothing', [404, false, null]],
  ])('%s', async (path, expected) => {
    // From the CDN's cache, too.
    for (let round = 0; round < 2; round++) expect([path, await about(path)]).toEqual([path, expected]);
  });

  test('headers of pages, API routes and scripts', async () => {
    const page = await get('/about');
    const script = /\/_next\/static\/[^"]+\.js/.exec(await page.text())?.[0] ?? '';
    const headersOf = async (path: string) => {
      const { headers } = await get(path);
      return [headers.get('x-shop'), headers.get('x-script')];
    };
    expect(await headersOf('/about')).toEqual(['open', null]);
    expect(await headersOf('/api/sees')).toEqual(['api', null]);
    expect(await headersOf(script)).toEqual(['open', 'yes']);
    expect(await headersOf('/old/a')).toEqual(['open', null]);
  });
});

describe('protected', () => {
  const page = async (authorization?: string, path = '/') => {
    const answer = await get(path, { headers: authorization === undefined ? {} : { authorization } });
    return { status: answer.status, text: await answer.text(), challenge: answer.headers.get('www-authenticate') };
  };
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  let unguarded: string[];
  let asset: string;
  let password: string;

  test(
    'what visitors, the cache among them, had is asked for a password, without a build',
    async () => {
      ({ viewerFunctions: unguarded = [] } = await inventoryOf(journey.workspace.cloud));
      const open = await page();
      asset = /\/_next\/static\/[^"]+\.js/.exec(open.text)?.[0] ?? '';
      expect([open.status, (await page(undefined, asset)).status]).toEqual([200, 200]);

      const { out, report } = await protect(['shop-main', '--json']);
      ({ password } = JSON.parse(out.split('\n')[0] ?? ''));
      expect(report.steps.map(({ name }) => name)).toEqual([...PROMOTION_STEPS]);
      for (const path of ['/', asset, '/api/sees', '/nothing'])
        expect(await page(undefined, path)).toMatchObject({ status: 401, challenge: expect.stringContaining('Basic') });
      expect((await page(basic('preview', password))).text).toBe(open.text);
      expect((await page(basic('preview', password), asset)).status).toBe(200);
      expect((await page(basic('preview', `${password}x`))).status).toBe(401);
    },
    TIMEOUT,
  );

  test(
    'a new deployment stays protected, and a new password takes the place of the old',
    async () => {
      await ok(['env', 'set', 'shop', 'ONLY_NEXT=guarded']);
      await redeploy('shop-main');
      expect((await page()).status).toBe(401);
      expect((await page(basic('preview', password), '/api/sees')).text).toContain('guarded');

      await protect(['shop-main', '--user', 'team', '--password-stdin', '--json'], 'correct horse battery\n');
      expect((await page(basic('preview', password))).status).toBe(401);
      expect((await page(basic('team', 'correct horse battery'))).status).toBe(200);
      atRest.push(password, 'correct horse battery');
    },
    TIMEOUT,
  );

  test(
    'a short password is refused, and off opens it again',
    async () => {
      const { code, err } = await towpath(['protect', 'shop-main', '--password-stdin'], 'hunter2');
      expect([code, err]).toEqual([1, expect.stringContaining('12 characters')]);
      expect(err).not.toContain('hunter2');
      const inTheOpen = await towpath(['protect', 'shop-main', '--password', 'hunter2hunter2']);
      expect([inTheOpen.code, inTheOpen.err]).toEqual([2, expect.stringContaining('--password-stdin')]);
      expect(inTheOpen.err).not.toContain('hunter2');
      expect((await inventoryOf(journey.workspace.cloud)).viewerFunctions).toHaveLength(unguarded.length + 2);
      await protect(['shop-main', '--off', '--json']);
      expect((await page()).status).toBe(200);
      // Its guards had no other site: they go, once nothing uses them.
      const { endpoint, region, credentials } = journey.workspace.cloud;
      const lambda = new LambdaClient({ endpoint, region, credentials });
      const reap = new InvokeCommand({ FunctionName: 'towpath-control-dev-reap' });
      expect((await lambda.send(reap)).FunctionError).toBeUndefined();
      lambda.destroy();
      expect((await inventoryOf(journey.workspace.cloud)).viewerFunctions).toEqual(unguarded);
      expect((await towpath(['protect', 'shop-main', '--off'])).code).toBe(1);
    },
    TIMEOUT,
  );
});

test('the stores of secrets have them; no table, state, event, log or other file', () => {
  expect([...new Set(placesOfSecrets())].sort()).toEqual(['records: secretsmanager/secret', 'records: ssm/parameter']);
});

test(
  'new values are live without a build; a NEXT_PUBLIC_ one is built',
  async () => {
    await ok(['env', 'set', 'shop', 'PLAIN=another']);
    await ok(['env', 'set', 'shop', 'TOKEN', '--secret'], 'another token that is fetched');
    await ok(['env', 'unset', 'shop', 'MANAGED']);
    const { shown, report } = await redeploy('shop-main');
    expect(report.steps.map(({ name }) => name)).toEqual(STEPS.filter((step) => step !== 'Detect' && step !== 'Build'));
    expect(shown).toContain('takes the live build');
    expect(await (await get('/api/sees')).json()).toEqual({
      PLAIN: 'another',
      TOKEN: 'another token that is fetched',
      BAKED: SECRETS.BAKED,
      MANAGED: null,
      ONLY_NEXT: 'guarded',
      TOWPATH_SITE_URL: expect.stringContaining('http://'),
    });

    await ok(['env', 'set', 'shop', 'NEXT_PUBLIC_GREETING=ahoy']);
    const built = await redeploy('shop-main');
    expect(built.shown).toContain('builds anew, for a NEXT_PUBLIC_ variable changed');
    expect(built.report.steps.map(({ name }) => name)).toEqual([...STEPS]);
    expect(await (await get('/')).text()).toContain('<i>ahoy</i>');
  },
  TIMEOUT,
);

test(
  'a name of its own is answered by the server, which sees that name, in the language that i18n.domains gives it',
  async () => {
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const route53 = new Route53Client({ endpoint, region, credentials });
    await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'shop' }));
    route53.destroy();
    const added = await towpath(['domain', 'add', 'shop.example.com', '--site', 'shop-main', '--wait']);
    expect([added.code, added.out]).toEqual([0, 'shop.example.com → shop-main: live\n']);
    const { status, headers, body } = await visit(endpoint, 'shop.example.com', '/api/sees');
    expect([status, headers['x-seen-host'], JSON.parse(body).PLAIN]).toEqual([200, 'shop.example.com', 'another']);
    const pages = [(await visit(endpoint, 'shop.example.com', '/')).body, await (await get('/')).text()];
    expect(pages.map((page) => [/<u>(..)<\/u>/.exec(page)?.[1], page.includes('<i>ahoy</i>')])).toEqual([
      ['de', true],
      ['en', true],
    ]);
  },
  TIMEOUT,
);

test(
  'a secret that a build writes into a client file fails the deployment, and is nowhere to be fetched',
  async () => {
    const leaky = await makeRepository(join(journey.folder, 'leaky'), {
      ...tinyApp('leaky'),
      'build-of-a-tiny-app.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('title.txt', process.env.TOKEN);`,
    });
    await connect('leaky');
    await ok(['env', 'set', 'leaky', 'TOKEN', '--secret'], SECRETS.TOKEN);
    const failed = await deployFolder(journey, leaky, { app: 'leaky' });
    const { status, error } = await api('GET', `/deployments/${failed.deploymentId}`);
    expect([status, error?.code, error?.step]).toEqual(['failed', 'SECRET_IN_CLIENT_FILE', 'Package']);
    expect(error?.message).toContain('public/index.html holds the value of TOKEN');
    expect(JSON.stringify([error, failed.shown])).not.toContain(SECRETS.TOKEN);
  },
  TIMEOUT,
);
