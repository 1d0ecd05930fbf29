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

  const collection = <Value>(name: string): Collection<Value> => ({
    get: (key) => {
      const row = select.get(name, key) as { value: string } | undefined;
      return row && (JSON.parse(row.value) as Value);
    },
    put: (key, value) => void upsert.run(name, key, JSON.stringify(value)),
    delete: (key) => void remove.run(name, key),
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
      throw error;
    }
  };

  return {
    records: (owner) => ({ collection: (name) => collection(`${owner}/${name}`), atomically }),
    close: () => database.close(),
  };
}
