import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as DynamoDB from '@aws-sdk/client-dynamodb';
import * as lib from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDynamoDbService } from '../../local-cloud/services/dynamodb/index.ts';
import { type ServedServices, serveService } from '../support/serve-service.ts';

let folder: string;
let served: ServedServices;
let client: DynamoDB.DynamoDBClient;
let documents: lib.DynamoDBDocumentClient;
let TableName: string;
let tables = 0;
let now = Date.parse('2026-03-01T10:00:00Z');

async function open(): Promise<void> {
  served = await serveService(createDynamoDbService, { folder, now: () => now });
  client = new DynamoDB.DynamoDBClient(served.client);
  documents = lib.DynamoDBDocumentClient.from(client);
}
async function close(): Promise<void> {
  client.destroy();
  await served.stop();
}

const table = (name: string): DynamoDB.CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'gsi1',
      KeySchema: [
        { AttributeName: 'gsi1pk', KeyType: 'HASH' },
        { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-dynamodb-'));
  await open();
});
afterAll(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  TableName = `table-${++tables}`;
  await client.send(new DynamoDB.CreateTableCommand(table(TableName)));
});

const put = (Item: Record<string, unknown>, more: Partial<lib.PutCommandInput> = {}) =>
  documents.send(new lib.PutCommand({ TableName, Item, ...more }));
