/** A site's log out of every Region, against the official client's service; and as the CLI follows it. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSiteLogs, type SiteLogs } from '../../aws/site-logs.ts';
import type { TowpathApi } from '../../cli/api.ts';
import { asText, showSiteLogs } from '../../cli/site-logs.ts';
import { createLogsService } from '../../local-cloud/services/logs/index.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

const services = { logs: createLogsService };
const NOW = Date.now();
let cloud: TestCloud<typeof services>;
let siteLogs: SiteLogs;
const clients: CloudWatchLogsClient[] = [];
function clientOf(region: string): CloudWatchLogsClient {
  const client = new CloudWatchLogsClient({ ...cloud.client, region });
  clients.push(client);
  return client;
}

async function write(region: string, group: string, lines: [at: number, text: string][]) {
  const client = clientOf(region);
  const stream = { logGroupName: group, logStreamName: '2026/11/25/[1]x' };
  await client.send(new CreateLogGroupCommand({ logGroupName: group })).catch(() => undefined);
  await client.send(new CreateLogStreamCommand(stream)).catch(() => undefined);
  const logEvents = lines.map(([at, message]) => ({ timestamp: NOW + at, message: `${message}\n` }));
  await client.send(new PutLogEventsCommand({ ...stream, logEvents }));
}
const EDGE = '/aws/lambda/us-east-1.towpath-dev-shop-main';

beforeAll(async () => {
  cloud = await startTestCloud(services, { now: () => NOW });
  siteLogs = createSiteLogs(clientOf, { stage: 'dev', accountId: '111122223333', region: 'eu-central-1' });
  await write('us-east-1', `${EDGE}-default`, [
    [-3000, 'START RequestId: 1 Version: 3'],
    [-2000, 'third'],
  ]);
  await write('ap-south-1', `${EDGE}-image`, [[-4000, 'second']]);
  await write('eu-central-1', '/aws/lambda/towpath-dev-shop-main-regen', [[-5000, 'first']]);
  await write('eu-west-1', '/aws/lambda/us-east-1.towpath-dev-shop-main-2-default', [[-1000, "another site's"]]);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await cloud?.stop();
});

test('the lines of all Regions come in the order of their times, from a time on, and of this site alone', async () => {
  const { lines, more } = await siteLogs.since('shop-main', NOW - 60_000);
  expect(more).toBe(false);
  expect(lines.map(({ region, function: name, text }) => [region, name, text])).toEqual([
    ['eu-central-1', 'regeneration', 'first'],
    ['ap-south-1', 'image', 'second'],
    ['us-east-1', 'default', 'START RequestId: 1 Version: 3'],
    ['us-east-1', 'default', 'third'],
  ]);
  expect(new Set(lines.map(({ id }) => id)).size).toBe(4);
  expect((await siteLogs.since('shop-main', NOW - 2000)).lines.map(({ text }) => text)).toEqual(['third']);
  expect(await siteLogs.since('nowhere', 0)).toEqual({ lines: [], more: false, refused: [] });
});

test('a Region that is closed to the account is named, and keeps nobody from the others', async () => {
  const closed = (region: string) => {
    const client = clientOf(region);
    if (region === 'sa-east-1')
      client.send = () => Promise.reject(Object.assign(new Error(), { name: 'AccessDeniedException' }));
    return client;
  };
  const deployer = { stage: 'dev', accountId: '111122223333', region: 'ap-east-1' };
  await write('ap-east-1', `${EDGE}-default`, [[-500, 'in the Region of the control plane']]);
  const warnings: string[] = [];
  const shown: string[] = [];
  await showSiteLogs(api(createSiteLogs(closed, deployer)), 'shop-main', {
    since: NOW - 2500,
    follow: false,
    all: false,
    show: ({ region, text }) => shown.push(`${region} ${text}`),
    warn: (line) => warnings.push(line),
    until: Promise.resolve(),
  });
  expect(shown).toEqual(['us-east-1 third', 'ap-east-1 in the Region of the control plane']);
  expect(warnings).toEqual(['Not read, for the account has no access there: sa-east-1.']);
});

test('whoever may not read where the control plane is hears of it', async () => {
  const refused = (region: string) => {
    const client = clientOf(region);
    client.send = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    return client;
  };
  const own = createSiteLogs(refused, { stage: 'dev', accountId: '111122223333', region: 'eu-central-1' });
  await expect(own.since('shop-main', 0)).rejects.toThrow('no');
});

test('a long log is read to its end, page by page, each line once', async () => {
  const many = Array.from({ length: 1_500 }, (_, index): [number, string] => [index, `line ${index}`]);
  await write('sa-east-1', '/aws/lambda/us-east-1.towpath-dev-busy-default', many);
  const first = await siteLogs.since('busy', NOW);
  expect({ more: first.more, count: first.lines.length }).toEqual({ more: true, count: 1_000 });
  const shown: string[] = [];
  await showSiteLogs(api(), 'busy', {
    since: NOW,
    follow: false,
    all: false,
    show: ({ text }) => shown.push(text),
    warn: () => undefined,
    until: Promise.resolve(),
  });
  expect(shown).toEqual(many.map(([, text]) => text));
});

/** The route hands on what is read. */
const api = (logs = siteLogs) =>
  ({
    sites: {
      ':site': {
        logs: {
          $get: async ({ param: { site }, query: { since } }: { param: { site: string }; query: { since: string } }) =>
            Response.json(await logs.since(site, Number(since))),
        },
      },
    },
  }) as unknown as TowpathApi;

test('who follows hears what comes later, even late, once; and nothing of what Lambda says around it', async () => {
  const shown: string[] = [];
  let end = () => {};
  const until = new Promise<void>((resolve) => {
    end = resolve;
  });
  const followed = showSiteLogs(api(), 'shop-main', {
    since: NOW - 60_000,
    follow: true,
    all: false,
    show: (line) => {
      shown.push(asText(line).split('  ').slice(1).join(' '));
      if (line.text === 'third') write('eu-west-3', `${EDGE}-default`, [[-2500, 'late']]);
      if (line.text === 'late') end();
    },
    warn: () => undefined,
    until,
  });
  await followed;
  expect(shown).toEqual([
    'eu-central-1 regeneration first',
    'ap-south-1 image second',
    'us-east-1 default third',
    'eu-west-3 default late',
  ]);
});

test('a site that wrote nothing says so', async () => {
  const warnings: string[] = [];
  const shown: string[] = [];
  await showSiteLogs(api(), 'nowhere', {
    since: NOW,
    follow: false,
    all: false,
    show: ({ text }) => shown.push(text),
    warn: (line) => warnings.push(line),
    until: Promise.resolve(),
  });
  expect([shown, warnings]).toEqual([[], [expect.stringContaining('The functions of nowhere wrote nothing')]]);
});
