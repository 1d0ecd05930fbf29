/** Writes of single items and batches: one after the other, each as a whole. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Item, Json } from './dynalite.ts';
import type { Engine } from './engine.ts';

/** Where the operation's input has the key. */
const KEY_MEMBER: Record<string, string> = { PutItem: 'Item', UpdateItem: 'Key', DeleteItem: 'Key' };

export async function keyOf(engine: Engine, tableName: string, holder: Item): Promise<{ text: string; item?: Item }> {
  const table = await engine.table(tableName);
  const key: Item = {};
  for (const { AttributeName } of table.KeySchema) {
    const value = holder[AttributeName];
    if (value) key[AttributeName] = value;
  }
  const text = engine.keyText(table, key);
  return { text, item: await engine.item(table, text) };
}

/** dynalite does not know ReturnValuesOnConditionCheckFailure. */
async function withOldItem(engine: Engine, operation: string, input: Json, error: unknown): Promise<unknown> {
  const wanted = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  if (!wanted || !(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') return error;
  const holder = input[KEY_MEMBER[operation] ?? 'Key'] as Item;
  const { item } = await keyOf(engine, String(input.TableName), holder);
  return item ? new AwsError(error.code, error.message, error.status, { Item: item }) : error;
}

export function writeItem(engine: Engine, operation: string, input: Json): Promise<Json> {
  return engine.exclusively(async () => {
    try {
      return await engine.atomically(() => engine.run(operation, input));
    } catch (error) {
      throw await withOldItem(engine, operation, input, error);
    }
  });
}
