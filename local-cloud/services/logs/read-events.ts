import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Caller, Operations } from '../../service.ts';
import { logFilter } from './filter-pattern.ts';
import { groupName } from './group-name.ts';
import type { LogEvent, LogStore } from './store.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
const MAX_PAGE_EVENTS = 10_000;

export function readOperations(store: LogStore): Operations {
  return {
    GetLogEvents: async (input: sdk.GetLogEventsRequest, { region }: Caller): Promise<sdk.GetLogEventsResponse> => {
      const name = groupName(input);
      store.stream(region, name, input.logStreamName!);
      const within = inTime(input);
      const events = store.events(region, name, input.logStreamName!).filter(within);
      const { from, to } = pageOf(events.length, input);
      return {
        events: events.slice(from, to).map(describe),
        nextForwardToken: `f/${to}`,
        nextBackwardToken: `b/${from}`,
      };
    },
    FilterLogEvents: async (
      input: sdk.FilterLogEventsRequest,
      { region }: Caller,
    ): Promise<sdk.FilterLogEventsResponse> => {
      const name = groupName(input);
      store.group(region, name);
      const matches = logFilter(input.filterPattern);
      const within = inTime(input);
      const streams = input.logStreamNames
        ? input.logStreamNames.map((stream) => store.stream(region, name, stream))
        : store.streams(region, name, input.logStreamNamePrefix);
      const found = streams
        .flatMap((stream) => store.events(region, name, stream.name).map((event, index) => ({ stream, event, index })))
        .filter(({ event }) => within(event) && matches(event.message))
        .sort((a, b) => a.event.timestamp - b.event.timestamp);
      const start = Number(input.nextToken ?? 0);
      const end = start + (input.limit ?? MAX_PAGE_EVENTS);
      return {
        events: found.slice(start, end).map(({ stream, event, index }) => ({
          ...describe(event),
          logStreamName: stream.name,
          eventId: `${stream.name}/${index}`,
        })),
        searchedLogStreams: [],
        nextToken: end < found.length ? String(end) : undefined,
      };
    },
  };
}

/** `startTime` counts, `endTime` does not. */
function inTime({ startTime = 0, endTime = Number.POSITIVE_INFINITY }: { startTime?: number; endTime?: number }) {
  return ({ timestamp }: { timestamp: number }) => timestamp >= startTime && timestamp < endTime;
}

/** A page is the last events unless it starts from the head; at either end, the token stays the same. */
function pageOf(count: number, input: sdk.GetLogEventsRequest): { from: number; to: number } {
  const limit = input.limit ?? MAX_PAGE_EVENTS;
  const [direction, index] = input.nextToken?.split('/') ?? [];
  if (direction === 'f')
    return { from: Number(index), to: Math.max(Number(index), Math.min(count, Number(index) + limit)) };
  if (direction === 'b') return { from: Math.max(0, Number(index) - limit), to: Number(index) };
  return input.startFromHead
    ? { from: 0, to: Math.min(count, limit) }
    : { from: Math.max(0, count - limit), to: count };
}

function describe(event: LogEvent): sdk.OutputLogEvent {
  return { timestamp: event.timestamp, message: event.message, ingestionTime: event.ingestedAt };
}
