/**
 * The site's queue of stale pages, by SQS's JSON protocol:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
import { createHash } from 'node:crypto';
import { awsClient, type Environment, endpointOf } from '../shared/aws.ts';

/** A page that was found stale: the body of a message. */
export interface StalePage {
  release: string;
  key: string;
  /** Of the copy that is stale, in milliseconds since 1970. */
  generatedAt: number;
}

/** Everything is to be invalidated at the CDN. */
export interface PutOffPurge {
  /** Not before then, in milliseconds since 1970. */
  purgeAt: number;
}

export interface RegenerationQueue {
  /** Never throws: a visitor is being answered. The queue drops what it was told within the last five minutes. */
  report(page: StalePage): Promise<void>;
  /** Asks for everything to be invalidated at the CDN then, once for all who ask for the same time. */
  putOffPurge(until: number): Promise<void>;
  /** Lets a message be received again after so many seconds. */
  delay(receiptHandle: string, seconds: number): Promise<void>;
}

export interface QueueSettings {
  queueUrl: string;
  region: string;
}

const MESSAGE_VERSION = 1;
/** As long as SQS itself: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const REMEMBERED_MILLISECONDS = 5 * 60_000;
const MAX_REMEMBERED = 1000;
/** A queue that hangs must not hold up the page. */
const TIMEOUT_MILLISECONDS = 3000;

const hash = (...parts: Array<string | number>) => createHash('sha256').update(parts.join('\n')).digest('hex');

/** One group for each page, so that one that fails blocks only itself; the same stale copy is the same message. */
export const messageOf = ({ release, key, generatedAt }: StalePage) => ({
  MessageBody: JSON.stringify({ version: MESSAGE_VERSION, release, key, generatedAt }),
  MessageGroupId: hash(key),
  MessageDeduplicationId: hash(release, key, generatedAt),
});

/** One for all who ask within the same few seconds. */
export const purgeMessageOf = ({ purgeAt }: PutOffPurge) => ({
  MessageBody: JSON.stringify({ version: MESSAGE_VERSION, purgeAt }),
  MessageGroupId: 'purge',
  MessageDeduplicationId: hash('purge', purgeAt),
});

/** Undefined for what is no message of ours. */
export function parseMessage(body: string): StalePage | PutOffPurge | undefined {
  try {
    const { version, release, key, generatedAt, purgeAt } = JSON.parse(body) as Record<string, unknown>;
    if (version !== MESSAGE_VERSION) return undefined;
    if (typeof purgeAt === 'number') return { purgeAt };
    const isOurs = typeof release === 'string' && typeof generatedAt === 'number';
    return isOurs && typeof key === 'string' && key.startsWith('/') ? { release, key, generatedAt } : undefined;
  } catch {
    return undefined;
  }
}

/** What was reported lately, so that a busy page asks the queue once. */
function createMemory(now: () => number) {
  const reported = new Map<string, number>();
  return {
    has: (id: string) => (reported.get(id) ?? 0) > now(),
    add(id: string) {
      if (reported.size >= MAX_REMEMBERED) reported.clear();
      reported.set(id, now() + REMEMBERED_MILLISECONDS);
    },
    delete: (id: string) => reported.delete(id),
  };
}

export function createQueue(
  { queueUrl, region }: QueueSettings,
  environment: Environment = process.env,
  now = Date.now,
): RegenerationQueue {
  const memory = createMemory(now);
  const call = async (operation: string, input: object) => {
    const endpoint = endpointOf('sqs', new URL(queueUrl).origin, environment);
    const answer = await awsClient('sqs', region, environment).fetch(`${endpoint}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
      body: JSON.stringify({ QueueUrl: queueUrl, ...input }),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`SQS answered ${answer.status} to ${operation}: ${text}`);
  };

  return {
    async report(page) {
      const message = messageOf(page);
      const id = message.MessageDeduplicationId;
      if (memory.has(id)) return;
      memory.add(id);
      try {
        await call('SendMessage', message);
        console.log(JSON.stringify({ message: 'stale page reported', ...page }));
      } catch (error) {
        memory.delete(id);
        console.error(JSON.stringify({ message: 'stale page not reported', ...page, error: String(error) }));
      }
    },
    putOffPurge: (purgeAt) => call('SendMessage', purgeMessageOf({ purgeAt })),
    delay: (ReceiptHandle, seconds) =>
      call('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: Math.floor(seconds) }),
  };
}
