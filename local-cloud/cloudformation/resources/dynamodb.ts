import { setTimeout as pause } from 'node:timers/promises';
import type * as sdk from '@aws-sdk/client-dynamodb';
import { type Aws, createOrUpdate, type ResourceType } from '../resource-type.ts';

interface TableProperties extends Omit<sdk.CreateTableInput, 'StreamSpecification' | 'SSESpecification'> {
  TableName: string | undefined;
  StreamSpecification?: { StreamViewType: sdk.StreamViewType };
  SSESpecification?: unknown;
  TimeToLiveSpecification?: sdk.TimeToLiveSpecification;
  PointInTimeRecoverySpecification?: sdk.PointInTimeRecoverySpecification;
}

const POLL_MS = 20;

/** By design: the keys and indexes of a table that exists are not changed; that needs a new table. */
export const table: ResourceType<TableProperties> = {
  put: async ({ properties, defaultName, aws }) => {
    const { TimeToLiveSpecification, PointInTimeRecoverySpecification, SSESpecification: _, ...given } = properties;
    const TableName = properties.TableName ?? defaultName;
    const StreamSpecification = given.StreamSpecification && { ...given.StreamSpecification, StreamEnabled: true };
    await createOrUpdate<unknown>(
      () => aws('dynamodb', 'CreateTable', { ...given, TableName, StreamSpecification }),
      async () => requireSameKeys(await describe(TableName, aws), properties),
    );
    const found = await active(TableName, aws);
    if (TimeToLiveSpecification) await setTimeToLive(TableName, TimeToLiveSpecification, aws);
    if (PointInTimeRecoverySpecification) {
      await aws('dynamodb', 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification });
    }
    const attributes: Record<string, string> = { Arn: found.TableArn! };
    if (found.LatestStreamArn) attributes.StreamArn = found.LatestStreamArn;
    return { id: TableName, attributes };
  },
  delete: async ({ id }, aws) => void (await aws('dynamodb', 'DeleteTable', { TableName: id })),
};

async function describe(TableName: string, aws: Aws): Promise<sdk.TableDescription> {
  const { Table } = await aws<sdk.DescribeTableOutput>('dynamodb', 'DescribeTable', { TableName });
  return Table!;
}

async function active(TableName: string, aws: Aws): Promise<sdk.TableDescription> {
  for (;;) {
    const found = await describe(TableName, aws);
    if (found.TableStatus === 'ACTIVE') return found;
    await pause(POLL_MS);
  }
}

async function setTimeToLive(TableName: string, wanted: sdk.TimeToLiveSpecification, aws: Aws): Promise<void> {
  const { TimeToLiveDescription } = await aws<sdk.DescribeTimeToLiveOutput>('dynamodb', 'DescribeTimeToLive', {
    TableName,
  });
  const enabled = ['ENABLED', 'ENABLING'].includes(TimeToLiveDescription?.TimeToLiveStatus ?? '');
  // DynamoDB refuses to set what is set already.
  if (enabled !== (String(wanted.Enabled) === 'true')) {
    await aws('dynamodb', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: wanted });
  }
}

function requireSameKeys(found: sdk.TableDescription, wanted: TableProperties): void {
  const keys = (table: { KeySchema?: sdk.KeySchemaElement[] }) =>
    (table.KeySchema ?? []).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).sort();
  const indexes = (list: { IndexName?: string; KeySchema?: sdk.KeySchemaElement[] }[] = []) =>
    list.map((index) => [index.IndexName, keys(index)]).sort();
  const shape = (each: sdk.TableDescription | TableProperties) =>
    JSON.stringify([keys(each), indexes(each.GlobalSecondaryIndexes), indexes(each.LocalSecondaryIndexes)]);
  if (shape(found) === shape(wanted)) return;
  throw new Error(`the keys or indexes of the existing table ${found.TableName} differ; delete the table first`);
}
