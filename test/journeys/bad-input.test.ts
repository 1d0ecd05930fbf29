/** What goes wrong says what and how to mend it, and leaves nothing half-done. */

import { createHmac } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answer, connect } from '../../cli/api.ts';
import { git } from '../../cli/repository.ts';
import { siteIdOf } from '../../domain/site.ts';
import { beginJourney, commitAll, deployFolder, type Journey, makeRepository } from '../support/journey.ts';
import { tinyApp } from '../support/tiny-app.ts';
import { until } from '../support/until.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await beginJourney();
}, 120_000);
afterAll(() => journey?.end());

const TIMEOUT = 300_000;
const NEXT = { next: '11.1.4', react: '17.0.2', 'react-dom': '17.0.2' };
const packageJson = (fields: object) => JSON.stringify({ name: 'bad', private: true, ...fields });
const push = async (name: string, files: Record<string, string>) =>
  deployFolder(journey, await makeRepository(join(journey.folder, name), files), { app: name });

async function executions(): Promise<number> {
  const { endpoint, region, credentials, outputs } = journey.workspace.cloud;
  const client = new SFNClient({ endpoint, region, credentials });
  const { executions = [] } = await client.send(
    new ListExecutionsCommand({ stateMachineArn: outputs.DeployStateMachineArn }),
  );
  client.destroy();
  return executions.length;
}

describe('a repository that cannot be deployed fails in Detect, before anything is built', () => {
  test(
    'no Next.js app',
    async () => {
      const { status, steps, shown } = await push('plain', {
        'package.json': packageJson({ scripts: { build: 'echo' } }),
      });
      expect([status, steps.map(({ name }) => name)]).toEqual(['failed', ['Detect']]);
      expect(shown.join('\n')).toMatch(/next/i);
      expect(shown.join('\n')).toContain('package.json');
    },
    TIMEOUT,
  );

  test(
    'no package.json',
    async () => {
      const { status, shown } = await push('empty', { 'README.md': 'nothing' });
      expect(status).toBe('failed');
      expect(shown.join('\n')).toContain('package.json');
    },
    TIMEOUT,
  );

  test(
    'no build script',
    async () => {
      const { status, steps, shown } = await push('scriptless', {
        'package.json': packageJson({ dependencies: NEXT }),
      });
      expect([status, steps.map(({ name }) => name)]).toEqual(['failed', ['Detect']]);
      expect(shown.join('\n')).toMatch(/build/);
    },
    TIMEOUT,
  );

  test(
    'a Next.js version that was never published',
    async () => {
      const { status, steps, shown } = await push('unpublished', {
        'package.json': packageJson({ dependencies: { ...NEXT, next: '12.99.0' }, scripts: { build: 'next build' } }),
      });
      expect([status, steps.map(({ name }) => name)]).toEqual(['failed', ['Detect']]);
      expect(shown.join('\n')).toContain('package.json says Next.js 12.99.0');
    },
    TIMEOUT,
  );

  test(
    'settings files, each with its line',
    async () => {
      const { status, steps, shown } = await push('unsettled', {
        ...tinyApp('unsettled'),
        'amplify.yml':
          'version: 1\r\nenv:\r\n  variables:\r\n    PATH: /tmp\r\nfrontend:\r\n  phases:\r\n    build: { commands: [npm run build] }\r\n',
        'customHttp.yml': 'customHeaders:\n\t- pattern: "**"\n',
        'redirects.json':
          '[\n  { "source": "/a", "target": "/b", "status": "301" },\n  { "source": "/b", "target": "/a", "status": "301" }\n]',
      });
      expect([status, steps.map(({ name }) => name)]).toEqual(['failed', ['Detect']]);
      const told = shown.join('\n');
      expect(told).toContain('amplify.yml, line 4: a variable may not be named "PATH"');
      expect(told).toContain('customHttp.yml, line 2: column 1: no YAML: Tabs are not allowed');
      expect(told).toMatch(/redirects\.json, line \d: rule \d: it redirects \/a in a circle/);
    },
    TIMEOUT,
  );

  test(
    'lockfiles of two package managers',
    async () => {
      const { status, steps, shown } = await push('undecided', {
        'package.json': packageJson({ dependencies: NEXT, scripts: { build: 'next build' } }),
        'yarn.lock': '',
        'package-lock.json': '{}',
      });
      expect([status, steps.map(({ name }) => name)]).toEqual(['failed', ['Detect']]);
      expect(shown.join('\n')).toContain('yarn.lock and package-lock.json are there');
      expect(shown.join('\n')).toContain('Delete the lockfile that is not used');
    },
    TIMEOUT,
  );

  test(
    'a symbolic link that leads out of the repository',
    async () => {
      const folder = await makeRepository(join(journey.folder, 'linked'), {
        'package.json': packageJson({ dependencies: NEXT, scripts: { build: 'next build' } }),
      });
      symlinkSync('../../../etc/passwd', join(folder, 'out-of-here'));
      await commitAll(folder, 'a link');
      const { status, shown } = await deployFolder(journey, folder, { app: 'linked' });
      expect(status).toBe('failed');
      expect(shown.join('\n')).toContain('out-of-here');
    },
    TIMEOUT,
  );

  test('and leaves nothing in the account: no bucket, no distribution, no source', async () => {
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const cloudFront = new CloudFrontClient({ endpoint, region, credentials });
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const names = Buckets.map(({ Name = '' }) => Name);
    expect(names.filter((name) => name.startsWith('towpath-'))).toEqual([]);
    const Bucket = names.find((name) => name.includes('artifactbucket'));
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'deployments/' }));
    expect(Contents).toEqual([]);
    const { DistributionList } = await cloudFront.send(new ListDistributionsCommand({}));
    expect(DistributionList?.Quantity).toBe(0);
    for (const client of [s3, cloudFront]) client.destroy();
  });
});

