import { createHash, randomUUID } from 'node:crypto';
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';

/** A message as a function gets it. */
export interface QueueMessage {
  id: string;
  receiptHandle: string;
  body: string;
  /** How often it was received, from 1. */
  attempt: number;
}

/** Why a message is in a dead-letter queue. */
export interface DeadLetter {
  code: string;
  reason: string;
  attempts: number;
}

export const readMessages = ({ Records }: SQSEvent): QueueMessage[] =>
  Records.map(({ messageId, receiptHandle, body, attributes }) => ({
    id: messageId,
    receiptHandle,
    body,
    attempt: Number(attributes.ApproximateReceiveCount),
  }));

export function createQueue(client: SQSClient, url: string) {
  return {
    /** With `why`, as attributes named like those that EventBridge gives its own dead letters. */
    async send(body: string, why?: DeadLetter): Promise<void> {
      const attributes = why && {
        ERROR_CODE: text(why.code),
        ERROR_MESSAGE: text(why.reason),
        RETRY_ATTEMPTS: text(String(why.attempts - 1)),
      };
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes: attributes }));
    },

    /** Keeps a message that is being handled from being received again for that long. */
    async hide({ receiptHandle }: Pick<QueueMessage, 'receiptHandle'>, seconds: number): Promise<void> {
      const change = { QueueUrl: url, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
      await client.send(new ChangeMessageVisibilityCommand(change));
    },
  };
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** Of the characters that JSON leaves as they are. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const REFUSED = /[\ufffe\uffff]/g;

export function createFifoQueue(client: SQSClient, url: string) {
  return {
    /** As JSON. Messages of one group are received in their order; each is a message of its own, whatever is in it. */
    async send(message: object, group: string): Promise<void> {
      const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16)}`;
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify(message).replace(REFUSED, escaped),
          MessageGroupId: createHash('sha256').update(group).digest('hex'),
          MessageDeduplicationId: randomUUID(),
        }),
      );
    },
  };
}
