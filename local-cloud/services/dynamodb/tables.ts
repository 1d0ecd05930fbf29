/** Tables. They become ACTIVE, and vanish, at once. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Json, Table } from './dynalite.ts';
import type { Engine } from './engine.ts';
import type { TableSettings } from './table-settings.ts';

const isSettled = ({ TableStatus, GlobalSecondaryIndexes = [] }: Table) =>
  TableStatus === 'ACTIVE' && GlobalSecondaryIndexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE');

/** dynalite changes the status of a table in timers of its own. */
async function settled(engine: Engine, name: string): Promise<Table> {
  for (;;) {
    const table = await engine.table(name);
    if (isSettled(table)) return table;
    await nextTurn();
  }
}

async function vanished(engine: Engine, name: string): Promise<void> {
  while (await engine.table(name).catch(() => undefined)) await nextTurn();
}

function checkStreams(input: Json): void {
  if (!(input.StreamSpecification as Json | undefined)?.StreamEnabled) return;
  throw new AwsError('ValidationException', 'DynamoDB streams are not emulated by the local cloud', 400);
}

/** Ends what a killed process left half-done. */
export async function repairTables(engine: Engine): Promise<void> {
  let ExclusiveStartTableName: unknown;
  do {
    const page = await engine.run('ListTables', ExclusiveStartTableName ? { ExclusiveStartTableName } : {});
    for (const name of page.TableNames as string[]) {
      const table = await engine.table(name);
      if (table.TableStatus === 'DELETING') await engine.removeTable(name);
      else if (!isSettled(table)) {
        for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
        await engine.putTable({ ...table, TableStatus: 'ACTIVE' });
      }
    }
    ExclusiveStartTableName = page.LastEvaluatedTableName;
  } while (ExclusiveStartTableName);
}

export function tableOperations(engine: Engine, settings: TableSettings) {
  const describe = async (name: string): Promise<Json> => ({
    ...(await engine.table(name)),
    DeletionProtectionEnabled: settings.of(name).deletionProtection ?? false,
  });

  const create = async (input: Json): Promise<Json> => {
    checkStreams(input);
    await engine.run('CreateTable', input);
    const name = String(input.TableName);
    const { TableArn } = await settled(engine, name);
    const Tags = (input.Tags as unknown[] | undefined) ?? [];
    if (Tags.length > 0) await engine.run('TagResource', { ResourceArn: TableArn, Tags });
    settings.change(name, { deletionProtection: input.DeletionProtectionEnabled === true });
    return { TableDescription: await describe(name) };
  };

  const update = async (input: Json): Promise<Json> => {
    checkStreams(input);
    const { DeletionProtectionEnabled, ...rest } = input;
    const { TableName } = await engine.table(String(input.TableName));
    if (Object.keys(rest).length > 1 || DeletionProtectionEnabled === undefined) {
      await engine.run('UpdateTable', rest);
      await settled(engine, TableName);
    }
    if (DeletionProtectionEnabled !== undefined) {
      settings.change(TableName, { deletionProtection: DeletionProtectionEnabled === true });
    }
    return { TableDescription: await describe(TableName) };
  };

  const remove = async (input: Json): Promise<Json> => {
    const name = String(input.TableName);
    if (settings.of(name).deletionProtection) {
      const message = `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. Table: ${name}`;
      throw new AwsError('ValidationException', message, 400);
    }
    const answer = structuredClone(await engine.run('DeleteTable', input));
    await vanished(engine, name);
    settings.forget(name);
    return answer;
  };

  return {
    CreateTable: (input: Json) => engine.exclusively(() => create(input)),
    UpdateTable: (input: Json) => engine.exclusively(() => update(input)),
    DeleteTable: (input: Json) => engine.exclusively(() => remove(input)),
    DescribeTable: async (input: Json) => {
      await engine.run('DescribeTable', input);
      return { Table: await describe(String(input.TableName)) };
    },
  };
}
