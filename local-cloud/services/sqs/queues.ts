/** Queues: creation, look-up, deletion. */
import type * as SQS from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import { type Attributes, checkAttributes, effective, invalidParameter, redrivePolicy } from './attributes.ts';
import { checkRedrive } from './queue-attributes.ts';
import type { QueueStore } from './store.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
const NAME_REUSE_MS = 60_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
const PURGE_INTERVAL_MS = 60_000;

function checkName(name: string, fifo: boolean): void {
  const valid = fifo ? /^[\w-]{1,75}\.fifo$/ : /^[\w-]{1,80}$/;
  if (valid.test(name)) return;
  throw invalidParameter(
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length; the name of a FIFO queue ends in ".fifo".',
  );
}

/** Creates the queue, or finds it as it is; the result is its name. */
function createQueue(store: QueueStore, now: number, input: SQS.CreateQueueRequest, caller: Caller): string {
  const name = input.QueueName ?? '';
  const attributes = (input.Attributes ?? {}) as Attributes;
  const fifo = attributes.FifoQueue === 'true';
  checkName(name, fifo);
  checkAttributes(attributes, fifo);
  const existing = store.queues.get(name);
  if (existing) {
    const has = effective(existing.attributes);
    const different = Object.keys(attributes).find((each) => attributes[each] !== (has[each] ?? ''));
    if (!different) return name;
    const message = `A queue already exists with the same name and a different value for attribute ${different}`;
    throw new AwsError('QueueNameExists', message, 400);
  }
  if (now - (store.deletions.get(name) ?? Number.NEGATIVE_INFINITY) < NAME_REUSE_MS) {
    const message = 'You must wait 60 seconds after deleting a queue before you can create another with the same name.';
    throw new AwsError('QueueDeletedRecently', message, 400);
  }
  checkRedrive(store, attributes, fifo);
  const times = { createdAt: now, modifiedAt: now };
  store.queues.put(name, { name, region: caller.region, attributes, tags: input.tags ?? {}, ...times });
  return name;
}

export function queueOperations(
  store: QueueStore,
  environment: Environment,
  wake: (queue: string) => void,
): Operations {
  const urlOf = (name: string) => `${environment.endpoint()}/${environment.accountId}/${name}`;

  return {
    CreateQueue: async (input: SQS.CreateQueueRequest, caller): Promise<SQS.CreateQueueResult> => ({
      QueueUrl: urlOf(createQueue(store, environment.now(), input, caller)),
    }),

    GetQueueUrl: async (input: SQS.GetQueueUrlRequest): Promise<SQS.GetQueueUrlResult> => ({
      QueueUrl: urlOf(store.find(input.QueueName).name),
    }),

    ListQueues: async (input: SQS.ListQueuesRequest): Promise<SQS.ListQueuesResult> => {
      const names = store.queues.entries(input.QueueNamePrefix).map(([name]) => name);
      const after = names.filter((name) => name > (input.NextToken ?? ''));
      const page = after.slice(0, input.MaxResults ?? 1000);
      const more = page.length < after.length && input.MaxResults ? { NextToken: page.at(-1) } : {};
      return { QueueUrls: page.map(urlOf), ...more };
    },

    DeleteQueue: async (input: SQS.DeleteQueueRequest): Promise<void> => {
      const { name } = store.find(input.QueueUrl);
      store.atomically(() => {
        store.clear(name);
        for (const [key] of store.seen.entries(`${name}/`)) store.seen.delete(key);
        store.queues.delete(name);
        store.deletions.put(name, environment.now());
      });
      wake(name);
    },

    PurgeQueue: async (input: SQS.PurgeQueueRequest): Promise<void> => {
      const queue = store.find(input.QueueUrl);
      const now = environment.now();
      if (now - (queue.purgedAt ?? Number.NEGATIVE_INFINITY) < PURGE_INTERVAL_MS) {
        const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
        throw new AwsError('PurgeQueueInProgress', message, 403);
      }
      store.atomically(() => {
        store.clear(queue.name);
        store.queues.put(queue.name, { ...queue, purgedAt: now });
      });
    },

    ListDeadLetterSourceQueues: async (
      input: SQS.ListDeadLetterSourceQueuesRequest,
    ): Promise<SQS.ListDeadLetterSourceQueuesResult> => {
      const arn = store.arnOf(store.find(input.QueueUrl));
      const sources = store.queues
        .entries()
        .filter(([, queue]) => redrivePolicy(queue.attributes)?.deadLetterTargetArn === arn);
      return { queueUrls: sources.map(([name]) => urlOf(name)) };
    },
  };
}
