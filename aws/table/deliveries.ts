import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { GitHostKind } from '../../domain/deployment.ts';
import type { Table } from './table.ts';

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** GitHub lets a delivery be repeated for 3 days; a week is well beyond every host's time. */
const KEPT_SECONDS = 7 * 24 * 60 * 60;

const deliveryKey = (host: GitHostKind, id: string) => ({ pk: `DELIVERY#${host}#${id}`, sk: 'DELIVERY' });

export function createDeliveryStore({ client, name }: Table) {
  return {
    async seen(host: GitHostKind, id: string): Promise<boolean> {
      const { Item } = await client.send(
        new GetCommand({ TableName: name, Key: deliveryKey(host, id), ConsistentRead: true }),
      );
      return Item !== undefined;
    },

    /** To be called once what the delivery asked for is recorded: a delivery that failed half-way may come again. */
    async record(host: GitHostKind, id: string, nowSeconds: number): Promise<void> {
      const Item = { ...deliveryKey(host, id), ttl: Math.floor(nowSeconds) + KEPT_SECONDS };
      await client.send(new PutCommand({ TableName: name, Item }));
    },
  };
}
