import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createPurge, TooManyInvalidations } from '../../../edge/isr/purge.ts';
import { createTags, judge, type TagStates } from '../../../edge/isr/tags.ts';

const environment = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's', AWS_ENDPOINT_URL: '' };
const calls: Array<{ target: string; body: string }> = [];
let answers: Array<{ status: number; body: string }> = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  calls.push({
    target: String(request.headers['x-amz-target'] ?? request.url),
    body: Buffer.concat(chunks).toString(),
  });
  const { status, body } = answers.shift() ?? { status: 200, body: '{}' };
  response.writeHead(status).end(body);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  environment.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise<unknown>((resolve) => server.close(resolve)));
beforeEach(() => {
  calls.length = 0;
  answers = [];
  for (const name of ['log', 'error'] as const) jest.spyOn(console, name).mockImplementation(() => {});
});

describe('what a page is after its tags were revalidated', () => {
  const states: TagStates = new Map([
    ['gone', { expiredAt: 2000 }],
    ['old', { staleAt: 2000, expiredAt: 9000 }],
  ]);
  test.each([
    ['rendered before a tag expired', ['a', 'gone'], 1000, 3000, 'expired'],
    ['rendered after it', ['gone'], 2000, 3000, 'fresh'],
    ['rendered before a tag went stale', ['old'], 1000, 3000, 'stale'],
    ['the same, once that tag has expired too', ['old'], 1000, 9000, 'expired'],
    ['stale by one tag, expired by another', ['old', 'gone'], 1000, 3000, 'expired'],
    ['of other tags', ['a'], 1000, 3000, 'fresh'],
  ])('%s', (_, tags, generatedAt, now, verdict) => {
    expect(judge(states, tags, generatedAt, now)).toBe(verdict);
  });
});

describe('the table', () => {
  const tags = () => createTags('shop-main', { table: 't', region: 'eu-west-1' }, environment, () => 1000);
  const input = (index: number) => JSON.parse(calls[index]?.body ?? '{}');
  const item = (tag: string) => ({
    pk: { S: `TAG#shop-main#${tag}` },
    sk: { S: 'STATE' },
    staleAt: { N: '5' },
    expiredAt: { N: '7' },
  });

  test('is asked once for all tags, and again for what it left out', async () => {
    answers = [
      { status: 200, body: JSON.stringify({ UnprocessedKeys: { t: { Keys: [{ pk: { S: 'x' } }] } } }) },
      { status: 200, body: JSON.stringify({ Responses: { t: [item('a#b')] } }) },
    ];
    expect(await tags().read(['a#b', 'a#b', 'c'])).toEqual(new Map([['a#b', { staleAt: 5, expiredAt: 7 }]]));
    expect(calls.map(({ target }) => target)).toEqual(Array(2).fill('DynamoDB_20120810.BatchGetItem'));
    expect(input(0).RequestItems.t.ConsistentRead).toBe(true);
    expect(input(0).RequestItems.t.Keys.map(({ pk }: { pk: { S: string } }) => pk.S)).toEqual([
      'TAG#shop-main#a#b',
      'TAG#shop-main#c',
    ]);
  });

  test('that goes on leaving something out is not asked for ever', async () => {
    const nothing = { status: 200, body: JSON.stringify({ UnprocessedKeys: { t: { Keys: [{ pk: { S: 'x' } }] } } }) };
    answers = Array.from({ length: 20 }, () => nothing);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await expect(tags().read(['a'])).rejects.toThrow('DynamoDB left out 1 tags, 6 times');
    expect(calls).toHaveLength(6);
    expect(timers.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([25, 50, 100, 200, 400]);
    timers.mockRestore();
  });

  test('more than a hundred tags are several questions', async () => {
    await tags().read(Array.from({ length: 101 }, (_, index) => `t${index}`));
    expect(calls).toHaveLength(2);
  });

  test('notes when tags were revalidated, and which pages depend on them', async () => {
    await tags().write(['a'], { staleAt: 5 });
    expect(input(0)).toMatchObject({
      Key: { pk: { S: 'TAG#shop-main#a' }, sk: { S: 'STATE' } },
      UpdateExpression: 'SET staleAt = :staleAt, #ttl = :ttl',
      ExpressionAttributeValues: { ':staleAt': { N: '5' } },
    });
    await tags().notePage(['a'], '/p');
    expect(input(1).Item).toMatchObject({ pk: { S: 'TAG#shop-main#a' }, sk: { S: 'PAGE#/p' } });
    answers = [{ status: 200, body: JSON.stringify({ Items: [{ sk: { S: 'PAGE#/p' } }] }) }];
    expect(await tags().pagesOf(['a'])).toEqual(['/p']);
  });

  test('that refuses is an error', async () => {
    answers = [{ status: 400, body: 'AccessDenied' }];
    await expect(tags().read(['a'])).rejects.toThrow('AccessDenied');
  });
});

describe('the CDN', () => {
  const world = () => {
    const putOff = jest.fn(async (_: number) => {});
    return { putOff, purge: createPurge({ distributionId: 'E1', putOff }, environment, () => 12_000) };
  };

  test('is told of paths at once', async () => {
    const { purge, putOff } = world();
    await purge.soon(['/a?*', '/b&c']);
    expect(calls[0]?.target).toBe('/2020-05-31/distribution/E1/invalidation');
    expect(calls[0]?.body).toContain('<Quantity>2</Quantity><Items><Path>/a?*</Path><Path>/b&amp;c</Path></Items>');
    expect(putOff).not.toHaveBeenCalled();
    await purge.soon([]);
    expect(calls).toHaveLength(1);
  });

  test('what is more than twenty paths in ten seconds, or is not taken, is put off to their end', async () => {
    const { purge, putOff } = world();
    await purge.soon(Array.from({ length: 20 }, (_, index) => `/${index}`));
    expect(putOff).not.toHaveBeenCalled();
    await purge.soon(['/one-more']);
    expect(putOff).toHaveBeenCalledWith(20_000);
    expect(calls).toHaveLength(1);

    const other = world();
    answers = [{ status: 400, body: '<Code>TooManyInvalidationsInProgress</Code>' }];
    await other.purge.soon(['/a']);
    expect(other.putOff).toHaveBeenCalledWith(20_000);
    answers = [{ status: 400, body: '<Code>TooManyInvalidationsInProgress</Code>' }];
    await expect(other.purge.now(['/*'])).rejects.toThrow(TooManyInvalidations);
  });
});
