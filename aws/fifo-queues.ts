/** The sites' FIFO queues. */
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  QueueNameExists,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export type FifoQueues = ReturnType<typeof createFifoQueues>;

export interface FifoQueueSettings {
  /** Seconds. */
  visibilityTimeout: number;
  /** Seconds. */
  retention: number;
  /** Where a message goes that was received this often without success. */
  deadLetters?: { arn: string; afterReceives: number };
}

/** Each group has its own order, deduplication and throughput: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html */
const attributesOf = ({ visibilityTimeout, retention, deadLetters }: FifoQueueSettings) => ({
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  VisibilityTimeout: String(visibilityTimeout),
  MessageRetentionPeriod: String(retention),
  ...(deadLetters && {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: deadLetters.arn,
      maxReceiveCount: deadLetters.afterReceives,
    }),
  }),
});

export function createFifoQueues(client: SQSClient) {
  return {
    /** Creates it, or gives the one that is there these settings. */
    async ensure(name: string, settings: FifoQueueSettings, tags: Record<string, string>): Promise<void> {
      const Attributes = attributesOf(settings);
      try {
        const create = { QueueName: name, Attributes: { FifoQueue: 'true', ...Attributes }, tags };
        await client.send(new CreateQueueCommand(create));
      } catch (error) {
        if (!(error instanceof QueueNameExists)) throw error;
        const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
        await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
      }
    },

    /** With all its messages. Nothing happens when it is not there. */
    async remove(name: string): Promise<void> {
      try {
        const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
        await client.send(new DeleteQueueCommand({ QueueUrl }));
      } catch (error) {
        if (!(error instanceof QueueDoesNotExist)) throw error;
      }
    },
  };
}
