import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { fileOf, pageOf as pageOfFile } from '../../../edge/isr/page.ts';
import { createQueue, messageOf, parseMessage } from '../../../edge/isr/queue.ts';
import { createPageStore } from '../../../edge/isr/store.ts';
import { memoryBucket, pageOf } from './bucket.ts';

describe('names', () => {
  test.each([
    ['/', 'index'],
    ['/index', 'index/index'],
    ['/index/a', 'index/index/a'],
    ['/posts/a.b', 'posts/a.b'],
    ['/en', 'en'],
  ])('%s ⇄ %s', (key, base) => {
    expect([fileOf(key, 'html'), fileOf(key, 'data')]).toEqual([`${base}.html`, `${base}.json`]);
    expect(pageOfFile(`${base}.html`)).toEqual({ key, part: 'html' });
    expect(pageOfFile(`${base}.json`)).toEqual({ key, part: 'data' });
    for (const part of ['rsc', 'body', 'entry', 'segment:/_tree', 'segment:/a/$d$b/__PAGE__'] as const) {
      expect(pageOfFile(fileOf(key, part))).toEqual({ key, part });
    }
  });

  test('a file of another kind is no page', () => {
    expect(pageOfFile('posts/a.txt')).toBeUndefined();
  });
});

describe('the store', () => {
  const stored = async (pages: ReturnType<typeof createPageStore>) => (await pages.read('/a'))?.html;

  test('a newer render replaces an older one, an older one never a newer', async () => {
    const pages = createPageStore(memoryBucket(), 'R');
    expect(await pages.writeNewer(pageOf('/a', 2000, 'second'))).toBe('written');
    expect(await pages.writeNewer(pageOf('/a', 1000, 'first'))).toBe('kept');
    expect(await stored(pages)).toBe('second');
    expect(await pages.writeNewer(pageOf('/a', 3000, 'third'))).toBe('written');
    expect(await pages.read('/a')).toEqual({
      about: { generatedAt: 3000, revalidate: 60, status: 200, kind: 'page', headers: {}, tags: [] },
      html: 'third',
      data: '{"body":"third"}',
    });
  });

  test('what comes between the question and the write is asked about again', async () => {
    const bucket = memoryBucket();
    const pages = createPageStore(bucket, 'R');
    await pages.writeNewer(pageOf('/a', 1000, 'old'));
    const { head } = bucket;
    let interfered = false;
    bucket.head = async (key) => {
      const answer = await head(key);
      if (!interfered) {
        interfered = true;
        await createPageStore({ ...bucket, head }, 'R').writeNewer(pageOf('/a', 3000, 'newest'));
      }
      return answer;
    };
    expect(await pages.writeNewer(pageOf('/a', 2000, 'late'))).toBe('kept');
    expect(await stored(pages)).toBe('newest');
  });

  test('a first render never replaces anything', async () => {
    const pages = createPageStore(memoryBucket(), 'R');
    expect(await pages.writeFirst(pageOf('/a', 1000, 'one'))).toBe('written');
    expect(await pages.writeFirst(pageOf('/a', 2000, 'two'))).toBe('kept');
    expect(await stored(pages)).toBe('one');
  });

  test('a page of which a part is missing is none; an answer of S3 that is no answer is an error', async () => {
    const bucket = memoryBucket();
    const pages = createPageStore(bucket, 'R');
    await pages.writeFirst(pageOf('/a', 1000));
    bucket.objects.delete('releases/R/isr/a.json');
    expect(await pages.read('/a')).toBeUndefined();
    expect(await pages.about('/b', 'html')).toBeUndefined();
    const broken = createPageStore({ ...bucket, head: async () => new Response(null, { status: 503 }) }, 'R');
    await expect(broken.about('/a', 'html')).rejects.toThrow('503');
    await expect(broken.writeNewer(pageOf('/a', 5000))).rejects.toThrow('503');
  });
});

describe('messages', () => {
  const stale = { release: 'R', key: '/a', generatedAt: 1000 };

  test('the same stale copy is the same message, whoever finds it', () => {
    expect(messageOf(stale)).toEqual(messageOf({ ...stale }));
    expect(parseMessage(messageOf(stale).MessageBody)).toEqual(stale);
  });

  test('another page, copy or release is another message; each page is a group', () => {
    const id = (changes: object) => messageOf({ ...stale, ...changes }).MessageDeduplicationId;
    const ids = [{}, { key: '/b' }, { generatedAt: 1001 }, { release: 'S' }].map(id);
    expect(new Set(ids).size).toBe(4);
    const group = (changes: object) => messageOf({ ...stale, ...changes }).MessageGroupId;
    expect(group({ generatedAt: 2000 })).toBe(group({}));
    expect(group({ key: '/b' })).not.toBe(group({}));
  });

  test.each([
    '',
    'hello',
    'null',
    '[]',
    '{}',
    '{"version":2,"release":"R","key":"/a","generatedAt":1}',
    '{"version":1,"release":"R","key":"a","generatedAt":1}',
  ])('none of ours: %s', (body) => expect(parseMessage(body)).toBeUndefined());
});

describe('the queue', () => {
  const environment = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's', AWS_ENDPOINT_URL: '' };
  const calls: Array<{ target: string | undefined; input: Record<string, unknown> }> = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls.push({
      target: request.headers['x-amz-target'] as string,
      input: JSON.parse(Buffer.concat(chunks).toString()),
    });
    response.writeHead(status).end('{}');
  });
  const settings = { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q.fifo', region: 'eu-west-1' };
  const stale = { release: 'R', key: '/a', generatedAt: 1000 };

  beforeEach(async () => {
    calls.length = 0;
    status = 200;
    for (const name of ['log', 'error'] as const) jest.spyOn(console, name).mockImplementation(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    environment.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise<unknown>((resolve) => server.close(resolve)));

  test('is told of a stale copy once in five minutes', async () => {
    let now = 0;
    const queue = createQueue(settings, environment, () => now);
    await Promise.all([queue.report(stale), queue.report(stale), queue.report({ ...stale, key: '/b' })]);
    expect(calls.map(({ input }) => JSON.parse(String(input.MessageBody)).key).sort()).toEqual(['/a', '/b']);
    expect(calls[0]).toMatchObject({ target: 'AmazonSQS.SendMessage', input: { QueueUrl: settings.queueUrl } });
    now = 300_000;
    await queue.report(stale);
    expect(calls).toHaveLength(3);
  });

  test('that does not answer holds up nobody, and is asked again the next time', async () => {
    status = 400;
    const queue = createQueue(settings, environment);
    await queue.report(stale);
    status = 200;
    await queue.report(stale);
    expect(calls).toHaveLength(2);
  });

  test('lets a message be received again', async () => {
    await createQueue(settings, environment).delay('handle', 2);
    expect(calls[0]).toMatchObject({
      target: 'AmazonSQS.ChangeMessageVisibility',
      input: { ReceiptHandle: 'handle', VisibilityTimeout: 2 },
    });
  });
});
