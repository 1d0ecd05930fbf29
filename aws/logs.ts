import {
  type CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  GetLogEventsCommand,
  PutRetentionPolicyCommand,
  paginateDescribeLogStreams,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';

import { logsClient } from './clients.ts';

export type Logs = ReturnType<typeof createLogs>;

export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number;
  text: string;
}

const toLine = ({ timestamp = 0, message = '' }): LogLine => ({ time: timestamp, text: message.replace(/\r?\n$/, '') });

/** Nothing happens when it is not there. */
async function unlessMissing(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

export function createLogs(client: CloudWatchLogsClient) {
  return {
    /** False when there was none. */
    removeGroup: (group: string) => unlessMissing(client.send(new DeleteLogGroupCommand({ logGroupName: group }))),

    /** Of events in it; nothing happens when there is no such group. */
    setRetention: (group: string, days: number) =>
      unlessMissing(client.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: days }))),

    /** How many streams of the group had names that begin with the prefix. */
    async removeStreams(logGroupName: string, logStreamNamePrefix: string): Promise<number> {
      let removed = 0;
      for await (const { logStreams = [] } of paginateDescribeLogStreams(
        { client },
        { logGroupName, logStreamNamePrefix },
      )) {
        for (const { logStreamName } of logStreams) {
          if (await unlessMissing(client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName })))) removed++;
        }
      }
      return removed;
    },

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

/** The logs of each Region, whose client is made when it is first asked for. */
export function logsOfRegions(): (region: string) => Logs {
  const made = new Map<string, Logs>();
  return (region) => {
    const logs = made.get(region) ?? createLogs(logsClient(region));
    made.set(region, logs);
    return logs;
  };
}
