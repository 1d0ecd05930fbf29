/** Pages grow stale: visitors get the stale one at once, one message is queued, and the next one is fresh. With counts. */
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answer, connect } from '../../cli/api.ts';
import { follow } from '../../cli/follow.ts';
import { messageOf, type StalePage } from '../../edge/isr/queue.ts';
import { type ChatSink, startChatSink } from '../support/chat-sink.ts';
import { type Inventory, inventoryOf } from '../support/inventory.ts';
import { CLOCK_SECONDS, isrApp } from '../support/isr-app.ts';
import { type IsrSite, justStale, openIsrSite, renderedAt } from '../support/isr-site.ts';
import { beginJourney, type Deployed, deployFolder, type Journey, makeRepository } from '../support/journey.ts';
import { until } from '../support/until.ts';

const TIMEOUT = 600_000;
const SITE = 'clocks-main';
const DEAD_LETTERS = 'towpath-dev-regeneration-dead.fifo';
/** Readers of a page that has just gone stale. */
const READERS = 500;
const STALE_PAGES = 1000;

let journey: Journey;
let chat: ChatSink;
let deployed: Deployed;
let empty: Inventory;
let site: IsrSite;
let { names, get, read, uncached, linesOf, handled, regenerations, waiting, send } = {} as IsrSite;

const propsOf = async (answer: Response) => ((await answer.json()) as { pageProps: { renderedAt: string } }).pageProps;
const NEXT = 'LambdaGeneratedResponse from cloudfront';
const BUCKET = 'Miss from cloudfront';

const about = (key: string, generatedAt: number, release = deployed.releaseId as string): StalePage => ({
  release,
  key,
  generatedAt,
});

/** A chat that wants to hear of dead pages alone. */
async function listen(): Promise<void> {
  chat = await startChatSink();
  const notification = { kind: 'slack', url: chat.url('/dead-pages'), events: ['regeneration.dead-lettered'] };
  const api = connect(journey.workspace.running);
  await answer(api.apps[':app'].notifications.$post({ param: { app: 'clocks' }, json: notification } as never));
}

beforeAll(async () => {
  // One of the Regions that Amplify leaves out: queue and regeneration function are there, the edge functions in us-east-1.
  journey = await beginJourney(undefined, { region: 'ap-east-1' });
  empty = await inventoryOf(journey.workspace.cloud);
  const folder = await makeRepository(join(journey.folder, 'clocks'), isrApp());
  deployed = await deployFolder(journey, folder, { app: 'clocks' });
  await listen();
  site = openIsrSite(journey, deployed, SITE);
  ({ names, get, read, uncached, linesOf, handled, regenerations, waiting, send } = site);
}, TIMEOUT);

afterAll(async () => {
  await chat?.stop();
  await journey?.end();
});

test('the site goes live', () => {
  expect({ status: deployed.status, shown: deployed.status === 'succeeded' ? [] : deployed.shown }).toEqual({
    status: 'succeeded',
    shown: [],
  });
});

