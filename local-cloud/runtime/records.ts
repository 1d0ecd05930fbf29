/**
 * Durable records: named collections of JSON values in one SQLite file (write-ahead log), so that a killed process
 * leaves either the old value or the new one. Values come back in key order.
 */
import { DatabaseSync } from 'node:sqlite';

export interface Collection<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  delete(key: string): void;
  /** [key, value] of every key that starts with `prefix`, in key order. */
  entries(prefix?: string): [string, Value][];
}

export interface Records {
  collection<Value>(name: string): Collection<Value>;
  /** Runs `work` in one transaction: all of its writes or none. */
  atomically<Result>(work: () => Result): Result;
}

export interface RecordFile {
  /** Records whose collections are private to `owner`. */
  records(owner: string): Records;
  close(): void;
}

const MAX_CACHED_CHARACTERS = 4_000_000;
const MAX_CACHED_VALUE = 100_000;

/**
 * The values that are read again and again (queues, functions, roles, routes), as JSON: a select costs more than the rest of
 * many a call. Nobody else writes the file.
 */
function cacheOf(select: (collection: string, key: string) => string | undefined) {
  const known = new Map<string, string>();
  let characters = 0;
  const clear = () => {
    known.clear();
    characters = 0;
  };
  const keep = (id: string, value: string) => {
    if (value.length > MAX_CACHED_VALUE) return void known.delete(id);
    characters += value.length;
    if (characters > MAX_CACHED_CHARACTERS) clear();
    known.set(id, value);
  };
  const idOf = (collection: string, key: string) => `${collection}\n${key}`;
  return {
    clear,
    get: (collection: string, key: string): string | undefined => {
      const id = idOf(collection, key);
      const value = known.get(id) ?? select(collection, key);
      if (value !== undefined && !known.has(id)) keep(id, value);
      return value;
    },
    /** What was never read is not kept: most of it never will be. */
    changed: (collection: string, key: string, value?: string) => {
      const id = idOf(collection, key);
      if (!known.has(id)) return;
      if (value === undefined) known.delete(id);
      else keep(id, value);
    },
  };
}

export function openRecords(file: string): RecordFile {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table if not exists record (collection text, key text, value text, primary key (collection, key)) without rowid;
  `);
  const select = database.prepare('select value from record where collection = ? and key = ?');
  const upsert = database.prepare('insert or replace into record values (?, ?, ?)');
  const remove = database.prepare('delete from record where collection = ? and key = ?');
  const range = database.prepare(
    'select key, value from record where collection = ? and key >= ? and key < ? order by key',
  );

  const cache = cacheOf((name, key) => (select.get(name, key) as { value: string } | undefined)?.value);

  const collection = <Value>(name: string): Collection<Value> => ({
    get: (key) => {
      const text = cache.get(name, key);
      return text === undefined ? undefined : (JSON.parse(text) as Value);
    },
    put: (key, value) => {
      const text = JSON.stringify(value);
      upsert.run(name, key, text);
      cache.changed(name, key, text);
    },
    delete: (key) => {
      remove.run(name, key);
      cache.changed(name, key);
    },
    entries: (prefix = '') =>
      (range.all(name, prefix, `${prefix}\u{10ffff}`) as { key: string; value: string }[]).map(({ key, value }) => [
        key,
        JSON.parse(value) as Value,
      ]),
  });

  const atomically = <Result>(work: () => Result): Result => {
    if (database.isTransaction) return work();
    database.exec('begin immediate');
    try {
      const result = work();
      database.exec('commit');
      return result;
    } catch (error) {
      database.exec('rollback');
      cache.clear();
      throw error;
    }
  };

  return {
    records: (owner) => ({ collection: (name) => collection(`${owner}/${name}`), atomically }),
    close: () => database.close(),
  };
}
