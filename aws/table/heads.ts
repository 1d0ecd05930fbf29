/** The branches that an app's repository had when it was last looked at: one that is not among them is new. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table } from './table.ts';

export type HeadStore = ReturnType<typeof createHeadStore>;

const SeenHeads = z.object({
  /** The repository's page: an app may move to another one. */
  repository: z.url(),
  /** Branch → commit. */
  heads: z.record(z.string(), z.string()),
});
export type SeenHeads = z.infer<typeof SeenHeads>;

const headsKey = (app: string) => ({ pk: `APP#${app}`, sk: 'HEADS' });

export function createHeadStore({ client, name: TableName }: Table) {
  return {
    async get(app: string): Promise<SeenHeads | undefined> {
      const { Item } = await client.send(new GetCommand({ TableName, Key: headsKey(app) }));
      return Item && SeenHeads.parse(Item);
    },

    async put(app: string, seen: SeenHeads): Promise<void> {
      await client.send(new PutCommand({ TableName, Item: { ...seen, ...headsKey(app) } }));
    },
  };
}
