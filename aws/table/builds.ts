/** What was built before, by the key of all that goes into a build: what has the same key need not be built again. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { BuildResult } from '../../domain/pipeline.ts';
import type { Table } from './table.ts';

export type BuildStore = ReturnType<typeof createBuildStore>;

const itemKey = (app: string, key: string) => ({ pk: `APP#${app}`, sk: `BUILD#${key}` });
/** Artifacts go with their releases, which may be kept longer: a build that is not found is made anew. */
const KEPT_SECONDS = 90 * 24 * 60 * 60;

export function createBuildStore({ client, name }: Table) {
  return {
    async find(app: string, key: string): Promise<BuildResult | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: name, Key: itemKey(app, key), ConsistentRead: true }),
      );
      return Item && BuildResult.parse(Item.build);
    },

    async put(app: string, key: string, build: BuildResult, nowSeconds: number): Promise<void> {
      const Item = { ...itemKey(app, key), build, ttl: Math.floor(nowSeconds) + KEPT_SECONDS };
      await client.send(new PutCommand({ TableName: name, Item }));
    },
  };
}
