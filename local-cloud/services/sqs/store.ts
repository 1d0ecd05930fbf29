/** Queues and their messages: in memory for speed, and in the records with every change. */
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection } from '../../runtime/records.ts';
import type { Environment } from '../../service.ts';
import { type Attributes, effective, queueNameOf } from './attributes.ts';

export interface QueueRecord {
  name: string;
  region: string;
  /** As they were set; `effective` adds the defaults. */
  attributes: Attributes;
  tags: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
  purgedAt?: number;
}

/** A message attribute as JSON keeps it: binary values are base64. */
export interface StoredAttribute {
  DataType: string;
  StringValue?: string;
  binary?: string;
}

export interface MessageRecord {
  /** Order of arrival among all queues. */
  sequence: number;
  id: string;
  body: string;
  attributes: Record<string, StoredAttribute>;
  sentAt: number;
  senderId: string;
  /** Invisible before; then it can be received. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The latest receipt handle. */
  receipt?: string;
  groupId?: string;
  deduplicationId?: string;
  traceHeader?: string;
  /** The queue it came from, when it was moved to a dead-letter queue. */
  sourceArn?: string;
}

/** A deduplication id that was seen. */
interface Seen {
  messageId: string;
  sequence: number;
  at: number;
}

export interface QueueStore {
  queues: Collection<QueueRecord>;
  /** When a queue of that name was deleted. */
  deletions: Collection<number>;
  seen: Collection<Seen>;
  /** What was seen under `key` after `since`; what is older is forgotten now and then. */
  seenSince(since: number, queue: string, key: string): Seen | undefined;
  find(urlOrArn: string | undefined): QueueRecord;
  arnOf(queue: QueueRecord): string;
  /** In order of arrival. Changed only through `put`, `remove` and `clear`. */
  messages(queue: string): readonly MessageRecord[];
  nextSequence(): number;
  put(queue: string, message: MessageRecord): void;
  remove(queue: string, message: MessageRecord): void;
  clear(queue: string): void;
  atomically<Result>(work: () => Result): Result;
}

/** Milliseconds between two times that a queue's old deduplication ids are looked for. */
const FORGET_EVERY = 60_000;

function deduplication(seen: Collection<Seen>): QueueStore['seenSince'] {
  const forgottenUntil = new Map<string, number>();
  return (since, queue, key) => {
    if (since - (forgottenUntil.get(queue) ?? 0) >= FORGET_EVERY) {
      for (const [old, { at }] of seen.entries(`${queue}/`)) if (at <= since) seen.delete(old);
      forgottenUntil.set(queue, since);
    }
    const found = seen.get(key);
    return found && found.at > since ? found : undefined;
  };
}

const keyOf = (queue: string, sequence: number) => `${queue}/${String(sequence).padStart(20, '0')}`;

export function openQueueStore({ records, accountId }: Environment): QueueStore {
  const queues = records.collection<QueueRecord>('queues');
  const saved = records.collection<MessageRecord>('messages');
  const counters = records.collection<number>('counters');
  const seen = records.collection<Seen>('seen');
  const loaded = new Map<string, MessageRecord[]>();

  const messages = (queue: string): MessageRecord[] => {
    const known = loaded.get(queue) ?? saved.entries(`${queue}/`).map(([, message]) => message);
    loaded.set(queue, known);
    return known;
  };

  return {
    queues,
    deletions: records.collection<number>('deletions'),
    seen,
    seenSince: deduplication(seen),
    atomically: records.atomically,
    find: (urlOrArn) => {
      const queue = queues.get(queueNameOf(urlOrArn ?? ''));
      if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400);
      return queue;
    },
    arnOf: ({ region, name }) => `arn:aws:sqs:${region}:${accountId}:${name}`,
    messages,
    nextSequence: () => {
      const next = (counters.get('sequence') ?? 0) + 1;
      counters.put('sequence', next);
      return next;
    },
    put: (queue, message) => {
      const list = messages(queue);
      const before = list.findLastIndex(({ sequence }) => sequence < message.sequence);
      const isThere = list[before + 1]?.sequence === message.sequence;
      list.splice(before + 1, isThere ? 1 : 0, message);
      saved.put(keyOf(queue, message.sequence), message);
    },
    remove: (queue, message) => {
      const list = messages(queue);
      const at = list.findIndex(({ sequence }) => sequence === message.sequence);
      if (at >= 0) list.splice(at, 1);
      saved.delete(keyOf(queue, message.sequence));
    },
    clear: (queue) => {
      for (const { sequence } of messages(queue)) saved.delete(keyOf(queue, sequence));
      loaded.delete(queue);
    },
  };
}

export const numberAttribute = (queue: QueueRecord, name: string): number =>
  Number(effective(queue.attributes)[name] ?? 0);

export const isFifo = (queue: QueueRecord): boolean => queue.attributes.FifoQueue === 'true';

export function storedAttributes(
  attributes: Record<string, MessageAttributeValue> | undefined,
): Record<string, StoredAttribute> {
  const entries = Object.entries(attributes ?? {}).map(([name, { DataType = '', StringValue, BinaryValue }]) => {
    const value = BinaryValue ? { binary: Buffer.from(BinaryValue).toString('base64') } : { StringValue };
    return [name, { DataType, ...value }] as const;
  });
  return Object.fromEntries(entries);
}
