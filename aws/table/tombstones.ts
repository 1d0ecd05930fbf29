/** Functions that nothing uses any more and that AWS will not delete yet: functions/reap tries again until it does. */
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { queryAll, type Table } from './table.ts';

export type TombstoneStore = ReturnType<typeof createTombstoneStore>;

export const Tombstone = z.object({
  functionName: z.string(),
  /** Its site: one that is deployed again keeps the function. */
  site: z.string(),
  since: z.iso.datetime(),
  /** Not to be tried before. */
  dueAt: z.iso.datetime(),
  attempts: z.int().nonnegative(),
});
export type Tombstone = z.infer<typeof Tombstone>;

const PARTITION = 'TOMBSTONES';
const keyOf = ({ functionName }: Pick<Tombstone, 'functionName'>) => ({ pk: PARTITION, sk: functionName });

export function createTombstoneStore(table: Table) {
  const { client, name } = table;
  return {
    async put(tombstone: Tombstone): Promise<void> {
      await client.send(new PutCommand({ TableName: name, Item: { ...tombstone, ...keyOf(tombstone) } }));
    },

    async list(): Promise<Tombstone[]> {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :tombstones',
        ExpressionAttributeValues: { ':tombstones': PARTITION },
      });
      return items.map((item) => Tombstone.parse(item));
    },

    async postpone(tombstone: Tombstone, dueAt: string): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: name,
          Key: keyOf(tombstone),
          UpdateExpression: 'SET dueAt = :dueAt, attempts = :attempts',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':dueAt': dueAt, ':attempts': tombstone.attempts + 1 },
        }),
      );
    },

    async remove(tombstone: Pick<Tombstone, 'functionName'>): Promise<void> {
      await client.send(new DeleteCommand({ TableName: name, Key: keyOf(tombstone) }));
    },
  };
}
