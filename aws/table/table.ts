/**
 * The one table, `pk`/`sk` with the index `gsi1` (`gsi1pk`/`gsi1sk`):
 *
 *   app                 APP#<app>                     APP                  gsi1 APPS            <app>
 *   app's settings      APP#<app>                     SETTINGS
 *   variable            APP#<app>                     VARIABLE#<scope>#<name>
 *   apps of a repo      REPOSITORY#<host>#<name>      APP#<app>
 *   site                SITE#<site>                   SITE                 gsi1 APP#<app>       SITE#<site>
 *   deployment          DEPLOYMENT#<id>               DEPLOYMENT           gsi1 SITE#<site>     DEPLOYMENT#<id>
 *   timeline entry      DEPLOYMENT#<id>               STEP#<step>
 *   release             SITE#<site>                   RELEASE#<release>
 *   webhook             HOOK#<id>                     HOOK                 gsi1 REPOSITORY#<host>#<name> HOOK#<id>
 *   API token           TOKEN#<hash>                  TOKEN
 *   API tokens by name  TOKENS                        TOKEN#<name>
 *   protected site      ACCESS                        SITE#<site>
 *   site's domains      DOMAINS                       SITE#<site>
 *   function to reap    TOMBSTONES                    <function>
 *   not deployed        APP#<app>                     IGNORED#<id>         ttl
 *   branches seen       APP#<app>                     HEADS
 *   build               APP#<app>                     BUILD#<key>          ttl
 *   webhook delivery    DELIVERY#<host>#<id>          DELIVERY             ttl
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

export interface Table {
  client: DynamoDBDocumentClient;
  name: string;
}

/** What a conditional write answered, or undefined when its condition did not hold. */
export async function unlessRefused<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Every item that a query finds, page after page, up to `limit`. */
export async function queryAll(
  { client, name }: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(new QueryCommand({ ...query, TableName: name, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && items.length < limit);
  return items.slice(0, limit);
}

/** The items of one partition, all or those whose sort key begins with `prefix`. */
export interface Items {
  partition: string;
  prefix?: string;
}

async function keysOf(table: Table, { partition, prefix = '' }: Items) {
  const items = await queryAll(table, {
    KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
    ExpressionAttributeValues: { ':pk': partition, ...(prefix && { ':prefix': prefix }) },
    ConsistentRead: true,
  });
  return items.map(({ pk, sk }) => ({ pk, sk }));
}

export async function deleteAll(table: Table, items: Items): Promise<void> {
  const { client, name } = table;
  for (const Key of await keysOf(table, items)) await client.send(new DeleteCommand({ TableName: name, Key }));
}

/** Lets DynamoDB delete them at that time, or some days later. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
export async function expireAll(table: Table, items: Items, atSeconds: number): Promise<void> {
  const { client, name } = table;
  for (const Key of await keysOf(table, items)) {
    const update = { UpdateExpression: 'SET #ttl = :at', ExpressionAttributeNames: { '#ttl': 'ttl' } };
    const values = { ExpressionAttributeValues: { ':at': Math.floor(atSeconds) } };
    await client.send(new UpdateCommand({ TableName: name, Key, ...update, ...values }));
  }
}

/** What sets the defined fields of an item, takes those away that are undefined, and leaves all others. */
export function changeExpression(fields: Record<string, unknown>) {
  const { set, names, values } = setExpression(fields);
  const gone = Object.keys(fields).filter((name) => fields[name] === undefined);
  const all = { ...names, ...Object.fromEntries(gone.map((name) => [`#${name}`, name])) };
  const clauses = [set && `SET ${set}`, gone.length > 0 && `REMOVE ${gone.map((name) => `#${name}`).join(', ')}`];
  return {
    UpdateExpression: clauses.filter(Boolean).join(' ') || undefined,
    ExpressionAttributeNames: Object.keys(all).length > 0 ? all : undefined,
    ExpressionAttributeValues: set ? values : undefined,
  };
}

/** `SET a = :a, …` of the defined fields, with names and values that no reserved word can meet. */
export function setExpression(fields: Record<string, unknown>) {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    set: given.map(([name]) => `#${name} = :${name}`).join(', '),
    names: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
  };
}
