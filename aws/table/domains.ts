import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { SiteDomains } from '../../domain/custom-domain.ts';
import { queryAll, type Table, unlessRefused } from './table.ts';

export type DomainStore = ReturnType<typeof createDomainStore>;

const domainsKey = (site: string) => ({ pk: 'DOMAINS', sk: `SITE#${site}` });

/** All under one key, for a domain is looked for among those of all sites. */
export function createDomainStore(table: Table) {
  const { client, name: TableName } = table;
  return {
    async get(site: string): Promise<SiteDomains | undefined> {
      const { Item } = await client.send(new GetCommand({ TableName, Key: domainsKey(site), ConsistentRead: true }));
      return Item && SiteDomains.parse(Item);
    },

    async all(): Promise<SiteDomains[]> {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :domains',
        ExpressionAttributeValues: { ':domains': 'DOMAINS' },
        ConsistentRead: true,
      });
      return items.map((item) => SiteDomains.parse(item));
    },

    /** In the place of the revision `before`, or of none; false when another one is there. */
    async put(domains: SiteDomains, before?: number): Promise<boolean> {
      const put = new PutCommand({
        TableName,
        Item: { ...domains, ...domainsKey(domains.site) },
        ...(before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'revision = :before', ExpressionAttributeValues: { ':before': before } }),
      });
      return (await unlessRefused(client.send(put))) !== undefined;
    },

    /** False when it has another revision by now. */
    async remove(site: string, revision: number): Promise<boolean> {
      const remove = new DeleteCommand({
        TableName,
        Key: domainsKey(site),
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      });
      return (await unlessRefused(client.send(remove))) !== undefined;
    },
  };
}
