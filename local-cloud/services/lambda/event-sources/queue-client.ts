/** The queue of an event source mapping, with the function's role, whatever that is at the time. */
import type { Message, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import type { Caller, Environment } from '../../../service.ts';
import type { FunctionReference } from '../function-name.ts';
import { queueUrl } from '../queues.ts';
import { getConfiguration, type LambdaStore } from '../store.ts';

/** A queue gives and takes at most this many at once. */
const BATCH_MAX = 10;

export interface QueueClient {
  receive(max: number, waitSeconds: number): Promise<Message[]>;
  remove(messages: Message[]): Promise<void>;
  /** Makes them visible again at once. */
  giveBack(messages: Message[]): Promise<void>;
}

export function queueClient(
  environment: Environment,
  store: LambdaStore,
  reference: FunctionReference,
  queueArn: string,
): QueueClient {
  let url: string | undefined;
  const region = queueArn.split(':')[3]!;

  const asRole = () => environment.asRole(getConfiguration(store, reference).Role!, region);
  /** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: its role need not change visibility. */
  const asLambda = () => environment.asService('lambda.amazonaws.com', region);
  const call = async <Output>(operation: string, input: object, caller = asRole()): Promise<Output> => {
    url ??= await queueUrl(environment, queueArn);
    return environment.call<Output>('sqs', operation, { QueueUrl: url, ...input }, caller);
  };
  const inBatches = async (operation: string, messages: Message[], caller: Caller, further: object = {}) => {
    for (let from = 0; from < messages.length; from += BATCH_MAX) {
      const Entries = messages
        .slice(from, from + BATCH_MAX)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, ...further }));
      await call(operation, { Entries }, caller);
    }
  };

  return {
    receive: async (max, waitSeconds) => {
      const answer = await call<ReceiveMessageResult>('ReceiveMessage', {
        MaxNumberOfMessages: Math.min(max, BATCH_MAX),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      return answer.Messages ?? [];
    },
    remove: (messages) => inBatches('DeleteMessageBatch', messages, asRole()),
    giveBack: (messages) => inBatches('ChangeMessageVisibilityBatch', messages, asLambda(), { VisibilityTimeout: 0 }),
  };
}
