import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { App } from '../../domain/app.ts';
import type { GitHostKind } from '../../domain/deployment.ts';
import { queryAll, type Table } from './table.ts';

export type AppStore = ReturnType<typeof createAppStore>;

export function createAppStore(table: Table) {
  const { client, name } = table;

  async function get(id: string): Promise<App | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: name, Key: { pk: `APP#${id}`, sk: 'APP' }, ConsistentRead: true }),
    );
    return Item && App.parse(Item);
  }

  return {
    get,

    /** Creates or replaces an app. The repository's entry comes first: alone it is harmless, for readers check the app. */
    async put(app: App): Promise<void> {
      const { host, name: repository } = app.repository;
      const entry = { pk: `REPOSITORY#${host}#${repository}`, sk: `APP#${app.id}`, app: app.id };
      await client.send(new PutCommand({ TableName: name, Item: entry }));
      const keys = { pk: `APP#${app.id}`, sk: 'APP', gsi1pk: 'APPS', gsi1sk: app.id };
      await client.send(new PutCommand({ TableName: name, Item: { ...app, ...keys } }));
    },

    async list(): Promise<App[]> {
      const items = await queryAll(table, {
        IndexName: 'gsi1',
        KeyConditionExpression: 'gsi1pk = :apps',
        ExpressionAttributeValues: { ':apps': 'APPS' },
      });
      return items.map((item) => App.parse(item));
    },

    /** The apps that are built from a repository: more than one in a monorepo. */
    async ofRepository(host: GitHostKind, repository: string): Promise<App[]> {
      const entries = await queryAll(table, {
        KeyConditionExpression: 'pk = :repository',
        ExpressionAttributeValues: { ':repository': `REPOSITORY#${host}#${repository}` },
      });
      const apps = await Promise.all(entries.map((entry) => get(String(entry.app))));
      return apps.filter((app) => app?.repository.host === host && app.repository.name === repository) as App[];
    },
  };
}