test(
  'a failed build shows 40 lines of its log, the last of which is the command that failed',
  async () => {
    const folder = await makeRepository(join(journey.folder, 'failing'), {
      'package.json': packageJson({ scripts: { build: 'node fail.js && next build' }, dependencies: NEXT }),
      'fail.js':
        "for (let line = 1; line <= 60; line++) console.log('line', line);\nconsole.log('the-reason-it-failed'); process.exit(7);\n",
    });
    const { status, steps, shown, deploymentId } = await deployFolder(journey, folder, { app: 'failing' });
    expect([status, steps.map(({ name }) => name).at(-1)]).toEqual(['failed', 'Build']);
    const heading = `\nFrom the build log ("towpath logs ${deploymentId}" has all of it):\n`;
    const tail = shown.slice(shown.indexOf(heading) + 1, shown.lastIndexOf(''));
    expect(tail).toHaveLength(40);
    expect(tail.join('\n')).toContain('  line 60\n  the-reason-it-failed');
    expect(tail.at(-1)).toMatch(/Command did not exit successfully npm run build exit status 7$/);
    expect(shown.at(-2)).toMatch(/failed in Build: .*exit status 7.*\(BUILD_FAILED\)$/);
  },
  TIMEOUT,
);

describe('a build that cannot start or leaves nothing usable fails in Build, and says why', () => {
  const HUGE = `
const { randomFillSync } = require('node:crypto');
const { mkdirSync, writeFileSync } = require('node:fs');
mkdirSync('node_modules/ballast', { recursive: true });
writeFileSync('node_modules/ballast/stones.bin', randomFillSync(Buffer.alloc(51 * 1024 * 1024)));
writeFileSync('node_modules/ballast/package.json', '{"name":"ballast","version":"1.0.0"}');
writeFileSync('node_modules/ballast/index.js', "module.exports = require('fs').readFileSync(__dirname + '/stones.bin').length;");
`;
  const PAGE = 'export default () => <p>afloat</p>;\nexport const getServerSideProps = () => ({ props: {} });\n';
  const realApp = (build: string, files: Record<string, string>) => ({
    'package.json': packageJson({ scripts: { build }, dependencies: { ...NEXT, next: '12.3.7' } }),
    'pages/index.js': PAGE,
    ...files,
  });
  const written = (bin: string) => ({ ...tinyApp('bad'), 'vendor/next/bin.js': bin });

  test.each<[string, string, Record<string, string>, string[]]>([
    [
      'a patch that was never published',
      'unpublished-patch',
      {
        'package.json': packageJson({ scripts: { build: 'next build' }, dependencies: { ...NEXT, next: '12.3.99' } }),
      },
      ['next@12.3.99'],
    ],
    [
      'a next.config.js that throws',
      'throwing',
      realApp('next build', { 'next.config.js': "throw new Error('no-wind-today');\n" }),
      ['next.config.js', 'no-wind-today'],
    ],
    ['no output', 'idle', written('// does nothing'), ['holds no HTML file', 'next export', 'output: "export"']],
    [
      'a corrupt .next',
      'corrupt',
      written(
        "require('node:fs').mkdirSync('.next'); require('node:fs').writeFileSync('.next/export-detail.json', '{\"outDi');",
      ),
      ['export-detail.json is not valid JSON', 'build cache'],
    ],
  ])(
    '%s',
    async (_, name, files, told) => {
      const { status, steps, shown } = await push(name, files);
      expect([status, steps.map((step) => step.name).at(-1)]).toEqual(['failed', 'Build']);
      for (const text of told) expect(shown.join('\n')).toContain(text);
    },
    TIMEOUT,
  );

  test(
    'a function over 50 MB fails in Package, before anything is published, and names what weighs most',
    async () => {
      const page = `import ballast from 'ballast';\nexport default () => <p>afloat</p>;\nexport const getServerSideProps = () => ({ props: { ballast } });\n`;
      const { status, steps, shown } = await push(
        'ballast',
        realApp('node huge.js && next build', { 'huge.js': HUGE, 'pages/index.js': page }),
      );
      expect([status, steps.map(({ name }) => name).at(-1)]).toEqual(['failed', 'Package']);
      expect(shown.join('\n')).toMatch(
        /function default has 5\d\.\d MB zipped; .*50\.0 MB\. Largest: ballast \(51\.\d MB\)/,
      );
    },
    TIMEOUT,
  );
});

