import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { SiteAccess } from '../../domain/access.ts';
import { queryAll, type Table, unlessRefused } from './table.ts';

export type AccessStore = ReturnType<typeof createAccessStore>;

const accessKey = (site: string) => ({ pk: 'ACCESS', sk: `SITE#${site}` });

/** The protected sites: all under one key, for one function guards many of them. */
export function createAccessStore(table: Table) {
  const { client, name: TableName } = table;
  return {
    async get(site: string): Promise<SiteAccess | undefined> {
      const { Item } = await client.send(new GetCommand({ TableName, Key: accessKey(site), ConsistentRead: true }));
      return Item && SiteAccess.parse(Item);
    },

    async all(): Promise<SiteAccess[]> {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :access',
        ExpressionAttributeValues: { ':access': 'ACCESS' },
        ConsistentRead: true,
      });
      return items.map((item) => SiteAccess.parse(item));
    },

    async put(access: SiteAccess): Promise<void> {
      await client.send(new PutCommand({ TableName, Item: { ...access, ...accessKey(access.site) } }));
    },

    /** Nothing happens when the site is not protected any more. */
    async setDistribution(site: string, distributionId: string): Promise<void> {
      const update = new UpdateCommand({
        TableName,
        Key: accessKey(site),
        UpdateExpression: 'SET distributionId = :id',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':id': distributionId },
      });
      await unlessRefused(client.send(update));
    },

    async remove(site: string): Promise<void> {
      await client.send(new DeleteCommand({ TableName, Key: accessKey(site) }));
    },
  };
}
