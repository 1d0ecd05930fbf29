/**
 * TransactWriteItems and TransactGetItems.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Item, Json } from './dynalite.ts';
import type { Engine } from './engine.ts';
import { keyOf } from './items.ts';

const MAX_ITEMS = 100;
const TOKEN_MS = 10 * 60_000;

/** A condition check is a delete that is never run. */
const OPERATIONS: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

interface Part {
  kind: string;
  operation: string;
  prepared: Json;
  reason: Reason;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, 400);
}

function partsOf(input: Json): Json[] {
  const items = Array.isArray(input.TransactItems) ? (input.TransactItems as Json[]) : [];
  if (items.length === 0 || items.length > MAX_ITEMS) {
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and ${MAX_ITEMS}`,
    );
  }
  return items;
}

async function prepare(engine: Engine, entry: Json, seen: Set<string>): Promise<Part> {
  const kinds = Object.keys(entry).filter((kind) => entry[kind]);
  const kind = kinds[0] ?? '';
  const operation = OPERATIONS[kind];
  if (kinds.length !== 1 || !operation) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const { ReturnValuesOnConditionCheckFailure: returned, ...request } = entry[kind] as Json;
  const prepared = engine.prepare(operation, request);
  const tableName = String(prepared.TableName);
  const { text, item } = await keyOf(engine, tableName, (request.Item ?? request.Key) as Item);
  if (seen.has(`${tableName}/${text}`)) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
  seen.add(`${tableName}/${text}`);
  if (engine.holds(prepared, item)) return { kind, operation, prepared, reason: { Code: 'None' } };
  const old = returned === 'ALL_OLD' && item ? { Item: item } : {};
  const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...old };
  return { kind, operation, prepared, reason };
}

async function write(engine: Engine, input: Json): Promise<Json> {
  const seen = new Set<string>();
  const parts: Part[] = [];
  for (const entry of partsOf(input)) parts.push(await prepare(engine, entry, seen));
  const CancellationReasons = parts.map(({ reason }) => reason);
  if (CancellationReasons.some(({ Code }) => Code !== 'None')) {
    const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    throw new AwsError('TransactionCanceledException', message, 400, { CancellationReasons });
  }
  return engine.atomically(async () => {
    for (const { kind, operation, prepared } of parts) {
      if (kind !== 'ConditionCheck') await engine.act(operation, prepared);
    }
    return {};
  });
}

export function transactions(engine: Engine, now: () => number) {
  /** Requests that succeeded, by client token. */
  const done = new Map<string, { hash: string; at: number }>();

  return {
    TransactWriteItems: (input: Json): Promise<Json> =>
      engine.exclusively(async () => {
        for (const [token, { at }] of done) if (now() - at > TOKEN_MS) done.delete(token);
        const token = input.ClientRequestToken as string | undefined;
        const hash = createHash('sha256')
          .update(JSON.stringify(input.TransactItems ?? []))
          .digest('hex');
        const earlier = token === undefined ? undefined : done.get(token);
        if (earlier && earlier.hash !== hash) {
          const message = 'Cannot use the same client token with different parameters';
          throw new AwsError('IdempotentParameterMismatchException', message, 400);
        }
        if (earlier) return {};
        const result = await write(engine, input);
        if (token !== undefined) done.set(token, { hash, at: now() });
        return result;
      }),

    TransactGetItems: (input: Json): Promise<Json> =>
      engine.exclusively(async () => {
        const Responses: Json[] = [];
        for (const { Get } of partsOf(input)) {
          const { Item: item } = await engine.run('GetItem', { ...(Get as Json), ConsistentRead: true });
          Responses.push(item ? { Item: item } : {});
        }
        return { Responses };
      }),
  };
}
