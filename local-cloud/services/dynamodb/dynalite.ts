/**
 * The parts of dynalite that are used, typed: it has no types of its own. They are modules that dynalite does not document,
 * so its version is pinned.
 */
import { createRequire } from 'node:module';
import { AwsError } from '../../protocol/aws-error.ts';

export type Json = Record<string, unknown>;
/** An item or a key: attribute names and values, e.g. `{ pk: { S: 'a' } }`. */
export type Item = Record<string, Record<string, unknown>>;

export type Callback<Result> = (error: unknown, result?: Result) => void;

export interface LevelDatabase {
  open(): Promise<void>;
  close(): Promise<void>;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  batch(operations: LevelWrite[], callback: Callback<void>): void;
}

export interface LevelWrite {
  type: 'put' | 'del';
  key: string;
  value?: unknown;
}

interface ItemDatabase {
  get(key: string, callback: Callback<Item>): void;
}

export interface Table {
  TableName: string;
  TableArn: string;
  TableStatus: string;
  KeySchema: { AttributeName: string }[];
  GlobalSecondaryIndexes?: { IndexStatus: string }[];
}

export interface Store {
  db: LevelDatabase;
  tableDb: { awsAccountId: string; awsRegion: string } & Pick<LevelDatabase, 'put' | 'del'>;
  getTable(name: string, checkStatus: boolean, callback: Callback<Table>): void;
  getItemDb(table: string): ItemDatabase;
}

interface DynaliteDb {
  create(options: object): Store;
  createKey(key: Item, table: Table): string;
  validateKey(key: Item, table: Table): unknown;
  checkConditional(data: object, item: Item | undefined): unknown;
}

interface Validation {
  types: object;
  custom?: unknown;
}

interface DynaliteValidations {
  checkTypes(data: Json, types: object): Json;
  checkValidations(data: Json, types: object, custom: unknown, store: Store): void;
}

const require = createRequire(import.meta.url);
export const dynaliteDb = require('dynalite/db') as DynaliteDb;
const dynaliteValidations = require('dynalite/validations') as DynaliteValidations;

const fileName = (operation: string) => operation.charAt(0).toLowerCase() + operation.slice(1);

/** dynalite's errors carry the response; anything else is a fault of its own. */
export function toAwsError(error: unknown): Error {
  const { statusCode, body } = error as { statusCode?: number; body?: Json };
  if (statusCode === undefined || !body) return error instanceof Error ? error : new Error(String(error));
  const { __type, message, Message, ...members } = body;
  const code = String(__type).split('#').at(-1) ?? 'InternalServerError';
  return new AwsError(code, String(message ?? Message ?? ''), statusCode, members);
}

export function promised<Result>(start: (callback: Callback<Result>) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(toAwsError(error)) : resolve(result as Result)));
  });
}

/** The checks and the actions of dynalite's operations, on `store`. */
export function actionsOf(store: Store) {
  return {
    /** The request as the actions want it: checked, expressions parsed. Throws AwsError. */
    prepare: (operation: string, input: Json): Json => {
      const { types, custom } = require(`dynalite/validations/${fileName(operation)}`) as Validation;
      try {
        const data = dynaliteValidations.checkTypes(structuredClone(input), types);
        dynaliteValidations.checkValidations(data, types, custom, store);
        return data;
      } catch (error) {
        throw toAwsError(error);
      }
    },
    act: (operation: string, prepared: Json): Promise<Json> => {
      type Action = (store: Store, data: Json, callback: Callback<Json>) => void;
      const action = require(`dynalite/actions/${fileName(operation)}`) as Action;
      return promised((callback) => action(store, prepared, callback));
    },
  };
}
