/**
 * Moving messages out of a dead-letter queue, back to where they came from or elsewhere.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
import { randomUUID } from 'node:crypto';
import type * as SQS from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { queueNameOf, redrivePolicy } from './attributes.ts';
import { receivable } from './selection.ts';
import type { MessageRecord, QueueRecord, QueueStore } from './store.ts';

interface MoveTask {
  sourceArn: string;
  destinationArn?: string;
  startedAt: number;
  moved: number;
  /** Messages that were to be moved. */
  total: number;
}

/** A moved message counts as new: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
function renewed(store: QueueStore, message: MessageRecord, now: number): MessageRecord {
  const { firstReceivedAt: _1, receipt: _2, sourceArn: _3, ...kept } = message;
  const fresh = { sequence: store.nextSequence(), id: randomUUID(), sentAt: now, visibleAt: now, receiveCount: 0 };
  return { ...kept, ...fresh };
}

/** Moves what is visible in `source` to `destination`, or each message to the queue it came from. */
function moveMessages(store: QueueStore, source: QueueRecord, destination: QueueRecord | undefined, now: number) {
  const messages = receivable(store.messages(source.name), now, false);
  const targets = new Set<string>();
  let moved = 0;
  for (const message of messages) {
    const target = destination ?? store.queues.get(queueNameOf(message.sourceArn ?? ''));
    if (!target) continue;
    store.remove(source.name, message);
    store.put(target.name, renewed(store, message, now));
    targets.add(target.name);
    moved += 1;
  }
  return { targets, moved, total: messages.length };
}

export function redriveOperations(
  store: QueueStore,
  environment: Environment,
  wake: (queue: string) => void,
): Operations {
  const tasks = environment.records.collection<MoveTask>('move-tasks');
  const isDeadLetterQueue = (arn: string) =>
    store.queues.entries().some(([, queue]) => redrivePolicy(queue.attributes)?.deadLetterTargetArn === arn);

  return {
    StartMessageMoveTask: async (input: SQS.StartMessageMoveTaskRequest): Promise<SQS.StartMessageMoveTaskResult> => {
      const source = store.find(input.SourceArn);
      const sourceArn = store.arnOf(source);
      if (!isDeadLetterQueue(sourceArn)) {
        const message = 'Source queue must be configured as a Dead Letter Queue.';
        throw new AwsError('UnsupportedOperation', message, 400);
      }
      const destination = input.DestinationArn ? store.find(input.DestinationArn) : undefined;
      const startedAt = environment.now();
      const TaskHandle = randomUUID();
      const targets = store.atomically(() => {
        const { targets, ...figures } = moveMessages(store, source, destination, startedAt);
        tasks.put(TaskHandle, { sourceArn, destinationArn: input.DestinationArn, startedAt, ...figures });
        return targets;
      });
      for (const name of targets) wake(name);
      return { TaskHandle };
    },

    ListMessageMoveTasks: async (input: SQS.ListMessageMoveTasksRequest): Promise<SQS.ListMessageMoveTasksResult> => {
      const sourceArn = store.arnOf(store.find(input.SourceArn));
      const Results = tasks
        .entries()
        .map(([, task]) => task)
        .filter((task) => task.sourceArn === sourceArn)
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, input.MaxResults ?? 1)
        .map((task) => ({
          Status: task.moved === task.total ? 'COMPLETED' : 'FAILED',
          SourceArn: task.sourceArn,
          DestinationArn: task.destinationArn,
          ApproximateNumberOfMessagesMoved: task.moved,
          ApproximateNumberOfMessagesToMove: task.total,
          StartedTimestamp: task.startedAt,
          ...(task.moved < task.total && { FailureReason: 'CouldNotDetermineMessageSource' }),
        }));
      return { Results };
    },

    CancelMessageMoveTask: async (): Promise<never> => {
      throw new AwsError('UnsupportedOperation', 'Only active tasks can be cancelled.', 400);
    },
  };
}