describe('a page that has gone stale', () => {
  test(
    `answers ${READERS} readers at once with what there is, is rendered once, and is fresh next`,
    async () => {
      await justStale(() => read('/clock'), CLOCK_SECONDS);
      const before = (await handled('/clock')).length;
      const current = await read('/clock');
      const burst = await Promise.all(
        Array.from({ length: READERS }, async (_, reader) => {
          const answer = await (reader % 2 === 0 ? get('/clock') : uncached('/clock'));
          return { status: answer.status, rendered: renderedAt(await answer.text()) };
        }),
      );
      expect(burst.filter(({ status }) => status !== 200)).toEqual([]);
      const fresh = await until(async () => {
        const seen = await read('/clock');
        return seen !== current && seen;
      });
      expect(Date.parse(fresh)).toBeGreaterThan(Date.parse(current));
      // Nobody saw anything but the copy before and the one after.
      expect(burst.filter(({ rendered }) => rendered !== current && rendered !== fresh)).toEqual([]);
      const messages = (await handled('/clock')).slice(before);
      expect(messages).toEqual([expect.objectContaining({ message: 'page regenerated', outcome: 'written' })]);
    },
    TIMEOUT,
  );

  test(
    'its data is of the same render',
    async () => {
      const text = await (await uncached('/clock')).text();
      const buildId = /"buildId":"([^"]+)"/.exec(text)?.[1];
      const data = await until(async () => {
        const pageProps = await propsOf(await uncached(`/_next/data/${buildId}/clock.json`));
        const html = await (await uncached('/clock')).text();
        return pageProps.renderedAt === renderedAt(html) && pageProps;
      });
      expect(Date.parse(data.renderedAt)).toBeGreaterThan(0);
    },
    TIMEOUT,
  );

  test(
    'with revalidate: 1 is rendered about once a second, whatever the load',
    async () => {
      const started = Date.now();
      const before = (await regenerations('/tick')).length;
      const seen = new Set<string>();
      let answers = 0;
      const reader = async () => {
        while (Date.now() - started < 6000) {
          const answer = await get('/tick');
          expect(answer.status).toBe(200);
          seen.add(renderedAt(await answer.text()));
          answers += 1;
        }
      };
      await Promise.all(Array.from({ length: 10 }, reader));
      const renders = (await regenerations('/tick')).length - before;
      const seconds = (Date.now() - started) / 1000;
      expect(renders).toBeGreaterThanOrEqual(1);
      expect(renders).toBeLessThanOrEqual(seconds + 1);
      expect(seen.size).toBeLessThanOrEqual(renders + 1);
      expect(answers).toBeGreaterThan(seen.size);
    },
    TIMEOUT,
  );

  test(
    'does not keep another from its turn by having the same bytes',
    async () => {
      const text = await (await get('/twins/left')).text();
      const buildId = /"buildId":"([^"]+)"/.exec(text)?.[1];
      const data = (twin: string) => get(`/_next/data/${buildId}/twins/${twin}.json`);
      const [left, right] = await Promise.all([data('left'), data('right')]);
      expect(await left.text()).toBe(await right.text());
      await until(async () => (await regenerations('/twins/left')).length > 0);
      await until(async () => (await regenerations('/twins/right')).length > 0);
      expect((await get('/twins/middle')).status).toBe(404);
    },
    TIMEOUT,
  );

  test(
    'stays when rendering throws; the message is tried three times, becomes a dead letter, and a chat is told',
    async () => {
      const built = await read('/stuck');
      const [told] = await chat.until('/dead-pages', 1);
      expect(told?.message.text).toContain('clocks: deployment 1 has a page that cannot be rendered anew');
      expect(JSON.stringify(told?.message.blocks)).toContain(`/stuck: its visitors go on getting the copy of`);
      await until(async () => (await waiting(DEAD_LETTERS)) === 0);
      expect((await handled('/stuck')).map(({ message, attempt }) => [message, attempt])).toEqual(
        [1, 2, 3].map((attempt) => ['page not regenerated', attempt]),
      );
      const answer = await uncached('/stuck');
      expect([answer.status, renderedAt(await answer.text())]).toEqual([200, built]);
    },
    TIMEOUT,
  );
});

describe('a page that nobody knew of', () => {
  const onDemand = async (key: string) =>
    (await linesOf('default')).filter((line) => line.message === 'page rendered on demand' && line.key === key);

  test(
    "fallback: 'blocking' is rendered by Next for the first reader, stored once, and answered without Next",
    async () => {
      const first = await uncached('/pubs/heron');
      expect([first.status, first.headers.get('x-cache')]).toEqual([200, NEXT]);
      const rendered = renderedAt(await first.text());
      await Promise.all(Array.from({ length: 10 }, () => uncached('/pubs/heron')));
      const again = await uncached('/pubs/heron');
      expect([again.headers.get('x-cache'), renderedAt(await again.text())]).toEqual([BUCKET, rendered]);
      const written = (await onDemand('/pubs/heron')).filter(({ outcome }) => outcome === 'written');
      expect(written).toHaveLength(1);
    },
    TIMEOUT,
  );

  test.each([
    ['closed', 404, null],
    ['old', 307, '/pubs/new'],
  ])(
    'what getStaticProps says instead of a page is kept too: /pubs/%s',
    async (slug, status, location) => {
      const answers = [await uncached(`/pubs/${slug}`), await uncached(`/pubs/${slug}`)];
      expect(answers.map((answer) => answer.headers.get('x-cache')?.startsWith('Lambda'))).toEqual([true, false]);
      for (const answer of answers) {
        expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
      }
    },
    TIMEOUT,
  );

  test(
    'fallback: true shows its shell until the data was asked for, then the page',
    async () => {
      const shell = await (await uncached('/walks/hill')).text();
      expect(renderedAt(shell)).toBe('');
      const buildId = /"buildId":"([^"]+)"/.exec(shell)?.[1];
      const pageProps = await propsOf(await get(`/_next/data/${buildId}/walks/hill.json`));
      const page = await uncached('/walks/hill');
      expect([page.headers.get('x-cache'), renderedAt(await page.text())]).toEqual([BUCKET, pageProps.renderedAt]);
    },
    TIMEOUT,
  );
});

