import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Repository } from '../../domain/deployment.ts';
import { queryAll, type Table } from './table.ts';

export type HookStore = ReturnType<typeof createHookStore>;

/** A webhook that Towpath made, and the one repository that it may speak of. */
const HookRecord = z.object({ id: z.string(), repository: Repository, createdAt: z.iso.datetime() });
export type HookRecord = z.infer<typeof HookRecord>;

const hookKey = (id: string) => ({ pk: `HOOK#${id}`, sk: 'HOOK' });
const repositoryKey = ({ host, name }: Pick<Repository, 'host' | 'name'>) => `REPOSITORY#${host}#${name}`;

export function createHookStore(table: Table) {
  const { client, name } = table;
  return {
    async get(id: string): Promise<HookRecord | undefined> {
      const { Item } = await client.send(new GetCommand({ TableName: name, Key: hookKey(id), ConsistentRead: true }));
      return Item && HookRecord.parse(Item);
    },

    /** Comes before the hook itself: its first delivery may be there at once. */
    async put(hook: HookRecord): Promise<void> {
      const index = { gsi1pk: repositoryKey(hook.repository), gsi1sk: `HOOK#${hook.id}` };
      await client.send(new PutCommand({ TableName: name, Item: { ...hook, ...hookKey(hook.id), ...index } }));
    },

    /** From now on its deliveries are forgeries. */
    async remove(id: string): Promise<void> {
      await client.send(new DeleteCommand({ TableName: name, Key: hookKey(id) }));
    },

    async ofRepository(repository: Pick<Repository, 'host' | 'name'>): Promise<HookRecord[]> {
      const items = await queryAll(table, {
        IndexName: 'gsi1',
        KeyConditionExpression: 'gsi1pk = :repository AND begins_with(gsi1sk, :hook)',
        ExpressionAttributeValues: { ':repository': repositoryKey(repository), ':hook': 'HOOK#' },
      });
      return items.map((item) => HookRecord.parse(item));
    },
  };
}