describe('executions that are none of ours', () => {
  const tableItems = async () => {
    const { endpoint, region, credentials, outputs } = journey.workspace.cloud;
    const client = new DynamoDBClient({ endpoint, region, credentials });
    const { Items } = await client.send(new ScanCommand({ TableName: outputs.TableName, ConsistentRead: true }));
    client.destroy();
    return Items;
  };
  /** The slot of a deployment is given on after its end was told. */
  const atRest = () =>
    until(async () => {
      const items = await tableItems();
      return items?.every((item) => item.runningDeployment === undefined) && items;
    });
  /** Runs to its end, and until what listens to that has been told. */
  const run = async (stateMachineArn: string | undefined, name: string) => {
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const states = new SFNClient({ endpoint, region, credentials });
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, name, input: '{}' }));
    const status = await until(async () => {
      const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status !== 'RUNNING' && execution.status;
    });
    states.destroy();
    return status;
  };
  const heard = async (name: string) => {
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
    const logGroupName = '/aws/lambda/towpath-control-dev-recordOutcome';
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: `"${name}"` }));
    logs.destroy();
    return events.map(({ message = '' }) => message).filter((message) => message.includes('without a deployment'));
  };

  test(
    'one of Towpath’s own machine that somebody else began is heard, logged, and changes nothing',
    async () => {
      const before = await atRest();
      expect(await run(journey.workspace.cloud.outputs.DeployStateMachineArn, 'begun-by-hand')).toBe('FAILED');
      // It began and it ended.
      await until(async () => (await heard('begun-by-hand')).length >= 2);
      expect(await tableItems()).toEqual(before);
    },
    TIMEOUT,
  );

  test(
    'one of a stranger’s machine is not even heard',
    async () => {
      const { endpoint, region, credentials, call, accountId } = journey.workspace.cloud;
      const trust = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      };
      const root = { accountId, arn: `arn:aws:iam::${accountId}:root`, region };
      const role = { RoleName: 'stranger', AssumeRolePolicyDocument: JSON.stringify(trust) };
      const { Role } = await call<{ Role: { Arn: string } }>('iam', 'CreateRole', role, root);
      const states = new SFNClient({ endpoint, region, credentials });
      const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } });
      const machine = { name: 'strange', definition, roleArn: Role.Arn };
      const { stateMachineArn } = await states.send(new CreateStateMachineCommand(machine));
      states.destroy();
      const before = await atRest();
      expect(await run(stateMachineArn, 'strange')).toBe('SUCCEEDED');
      // What is told after it has been heard: so would it have been.
      await run(journey.workspace.cloud.outputs.DeployStateMachineArn, 'afterwards');
      await until(async () => (await heard('afterwards')).length >= 2);
      expect(await heard('strange')).toEqual([]);
      expect(await tableItems()).toEqual(before);
    },
    TIMEOUT,
  );
});

