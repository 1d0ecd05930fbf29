import { beforeEach, expect, jest, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import type { RenderedPage } from '../../../edge/isr/page.ts';
import { TooManyInvalidations } from '../../../edge/isr/purge.ts';
import { messageOf, purgeMessageOf, type StalePage } from '../../../edge/isr/queue.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import { createRegeneration } from '../../../edge/regeneration/handler.ts';
import { memoryBucket, pageOf } from './bucket.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
let lines: Array<Record<string, unknown>>;

beforeEach(() => {
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)));
  });
});

const record = (stale: StalePage, attempt = 1, body = messageOf(stale).MessageBody): SQSRecord =>
  ({
    messageId: `${stale.key} ${stale.generatedAt}`,
    receiptHandle: `handle of ${stale.key}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: String(Date.now() - 2500),
      MessageGroupId: messageOf(stale).MessageGroupId,
    },
  }) as SQSRecord;

function world(renderAnew: (key: string) => Promise<RenderedPage | undefined>) {
  const pages = createPageStore(memoryBucket(), 'R');
  const delay = jest.fn(async (_handle: string, _seconds: number) => {});
  const putOffPurge = jest.fn(async (_until: number) => {});
  const purge = jest.fn(async (_: string[]) => {});
  const render = jest.fn(renderAnew);
  const loadRenderer = jest.fn(async () => ({ render: async () => new Response(), renderAnew: render }));
  const handle = createRegeneration(
    { release: 'R', site: 'shop-main', stage: 'dev', pages: {} },
    { pages, queue: { delay, putOffPurge }, purge: { now: purge }, loadRenderer, now: () => NOW },
  );
  return {
    ...{ delay, putOffPurge, loadRenderer, pages, purge, render },
    handle: (...Records: SQSRecord[]) => handle({ Records }),
  };
}

const stale = (key: string, generatedAt = 1000): StalePage => ({ release: 'R', key, generatedAt });

test('a stale page is rendered once and replaced', async () => {
  const { handle, pages, render } = world(async (key) => pageOf(key, 5000, 'fresh'));
  await pages.writeFirst(pageOf('/a', 1000, 'stale'));

  expect(await handle(record(stale('/a')))).toEqual({ batchItemFailures: [] });
  expect((await pages.read('/a'))?.html).toBe('fresh');
  expect(lines).toEqual([
    expect.objectContaining({
      message: 'page regenerated',
      key: '/a',
      outcome: 'written',
      Stage: 'dev',
      Site: 'shop-main',
      Regenerations: 1,
    }),
  ]);
  expect((lines[0] as { RegenerationLag: number }).RegenerationLag).toBeGreaterThanOrEqual(2.5);

  // The same message again, after the queue's five minutes.
  await handle(record(stale('/a')));
  expect(render).toHaveBeenCalledTimes(1);
  expect(lines[1]).toEqual({ message: 'page is fresh already', key: '/a' });
});

test('a render that ends after a newer one was written is thrown away', async () => {
  const { handle, pages } = world(async (key) => {
    await pages.writeNewer(pageOf(key, 6000, 'newer'));
    return pageOf(key, 5000, 'older');
  });
  await pages.writeFirst(pageOf('/a', 1000, 'stale'));
  await handle(record(stale('/a')));
  expect((await pages.read('/a'))?.html).toBe('newer');
  expect(lines[0]).toMatchObject({ outcome: 'kept' });
});

test('a render that throws keeps the page, is tried again soon, and fails alone', async () => {
  const { delay, handle, pages } = world(async (key) => {
    if (key === '/broken') throw new Error('no database');
    return pageOf(key, 5000, 'fresh');
  });
  await pages.writeFirst(pageOf('/broken', 1000, 'stale'));

  const first = record(stale('/broken'));
  const later = record(stale('/broken', 2000));
  expect(await handle(first, record(stale('/a')), later)).toEqual({
    batchItemFailures: [{ itemIdentifier: first.messageId }, { itemIdentifier: later.messageId }],
  });
  expect((await pages.read('/broken'))?.html).toBe('stale');
  expect((await pages.read('/a'))?.html).toBe('fresh');
  expect(lines[0]).toMatchObject({ message: 'page not regenerated', attempt: 1, error: 'no database' });

  await handle(record(stale('/broken'), 2));
  await handle(record(stale('/broken'), 3));
  expect(delay.mock.calls).toEqual([2, 10, 0].map((seconds) => ['handle of /broken', seconds]));
});

test('a queue that cannot be told leaves the message to its own time-out', async () => {
  const { delay, handle } = world(async () => {
    throw new Error('no database');
  });
  delay.mockRejectedValue(new Error('throttled'));
  expect((await handle(record(stale('/a')))).batchItemFailures).toHaveLength(1);
});

test.each([
  ['none of ours', record(stale('/a'), 1, 'hello'), 'message dropped: none of ours'],
  [
    'of a release that is gone',
    record({ ...stale('/a'), release: 'Q' }),
    'message dropped: its release is not the one that is live',
  ],
])('a message %s is dropped without loading Next', async (_, given, message) => {
  const { handle, loadRenderer } = world(async (key) => pageOf(key, 1));
  expect(await handle(given)).toEqual({ batchItemFailures: [] });
  expect(lines).toEqual([expect.objectContaining({ message })]);
  expect(loadRenderer).not.toHaveBeenCalled();
});

const put = (purgeAt: number): SQSRecord => {
  const { MessageBody, MessageGroupId } = purgeMessageOf({ purgeAt });
  const attributes = { ApproximateReceiveCount: '1', MessageGroupId };
  return { messageId: 'purge', receiptHandle: 'handle', body: MessageBody, attributes } as SQSRecord;
};

test('an invalidation that CloudFront has no room for yet is put off again, however often', async () => {
  const { handle, purge, putOffPurge } = world(async () => undefined);
  purge.mockRejectedValueOnce(new TooManyInvalidations('400'));
  expect(await handle(put(NOW))).toEqual({ batchItemFailures: [] });
  expect(putOffPurge).toHaveBeenCalledWith(NOW + 30_000);
  purge.mockRejectedValueOnce(new Error('503'));
  expect(await handle(put(NOW))).toEqual({ batchItemFailures: [{ itemIdentifier: 'purge' }] });
});

test('an invalidation that was put off waits for its time, and is then of everything', async () => {
  const { delay, handle, purge } = world(async () => undefined);
  expect(await handle(put(NOW + 3500))).toEqual({ batchItemFailures: [{ itemIdentifier: 'purge' }] });
  expect(delay).toHaveBeenCalledWith('handle', 4);
  expect(purge).not.toHaveBeenCalled();
  expect(await handle(put(NOW))).toEqual({ batchItemFailures: [] });
  expect(purge).toHaveBeenCalledWith(['/*']);
});

test('a page that is not rendered from time to time any more is dropped', async () => {
  const { handle } = world(async () => undefined);
  expect(await handle(record(stale('/a')))).toEqual({ batchItemFailures: [] });
  expect(lines[0]?.message).toMatch(/^message dropped: no page/);
});
