/**
 * Amazon DynamoDB: dynalite's storage and expression engine, called in process, with transactions, time to live and
 * crash-safe writes added.
 *
 * Gaps: streams (a table with them is refused), PartiQL, backups and restores, global tables, exports, auto scaling;
 * encryption, table classes and on-demand limits are accepted without effect, point-in-time recovery is only read back;
 * consumed capacity of transactions; the client tokens of transactions are forgotten at a restart.
 * By design: tables and indexes are ACTIVE when their creation is answered; writes run one after the other; a global index
 * is as fresh as its table; expired items go when their table is used, at most once a minute.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AwsError } from '../../protocol/aws-error.ts';
import { notEmulated } from '../../protocol/sdk-service.ts';
import { asAwsError, errorJson } from '../../protocol/write-error.ts';
import type { Caller, Environment, Operation, Operations, Service, WireRequest, WireResponse } from '../../service.ts';
import type { Json } from './dynalite.ts';
import { createEngine, type Engine } from './engine.ts';
import { writeItem } from './items.ts';
import { fromJson, toJson } from './shapes.ts';
import { backupOperations, openSettings } from './table-settings.ts';
import { repairTables, tableOperations } from './tables.ts';
import { timeToLive } from './time-to-live.ts';
import { transactions } from './transactions.ts';

type JsonOperation = (input: Json) => Promise<Json>;

const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'ListTables', 'ListTagsOfResource'];
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TagResource', 'UntagResource'];

/** The tables that an input names, whatever the operation. */
function tablesIn(input: Json): string[] {
  const one = typeof input.TableName === 'string' ? [input.TableName] : [];
  const batch = Object.keys((input.RequestItems as Json | undefined) ?? {});
  const parts = Array.isArray(input.TransactItems) ? (input.TransactItems as Json[]) : [];
  const transacted = parts.flatMap((part) => Object.values(part).map((each) => (each as Json | null)?.TableName));
  return [...new Set([...one, ...batch, ...transacted.filter((name) => typeof name === 'string')])];
}

function jsonOperations(engine: Engine, environment: Environment) {
  const settings = openSettings(environment);
  const expiry = timeToLive(engine, settings, environment.now);
  const all: Record<string, JsonOperation> = {
    ...tableOperations(engine, settings),
    ...backupOperations(engine, settings),
    ...expiry.operations,
    ...transactions(engine, environment.now),
  };
  for (const name of READS) all[name] = (input) => engine.run(name, input);
  for (const name of WRITES) all[name] = (input) => writeItem(engine, name, input);
  const run: (name: string, input: Json) => Promise<Json> = async (name, input) => {
    const operation = all[name];
    if (!operation) throw notEmulated('dynamodb', name);
    await engine.open();
    await expiry.sweep(tablesIn(input));
    return operation(input);
  };
  const running = new Set<Promise<unknown>>();
  let stopping = false;
  return {
    names: Object.keys(all),
    run: (name: string, input: Json): Promise<Json> => {
      if (stopping) throw new AwsError('InternalServerError', 'The local cloud is stopping', 500);
      const answer = run(name, input).finally(() => running.delete(answer));
      running.add(answer);
      return answer;
    },
    /** dynalite throws where nobody catches it when its database closes under a query. */
    finish: async () => {
      stopping = true;
      await Promise.allSettled(running);
    },
  };
}

export function createDynamoDbService(environment: Environment): Service {
  const { folder, accountId, region } = environment;
  const engine = createEngine(join(folder, 'tables'), accountId, region);
  const { run, names, finish } = jsonOperations(engine, environment);
  const inProcess = (name: string): Operation => {
    return async (input: object) => fromJson(await run(name, toJson(input) as Json)) as object;
  };
  const operations = Object.fromEntries(names.map((name) => [name, inProcess(name)]));
  return {
    scope: 'dynamodb',
    operations,
    handle: (request, caller) => answer(operations, request, caller),
    operationOf,
    start: async () => {
      await engine.open();
      await repairTables(engine);
    },
    stop: async () => {
      await finish();
      await engine.close();
    },
  };
}

const operationOf = ({ headers }: WireRequest) => /^DynamoDB_20120810\.(\w+)$/.exec(headers['x-amz-target'] ?? '')?.[1];

async function answer(operations: Operations, request: WireRequest, caller: Caller): Promise<WireResponse> {
  const name = operationOf(request) ?? '';
  try {
    const operation = operations[name];
    if (!operation) throw notEmulated('dynamodb', name);
    const output = toJson(await operation(fromJson(parse(request.body)) as object, caller));
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
    return { status: 200, headers, body: JSON.stringify(output ?? {}) };
  } catch (error) {
    const { code, message, status, members } = asAwsError(error, `dynamodb:${name}`);
    return errorJson('awsJson1_0', code, message, status, members);
  }
}

function parse(body: Uint8Array): Json {
  try {
    return JSON.parse(Buffer.from(body).toString()) as Json;
  } catch {
    throw new AwsError('SerializationException', 'The request is no JSON', 400);
  }
}
