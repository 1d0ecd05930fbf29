/** Log groups, streams and batches of events as they are kept. Names have no colon, so it parts the keys. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection, Records } from '../../runtime/records.ts';
import type { Environment } from '../../service.ts';

export interface StoredGroup {
  region: string;
  name: string;
  retentionDays?: number;
  tags: Record<string, string>;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

export interface StoredStream {
  name: string;
  createdAt: number;
  firstEventAt?: number;
  lastEventAt?: number;
  lastIngestedAt?: number;
  /** How many batches were put. */
  batches: number;
  storedBytes: number;
}

export interface LogEvent {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
  ingestedAt: number;
}

const DAY_MS = 24 * 3600 * 1000;
const key = (region: string, ...names: string[]) => [region, ...names].join(':');

interface Collections {
  records: Records;
  now: () => number;
  groups: Collection<StoredGroup>;
  streams: Collection<StoredStream>;
  batches: Collection<LogEvent[]>;
}

export type LogStore = ReturnType<typeof createLogStore>;

export function createLogStore({ records, now }: Environment) {
  const kept: Collections = {
    records,
    now,
    groups: records.collection('group'),
    streams: records.collection('stream'),
    batches: records.collection('batch'),
  };
  return { ...groupStore(kept), ...streamStore(kept), ...eventStore(kept) };
}

function groupOf({ groups }: Collections, region: string, name: string): StoredGroup {
  const found = groups.get(key(region, name));
  if (!found) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return found;
}

function deleteAll(collection: Collection<unknown>, prefix: string): void {
  for (const [each] of collection.entries(prefix)) collection.delete(each);
}

function groupStore(kept: Collections) {
  const { records, groups, streams, batches } = kept;
  return {
    /** Throws ResourceNotFoundException. */
    group: (region: string, name: string) => groupOf(kept, region, name),
    findGroup: (region: string, name: string) => groups.get(key(region, name)),
    groups: (region: string, prefix: string) => groups.entries(key(region, prefix)).map(([, value]) => value),
    putGroup: (value: StoredGroup) => groups.put(key(value.region, value.name), value),
    deleteGroup: (region: string, name: string) =>
      records.atomically(() => {
        deleteAll(batches, key(region, name, ''));
        deleteAll(streams, key(region, name, ''));
        groups.delete(key(region, name));
      }),
  };
}

function streamStore(kept: Collections) {
  const { records, streams, batches } = kept;
  return {
    /** Throws ResourceNotFoundException. */
    stream: (region: string, group: string, name: string): StoredStream => {
      groupOf(kept, region, group);
      const found = streams.get(key(region, group, name));
      if (!found) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      return found;
    },
    findStream: (region: string, group: string, name: string) => streams.get(key(region, group, name)),
    streams: (region: string, group: string, prefix = '') =>
      streams.entries(key(region, group, prefix)).map(([, value]) => value),
    putStream: (region: string, group: string, value: StoredStream) =>
      streams.put(key(region, group, value.name), value),
    deleteStream: (region: string, group: string, name: string) =>
      records.atomically(() => {
        deleteAll(batches, key(region, group, name, ''));
        streams.delete(key(region, group, name));
      }),
  };
}

function eventStore(kept: Collections) {
  const { records, now, groups, streams, batches } = kept;
  const oldest = ({ retentionDays }: StoredGroup) => (retentionDays === undefined ? 0 : now() - retentionDays * DAY_MS);
  return {
    append: (region: string, group: string, stream: StoredStream, events: LogEvent[]) =>
      records.atomically(() => {
        const sequence = String(stream.batches).padStart(12, '0');
        batches.put(key(region, group, stream.name, sequence), events);
        streams.put(key(region, group, stream.name), grown(stream, events));
      }),
    /** In order of their timestamps; without those that the group's retention has ended. */
    events: (region: string, group: string, stream: string): LogEvent[] => {
      const from = oldest(groupOf(kept, region, group));
      return batches
        .entries(key(region, group, stream, ''))
        .flatMap(([, events]) => events)
        .filter((event) => event.timestamp >= from)
        .sort((a, b) => a.timestamp - b.timestamp);
    },
    /** Deletes the batches whose events have all passed their group's retention. */
    expire: () => {
      for (const [groupKey, value] of groups.entries()) {
        const from = oldest(value);
        if (!from) continue;
        for (const [each, events] of batches.entries(`${groupKey}:`)) {
          if (events.every((event) => event.timestamp < from)) batches.delete(each);
        }
      }
    },
  };
}

function grown(stream: StoredStream, events: LogEvent[]): StoredStream {
  const times = events.map(({ timestamp }) => timestamp);
  const bytes = events.reduce((sum, { message }) => sum + eventBytes(message), 0);
  return {
    ...stream,
    batches: stream.batches + 1,
    firstEventAt: Math.min(stream.firstEventAt ?? Number.POSITIVE_INFINITY, times[0]!),
    lastEventAt: Math.max(stream.lastEventAt ?? 0, times.at(-1)!),
    lastIngestedAt: events[0]!.ingestedAt,
    storedBytes: stream.storedBytes + bytes,
  };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export function eventBytes(message: string): number {
  return Buffer.byteLength(message) + 26;
}
