/** PutEvents: each entry is checked by itself, then every rule of its bus that matches delivers it. */
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import type { BestEffort } from './best-effort.ts';
import type { Deliveries } from './deliveries.ts';
import { compilePattern } from './pattern.ts';
import type { EventStore, StoredRule } from './store.ts';
import type { DeliveredEvent } from './target-input.ts';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;
const MAX_REQUEST_BYTES = 1024 * 1024;

export function putEventsOperations(
  environment: Environment,
  store: EventStore,
  deliveries: Deliveries,
  bestEffort: BestEffort,
): Operations {
  return {
    PutEvents: async ({ Entries = [] }: sdk.PutEventsRequest, caller: Caller): Promise<sdk.PutEventsResponse> => {
      if (!Entries.length || Entries.length > MAX_ENTRIES) {
        throw new AwsError(
          'ValidationException',
          `PutEvents takes 1 to ${MAX_ENTRIES} entries, not ${Entries.length}.`,
        );
      }
      const bytes = Entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
      if (bytes > MAX_REQUEST_BYTES) {
        throw new AwsError('ValidationException', `Total size of the entries in the request is over the limit.`);
      }
      const send = (busName: string | undefined, event: DeliveredEvent) => {
        const { name } = store.bus(busName);
        bestEffort.send(event.source, () => deliver(store, deliveries, name, event));
      };
      const results = Entries.map((entry) => putEntry(environment, entry, caller, send));
      return { Entries: results, FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length };
    },
    TestEventPattern: async ({ EventPattern, Event }: sdk.TestEventPatternRequest) => ({
      Result: compilePattern(EventPattern!)(JSON.parse(Event!)),
    }),
  };
}

function putEntry(
  environment: Environment,
  entry: sdk.PutEventsRequestEntry,
  caller: Caller,
  send: (busName: string | undefined, event: DeliveredEvent) => void,
): sdk.PutEventsResultEntry {
  const fault = entryFault(entry, caller);
  if (fault) return fault;
  try {
    const event = newEvent(environment, entry, caller);
    send(entry.EventBusName, event);
    return { EventId: event.id };
  } catch (error) {
    if (error instanceof AwsError) return { ErrorCode: error.code, ErrorMessage: error.message };
    throw error;
  }
}

function deliver(store: EventStore, deliveries: Deliveries, busName: string, event: DeliveredEvent): void {
  for (const rule of store.rules(busName)) {
    if (!rule.enabled || !matches(rule, event)) continue;
    for (const target of rule.targets) deliveries.add({ name: rule.name, arn: rule.arn }, target, event);
  }
}

function matches(rule: StoredRule, event: DeliveredEvent): boolean {
  return rule.pattern !== undefined && compilePattern(rule.pattern)(event);
}

function entryFault(entry: sdk.PutEventsRequestEntry, caller: Caller): sdk.PutEventsResultEntry | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
      return { ErrorCode: 'InvalidArgument', ErrorMessage };
    }
  }
  if (entry.Source!.startsWith('aws.') && !caller.service) {
    const ErrorMessage = `Not authorized for the source: ${entry.Source}`;
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage };
  }
  try {
    const detail: unknown = JSON.parse(entry.Detail!);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // Told below, as for JSON that is no object.
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function newEvent(environment: Environment, entry: sdk.PutEventsRequestEntry, caller: Caller): DeliveredEvent {
  const time = entry.Time ?? new Date(environment.now());
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType!,
    source: entry.Source!,
    account: caller.accountId,
    time: wholeSeconds(time),
    region: environment.region,
    resources: entry.Resources ?? [],
    detail: JSON.parse(entry.Detail!) as Record<string, unknown>,
  };
}

export function scheduledEvent(environment: Environment, rule: StoredRule): DeliveredEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: environment.accountId,
    time: wholeSeconds(new Date(environment.now())),
    region: environment.region,
    resources: [rule.arn],
    detail: {},
  };
}

const wholeSeconds = (time: Date) => time.toISOString().replace(/\.\d+Z$/, 'Z');

function entryBytes({ Source = '', DetailType = '', Detail = '', Resources = [] }: sdk.PutEventsRequestEntry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 14);
}
