import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { queryAll, type Table, unlessRefused } from './table.ts';

export type TokenStore = ReturnType<typeof createTokenStore>;

/** A token of the HTTP API. What it is itself is known to its owner alone. */
const TokenRecord = z.object({
  name: z.string(),
  /** SHA-256 of the token in hex: 256 random bits need no salt, and nobody finds them by guessing. */
  hash: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
});
export type TokenRecord = z.infer<typeof TokenRecord>;

const byHash = (hash: string) => ({ pk: `TOKEN#${hash}`, sk: 'TOKEN' });
const byName = (name: string) => ({ pk: 'TOKENS', sk: `TOKEN#${name}` });

export function createTokenStore(table: Table) {
  const { client, name: TableName } = table;

  async function named(name: string): Promise<TokenRecord | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName, Key: byName(name), ConsistentRead: true }));
    return Item && TokenRecord.parse(Item);
  }

  return {
    /** False when there is one of that name. Its name comes first: alone it lets nobody in. */
    async create(token: TokenRecord): Promise<boolean> {
      const ConditionExpression = 'attribute_not_exists(pk)';
      const put = new PutCommand({ TableName, Item: { ...token, ...byName(token.name) }, ConditionExpression });
      if (!(await unlessRefused(client.send(put)))) return false;
      await client.send(new PutCommand({ TableName, Item: { ...token, ...byHash(token.hash) } }));
      return true;
    },

    async ofHash(hash: string): Promise<TokenRecord | undefined> {
      const { Item } = await client.send(new GetCommand({ TableName, Key: byHash(hash), ConsistentRead: true }));
      return Item && TokenRecord.parse(Item);
    },

    async list(): Promise<TokenRecord[]> {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :tokens',
        ExpressionAttributeValues: { ':tokens': byName('').pk },
      });
      return items.map((item) => TokenRecord.parse(item));
    },

    /** What lets its owner in goes first. Undefined when there is none of that name. */
    async revoke(name: string): Promise<TokenRecord | undefined> {
      const token = await named(name);
      if (!token) return undefined;
      await client.send(new DeleteCommand({ TableName, Key: byHash(token.hash) }));
      await client.send(new DeleteCommand({ TableName, Key: byName(name) }));
      return token;
    },
  };
}
