/**
 * Expiry of items. AWS removes expired ones within days; here they go when their table is used, at most once a minute.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Item, Json } from './dynalite.ts';
import type { Engine } from './engine.ts';
import type { TableSettings } from './table-settings.ts';

const SWEEP_MS = 60_000;

async function removeExpired(engine: Engine, table: string, attribute: string, now: number): Promise<void> {
  const { KeySchema } = await engine.table(table);
  let ExclusiveStartKey: unknown;
  do {
    const page = await engine.run('Scan', {
      TableName: table,
      FilterExpression: 'attribute_type(#ttl, :number) AND #ttl < :now',
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':number': { S: 'N' }, ':now': { N: String(Math.floor(now / 1000)) } },
      ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
    });
    for (const item of page.Items as Item[]) {
      const Key = Object.fromEntries(KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]));
      await engine.atomically(() => engine.run('DeleteItem', { TableName: table, Key }));
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

export function timeToLive(engine: Engine, settings: TableSettings, now: () => number) {
  const sweptAt = new Map<string, number>();
  return {
    /** Removes expired items of the tables that an operation is about to use, if the last time is a minute ago. */
    sweep: async (tables: string[]): Promise<void> => {
      for (const table of tables) {
        const attribute = settings.of(table).timeToLive;
        const due = now() - (sweptAt.get(table) ?? Number.NEGATIVE_INFINITY) >= SWEEP_MS;
        if (attribute === undefined || !due) continue;
        sweptAt.set(table, now());
        await engine.exclusively(() => removeExpired(engine, table, attribute, now()));
      }
    },

    operations: {
      UpdateTimeToLive: async (input: Json) => {
        const { TableName } = await engine.table(String(input.TableName));
        const { AttributeName, Enabled } = (input.TimeToLiveSpecification ?? {}) as Json;
        if (Enabled === (settings.of(TableName).timeToLive !== undefined)) {
          const message = `TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`;
          throw new AwsError('ValidationException', message, 400);
        }
        settings.change(TableName, { timeToLive: Enabled ? String(AttributeName) : undefined });
        return { TimeToLiveSpecification: { AttributeName, Enabled } };
      },

      DescribeTimeToLive: async (input: Json) => {
        const { TableName } = await engine.table(String(input.TableName));
        const AttributeName = settings.of(TableName).timeToLive;
        const enabled = { TimeToLiveStatus: 'ENABLED', AttributeName };
        return { TimeToLiveDescription: AttributeName === undefined ? { TimeToLiveStatus: 'DISABLED' } : enabled };
      },
    },
  };
}