describe('messages that change nothing', () => {
  test(
    'an older render never replaces a newer one',
    async () => {
      const Bucket = names.bucket;
      const Key = `releases/${deployed.releaseId}/isr/pubs/heron.html`;
      const { Metadata } = await site.s3.send(new HeadObjectCommand({ Bucket, Key }));
      const future = Date.now() + 3_600_000;
      const newer = { ...Metadata, 'towpath-generated-at': String(future) };
      for (const [name, Body] of [
        ['html', '<time>later</time>'],
        ['json', '{"pageProps":{}}'],
      ]) {
        const put = { Bucket, Key: Key.replace('html', String(name)), Body, ContentType: 'text/html', Metadata: newer };
        await site.s3.send(new PutObjectCommand(put));
      }
      await send(messageOf(about('/pubs/heron', future)));
      const [line] = await until(async () => {
        const lines = await regenerations('/pubs/heron');
        return lines.length > 0 && lines;
      });
      expect(line).toMatchObject({ outcome: 'kept' });
      expect(renderedAt(await (await uncached('/pubs/heron')).text())).toBe('later');
    },
    TIMEOUT,
  );

  test(
    'none of ours, and a release that is gone, are dropped and not tried again',
    async () => {
      const stranger = { ...messageOf(about('/clock', 1)), MessageBody: 'hello' };
      const told = chat.received('/dead-pages').length;
      await send({ ...stranger, MessageDeduplicationId: 'stranger' });
      await send(messageOf(about('/clock', 1, '01JD0000000000000000000000')));
      await send(messageOf(about('/nowhere/at/all', 1)));
      const dropped = await until(async () => {
        const lines = (await linesOf('regeneration')).filter(({ message }) => message.startsWith('message dropped'));
        return lines.length >= 3 && lines;
      });
      expect(dropped).toHaveLength(3);
      await until(async () => (await waiting(names.regenerationQueue)) === 0);
      await send({ ...stranger, MessageDeduplicationId: 'another stranger' }, DEAD_LETTERS);
      await until(async () => (await waiting(DEAD_LETTERS)) === 0);
      expect(chat.received('/dead-pages')).toHaveLength(told);
    },
    TIMEOUT,
  );
});

test(
  `${STALE_PAGES} stale pages of one site are each rendered once, and hold up no other site`,
  async () => {
    const folder = join(journey.folder, 'clocks');
    const other = await deployFolder(journey, folder, { app: 'clocks', branch: 'other' });
    const neighbour = openIsrSite(journey, other, 'clocks-other');
    const stale = (index: number) => ({
      release: String(deployed.releaseId),
      key: `/pubs/inn-${index}`,
      generatedAt: index,
    });
    await Promise.all(Array.from({ length: STALE_PAGES }, (_, index) => site.send(messageOf(stale(index)))));
    const before = await neighbour.read('/tick');
    await until(async () => (await neighbour.read('/tick')) > before);
    expect(await site.waiting(site.names.regenerationQueue)).toBeGreaterThan(0);
    await until(async () => (await site.waiting(site.names.regenerationQueue)) === 0);
    const regenerated = async () =>
      (await site.linesOf('regeneration')).filter(
        ({ message, key }) => message === 'page regenerated' && String(key).startsWith('/pubs/inn-'),
      );
    // The log is a moment behind the queue.
    await until(async () => (await regenerated()).length >= STALE_PAGES);
    const rendered = await regenerated();
    expect([rendered.length, new Set(rendered.map(({ key }) => key)).size]).toEqual([STALE_PAGES, STALE_PAGES]);
  },
  TIMEOUT,
);

describe('the end of a server-rendered site', () => {
  test(
    'leaves tombstones of functions that the edge has copies of, then nothing at all',
    async () => {
      const { running, cloud } = journey.workspace;
      const there = await inventoryOf(cloud);
      for (const kind of ['functions', 'eventSources', 'queues', 'logGroups', 'roles', 'buckets', 'objects'] as const) {
        expect([kind, (there[kind]?.length ?? 0) > (empty[kind]?.length ?? 0)]).toEqual([kind, true]);
      }
      const api = connect(running);
      const { removals } = await answer(api.apps[':app'].$delete({ param: { app: 'clocks' } }));
      const shown: string[] = [];
      for (const { deployment } of removals) await follow(api, deployment, (line) => shown.push(line));
      expect(shown.join('\n')).toMatch(/RemoveFunctions .*waiting for the edge 2/);
      const left = await inventoryOf(cloud);
      // Two of each of the two sites.
      expect(left.items?.filter((item) => item.startsWith('TOMBSTONES'))).toHaveLength(4);

      const { endpoint, region, credentials } = cloud;
      const lambda = new LambdaClient({ endpoint, region, credentials });
      // 15 seconds here, hours on AWS, where the schedule comes every 15 minutes.
      const caller = { accountId: cloud.accountId, arn: 'test', service: 'lambda.amazonaws.com', region };
      await until(async () => {
        const copies = await cloud.call<{ FunctionArns: string[] }>('cloudfront', 'ReplicatedFunctions', {}, caller);
        return copies.FunctionArns.length === 0;
      });
      await lambda.send(new InvokeCommand({ FunctionName: 'towpath-control-dev-reap' }));
      lambda.destroy();
      await until(async () => !(await answer(api.apps.$get())).some(({ id }) => id === 'clocks'));
      expect(await inventoryOf(cloud)).toEqual(empty);
    },
    TIMEOUT,
  );
});
