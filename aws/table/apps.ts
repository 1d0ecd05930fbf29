import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { App, type Notification } from '../../domain/app.ts';
import type { GitHostKind } from '../../domain/deployment.ts';
import { changeExpression, deleteAll, queryAll, type Table, unlessRefused } from './table.ts';

export type AppStore = ReturnType<typeof createAppStore>;

/** Fields that are there and undefined are taken away; those that are not there stay. */
export type AppChange = Partial<Omit<App, 'id' | 'createdAt' | 'notifications' | 'removingSince'>>;

export function createAppStore(table: Table) {
  const { client, name } = table;

  async function get(id: string): Promise<App | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: name, Key: { pk: `APP#${id}`, sk: 'APP' }, ConsistentRead: true }),
    );
    return Item && App.parse(Item);
  }

  /** Comes before the app's own item: alone it is harmless, for readers check the app. */
  async function putEntry(id: string, { host, name: repository }: App['repository']): Promise<void> {
    const entry = { pk: `REPOSITORY#${host}#${repository}`, sk: `APP#${id}`, app: id };
    await client.send(new PutCommand({ TableName: name, Item: entry }));
  }

  return {
    get,

    /** False when there is an app of that name. */
    async create(app: App): Promise<boolean> {
      await putEntry(app.id, app.repository);
      const keys = { pk: `APP#${app.id}`, sk: 'APP', gsi1pk: 'APPS', gsi1sk: app.id };
      const put = new PutCommand({
        TableName: name,
        Item: { ...app, ...keys },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      return (await unlessRefused(client.send(put))) !== undefined;
    },

    /** Answers what the app is now; undefined when it is gone, or being removed. */
    async change(id: string, fields: AppChange): Promise<App | undefined> {
      if (fields.repository) await putEntry(id, fields.repository);
      const update = new UpdateCommand({
        TableName: name,
        Key: { pk: `APP#${id}`, sk: 'APP' },
        ...changeExpression(fields),
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(removingSince)',
        ReturnValues: 'ALL_NEW',
      });
      const changed = await unlessRefused(client.send(update));
      return changed && App.parse(changed.Attributes);
    },

    /** From now on nothing of it is deployed. False when there is no such app. */
    async markRemoving(id: string, at: string): Promise<boolean> {
      const update = new UpdateCommand({
        TableName: name,
        Key: { pk: `APP#${id}`, sk: 'APP' },
        UpdateExpression: 'SET removingSince = if_not_exists(removingSince, :at)',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': at },
      });
      return (await unlessRefused(client.send(update))) !== undefined;
    },

    /** The app's own item last: until then whoever is interrupted finds it again. */
    async forget({ id, repository: { host, name: repository } }: App): Promise<void> {
      const partition = `APP#${id}`;
      const entry = { pk: `REPOSITORY#${host}#${repository}`, sk: partition };
      await client.send(new DeleteCommand({ TableName: name, Key: entry }));
      for (const prefix of ['VARIABLE#', 'IGNORED#', 'BUILD#', 'SETTINGS', 'HEADS'])
        await deleteAll(table, { partition, prefix });
      await client.send(new DeleteCommand({ TableName: name, Key: { pk: partition, sk: 'APP' } }));
    },

    /** False when the app is gone or has `max` notifications. */
    async addNotification(id: string, notification: Notification, max: number): Promise<boolean> {
      const update = new UpdateCommand({
        TableName: name,
        Key: { pk: `APP#${id}`, sk: 'APP' },
        UpdateExpression: 'SET notifications = list_append(if_not_exists(notifications, :none), :added)',
        ConditionExpression:
          'attribute_exists(pk) AND (attribute_not_exists(notifications) OR size(notifications) < :max)',
        ExpressionAttributeValues: { ':none': [], ':added': [notification], ':max': max },
      });
      return (await unlessRefused(client.send(update))) !== undefined;
    },

    /** Remembers why a notification is not delivered, or that it is again. Nothing happens when it was moved or removed meanwhile. */
    async setNotificationProblem(
      { id, notifications }: Pick<App, 'id' | 'notifications'>,
      notification: string,
      problem: Notification['problem'],
    ): Promise<void> {
      const place = `notifications[${notifications.findIndex((one) => one.id === notification)}]`;
      const update = new UpdateCommand({
        TableName: name,
        Key: { pk: `APP#${id}`, sk: 'APP' },
        UpdateExpression: problem ? `SET ${place}.problem = :problem` : `REMOVE ${place}.problem`,
        ConditionExpression: `${place}.id = :id`,
        ExpressionAttributeValues: { ':id': notification, ...(problem && { ':problem': problem }) },
      });
      await unlessRefused(client.send(update));
    },

    /** False when somebody else has changed the app's notifications since it was read. */
    async removeNotification({ id, notifications }: App, notification: string): Promise<boolean> {
      const place = `notifications[${notifications.findIndex((one) => one.id === notification)}]`;
      const update = new UpdateCommand({
        TableName: name,
        Key: { pk: `APP#${id}`, sk: 'APP' },
        UpdateExpression: `REMOVE ${place}`,
        ConditionExpression: `${place}.id = :id`,
        ExpressionAttributeValues: { ':id': notification },
      });
      return (await unlessRefused(client.send(update))) !== undefined;
    },

    async list(): Promise<App[]> {
      const items = await queryAll(table, {
        IndexName: 'gsi1',
        KeyConditionExpression: 'gsi1pk = :apps',
        ExpressionAttributeValues: { ':apps': 'APPS' },
      });
      return items.map((item) => App.parse(item));
    },

    /** Remembers what its Git host refuses, or that it refuses nothing any more. Nothing happens when the app is gone. */
    async setGitProblem(id: string, problem: App['gitProblem']): Promise<void> {
      const update = new UpdateCommand({
        TableName: name,
        Key: { pk: `APP#${id}`, sk: 'APP' },
        UpdateExpression: problem ? 'SET gitProblem = :problem' : 'REMOVE gitProblem',
        ConditionExpression: 'attribute_exists(pk)',
        ...(problem && { ExpressionAttributeValues: { ':problem': problem } }),
      });
      await unlessRefused(client.send(update));
    },

    /** From now on its repository's pushes are not for this app. Its token is for the caller to delete. */
    async disconnect({ id, repository: { host, name: repository } }: App, disconnectedAt: string): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: name,
          Key: { pk: `APP#${id}`, sk: 'APP' },
          UpdateExpression: 'SET disconnectedAt = :at REMOVE gitTokenParameter',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': disconnectedAt },
        }),
      );
      const entry = { pk: `REPOSITORY#${host}#${repository}`, sk: `APP#${id}` };
      await client.send(new DeleteCommand({ TableName: name, Key: entry }));
    },

    /** The apps that are built from a repository: more than one in a monorepo. */
    async ofRepository(host: GitHostKind, repository: string): Promise<App[]> {
      const entries = await queryAll(table, {
        KeyConditionExpression: 'pk = :repository',
        ExpressionAttributeValues: { ':repository': `REPOSITORY#${host}#${repository}` },
      });
      const apps = await Promise.all(entries.map((entry) => get(String(entry.app))));
      return apps.filter(
        (app) => app?.repository.host === host && app.repository.name === repository && !app.disconnectedAt,
      ) as App[];
    },
  };
}
