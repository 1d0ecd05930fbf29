/** Settings beside a function's configuration: reserved concurrency, asynchronous invocation, tags. */
import type {
  FunctionEventInvokeConfig,
  ListFunctionEventInvokeConfigsRequest,
  ListTagsRequest,
  PutFunctionConcurrencyRequest,
  PutFunctionEventInvokeConfigRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Operations } from '../../../service.ts';
import { type FunctionReference, functionArn, parseFunctionName } from '../function-name.ts';
import { page } from '../pages.ts';
import type { LambdaContext } from '../service-context.ts';
import {
  type EventInvokeConfig,
  type FunctionRecord,
  functionKey,
  getConfiguration,
  getFunctionRecord,
  type LambdaStore,
  ofFunction,
  qualifiedKey,
} from '../store.ts';

interface Named {
  FunctionName?: string;
  Qualifier?: string;
}

const referenceOf = (input: Named, caller: Caller): FunctionReference =>
  parseFunctionName(input.FunctionName!, input.Qualifier, caller);

export const settingOperations = (context: LambdaContext): Operations => ({
  ...concurrencyOperations(context.store),
  ...eventInvokeOperations(context),
  ...tagOperations(context.store),
});

function changeRecord(store: LambdaStore, reference: FunctionReference, change: Partial<FunctionRecord>): void {
  store.functions.put(functionKey(reference), { ...getFunctionRecord(store, reference), ...change });
}

function concurrencyOperations(store: LambdaStore): Operations {
  return {
    PutFunctionConcurrency: async (input: PutFunctionConcurrencyRequest, caller) => {
      changeRecord(store, referenceOf(input, caller), { reservedConcurrency: input.ReservedConcurrentExecutions! });
      return { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
    },
    GetFunctionConcurrency: async (input: Named, caller) => ({
      ReservedConcurrentExecutions: getFunctionRecord(store, referenceOf(input, caller)).reservedConcurrency,
    }),
    DeleteFunctionConcurrency: async (input: Named, caller) =>
      changeRecord(store, referenceOf(input, caller), { reservedConcurrency: undefined }),
  };
}

function eventInvokeOperations({ store, environment }: LambdaContext): Operations {
  const put = (input: PutFunctionEventInvokeConfigRequest, caller: Caller, before: Partial<EventInvokeConfig>) => {
    const reference = referenceOf(input, caller);
    getConfiguration(store, reference);
    const config: EventInvokeConfig = {
      MaximumRetryAttempts: input.MaximumRetryAttempts ?? before.MaximumRetryAttempts,
      MaximumEventAgeInSeconds: input.MaximumEventAgeInSeconds ?? before.MaximumEventAgeInSeconds,
      DestinationConfig: input.DestinationConfig ?? before.DestinationConfig,
      lastModified: environment.now(),
    };
    store.eventInvokeConfigs.put(qualifiedKey(reference), config);
    return shown(reference, config);
  };
  return {
    PutFunctionEventInvokeConfig: async (input: PutFunctionEventInvokeConfigRequest, caller) => put(input, caller, {}),
    UpdateFunctionEventInvokeConfig: async (input: PutFunctionEventInvokeConfigRequest, caller) =>
      put(input, caller, getEventInvokeConfig(store, referenceOf(input, caller))),
    GetFunctionEventInvokeConfig: async (input: Named, caller) => {
      const reference = referenceOf(input, caller);
      return shown(reference, getEventInvokeConfig(store, reference));
    },
    DeleteFunctionEventInvokeConfig: async (input: Named, caller) => {
      const reference = referenceOf(input, caller);
      getEventInvokeConfig(store, reference);
      store.eventInvokeConfigs.delete(qualifiedKey(reference));
    },
    ListFunctionEventInvokeConfigs: async (input: ListFunctionEventInvokeConfigsRequest, caller) => {
      const reference = referenceOf(input, caller);
      getFunctionRecord(store, reference);
      const all = store.eventInvokeConfigs
        .entries(ofFunction(reference))
        .map(([key, config]) => shown({ ...reference, qualifier: key.slice(ofFunction(reference).length) }, config));
      const [FunctionEventInvokeConfigs, NextMarker] = page(all, input);
      return { FunctionEventInvokeConfigs, NextMarker };
    },
  };
}

function getEventInvokeConfig(store: LambdaStore, reference: FunctionReference): EventInvokeConfig {
  getConfiguration(store, reference);
  const config = store.eventInvokeConfigs.get(qualifiedKey(reference));
  if (config) return config;
  throw new AwsError(
    'ResourceNotFoundException',
    `The function ${functionArn({ ...reference, qualifier: reference.qualifier ?? '$LATEST' })} doesn't have an EventInvokeConfig`,
    404,
    { Type: 'User' },
  );
}

function shown(
  reference: FunctionReference,
  { lastModified, ...config }: EventInvokeConfig,
): FunctionEventInvokeConfig {
  return {
    ...config,
    DestinationConfig: config.DestinationConfig ?? { OnSuccess: {}, OnFailure: {} },
    FunctionArn: functionArn({ ...reference, qualifier: reference.qualifier ?? '$LATEST' }),
    LastModified: new Date(lastModified),
  };
}

function tagOperations(store: LambdaStore): Operations {
  const tagsOf = (resource: string, caller: Caller): [FunctionReference, Record<string, string>] => {
    const reference = parseFunctionName(resource, undefined, caller);
    return [reference, getFunctionRecord(store, reference).tags];
  };
  return {
    TagResource: async (input: TagResourceRequest, caller) => {
      const [reference, tags] = tagsOf(input.Resource!, caller);
      changeRecord(store, reference, { tags: { ...tags, ...input.Tags } });
    },
    UntagResource: async (input: UntagResourceRequest, caller) => {
      const [reference, tags] = tagsOf(input.Resource!, caller);
      const kept = Object.entries(tags).filter(([name]) => !input.TagKeys!.includes(name));
      changeRecord(store, reference, { tags: Object.fromEntries(kept) });
    },
    ListTags: async (input: ListTagsRequest, caller) => ({ Tags: tagsOf(input.Resource!, caller)[1] }),
  };
}
