/** ReceiveMessage, with long polls and the move to the dead-letter queue. */
import { randomUUID } from 'node:crypto';
import type * as SQS from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { inRange, MAX_VISIBILITY_SECONDS, queueNameOf, redrivePolicy } from './attributes.ts';
import { md5OfAttributes, md5OfText } from './digest.ts';
import { nextVisibleAt, receivable, roomInFlight } from './selection.ts';
import { sequenceNumber } from './sending.ts';
import { isFifo, type MessageRecord, numberAttribute, type QueueRecord, type QueueStore } from './store.ts';
import type { Waiting } from './waiting.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MAX_MESSAGES = 10;
const MAX_WAIT_SECONDS = 20;

/** Takes up to `limit` messages out of sight; one received too often goes to the dead-letter queue instead. */
function take(store: QueueStore, queue: QueueRecord, limit: number, visibilityMs: number, now: number) {
  const redrive = redrivePolicy(queue.attributes);
  const target = redrive && store.queues.get(queueNameOf(redrive.deadLetterTargetArn));
  const retentionMs = numberAttribute(queue, 'MessageRetentionPeriod') * 1000;
  const moved = new Set<string>();
  const taken: MessageRecord[] = [];
  store.atomically(() => {
    for (const message of store.messages(queue.name).filter(({ sentAt }) => now - sentAt > retentionMs)) {
      store.remove(queue.name, message);
    }
    for (const message of receivable(store.messages(queue.name), now, isFifo(queue))) {
      if (taken.length === limit) break;
      if (target && message.receiveCount >= redrive.maxReceiveCount) {
        const sentAt = isFifo(queue) ? now : message.sentAt;
        store.remove(queue.name, message);
        store.put(target.name, { ...message, sentAt, receipt: undefined, sourceArn: store.arnOf(queue) });
        moved.add(target.name);
        continue;
      }
      const received: MessageRecord = {
        ...message,
        receiveCount: message.receiveCount + 1,
        firstReceivedAt: message.firstReceivedAt ?? now,
        visibleAt: now + visibilityMs,
        receipt: `${message.sequence}.${randomUUID()}`,
      };
      store.put(queue.name, received);
      taken.push(received);
    }
  });
  return { taken, moved };
}

function systemAttributes(message: MessageRecord, asked: string[], fifo: boolean): Record<string, string> {
  const all: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: fifo ? sequenceNumber(message.sequence) : undefined,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.sourceArn,
  };
  const names = asked.includes('All') ? Object.keys(all) : asked;
  return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

function isAsked(name: string, asked: string[]): boolean {
  return asked.some(
    (each) =>
      each === 'All' || each === '.*' || each === name || (each.endsWith('.*') && name.startsWith(each.slice(0, -2))),
  );
}

function present(message: MessageRecord, input: SQS.ReceiveMessageRequest, fifo: boolean): SQS.Message {
  const askedSystem = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])] as string[];
  const Attributes = systemAttributes(message, askedSystem, fifo);
  const chosen = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => isAsked(name, input.MessageAttributeNames ?? [])),
  );
  const MessageAttributes = Object.fromEntries(
    Object.entries(chosen).map(([name, { DataType, StringValue, binary }]) => [
      name,
      { DataType, ...(binary === undefined ? { StringValue } : { BinaryValue: Buffer.from(binary, 'base64') }) },
    ]),
  );
  const hasAttributes = Object.keys(chosen).length > 0;
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5OfText(message.body),
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
    ...(hasAttributes && { MessageAttributes, MD5OfMessageAttributes: md5OfAttributes(chosen) }),
  };
}

export function receivingOperations(store: QueueStore, environment: Environment, waiting: Waiting): Operations {
  const receive = async (input: SQS.ReceiveMessageRequest): Promise<SQS.Message[]> => {
    const found = store.find(input.QueueUrl);
    const limit = inRange(input.MaxNumberOfMessages ?? 1, 'MaxNumberOfMessages', 1, MAX_MESSAGES);
    const askedWait = input.WaitTimeSeconds ?? numberAttribute(found, 'ReceiveMessageWaitTimeSeconds');
    const waitSeconds = inRange(askedWait, 'WaitTimeSeconds', 0, MAX_WAIT_SECONDS);
    const deadline = performance.now() + waitSeconds * 1000;
    for (;;) {
      const queue = store.find(input.QueueUrl);
      const asked = input.VisibilityTimeout ?? numberAttribute(queue, 'VisibilityTimeout');
      const seconds = inRange(asked, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
      const now = environment.now();
      const room = roomInFlight(store.messages(queue.name), now);
      // A FIFO queue gives nothing then, without an error; so does a long poll.
      if (room <= 0 && !isFifo(queue) && waitSeconds === 0) {
        throw new AwsError('OverLimit', 'Too many messages in flight.', 403);
      }
      const { taken, moved } = take(store, queue, Math.min(limit, room), seconds * 1000, now);
      for (const name of moved) waiting.wake(name);
      const left = deadline - performance.now();
      if (taken.length > 0 || left <= 0 || waiting.ended()) {
        return taken.map((message) => present(message, input, isFifo(queue)));
      }
      const visible = nextVisibleAt(store.messages(queue.name), now) ?? Number.POSITIVE_INFINITY;
      await waiting.wait(queue.name, Math.min(left, visible - now));
    }
  };

  return {
    ReceiveMessage: async (input: SQS.ReceiveMessageRequest): Promise<SQS.ReceiveMessageResult> => {
      const Messages = await receive(input);
      return Messages.length > 0 ? { Messages } : {};
    },
  };
}
