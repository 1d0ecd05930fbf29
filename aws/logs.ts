import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';

export type Logs = ReturnType<typeof createLogs>;

export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number;
  text: string;
}

const toLine = ({ timestamp = 0, message = '' }): LogLine => ({ time: timestamp, text: message.replace(/\r?\n$/, '') });

export function createLogs(client: CloudWatchLogsClient) {
  return {
    /** Lines from the beginning, or from where `next` of the answer before left off; `next` is always given. */
    async read(group: string, stream: string, from?: string): Promise<{ lines: LogLine[]; next?: string }> {
      try {
        const page = await client.send(
          new GetLogEventsCommand({
            logGroupName: group,
            logStreamName: stream,
            startFromHead: true,
            nextToken: from,
          }),
        );
        return { lines: (page.events ?? []).map(toLine), next: page.nextForwardToken };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return { lines: [], next: from };
        throw error;
      }
    },
  };
}
