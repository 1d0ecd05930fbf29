/** Renders stale pages anew, one message for each: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Renderer } from '../default/render/strategy.ts';
import { type Purge, TooManyInvalidations } from '../isr/purge.ts';
import { EVERYTHING } from '../isr/purged-paths.ts';
import { type PutOffPurge, parseMessage, type RegenerationQueue, type StalePage } from '../isr/queue.ts';
import type { PageStore } from '../isr/store.ts';
import { once } from '../shared/once.ts';
import type { Settings } from '../shared/settings.ts';
import { regenerationMetrics } from './metrics.ts';

/** A message that has to wait. */
class TooEarly extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`not before ${seconds} s`);
    this.seconds = seconds;
  }
}

export interface Ports {
  /** Called once, by the first message that needs Next. */
  loadRenderer(): Promise<Renderer>;
  pages: PageStore;
  queue: Pick<RegenerationQueue, 'delay' | 'putOffPurge'>;
  purge?: Pick<Purge, 'now'>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Before the second and the third attempt; after that the message is a dead letter. */
const PAUSE_SECONDS = [2, 10];

/** Until CloudFront is asked again, which has as many invalidations in progress as it takes. */
const BUSY_MILLISECONDS = 30_000;

/** One line of JSON for each message, in the function's log. */
const log = (line: object) => console.log(JSON.stringify(line));

export function createRegeneration(
  { release, site, stage, pages: built }: Pick<Settings, 'release' | 'site' | 'pages'> & { stage: string },
  { loadRenderer, pages, queue, purge, now }: Ports,
) {
  const renderer = once(loadRenderer);

  async function regenerate({ key, generatedAt }: StalePage): Promise<object> {
    const stored = await pages.about(key, built[key]?.entry ? 'entry' : 'html');
    if (stored?.generatedAt !== undefined && stored.generatedAt > generatedAt) {
      return { message: 'page is fresh already', key };
    }
    const startedAt = performance.now();
    const page = await (await renderer()).renderAnew?.(key);
    if (!page) return { message: 'message dropped: no page that is rendered from time to time', key };
    const outcome = await pages.writeNewer(page);
    return { message: 'page regenerated', key, outcome, milliseconds: Math.round(performance.now() - startedAt) };
  }

  /** Later asks for the same were dropped by the queue, so it may not be done early. */
  async function purgeAll({ purgeAt }: PutOffPurge): Promise<object> {
    if (now() < purgeAt) throw new TooEarly((purgeAt - now()) / 1000);
    try {
      await purge?.now(EVERYTHING);
      return { message: 'everything invalidated at the CDN' };
    } catch (error) {
      if (!(error instanceof TooManyInvalidations)) throw error;
      // Another message: the attempts of this one would be over sooner.
      await queue.putOffPurge(now() + BUSY_MILLISECONDS);
      return { message: 'invalidation put off: as many are in progress as CloudFront takes' };
    }
  }

  function handle(body: string): Promise<object> {
    const stale = parseMessage(body);
    if (!stale) return Promise.resolve({ message: 'message dropped: none of ours', body: body.slice(0, 200) });
    if ('purgeAt' in stale) return purgeAll(stale);
    if (stale.release === release) return regenerate(stale);
    return Promise.resolve({ message: 'message dropped: its release is not the one that is live', ...stale });
  }

  const figures = ({ attributes }: SQSRecord, rendered: boolean) =>
    regenerationMetrics({ stage, site, rendered, sentAt: Number(attributes.SentTimestamp), at: Date.now() });

  /** The stale page stays where it is; the queue counts the attempts. */
  async function fail(record: SQSRecord, error: unknown): Promise<void> {
    const { receiptHandle, body, attributes } = record;
    if (error instanceof TooEarly) return queue.delay(receiptHandle, Math.ceil(error.seconds));
    const attempt = Number(attributes.ApproximateReceiveCount);
    const text = error instanceof Error ? error.message : String(error);
    log({ message: 'page not regenerated', body: body.slice(0, 200), attempt, error: text, ...figures(record, false) });
    const seconds = PAUSE_SECONDS[attempt - 1] ?? 0;
    await queue
      .delay(receiptHandle, seconds)
      .catch((cause) => log({ message: 'retry not hastened', error: `${cause}` }));
  }

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: SQSRecord[] = [];
    const isBlocked = ({ attributes }: SQSRecord) =>
      failed.some((earlier) => earlier.attributes.MessageGroupId === attributes.MessageGroupId);
    for (const record of Records) {
      // Of one page, the order stays.
      if (isBlocked(record)) {
        failed.push(record);
        continue;
      }
      try {
        const done = await handle(record.body);
        log('outcome' in done ? { ...done, ...figures(record, true) } : done);
      } catch (error) {
        failed.push(record);
        await fail(record, error);
      }
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
