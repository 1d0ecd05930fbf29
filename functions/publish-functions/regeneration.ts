/** What the regeneration function works from: the site's queue of stale pages. */
import type { EventSources } from '../../aws/event-sources.ts';
import type { FifoQueues } from '../../aws/fifo-queues.ts';
import { type Deployer, LIVE_ALIAS, queueArn, resourceNames } from '../../domain/site.ts';
import { REGENERATION_TIMEOUT_SECONDS } from './settings.ts';

export interface RegenerationPorts {
  /** ARN of the queue of all sites' pages that could not be rendered. */
  deadLetters: string;
  queues: Pick<FifoQueues, 'ensure'>;
  /** Of the control plane's Region. */
  eventSources: Pick<EventSources, 'ensureAlias' | 'ensureQueue'>;
}

export interface PublishedRegeneration {
  site: string;
  deployer: Deployer;
  /** With the version's number. */
  versionArn: string;
  tags: Record<string, string>;
}

const DAY_SECONDS = 86_400;
const MAX_RECEIVES = 3;
/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: six times the function's time-out */
const VISIBILITY_SECONDS = 6 * REGENERATION_TIMEOUT_SECONDS;

/** One page a batch, so that a page that hangs takes no other with it; and few at once, whatever visitors do. */
const EVENT_SOURCE = { batchSize: 1, concurrency: 5 };

/** The alias moves to a new version in UpdateDistribution: until then the live release's pages are rendered by its own code. */
export async function prepareRegeneration(
  { site, deployer, versionArn, tags }: PublishedRegeneration,
  { queues, eventSources, deadLetters: arn }: RegenerationPorts,
): Promise<void> {
  const names = resourceNames(deployer, site);
  const visibilityTimeout = VISIBILITY_SECONDS;
  const deadLetters = { arn, afterReceives: MAX_RECEIVES };
  await queues.ensure(names.regenerationQueue, { visibilityTimeout, retention: DAY_SECONDS, deadLetters }, tags);

  const [functionArn, version] = [versionArn.replace(/:\d+$/, ''), versionArn.split(':').at(-1) as string];
  await eventSources.ensureAlias(names.functionName('regeneration'), LIVE_ALIAS, version);
  const live = `${functionArn}:${LIVE_ALIAS}`;
  await eventSources.ensureQueue(live, queueArn(deployer, names.regenerationQueue), EVENT_SOURCE);
}
