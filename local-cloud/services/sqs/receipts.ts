/** What is done with a received message: deletion, and changes of its visibility. */
import type * as SQS from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { inRange, invalidParameter, MAX_VISIBILITY_SECONDS } from './attributes.ts';
import { runBatch } from './batch.ts';
import { isFifo, type MessageRecord, type QueueRecord, type QueueStore } from './store.ts';

/** The message that a receipt handle stands for, if it is still there and was not received again since. */
function byReceipt(store: QueueStore, queue: QueueRecord, handle: string | undefined): MessageRecord | undefined {
  const sequence = Number(/^(\d+)\.[0-9a-f-]{36}$/.exec(handle ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(sequence)) {
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not valid.`, 400);
  }
  const message = store.messages(queue.name).find((each) => each.sequence === sequence);
  return message?.receipt === handle ? message : undefined;
}

export function receiptOperations(
  store: QueueStore,
  environment: Environment,
  wake: (queue: string) => void,
): Operations {
  const remove = async (queue: QueueRecord, handle: string | undefined): Promise<object> => {
    const message = byReceipt(store, queue, handle);
    if (message && isFifo(queue) && message.visibleAt <= environment.now()) {
      throw invalidParameter(
        `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      );
    }
    if (message) store.remove(queue.name, message);
    // The next message of its group may be received now.
    wake(queue.name);
    return {};
  };

  const changeVisibility = async (
    queue: QueueRecord,
    handle: string | undefined,
    timeout: number | undefined,
  ): Promise<object> => {
    const seconds = inRange(timeout ?? 0, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
    const message = byReceipt(store, queue, handle);
    const now = environment.now();
    if (!message || message.visibleAt <= now) {
      throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.', 400);
    }
    store.put(queue.name, { ...message, visibleAt: now + seconds * 1000 });
    wake(queue.name);
    return {};
  };

  return {
    DeleteMessage: async (input: SQS.DeleteMessageRequest): Promise<void> => {
      await remove(store.find(input.QueueUrl), input.ReceiptHandle);
    },

    DeleteMessageBatch: async (input: SQS.DeleteMessageBatchRequest): Promise<SQS.DeleteMessageBatchResult> => {
      const queue = store.find(input.QueueUrl);
      return runBatch(input.Entries, (entry) => remove(queue, entry.ReceiptHandle));
    },

    ChangeMessageVisibility: async (input: SQS.ChangeMessageVisibilityRequest): Promise<void> => {
      await changeVisibility(store.find(input.QueueUrl), input.ReceiptHandle, input.VisibilityTimeout);
    },

    ChangeMessageVisibilityBatch: async (
      input: SQS.ChangeMessageVisibilityBatchRequest,
    ): Promise<SQS.ChangeMessageVisibilityBatchResult> => {
      const queue = store.find(input.QueueUrl);
      return runBatch(input.Entries, (entry) => changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout));
    },
  };
}
