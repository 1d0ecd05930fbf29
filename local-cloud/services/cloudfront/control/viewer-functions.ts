/** CloudFront Functions: written in DEVELOPMENT, published to LIVE, tested in either. */
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Operations } from '../../../service.ts';
import { FunctionFailure, runViewerFunction } from '../serving/viewer-function.ts';
import {
  canonical,
  checkIfMatch,
  type FunctionRecord,
  type FunctionStage,
  newEtag,
  page,
  type Store,
} from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAX_CODE_BYTES = 10 * 1024;
const MAX_FUNCTIONS = 100;

type Stage = 'DEVELOPMENT' | 'LIVE';

interface Stages {
  functions: Store['functions'];
  now: () => number;
  /** Throws NoSuchFunctionExists. */
  find(name: string): FunctionRecord;
  arn(name: string): string;
  summary(record: FunctionRecord, stage?: Stage): object;
}

export function functionOperations(store: Store, now: () => number, accountId: string): Operations {
  const { functions } = store;
  const arn = (name: string) => `arn:aws:cloudfront::${accountId}:function/${name}`;
  const stages: Stages = {
    functions,
    now,
    arn,
    find: (name) => {
      const record = functions.get(name);
      if (!record) throw new AwsError('NoSuchFunctionExists', `The specified function does not exist: ${name}.`, 404);
      return record;
    },
    summary: (record, stage = 'DEVELOPMENT') => ({
      Name: record.name,
      Status: record.live?.codeBase64 === record.development.codeBase64 ? 'DEPLOYED' : 'UNPUBLISHED',
      FunctionConfig: stageOf(record, stage).config,
      FunctionMetadata: {
        FunctionARN: arn(record.name),
        Stage: stage,
        CreatedTime: new Date(record.createdAt),
        LastModifiedTime: new Date(stageOf(record, stage).changedAt),
      },
    }),
  };
  return { ...writing(stages, store), ...reading(stages) };
}

function stageOf(record: FunctionRecord, stage: Stage = 'DEVELOPMENT'): FunctionStage {
  const found = stage === 'LIVE' ? record.live : record.development;
  if (!found) throw new AwsError('NoSuchFunctionExists', `${record.name} has not been published to LIVE.`, 404);
  return found;
}

function newStage(config: FunctionStage['config'], code: Uint8Array, now: number): FunctionStage {
  if (code.byteLength > MAX_CODE_BYTES) {
    throw new AwsError(
      'FunctionSizeLimitExceeded',
      `The code is ${code.byteLength} bytes; ${MAX_CODE_BYTES} are allowed.`,
    );
  }
  if (!['cloudfront-js-1.0', 'cloudfront-js-2.0'].includes(config.Runtime ?? '')) {
    throw new AwsError('InvalidArgument', `The runtime ${config.Runtime} is not valid.`);
  }
  if (config.KeyValueStoreAssociations?.Items?.length) {
    throw new AwsError('UnsupportedOperation', 'Key value stores are not emulated by the local cloud.');
  }
  return { config, codeBase64: Buffer.from(code).toString('base64'), etag: newEtag(), changedAt: now };
}

function writing({ functions, now, find, arn, summary }: Stages, store: Store): Operations {
  return {
    CreateFunction: async ({ Name, FunctionConfig, FunctionCode }) => {
      if (!/^[\w-]{1,64}$/.test(Name)) throw new AwsError('InvalidArgument', `The function name ${Name} is not valid.`);
      if (functions.get(Name)) throw new AwsError('FunctionAlreadyExists', `A function named ${Name} exists.`, 409);
      if (functions.entries().length >= MAX_FUNCTIONS) {
        throw new AwsError('TooManyFunctions', `An account can have ${MAX_FUNCTIONS} functions.`);
      }
      const record = { name: Name, createdAt: now(), development: newStage(FunctionConfig, FunctionCode, now()) };
      functions.put(Name, record);
      const Location = `https://cloudfront.amazonaws.com/2020-05-31/function/${arn(Name)}`;
      return { FunctionSummary: summary(record), ETag: record.development.etag, Location };
    },
    UpdateFunction: async ({ Name, IfMatch, FunctionConfig, FunctionCode }) => {
      const record = find(Name);
      checkIfMatch(IfMatch, record.development.etag);
      const updated = { ...record, development: newStage(FunctionConfig, FunctionCode, now()) };
      functions.put(Name, updated);
      return { FunctionSummary: summary(updated), ETag: updated.development.etag };
    },
    PublishFunction: async ({ Name, IfMatch }) => {
      const record = find(Name);
      checkIfMatch(IfMatch, record.development.etag);
      const published = { ...record, live: { ...record.development, etag: newEtag(), changedAt: now() } };
      functions.put(Name, published);
      return { FunctionSummary: summary(published, 'LIVE') };
    },
    DeleteFunction: async ({ Name, IfMatch }) => {
      const record = find(Name);
      checkIfMatch(IfMatch, record.development.etag);
      const user = store.distributions.entries().find(([, { config }]) => canonical(config).includes(`"${arn(Name)}"`));
      if (user) throw new AwsError('FunctionInUse', `The function ${Name} is used by distribution ${user[0]}.`, 409);
      functions.delete(Name);
    },
  };
}

function reading({ functions, find, summary }: Stages): Operations {
  return {
    DescribeFunction: async ({ Name, Stage }) => {
      const record = find(Name);
      return { FunctionSummary: summary(record, Stage), ETag: stageOf(record, Stage).etag };
    },
    GetFunction: async ({ Name, Stage }) => {
      const { codeBase64, etag } = stageOf(find(Name), Stage);
      const FunctionCode = new Uint8Array(Buffer.from(codeBase64, 'base64'));
      return { FunctionCode, ETag: etag, ContentType: 'application/octet-stream' };
    },
    TestFunction: async ({ Name, IfMatch, Stage, EventObject }) => {
      const record = find(Name);
      const stage = stageOf(record, Stage);
      checkIfMatch(IfMatch, stage.etag);
      return { TestResult: { FunctionSummary: summary(record, Stage), ...(await test(stage, EventObject)) } };
    },
    ListFunctions: async ({ Stage, Marker, MaxItems }) => {
      const all = functions.entries().flatMap(([, record]) => (Stage === 'LIVE' && !record.live ? [] : [record]));
      const { items, size, nextMarker } = page(all, ({ name }) => name, Marker, MaxItems);
      return {
        FunctionList: {
          ...(nextMarker && { NextMarker: nextMarker }),
          MaxItems: size,
          Quantity: items.length,
          Items: items.map((record) => summary(record, Stage)),
        },
      };
    },
  };
}

async function test({ codeBase64 }: FunctionStage, event: Uint8Array) {
  const logs: string[] = [];
  try {
    const parsed: unknown = JSON.parse(Buffer.from(event).toString('utf8'));
    const result = await runViewerFunction(Buffer.from(codeBase64, 'base64').toString('utf8'), parsed, (line) =>
      logs.push(line),
    );
    // A request that goes on comes back as it is, a response likewise; the service wraps them by what they are.
    const output =
      result && typeof result === 'object' && 'statusCode' in result ? { response: result } : { request: result };
    return {
      FunctionOutput: JSON.stringify(output),
      FunctionExecutionLogs: logs,
      ComputeUtilization: '1',
      FunctionErrorMessage: '',
    };
  } catch (error) {
    if (!(error instanceof FunctionFailure || error instanceof SyntaxError)) throw error;
    return {
      FunctionErrorMessage: error.message,
      FunctionExecutionLogs: logs,
      ComputeUtilization: '1',
      FunctionOutput: '',
    };
  }
}
