/** A deployed site whose pages grow stale, as its readers see it, and as its log and its queue tell of it. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { resourceNames } from '../../domain/site.ts';
import type { messageOf } from '../../edge/isr/queue.ts';
import type { Deployed, Journey } from './journey.ts';
import { until } from './until.ts';

export type Line = Record<string, unknown> & { message: string };

export const renderedAt = (text: string) => /<time>([^<]*)<\/time>/.exec(text)?.[1] ?? '';

/** Until a copy that was seen fresh is so no longer. @param read when the page says that it was rendered */
export async function justStale(read: () => Promise<string>, seconds: number): Promise<void> {
  const isFresh = (seen: string) => Date.now() <= Date.parse(seen) + seconds * 1000;
  const seen = await until(async () => {
    const seen = await read();
    return isFresh(seen) && seen;
  });
  await until(async () => !isFresh(seen));
}

/** @param site e.g. `clocks-main` */
export function openIsrSite({ workspace }: Journey, deployed: Deployed, site: string) {
  const { endpoint, region, credentials, accountId } = workspace.cloud;
  const names = resourceNames({ stage: 'dev', accountId, region }, site);
  const options = { endpoint, region, credentials };
  // The local cloud's visitors come by the Region that it is in.
  const logs = new CloudWatchLogsClient(options);
  const sqs = new SQSClient(options);
  let queries = 0;

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${deployed.url}${path}`, { redirect: 'manual', headers });
  const queueUrl = (queue: string) => `${endpoint}/${accountId}/${queue}`;

  /** What a function of the site logged as JSON. */
  async function linesOf(name: 'default' | 'regeneration'): Promise<Line[]> {
    const own = names.functionName(name);
    const logGroupName = `/aws/lambda/${name === 'default' ? 'us-east-1.' : ''}${own}`;
    const lines: Line[] = [];
    let nextToken: string | undefined;
    do {
      const page = await logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
      for (const { message = '' } of page.events ?? []) {
        const json = /\{".*\}/s.exec(message)?.[0];
        if (json) lines.push(JSON.parse(json));
      }
      nextToken = page.nextToken;
    } while (nextToken);
    return lines;
  }

  /** Messages that the regeneration function was given about a page, whatever it made of them. */
  const handled = async (key: string) =>
    (await linesOf('regeneration')).filter((line) => line.key === key || String(line.body ?? '').includes(`"${key}"`));

  return {
    names,
    get,
    s3: new S3Client({ ...options, forcePathStyle: true }),
    read: async (path: string) => renderedAt(await (await get(path)).text()),
    /** Past the CDN's copy. */
    uncached: (path: string, headers: Record<string, string> = {}) =>
      get(`${path}${path.includes('?') ? '&' : '?'}n=${queries++}`, headers),
    linesOf,
    handled,
    regenerations: async (key: string) => (await handled(key)).filter(({ message }) => message === 'page regenerated'),

    /** Messages in a queue, seen or unseen. */
    async waiting(queue: string): Promise<number> {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl(queue), AttributeNames: [...AttributeNames] }),
      );
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    },

    async send(message: ReturnType<typeof messageOf>, queue = names.regenerationQueue): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(queue), ...message }));
    },
  };
}

export type IsrSite = ReturnType<typeof openIsrSite>;
