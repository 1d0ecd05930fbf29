/** Event source mappings: SQS queues that Lambda polls for a function. */
import { randomUUID } from 'node:crypto';
import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Operations } from '../../../service.ts';
import { invalid } from '../configuration.ts';
import { type FunctionReference, functionArn, parseFunctionName } from '../function-name.ts';
import type { Invocations } from '../invocations.ts';
import { page } from '../pages.ts';
import { queueUrl } from '../queues.ts';
import type { LambdaContext } from '../service-context.ts';
import { getConfiguration, type LambdaStore, type MappingRecord } from '../store.ts';
import { Poller } from './poller.ts';

type Settings = CreateEventSourceMappingRequest | UpdateEventSourceMappingRequest;

/** The pollers of the mappings that are enabled. */
export class EventSources {
  readonly #context: LambdaContext;
  readonly #invocations: Invocations;
  readonly #pollers = new Map<string, Poller>();

  constructor(context: LambdaContext, invocations: Invocations) {
    this.#context = context;
    this.#invocations = invocations;
  }

  /** Polls for the mappings that exist. */
  start(): void {
    for (const [, mapping] of this.#context.store.mappings.entries()) this.open(mapping);
  }

  open(mapping: MappingRecord): void {
    if (mapping.State !== 'Enabled') return;
    const { environment, store } = this.#context;
    this.#pollers.set(mapping.UUID!, new Poller(environment, store, this.#invocations, mapping));
  }

  /** Resolves when the batches in flight are done. */
  async close(uuid: string): Promise<void> {
    const poller = this.#pollers.get(uuid);
    this.#pollers.delete(uuid);
    await poller?.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#pollers.keys()].map((uuid) => this.close(uuid)));
  }
}

export function mappingOperations(context: LambdaContext, sources: EventSources): Operations {
  const { store, environment } = context;
  const put = (mapping: MappingRecord): MappingRecord => {
    store.mappings.put(mapping.UUID!, mapping);
    sources.open(mapping);
    return mapping;
  };
  return {
    CreateEventSourceMapping: async (input: CreateEventSourceMappingRequest, caller) => ({
      ...shown(put(await newMapping(context, input, caller))),
      State: 'Creating',
    }),
    UpdateEventSourceMapping: async (input: UpdateEventSourceMappingRequest, caller) => {
      const before = getMapping(store, input.UUID);
      const given = input.FunctionName && functionArn(parseFunctionName(input.FunctionName, undefined, caller));
      checkSettings({ ...before, ...input }, before.EventSourceArn);
      await sources.close(before.UUID!);
      const changed = { FunctionArn: given ?? before.FunctionArn, lastModified: environment.now() };
      return { ...shown(put({ ...before, ...changed, ...settingsOf(input, before) })), State: 'Updating' };
    },
    DeleteEventSourceMapping: async (input: GetEventSourceMappingRequest) => {
      const mapping = getMapping(store, input.UUID);
      store.mappings.delete(mapping.UUID!);
      void sources.close(mapping.UUID!);
      return { ...shown(mapping), State: 'Deleting' };
    },
    GetEventSourceMapping: async (input: GetEventSourceMappingRequest) => shown(getMapping(store, input.UUID)),
    ListEventSourceMappings: async (input: ListEventSourceMappingsRequest, caller) => {
      const arn = input.FunctionName && functionArn(parseFunctionName(input.FunctionName, undefined, caller));
      const wanted = store.mappings
        .entries()
        .map(([, mapping]) => mapping)
        .filter(({ region }) => region === caller.region)
        .filter(({ FunctionArn }) => !arn || FunctionArn === arn)
        .filter(({ EventSourceArn }) => !input.EventSourceArn || EventSourceArn === input.EventSourceArn);
      const [mappings, NextMarker] = page(wanted, input);
      return { EventSourceMappings: mappings.map(shown), NextMarker };
    },
  };
}

async function newMapping(
  context: LambdaContext,
  input: CreateEventSourceMappingRequest,
  caller: Caller,
): Promise<MappingRecord> {
  const { environment } = context;
  const { region } = caller;
  const reference = parseFunctionName(input.FunctionName!, undefined, caller);
  checkSettings(input, input.EventSourceArn);
  await checkQueue(context, reference, input.EventSourceArn!);
  refuseDuplicate(context, functionArn(reference), input.EventSourceArn!);
  const UUID = randomUUID();
  return {
    UUID,
    EventSourceMappingArn: `arn:aws:lambda:${region}:${environment.accountId}:event-source-mapping:${UUID}`,
    EventSourceArn: input.EventSourceArn,
    FunctionArn: functionArn(reference),
    region,
    lastModified: environment.now(),
    StateTransitionReason: 'USER_INITIATED',
    ...settingsOf(input, { BatchSize: 10, MaximumBatchingWindowInSeconds: 0, State: 'Enabled' }),
  };
}

function getMapping(store: LambdaStore, uuid: string | undefined): MappingRecord {
  const mapping = store.mappings.get(uuid!);
  if (mapping) return mapping;
  throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, { Type: 'User' });
}

