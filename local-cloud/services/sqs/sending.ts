/** SendMessage and its batch: checks, delays, deduplication. */
import { createHash, randomUUID } from 'node:crypto';
import type * as SQS from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import { effective, invalidParameter } from './attributes.ts';
import { runBatch } from './batch.ts';
import { md5OfAttributes, md5OfText } from './digest.ts';
import {
  isFifo,
  type MessageRecord,
  numberAttribute,
  type QueueRecord,
  type QueueStore,
  type StoredAttribute,
  storedAttributes,
} from './store.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUPLICATION_MS = 5 * 60_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_ATTRIBUTES = 10;
const MAX_BATCH_BYTES = 1_048_576;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what SQS refuses.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

type SendEntry = Omit<SQS.SendMessageRequest, 'QueueUrl'>;

export const sequenceNumber = (sequence: number): string => String(sequence).padStart(20, '0');

function sizeOf(body: string, attributes: Record<string, StoredAttribute>): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue = '', binary = '' }]) => [
    Buffer.byteLength(name) + Buffer.byteLength(DataType),
    Buffer.byteLength(StringValue) + Buffer.from(binary, 'base64').length,
  ]);
  return parts.reduce((sum, each) => sum + each, Buffer.byteLength(body));
}

function checkMessage(queue: QueueRecord, body: string, attributes: Record<string, StoredAttribute>): void {
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.', 400);
  if (FORBIDDEN.test(body)) throw new AwsError('InvalidMessageContents', 'Invalid characters found', 400);
  if (Object.keys(attributes).length > MAX_ATTRIBUTES) {
    throw invalidParameter(`Number of message attributes exceeds the allowed maximum [${MAX_ATTRIBUTES}].`);
  }
  for (const [name, { DataType, StringValue, binary }] of Object.entries(attributes)) {
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType) || !(StringValue || binary)) {
      throw invalidParameter(`The message attribute '${name}' needs a type String, Number or Binary, and a value.`);
    }
  }
  const limit = numberAttribute(queue, 'MaximumMessageSize');
  if (sizeOf(body, attributes) > limit) {
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
}

/** The deduplication id of a message of a FIFO queue, its own or that of its content. */
function deduplicationId(queue: QueueRecord, entry: SendEntry): string {
  if (entry.MessageDeduplicationId) return entry.MessageDeduplicationId;
  if (effective(queue.attributes).ContentBasedDeduplication === 'true') {
    return createHash('sha256')
      .update(entry.MessageBody ?? '')
      .digest('hex');
  }
  throw invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

function checkFifo(queue: QueueRecord, entry: SendEntry): void {
  if (!isFifo(queue)) {
    if (!entry.MessageDeduplicationId) return;
    throw invalidParameter('The request includes a parameter that is not valid for this queue type');
  }
  if (!entry.MessageGroupId) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.', 400);
  }
  if (entry.DelaySeconds) {
    throw invalidParameter(
      `Value ${entry.DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
}

export interface Sent extends SQS.SendMessageResult {
  MessageId: string;
  MD5OfMessageBody: string;
}

function send(store: QueueStore, environment: Environment, queue: QueueRecord, entry: SendEntry, caller: Caller): Sent {
  const body = entry.MessageBody ?? '';
  const attributes = storedAttributes(entry.MessageAttributes);
  checkMessage(queue, body, attributes);
  checkFifo(queue, entry);
  const delay = entry.DelaySeconds ?? numberAttribute(queue, 'DelaySeconds');
  if (delay < 0 || delay > 900) {
    throw invalidParameter(`Value ${delay} for parameter DelaySeconds is invalid. Reason: must be between 0 and 900.`);
  }
  const fifo = isFifo(queue);
  const now = environment.now();
  const dedupe = fifo ? deduplicationId(queue, entry) : undefined;
  const scope = effective(queue.attributes).DeduplicationScope === 'messageGroup' ? entry.MessageGroupId : '';
  const seenKey = `${queue.name}/${scope}/${dedupe}`;

  return store.atomically(() => {
    const seen = fifo ? store.seenSince(now - DEDUPLICATION_MS, queue.name, seenKey) : undefined;
    const sequence = seen?.sequence ?? store.nextSequence();
    const id = seen?.messageId ?? randomUUID();
    if (!seen) {
      const message: MessageRecord = {
        sequence,
        id,
        body,
        attributes,
        sentAt: now,
        senderId: caller.arn.split('/').at(-1) ?? caller.accountId,
        visibleAt: now + delay * 1000,
        receiveCount: 0,
        groupId: entry.MessageGroupId,
        deduplicationId: dedupe,
        traceHeader: entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
      };
      store.put(queue.name, message);
      if (fifo) store.seen.put(seenKey, { messageId: id, sequence, at: now });
    }
    return {
      MessageId: id,
      MD5OfMessageBody: md5OfText(body),
      MD5OfMessageAttributes: md5OfAttributes(attributes),
      ...(fifo && { SequenceNumber: sequenceNumber(sequence) }),
    };
  });
}

export function sendingOperations(
  store: QueueStore,
  environment: Environment,
  wake: (queue: string) => void,
): Operations {
  return {
    SendMessage: async (input: SQS.SendMessageRequest, caller): Promise<SQS.SendMessageResult> => {
      const queue = store.find(input.QueueUrl);
      const sent = send(store, environment, queue, input, caller);
      wake(queue.name);
      return sent;
    },

    SendMessageBatch: async (input: SQS.SendMessageBatchRequest, caller): Promise<SQS.SendMessageBatchResult> => {
      const queue = store.find(input.QueueUrl);
      const bytes = (input.Entries ?? []).reduce(
        (sum, entry) => sum + sizeOf(entry.MessageBody ?? '', storedAttributes(entry.MessageAttributes)),
        0,
      );
      if (bytes > MAX_BATCH_BYTES) {
        const message = `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`;
        throw new AwsError('BatchRequestTooLong', message, 400);
      }
      const result = await runBatch(input.Entries, async (entry) => send(store, environment, queue, entry, caller));
      wake(queue.name);
      return result;
    },
  };
}
