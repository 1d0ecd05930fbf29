/**
 * dynalite's storage and expressions, without its HTTP server: LevelDB files, request checks, the actions themselves.
 * Requests and answers are DynamoDB's JSON.
 *
 * What dynalite lacks is added here: writes run one after the other, and what one of them writes (items and their index
 * entries, of one item or of a transaction) reaches the disk as one batch, or not at all.
 */
import { mkdirSync } from 'node:fs';
import { AwsError } from '../../protocol/aws-error.ts';
import {
  actionsOf,
  type Callback,
  dynaliteDb,
  type Item,
  type Json,
  type LevelDatabase,
  type LevelWrite,
  promised,
  type Table,
  toAwsError,
} from './dynalite.ts';

export interface Engine {
  /** Runs a dynalite operation on DynamoDB's JSON; throws AwsError. */
  run(operation: string, input: Json): Promise<Json>;
  /** The request as dynalite's actions want it: checked, expressions parsed. */
  prepare(operation: string, input: Json): Json;
  /** The prepared request's action. */
  act(operation: string, prepared: Json): Promise<Json>;
  table(name: string): Promise<Table>;
  /** A text that is the same for two keys of one item only; throws for what is no key of the table. */
  keyText(table: Table, key: Item): string;
  item(table: Table, keyText: string): Promise<Item | undefined>;
  /** True when the prepared request's condition holds for the item. */
  holds(prepared: Json, item: Item | undefined): boolean;
  /** Runs `work` when all earlier exclusive work is over. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Within exclusive work: what `work` writes reaches the disk at once when it is over, and not at all when it fails. */
  atomically<Result>(work: () => Promise<Result>): Promise<Result>;
  putTable(table: Table): Promise<void>;
  removeTable(name: string): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Puts a buffer before the database: between `begin` and `end` puts and deletes are kept back. */
function bufferWrites(database: LevelDatabase) {
  const put = database.put.bind(database);
  const del = database.del.bind(database);
  let buffer: LevelWrite[] | undefined;
  const keep = (write: LevelWrite, callback: Callback<void>) => {
    buffer?.push(write);
    setImmediate(callback, null);
  };
  database.put = (key, value, callback) =>
    buffer ? keep({ type: 'put', key, value: structuredClone(value) }, callback) : put(key, value, callback);
  database.del = (key, callback) => (buffer ? keep({ type: 'del', key }, callback) : del(key, callback));
  return {
    begin: () => {
      buffer = [];
    },
    end: (): LevelWrite[] => {
      const writes = buffer ?? [];
      buffer = undefined;
      return writes;
    },
  };
}

function openOnce(database: LevelDatabase, folder: string): () => Promise<void> {
  let opening: Promise<void> | undefined;
  return () => {
    opening ??= database.open();
    return opening.catch((error: Error & { cause?: Error }) => {
      const why = error.cause?.message ?? error.message;
      throw new AwsError('InternalServerError', `The tables in ${folder} cannot be opened: ${why}`, 500);
    });
  };
}

export function createEngine(folder: string, accountId: string, region: string): Engine {
  mkdirSync(folder, { recursive: true });
  const store = dynaliteDb.create({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = accountId;
  store.tableDb.awsRegion = region;
  const buffer = bufferWrites(store.db);
  let tail: Promise<unknown> = Promise.resolve();

  const open = openOnce(store.db, folder);
  const { prepare, act } = actionsOf(store);

  return {
    prepare,
    act,
    open,
    run: async (operation, input) => {
      await open();
      return act(operation, prepare(operation, input));
    },
    table: (name) => promised((callback) => store.getTable(name, false, callback)),
    keyText: (table, key) => {
      const invalid = dynaliteDb.validateKey(key, table);
      if (invalid) throw toAwsError(invalid);
      return dynaliteDb.createKey(key, table);
    },
    item: (table, keyText) =>
      promised((callback) => {
        store.getItemDb(table.TableName).get(keyText, (error, item) => {
          callback((error as Error | null)?.name === 'NotFoundError' ? null : error, item);
        });
      }),
    holds: (prepared, item) => !dynaliteDb.checkConditional(prepared, item),
    exclusively: (work) => {
      const turn = tail.then(work, work);
      tail = turn.catch(() => {});
      return turn;
    },
    atomically: async (work) => {
      buffer.begin();
      try {
        const result = await work();
        const writes = buffer.end();
        if (writes.length > 0) await promised<void>((callback) => store.db.batch(writes, callback));
        return result;
      } finally {
        buffer.end();
      }
    },
    putTable: (table) => promised((callback) => store.tableDb.put(table.TableName, table, callback)),
    removeTable: (name) => promised((callback) => store.tableDb.del(name, callback)),
    close: async () => {
      await tail;
      await open().catch(() => {});
      await store.db.close();
    },
  };
}
