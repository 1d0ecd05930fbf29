import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import { groupName } from './group-name.ts';
import type { LogStore, StoredStream } from './store.ts';

const DEFAULT_PAGE_SIZE = 50;

export function streamOperations(environment: Environment, store: LogStore): Operations {
  return {
    CreateLogStream: async (input: sdk.CreateLogStreamRequest, { region }: Caller) => {
      const group = store.group(region, input.logGroupName!);
      const name = input.logStreamName!;
      if (!/^[^:*]{1,512}$/.test(name)) {
        throw new AwsError('InvalidParameterException', `The log stream name ${name} must not have a colon or a star`);
      }
      if (store.findStream(region, group.name, name)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      store.putStream(region, group.name, { name, createdAt: environment.now(), batches: 0, storedBytes: 0 });
    },
    DeleteLogStream: async (input: sdk.DeleteLogStreamRequest, { region }: Caller) => {
      const stream = store.stream(region, input.logGroupName!, input.logStreamName!);
      store.deleteStream(region, input.logGroupName!, stream.name);
    },
    DescribeLogStreams: async (
      input: sdk.DescribeLogStreamsRequest,
      { region, accountId }: Caller,
    ): Promise<sdk.DescribeLogStreamsResponse> => {
      const name = groupName(input);
      store.group(region, name);
      const byTime = input.orderBy === 'LastEventTime';
      const all = store.streams(region, name, input.logStreamNamePrefix);
      if (byTime) all.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0));
      if (input.descending) all.reverse();
      const start = Number(input.nextToken ?? 0);
      const end = start + (input.limit ?? DEFAULT_PAGE_SIZE);
      const arn = `arn:aws:logs:${region}:${accountId}:log-group:${name}:log-stream`;
      return {
        logStreams: all.slice(start, end).map((stream) => describe(stream, arn)),
        nextToken: end < all.length ? String(end) : undefined,
      };
    },
  };
}

function describe(stream: StoredStream, arn: string): sdk.LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.firstEventAt,
    lastEventTimestamp: stream.lastEventAt,
    lastIngestionTime: stream.lastIngestedAt,
    uploadSequenceToken: String(stream.batches + 1),
    arn: `${arn}:${stream.name}`,
    storedBytes: stream.storedBytes,
  };
}