describe('webhooks', () => {
  const body = JSON.stringify({
    repository: { name: 'unheard-of', url: 'http://127.0.0.1:1/unheard-of.git' },
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: 'a'.repeat(40),
    headCommit: { message: 'hello' },
  });
  const deliver = (headers: Record<string, string>, sent = body) =>
    fetch(`${journey.workspace.running.api}/hooks/git`, {
      method: 'POST',
      body: sent,
      headers: {
        'content-type': 'application/json',
        'x-towpath-event': 'push',
        'x-towpath-delivery': crypto.randomUUID(),
        ...headers,
      },
    });
  const sign = async (text: string) => {
    const { endpoint, region, credentials, outputs } = journey.workspace.cloud;
    const client = new SecretsManagerClient({ endpoint, region, credentials });
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: outputs.WebhookSecretName }));
    client.destroy();
    return { 'x-towpath-signature': `sha256=${createHmac('sha256', SecretString).update(text).digest('hex')}` };
  };

  test('a missing or wrong signature is a 401, and nothing is recorded', async () => {
    const before = await executions();
    expect((await deliver({})).status).toBe(401);
    expect((await deliver({ 'x-towpath-signature': `sha256=${'0'.repeat(64)}` })).status).toBe(401);
    expect((await deliver(await sign(`${body} `))).status).toBe(401);
    expect(await executions()).toBe(before);
  });

  test('a genuine push of an unknown repository is taken and ignored', async () => {
    const before = await executions();
    const response = await deliver(await sign(body));
    expect([response.status, await response.json()]).toEqual([202, { accepted: 1 }]);
    const { endpoint, region, credentials } = journey.workspace.cloud;
    const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
    const logGroupName = '/aws/lambda/towpath-control-dev-applyChange';
    const said = new FilterLogEventsCommand({ logGroupName, filterPattern: '"no app is connected"' });
    await until(async () => (await logs.send(said)).events?.length);
    logs.destroy();
    expect(await executions()).toBe(before);
  });

  test('a genuine delivery that is no push of ours is taken and ignored', async () => {
    for (const odd of ['', '{', '[]', '{"repository":7}']) expect((await deliver(await sign(odd), odd)).ok).toBe(true);
  });

  test('an unknown Git host is a 404', async () => {
    expect((await fetch(`${journey.workspace.running.api}/hooks/nowhere`, { method: 'POST', body })).status).toBe(404);
  });
});

test(
  'a push to a branch that is not deployed starts nothing',
  async () => {
    const folder = await makeRepository(join(journey.folder, 'branches'), { 'README.md': 'x' });
    await deployFolder(journey, folder, { app: 'branches' });
    const before = await executions();
    await git(folder, 'push', '--quiet', 'towpath', 'HEAD:refs/heads/unconnected');
    await git(folder, 'ls-remote', 'towpath');
    const api = connect(journey.workspace.running);
    const deployments = await answer(
      api.sites[':site'].deployments.$get({ param: { site: siteIdOf('branches', 'unconnected') } }),
    );
    expect(deployments).toEqual([]);
    expect(await executions()).toBe(before);
  },
  TIMEOUT,
);

describe('the HTTP API', () => {
  test('wants its token', async () => {
    const { api } = journey.workspace.running;
    expect((await fetch(`${api}/v1/apps`)).status).toBe(401);
    expect((await fetch(`${api}/v1/apps`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  });

  test('says what is wrong with a body', async () => {
    const { api, token } = journey.workspace.running;
    const response = await fetch(`${api}/v1/apps/x`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"repository":{"host":"nowhere"}}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 'INVALID_INPUT', message: expect.stringContaining('not "nowhere"') });
  });
});