function settingsOf(input: Settings, before: Partial<MappingRecord>): Partial<MappingRecord> {
  return {
    BatchSize: input.BatchSize ?? before.BatchSize,
    MaximumBatchingWindowInSeconds: input.MaximumBatchingWindowInSeconds ?? before.MaximumBatchingWindowInSeconds,
    FunctionResponseTypes: input.FunctionResponseTypes ?? before.FunctionResponseTypes ?? [],
    ScalingConfig: input.ScalingConfig ?? before.ScalingConfig,
    State: input.Enabled === undefined ? before.State : input.Enabled ? 'Enabled' : 'Disabled',
  };
}

const shown = ({ region, lastModified, ...mapping }: MappingRecord): EventSourceMappingConfiguration => ({
  ...mapping,
  LastModified: new Date(lastModified),
});

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
function checkSettings(input: Settings, queueArn: string | undefined): void {
  if (!/^arn:aws[\w-]*:sqs:/.test(queueArn ?? '')) {
    throw invalid(`Unrecognized event source, or one that is not emulated by the local cloud: ${queueArn}`);
  }
  if (input.FilterCriteria?.Filters?.length) throw invalid('FilterCriteria is not emulated by the local cloud');
  const { BatchSize = 10, MaximumBatchingWindowInSeconds: window = 0, ScalingConfig } = input;
  const fifo = queueArn!.endsWith('.fifo');
  if (fifo && window > 0) throw invalid('Batching window is not supported for FIFO queues');
  if (BatchSize < 1 || BatchSize > (fifo ? 10 : 10_000)) throw invalid(`Unsupported batch size: ${BatchSize}`);
  if (BatchSize > 10 && window < 1) {
    throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  }
  const concurrency = ScalingConfig?.MaximumConcurrency;
  if (concurrency !== undefined && (concurrency < 2 || concurrency > 1000)) {
    throw invalid(`MaximumConcurrency must be between 2 and 1000, not ${concurrency}`);
  }
}

async function checkQueue(context: LambdaContext, reference: FunctionReference, queueArn: string): Promise<void> {
  const { environment, store } = context;
  const { Role, Timeout } = getConfiguration(store, reference);
  const caller = environment.asRole(Role!, queueArn.split(':')[3]);
  const refused = (error: unknown): never => {
    throw invalid(
      'The function execution role does not have permissions to call ReceiveMessage on SQS, or the queue does not ' +
        `exist: ${queueArn}: ${error instanceof Error ? error.message : error}`,
    );
  };
  const QueueUrl = await queueUrl(environment, queueArn).catch(refused);
  const { Attributes } = await environment
    .call<{ Attributes?: Record<string, string> }>(
      'sqs',
      'GetQueueAttributes',
      { QueueUrl, AttributeNames: ['VisibilityTimeout'] },
      caller,
    )
    .catch(refused);
  const visibility = Number(Attributes?.VisibilityTimeout ?? 30);
  if (visibility < Timeout!) {
    throw invalid(`Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${Timeout} seconds`);
  }
}

function refuseDuplicate({ store }: LambdaContext, arn: string, queueArn: string): void {
  const same = store.mappings
    .entries()
    .find(([, mapping]) => mapping.FunctionArn === arn && mapping.EventSourceArn === queueArn);
  if (!same) return;
  throw new AwsError(
    'ResourceConflictException',
    `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${arn} ") already exists. ` +
      `Please update or delete the existing mapping with UUID ${same[0]}`,
    409,
    { Type: 'User' },
  );
}
