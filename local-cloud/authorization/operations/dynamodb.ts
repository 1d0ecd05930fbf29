/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html and, for
 * `dynamodb:LeadingKeys`, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
import { type At, need, type Rows, rowsOf } from '../need.ts';
import type { Context } from '../pattern.ts';

type Attributes = Record<string, Record<string, unknown>>;

/** One item that a call reaches: the attributes that hold its key, in a table. */
interface Access {
  table: string;
  key?: Attributes;
}

interface TableInput {
  TableName?: string;
  IndexName?: string;
  Key?: Attributes;
  Item?: Attributes;
}

const tableArn = (name: string, at: At) =>
  name.startsWith('arn:') ? name : `arn:aws:dynamodb:${at.region}:${at.accountId}:table/${name}`;
const table = ({ TableName = '' }: TableInput, at: At) => tableArn(TableName, at);
/** An index has an ARN of its own, and then that is the resource. */
const tableOrIndex = (input: TableInput, at: At) =>
  input.IndexName ? `${table(input, at)}/index/${input.IndexName}` : table(input, at);

interface KeySchema {
  KeySchema?: { AttributeName?: string; KeyType?: string }[];
}
type Described = { Table: KeySchema & { GlobalSecondaryIndexes?: (KeySchema & { IndexName?: string })[] } };

/** The name of the partition key of a table, or of one of its indexes. */
async function partitionKey(name: string, index: string | undefined, at: At): Promise<string> {
  const described = await at.look<Described>('dynamodb', 'DescribeTable', { TableName: name.split('/').pop() });
  const indexes = described?.Table.GlobalSecondaryIndexes ?? [];
  const schema = index ? indexes.find(({ IndexName }) => IndexName === index) : described?.Table;
  return schema?.KeySchema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
}

const textOf = (value: Record<string, unknown> | undefined) => (value ? String(Object.values(value)[0]) : undefined);

async function leadingKeys(accesses: Access[], resource: string, at: At): Promise<Context> {
  if (!at.asksFor('dynamodb:leadingkeys')) return {};
  const here = accesses.filter((access) => tableArn(access.table, at) === resource);
  const name = here[0] && (await partitionKey(here[0].table, undefined, at));
  const values = here.flatMap(({ key }) => (name && key ? (textOf(key[name]) ?? []) : []));
  return values.length > 0 ? { 'dynamodb:leadingkeys': values } : {};
}

/** A need of each table that `accessesOf` finds in the input. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of these operations have nothing in common.
const onItems = (action: string, accessesOf: (input: any) => Access[]) =>
  need(action, (input, at) => [...new Set(accessesOf(input).map((access) => tableArn(access.table, at)))], {
    context: (input, at, resource) => leadingKeys(accessesOf(input), resource, at),
  });

const oneItem = ({ TableName = '', Key, Item }: TableInput): Access[] => [{ table: TableName, key: Key ?? Item }];

interface Query extends TableInput {
  KeyConditionExpression?: string;
  KeyConditions?: Record<string, { AttributeValueList?: Record<string, unknown>[] }>;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Attributes;
}

async function queriedKey(input: Query, at: At): Promise<Context> {
  if (!at.asksFor('dynamodb:leadingkeys')) return {};
  const key = await partitionKey(input.TableName ?? '', input.IndexName, at);
  const value = textOf(input.KeyConditions?.[key]?.AttributeValueList?.[0]) ?? fromExpression(input, key);
  return value === undefined ? {} : { 'dynamodb:leadingkeys': [value] };
}

function fromExpression(input: Query, key: string): string | undefined {
  const equalities = [...(input.KeyConditionExpression ?? '').matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)];
  const wanted = equalities.find(([, name = '']) => (input.ExpressionAttributeNames?.[name] ?? name) === key);
  return textOf(input.ExpressionAttributeValues?.[wanted?.[2] ?? '']);
}

interface BatchGet {
  RequestItems?: Record<string, { Keys?: Attributes[] }>;
}
interface BatchWrite {
  RequestItems?: Record<string, { PutRequest?: { Item?: Attributes }; DeleteRequest?: { Key?: Attributes } }[]>;
}
interface Transaction {
  TransactItems?: Record<string, TableInput | undefined>[];
}

const batchRead = ({ RequestItems = {} }: BatchGet): Access[] =>
  Object.entries(RequestItems).flatMap(([name, { Keys = [] }]) => Keys.map((key) => ({ table: name, key })));
const batchWritten = ({ RequestItems = {} }: BatchWrite): Access[] =>
  Object.entries(RequestItems).flatMap(([name, requests]) =>
    requests.map(({ PutRequest, DeleteRequest }) => ({ table: name, key: PutRequest?.Item ?? DeleteRequest?.Key })),
  );
const transacted =
  (part: string) =>
  ({ TransactItems = [] }: Transaction): Access[] =>
    TransactItems.flatMap((item) => (item[part] ? oneItem(item[part]) : []));

export const dynamodb: Rows = {
  ...rowsOf(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], (name) => [onItems(`dynamodb:${name}`, oneItem)]),
  Query: [need('dynamodb:Query', tableOrIndex, { context: queriedKey })],
  Scan: [need('dynamodb:Scan', tableOrIndex)],
  BatchGetItem: [onItems('dynamodb:BatchGetItem', batchRead)],
  BatchWriteItem: [onItems('dynamodb:BatchWriteItem', batchWritten)],
  // Transactions have no action of their own: each part needs what it does.
  TransactGetItems: [onItems('dynamodb:GetItem', transacted('Get'))],
  TransactWriteItems: [
    onItems('dynamodb:PutItem', transacted('Put')),
    onItems('dynamodb:UpdateItem', transacted('Update')),
    onItems('dynamodb:DeleteItem', transacted('Delete')),
    onItems('dynamodb:ConditionCheckItem', transacted('ConditionCheck')),
  ],
  ...rowsOf(
    [
      'CreateTable',
      'UpdateTable',
      'DeleteTable',
      'DescribeTable',
      'UpdateContinuousBackups',
      'DescribeContinuousBackups',
      'UpdateTimeToLive',
      'DescribeTimeToLive',
    ],
    (name) => [need(`dynamodb:${name}`, table)],
  ),
  ListTables: [need('dynamodb:ListTables')],
  ...rowsOf(['ListTagsOfResource', 'TagResource', 'UntagResource'], (name) => [
    need(`dynamodb:${name}`, ({ ResourceArn = '' }: { ResourceArn?: string }) => ResourceArn),
  ]),
};
