/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
import { type At, need, type Rows, rowsOf } from '../need.ts';

const byName = (name: string, at: At) => `arn:aws:sqs:${at.region}:${at.accountId}:${name}`;
const queue = ({ QueueUrl = '', QueueName }: { QueueUrl?: string; QueueName?: string }, at: At) =>
  byName(QueueName ?? QueueUrl.split('/').pop() ?? '', at);

interface Move {
  SourceArn?: string;
  DestinationArn?: string;
}
const source = ({ SourceArn = '' }: Move) => SourceArn;
export const sqs: Rows = {
  ...rowsOf(
    [
      'CreateQueue',
      'GetQueueUrl',
      'DeleteQueue',
      'PurgeQueue',
      'ListDeadLetterSourceQueues',
      'GetQueueAttributes',
      'SetQueueAttributes',
      'TagQueue',
      'UntagQueue',
      'ListQueueTags',
      'SendMessage',
      'ReceiveMessage',
      'DeleteMessage',
      'ChangeMessageVisibility',
    ],
    (name) => [need(`sqs:${name}`, queue)],
  ),
  // Batches have no action of their own.
  SendMessageBatch: [need('sqs:SendMessage', queue)],
  DeleteMessageBatch: [need('sqs:DeleteMessage', queue)],
  ChangeMessageVisibilityBatch: [need('sqs:ChangeMessageVisibility', queue)],
  ListQueues: [need('sqs:ListQueues')],
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
  StartMessageMoveTask: [
    ...['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) =>
      need(`sqs:${name}`, source),
    ),
    need('sqs:SendMessage', ({ DestinationArn }: Move) => DestinationArn ?? []),
  ],
  ListMessageMoveTasks: [need('sqs:ListMessageMoveTasks', source)],
  // The handle is all it gets, and that does not tell the queue.
  CancelMessageMoveTask: [need('sqs:CancelMessageMoveTask')],
};
