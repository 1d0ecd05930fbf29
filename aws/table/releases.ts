import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ReleaseRecord } from '../../domain/release.ts';
import { deleteAll, queryAll, type Table } from './table.ts';

export type ReleaseStore = ReturnType<typeof createReleaseStore>;

const releaseKey = (site: string, release: string) => ({ pk: `SITE#${site}`, sk: `RELEASE#${release}` });

export function createReleaseStore(table: Table) {
  const { client, name } = table;
  return {
    async put(record: ReleaseRecord): Promise<void> {
      const Item = { ...record, ...releaseKey(record.site, record.release) };
      await client.send(new PutCommand({ TableName: name, Item }));
    },

    /** What a promotion needs beside the record itself. */
    async setPublished(site: string, release: string, published: ReleaseRecord['published']): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: name,
          Key: releaseKey(site, release),
          UpdateExpression: 'SET published = :published',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':published': published },
        }),
      );
    },

    async get(site: string, release: string): Promise<ReleaseRecord | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: name, Key: releaseKey(site, release), ConsistentRead: true }),
      );
      return Item && ReleaseRecord.parse(Item);
    },

    async forget(site: string, release: string): Promise<void> {
      await client.send(new DeleteCommand({ TableName: name, Key: releaseKey(site, release) }));
    },

    async forgetAll(site: string): Promise<void> {
      await deleteAll(table, { partition: `SITE#${site}`, prefix: 'RELEASE#' });
    },

    /** A site's kept releases, newest first. */
    async ofSite(site: string): Promise<ReleaseRecord[]> {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :site AND begins_with(sk, :release)',
        ExpressionAttributeValues: { ':site': `SITE#${site}`, ':release': 'RELEASE#' },
        ScanIndexForward: false,
      });
      return items.map((item) => ReleaseRecord.parse(item));
    },
  };
}
