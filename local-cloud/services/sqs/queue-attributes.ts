/** What is said about a queue: its attributes and tags. */
import type * as SQS from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import {
  type Attributes,
  checkAttributes,
  effective,
  invalidParameter,
  isSettable,
  queueNameOf,
  redrivePolicy,
} from './attributes.ts';
import { counts } from './selection.ts';
import { isFifo, type QueueRecord, type QueueStore } from './store.ts';

export function checkRedrive(store: QueueStore, attributes: Attributes, fifo: boolean): void {
  const redrive = redrivePolicy(attributes);
  if (!redrive) return;
  const target = store.queues.get(queueNameOf(redrive.deadLetterTargetArn));
  if (!target || store.arnOf(target) !== redrive.deadLetterTargetArn) {
    throw invalidParameter(
      `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }
  if (isFifo(target) !== fifo) {
    throw invalidParameter(
      `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source.`,
    );
  }
}

function describe(store: QueueStore, queue: QueueRecord, now: number): Attributes {
  const { visible, inFlight, delayed } = counts(store.messages(queue.name), now);
  return {
    ...effective(queue.attributes),
    QueueArn: store.arnOf(queue),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

export function queueAttributeOperations(
  store: QueueStore,
  environment: Environment,
  wake: (queue: string) => void,
): Operations {
  const update = (queue: QueueRecord, change: Partial<QueueRecord>) =>
    store.queues.put(queue.name, { ...queue, ...change });

  return {
    GetQueueAttributes: async (input: SQS.GetQueueAttributesRequest): Promise<SQS.GetQueueAttributesResult> => {
      const all = describe(store, store.find(input.QueueUrl), environment.now());
      const asked = input.AttributeNames ?? [];
      if (asked.includes('All')) return { Attributes: all };
      const unknown = asked.find((name) => all[name] === undefined && !isSettable(name));
      if (unknown) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`, 400);
      const entries = asked.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
      return { Attributes: Object.fromEntries(entries) };
    },

    SetQueueAttributes: async (input: SQS.SetQueueAttributesRequest): Promise<void> => {
      const queue = store.find(input.QueueUrl);
      const attributes = (input.Attributes ?? {}) as Attributes;
      checkAttributes(attributes, isFifo(queue));
      checkRedrive(store, attributes, isFifo(queue));
      if (attributes.FifoQueue && !isFifo(queue)) {
        throw new AwsError('InvalidAttributeName', 'You can specify the FifoQueue only when you create a queue.', 400);
      }
      const merged = { ...queue.attributes, ...attributes };
      update(queue, { attributes: merged, modifiedAt: environment.now() });
      wake(queue.name);
    },

    TagQueue: async (input: SQS.TagQueueRequest): Promise<void> => {
      const queue = store.find(input.QueueUrl);
      update(queue, { tags: { ...queue.tags, ...input.Tags } });
    },

    UntagQueue: async (input: SQS.UntagQueueRequest): Promise<void> => {
      const queue = store.find(input.QueueUrl);
      const kept = Object.entries(queue.tags).filter(([key]) => !input.TagKeys?.includes(key));
      update(queue, { tags: Object.fromEntries(kept) });
    },

    ListQueueTags: async (input: SQS.ListQueueTagsRequest): Promise<SQS.ListQueueTagsResult> => ({
      Tags: store.find(input.QueueUrl).tags,
    }),
  };
}
