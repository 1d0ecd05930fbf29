import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import { eventBytes, type LogStore } from './store.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MAX_BATCH_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const MAX_AGE_MS = 14 * 24 * 3600 * 1000;
const MAX_AHEAD_MS = 2 * 3600 * 1000;

export function putOperations(environment: Environment, store: LogStore): Operations {
  return {
    PutLogEvents: async (input: sdk.PutLogEventsRequest, { region }: Caller): Promise<sdk.PutLogEventsResponse> => {
      const stream = store.stream(region, input.logGroupName!, input.logStreamName!);
      const events = (input.logEvents ?? []) as { timestamp: number; message: string }[];
      checkBatch(events);
      const now = environment.now();
      const tooOld = events.findLastIndex(({ timestamp }) => timestamp < now - MAX_AGE_MS);
      const tooNew = events.findIndex(({ timestamp }) => timestamp > now + MAX_AHEAD_MS);
      const taken = events.slice(tooOld + 1, tooNew < 0 ? undefined : tooNew);
      if (taken.length) {
        const stored = taken.map(({ timestamp, message }) => ({ timestamp, message, ingestedAt: now }));
        store.append(region, input.logGroupName!, stream, stored);
      }
      const rejected = taken.length < events.length;
      return {
        nextSequenceToken: String(stream.batches + 2),
        rejectedLogEventsInfo: rejected
          ? {
              tooOldLogEventEndIndex: tooOld < 0 ? undefined : tooOld + 1,
              tooNewLogEventStartIndex: tooNew < 0 ? undefined : tooNew,
            }
          : undefined,
      };
    },
  };
}

function checkBatch(events: { timestamp: number; message: string }[]): void {
  const invalid = (message: string) => new AwsError('InvalidParameterException', message);
  if (!events.length || events.length > MAX_BATCH_EVENTS) {
    throw invalid(`A batch has 1 to ${MAX_BATCH_EVENTS} log events, not ${events.length}.`);
  }
  if (events.some(({ message }) => !message)) throw invalid('A log event has a message of at least one character.');
  if (events.some(({ timestamp }, index) => index > 0 && timestamp < events[index - 1]!.timestamp)) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  const bytes = events.reduce((sum, { message }) => sum + eventBytes(message), 0);
  if (bytes > MAX_BATCH_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
}