const get = async (pk: string, sk = 'a') =>
  (await documents.send(new lib.GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item;
const key = (pk: string, sk = 'a') => ({ TableName, Key: { pk, sk } });

describe('tables', () => {
  test('are ACTIVE when their creation is answered, and gone when their deletion is', async () => {
    const { Table } = await client.send(new DynamoDB.DescribeTableCommand({ TableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe('ACTIVE');
    expect(Table?.TableArn).toBe(`arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`);
    const again = client.send(new DynamoDB.CreateTableCommand(table(TableName)));
    await expect(again).rejects.toBeInstanceOf(DynamoDB.ResourceInUseException);
    await client.send(new DynamoDB.DeleteTableCommand({ TableName }));
    await expect(put({ pk: 'x', sk: 'a' })).rejects.toBeInstanceOf(DynamoDB.ResourceNotFoundException);
  });

  test('tags, deletion protection and point-in-time recovery are kept', async () => {
    const name = `${TableName}-protected`;
    const Tags = [{ Key: 'stage', Value: 'local' }];
    const { TableDescription } = await client.send(
      new DynamoDB.CreateTableCommand({ ...table(name), Tags, DeletionProtectionEnabled: true }),
    );
    const ResourceArn = TableDescription?.TableArn;
    expect((await client.send(new DynamoDB.ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual(Tags);
    const deletion = () => client.send(new DynamoDB.DeleteTableCommand({ TableName: name }));
    await expect(deletion()).rejects.toThrow('protected against deletion');
    await client.send(new DynamoDB.UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await client.send(
      new DynamoDB.UpdateContinuousBackupsCommand({ TableName: name, PointInTimeRecoverySpecification }),
    );
    const backups = await client.send(new DynamoDB.DescribeContinuousBackupsCommand({ TableName: name }));
    const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    expect(recovery?.PointInTimeRecoveryStatus).toBe('ENABLED');
    await deletion();
  });

  test('streams and what else is not emulated are refused', async () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } as const;
    const input = { ...table('streaming'), StreamSpecification };
    await expect(client.send(new DynamoDB.CreateTableCommand(input))).rejects.toThrow('streams are not emulated');
    const statement = client.send(new DynamoDB.ExecuteStatementCommand({ Statement: 'select' }));
    await expect(statement).rejects.toThrow('dynamodb:ExecuteStatement is not emulated');
  });
});

describe('items', () => {
  test('keep every type of value', async () => {
    const item = {
      pk: 'x',
      sk: 'a',
      number: 12.5,
      bytes: Uint8Array.of(0, 255),
      flag: true,
      nothing: null,
      list: [1, 'two', { three: 3 }],
      words: new Set(['a', 'b']),
    };
    await put(item);
    expect(await get('x')).toEqual(item);
    const inProcess = await served.call<{ Item: object }>(
      'dynamodb',
      'GetItem',
      { TableName, Key: { pk: { S: 'x' }, sk: { S: 'a' } } },
      served.environment.asService('states.amazonaws.com'),
    );
    expect(inProcess.Item).toMatchObject({ bytes: { B: Uint8Array.of(0, 255) }, number: { N: '12.5' } });
  });

  test('of fifty conditional writers one wins, and the losers may see the item', async () => {
    const writes = Array.from({ length: 50 }, (_, writer) =>
      put({ pk: 'x', sk: 'a', writer }, { ConditionExpression: 'attribute_not_exists(pk)' }),
    );
    const results = await Promise.allSettled(writes);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const error = await put(
      { pk: 'x', sk: 'a' },
      { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    ).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(DynamoDB.ConditionalCheckFailedException);
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect((error as { Item?: { writer?: unknown } }).Item?.writer).toEqual({ N: String(winner) });
  });

  test('two hundred racing additions add up', async () => {
    const add = () =>
      documents.send(
        new lib.UpdateCommand({
          ...key('counter'),
          UpdateExpression: 'ADD #n :one',
          ExpressionAttributeNames: { '#n': 'n' },
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    await Promise.all(Array.from({ length: 200 }, add));
    expect((await get('counter'))?.n).toBe(200);
  });

  test('queries read the table and its index in order, page by page', async () => {
    for (const sk of ['b', 'a', 'c']) await put({ pk: 'p', sk, gsi1pk: 'g', gsi1sk: `z-${sk}` });
    await put({ pk: 'other', sk: 'a' });
    const query = (IndexName?: string): lib.QueryCommandInput => ({
      TableName,
      IndexName,
      KeyConditionExpression: '#p = :p',
      ExpressionAttributeNames: { '#p': IndexName ? 'gsi1pk' : 'pk' },
      ExpressionAttributeValues: { ':p': IndexName ? 'g' : 'p' },
    });
    for (const input of [query(), query('gsi1')]) {
      const seen: unknown[] = [];
      for await (const page of lib.paginateQuery({ client: documents, pageSize: 2 }, input)) {
        seen.push(...(page.Items ?? []).map(({ sk }) => sk));
      }
      expect(seen).toEqual(['a', 'b', 'c']);
    }
    await documents.send(new lib.DeleteCommand(key('p', 'b')));
    expect((await documents.send(new lib.QueryCommand(query('gsi1')))).Count).toBe(2);
  });

  test('batches write and read', async () => {
    const requests = ['1', '2'].map((pk) => ({ PutRequest: { Item: { pk, sk: 'a' } } }));
    await documents.send(new lib.BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
    const Keys = ['1', '2', '3'].map((pk) => ({ pk, sk: 'a' }));
    const read = await documents.send(new lib.BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(read.Responses?.[TableName]).toHaveLength(2);
  });
});

describe('transactions', () => {
  const write = (...TransactItems: NonNullable<lib.TransactWriteCommandInput['TransactItems']>) =>
    documents.send(new lib.TransactWriteCommand({ TransactItems }));
  const fresh = 'attribute_not_exists(pk)';

  test('write all or nothing, and say why not', async () => {
    await put({ pk: 'taken', sk: 'a', by: 'me' });
    const error = await write(
      { Put: { TableName, Item: { pk: 'new', sk: 'a' } } },
      {
        Put: {
          TableName,
          Item: { pk: 'taken', sk: 'a' },
          ConditionExpression: fresh,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(DynamoDB.TransactionCanceledException);
    const reasons = (error as DynamoDB.TransactionCanceledException).CancellationReasons;
    expect(reasons).toMatchObject([{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { by: { S: 'me' } } }]);
    expect(await get('new')).toBeUndefined();
  });

  test('a write that fails late leaves nothing of the earlier ones', async () => {
    await put({ pk: 'text', sk: 'a', n: 'no number' });
    const addition = {
      ...key('text'),
      UpdateExpression: 'ADD #n :one',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':one': 1 },
    };
    const failing = write({ Put: { TableName, Item: { pk: 'early', sk: 'a' } } }, { Update: addition });
    await expect(failing).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await get('early')).toBeUndefined();
    await put({ pk: 'after', sk: 'a' });
    expect(await get('after')).toBeDefined();
  });

  test('of thirty racing ones one wins', async () => {
    const race = Array.from({ length: 30 }, (_, writer) =>
      write(
        { Put: { TableName, Item: { pk: 'lock', sk: 'a', writer }, ConditionExpression: fresh } },
        { Put: { TableName, Item: { pk: `trace-${writer}`, sk: 'a' } } },
      ),
    );
    const results = await Promise.allSettled(race);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { Items = [] } = await documents.send(new lib.ScanCommand({ TableName }));
    expect(Items).toHaveLength(2);
  });

  test('check, update, delete and read together', async () => {
    await put({ pk: 'a', sk: 'a' });
    await put({ pk: 'b', sk: 'a' });
    await write(
      { ConditionCheck: { ...key('a'), ConditionExpression: 'attribute_exists(pk)' } },
      { Delete: key('b') },
      {
        Update: {
          ...key('c'),
          UpdateExpression: 'SET #v = :v',
          ExpressionAttributeNames: { '#v': 'v' },
          ExpressionAttributeValues: { ':v': 1 },
        },
      },
    );
    const read = await documents.send(
      new lib.TransactGetCommand({ TransactItems: ['a', 'b', 'c'].map((pk) => ({ Get: key(pk) })) }),
    );
    expect(read.Responses).toEqual([{ Item: { pk: 'a', sk: 'a' } }, {}, { Item: { pk: 'c', sk: 'a', v: 1 } }]);
    const twice = write({ Delete: key('a') }, { Put: { TableName, Item: { pk: 'a', sk: 'a' } } });
    await expect(twice).rejects.toThrow('multiple operations on one item');
  });

  test('a client token makes a repetition do nothing', async () => {
    const input = (by: number): lib.TransactWriteCommandInput => ({
      ClientRequestToken: `token-${TableName}`,
      TransactItems: [
        {
          Update: {
            ...key('n'),
            UpdateExpression: 'ADD #n :by',
            ExpressionAttributeNames: { '#n': 'n' },
            ExpressionAttributeValues: { ':by': by },
          },
        },
      ],
    });
    await documents.send(new lib.TransactWriteCommand(input(1)));
    await documents.send(new lib.TransactWriteCommand(input(1)));
    expect((await get('n'))?.n).toBe(1);
    const other = documents.send(new lib.TransactWriteCommand(input(2)));
    await expect(other).rejects.toBeInstanceOf(DynamoDB.IdempotentParameterMismatchException);
  });
});

test('expired items go, other ones stay', async () => {
  const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
  const enable = () => client.send(new DynamoDB.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  await enable();
  await expect(enable()).rejects.toThrow('TimeToLive is already enabled');
  const seconds = Math.floor(now / 1000);
  await put({ pk: 'soon', sk: 'a', ttl: seconds + 30 });
  await put({ pk: 'later', sk: 'a', ttl: seconds + 3600 });
  await put({ pk: 'text', sk: 'a', ttl: '1' });
  await put({ pk: 'never', sk: 'a' });
  now += 61_000;
  const { Items = [] } = await documents.send(new lib.ScanCommand({ TableName }));
  expect(Items.map(({ pk }) => pk).sort()).toEqual(['later', 'never', 'text']);
  const { TimeToLiveDescription } = await client.send(new DynamoDB.DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
});

test('tables and items survive a restart', async () => {
  await put({ pk: 'kept', sk: 'a', gsi1pk: 'g', gsi1sk: 'x' });
  await close();
  await open();
  expect(await get('kept')).toMatchObject({ gsi1sk: 'x' });
  const { TableNames } = await client.send(new DynamoDB.ListTablesCommand({}));
  expect(TableNames).toContain(TableName);
});

test('a folder that another process holds is an error that names it', async () => {
  const second = serveService(createDynamoDbService, { folder });
  await expect(second).rejects.toThrow(/tables in .*towpath-dynamodb-.* cannot be opened/);
});
