import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AppSettings } from '../../domain/settings.ts';
import { setExpression, type Table } from './table.ts';

export type SettingsStore = ReturnType<typeof createSettingsStore>;

const settingsKey = (app: string) => ({ pk: `APP#${app}`, sk: 'SETTINGS' });

/** Beside the app's own item, and part by part: two people who change different ones do not meet. */
export function createSettingsStore({ client, name: TableName }: Table) {
  return {
    async get(app: string): Promise<AppSettings> {
      const { Item } = await client.send(new GetCommand({ TableName, Key: settingsKey(app), ConsistentRead: true }));
      return AppSettings.parse(Item ?? {});
    },

    async set(app: string, change: AppSettings): Promise<void> {
      const { set, names, values } = setExpression(change);
      if (set === '') return;
      await client.send(
        new UpdateCommand({
          TableName,
          Key: settingsKey(app),
          UpdateExpression: `SET ${set}`,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      );
    },
  };
}
