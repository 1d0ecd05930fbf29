/**
 * Next's cache tags: when each was revalidated. One item of the control plane's table for each site and tag, so that what
 * one function revalidates is known to all. By DynamoDB's JSON protocol:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
import { awsClient, type Environment, endpointOf } from '../shared/aws.ts';

/** Milliseconds since 1970, UTC. */
export interface TagState {
  /** What was rendered before is stale: it may be shown once more while the next one is rendered. */
  staleAt?: number;
  /** What was rendered before may not be shown from then on; this may lie ahead. */
  expiredAt?: number;
}

export type TagStates = Map<string, TagState>;

export interface Tags {
  /** Those that were ever revalidated. */
  read(tags: string[]): Promise<TagStates>;
  write(tags: string[], state: TagState): Promise<void>;
  /** Notes that a page depends on tags which do not name it. */
  notePage(tags: string[], key: string): Promise<void>;
  /** Pages that were noted. */
  pagesOf(tags: string[]): Promise<string[]>;
}

export interface TagSettings {
  table: string;
  region: string;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_BATCH = 100;
/** Before what a busy table left out is asked for again, as that page wants it. */
const PAUSES_MILLISECONDS = [25, 50, 100, 200, 400];
const TIMEOUT_MILLISECONDS = 3000;
/** No entry is kept for longer than Next's `expireTime`, a year. */
const KEPT_SECONDS = 400 * 86_400;
const STATE = 'STATE';
const PAGE = 'PAGE#';

/** A tag touches only what was rendered before it was revalidated. */
export function judge(
  states: TagStates,
  tags: string[],
  generatedAt: number,
  now: number,
): 'fresh' | 'stale' | 'expired' {
  let verdict: 'fresh' | 'stale' = 'fresh';
  for (const tag of tags) {
    const { staleAt = 0, expiredAt = 0 } = states.get(tag) ?? {};
    if (expiredAt > generatedAt && expiredAt <= now) return 'expired';
    if (staleAt > generatedAt) verdict = 'stale';
  }
  return verdict;
}

const pause = (milliseconds?: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

type Attribute = { S: string } | { N: string };
type Item = Record<string, Attribute>;

const numberOf = (attribute: Attribute | undefined) =>
  attribute && 'N' in attribute ? Number(attribute.N) : undefined;
const textOf = (attribute: Attribute | undefined) => (attribute && 'S' in attribute ? attribute.S : '');

function chunks<T>(all: T[], size: number): T[][] {
  return all.length === 0 ? [] : [all.slice(0, size), ...chunks(all.slice(size), size)];
}

export function createTags(
  site: string,
  { table, region }: TagSettings,
  environment: Environment = process.env,
  now = Date.now,
): Tags {
  const partition = (tag: string) => `TAG#${site}#${tag}`;
  const tagOf = (key: string) => key.slice(partition('').length);

  async function call<Output>(operation: string, input: object): Promise<Output> {
    const endpoint = endpointOf('dynamodb', `https://dynamodb.${region}.amazonaws.com`, environment);
    const answer = await awsClient('dynamodb', region, environment, 3).fetch(`${endpoint}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`DynamoDB answered ${answer.status} to ${operation}: ${text}`);
    return JSON.parse(text) as Output;
  }

  async function readSome(tags: string[]): Promise<Item[]> {
    const found: Item[] = [];
    let Keys: Item[] = tags.map((tag) => ({ pk: { S: partition(tag) }, sk: { S: STATE } }));
    for (let round = 0; Keys.length > 0; round++) {
      if (round > PAUSES_MILLISECONDS.length) throw new Error(`DynamoDB left out ${Keys.length} tags, ${round} times`);
      if (round > 0) await pause(PAUSES_MILLISECONDS[round - 1]);
      const output = await call<{
        Responses?: Record<string, Item[]>;
        UnprocessedKeys?: Record<string, { Keys: Item[] }>;
      }>('BatchGetItem', { RequestItems: { [table]: { Keys, ConsistentRead: true } } });
      found.push(...(output.Responses?.[table] ?? []));
      Keys = output.UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return found;
  }

  const ttl = (): Attribute => ({ N: String(Math.floor(now() / 1000) + KEPT_SECONDS) });

  async function pagesOfTag(tag: string): Promise<string[]> {
    const keys: string[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const output = await call<{ Items?: Item[]; LastEvaluatedKey?: Item }>('Query', {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :page)',
        ExpressionAttributeValues: { ':pk': { S: partition(tag) }, ':page': { S: PAGE } },
        ConsistentRead: true,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      });
      keys.push(...(output.Items ?? []).map(({ sk }) => textOf(sk).slice(PAGE.length)));
      ExclusiveStartKey = output.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return keys;
  }

  return {
    async read(tags) {
      const items = (await Promise.all(chunks([...new Set(tags)], MAX_BATCH).map(readSome))).flat();
      return new Map(
        items.map(({ pk, staleAt, expiredAt }) => [
          tagOf(textOf(pk)),
          { staleAt: numberOf(staleAt), expiredAt: numberOf(expiredAt) },
        ]),
      );
    },

    async write(tags, state) {
      const fields = Object.entries(state).filter(([, value]) => value !== undefined);
      const sets = [...fields.map(([name]) => `${name} = :${name}`), '#ttl = :ttl'].join(', ');
      const values = Object.fromEntries(fields.map(([name, value]) => [`:${name}`, { N: String(value) }]));
      await Promise.all(
        tags.map((tag) =>
          call('UpdateItem', {
            TableName: table,
            Key: { pk: { S: partition(tag) }, sk: { S: STATE } },
            UpdateExpression: `SET ${sets}`,
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ...values, ':ttl': ttl() },
          }),
        ),
      );
    },

    async notePage(tags, key) {
      const note = (tag: string) => ({ pk: { S: partition(tag) }, sk: { S: `${PAGE}${key}` }, ttl: ttl() });
      await Promise.all(tags.map((tag) => call('PutItem', { TableName: table, Item: note(tag) })));
    },

    async pagesOf(tags) {
      return [...new Set((await Promise.all(tags.map(pagesOfTag))).flat())];
    },
  };
}
