/** SQS messages as a function's event, and the function's answer as the messages that are done. Pure. */
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export const sqsEvent = (messages: Message[], queueArn: string) => ({
  Records: messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attribute(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  })),
});

const attribute = ({ StringValue, BinaryValue, DataType }: MessageAttributeValue) => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

/**
 * The messages to delete after an invocation without error.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function processed(messages: Message[], answer: string, reportsFailures: boolean): Message[] {
  if (!reportsFailures) return messages;
  const failed = failedIdentifiers(answer);
  if (!failed) return [];
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if (failed.some((identifier) => !known.has(identifier))) return [];
  return messages.filter(({ MessageId }) => !failed.includes(MessageId!));
}

/** Undefined when the answer is malformed: the whole batch counts as failed. */
function failedIdentifiers(answer: string): string[] | undefined {
  try {
    const failures = JSON.parse(answer)?.batchItemFailures ?? [];
    const identifiers = failures.map(({ itemIdentifier }: { itemIdentifier?: unknown }) => itemIdentifier);
    return identifiers.every((identifier: unknown) => typeof identifier === 'string' && identifier !== '')
      ? identifiers
      : undefined;
  } catch {
    return undefined;
  }
}
