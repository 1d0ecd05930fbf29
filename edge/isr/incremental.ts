/** What rendering pages again in the course of time works with. */
import type { PageBucket } from '../shared/bucket.ts';
import type { Settings } from '../shared/settings.ts';
import { createDataCache, type DataCache } from './data-cache.ts';
import { createPurge, type Purge } from './purge.ts';
import { createQueue, type RegenerationQueue } from './queue.ts';
import { createPageStore, type PageStore } from './store.ts';
import { createTags, type Tags } from './tags.ts';

export interface Incremental {
  pages: PageStore;
  data: DataCache;
  /** These are absent when the release has nobody to render stale pages: then they expire at the CDN alone. */
  queue?: RegenerationQueue;
  tags?: Tags;
  purge?: Purge;
  /** Milliseconds since 1970. */
  now: () => number;
}

function createRevalidation(
  site: string,
  { queueUrl, region, table, distributionId }: NonNullable<Settings['regeneration']>,
) {
  const queue = createQueue({ queueUrl, region });
  const purge = createPurge({ distributionId, putOff: queue.putOffPurge });
  return { queue, tags: createTags(site, { table, region }), purge };
}

export const createIncremental = ({ site, release, regeneration }: Settings, bucket: PageBucket): Incremental => ({
  pages: createPageStore(bucket, release),
  data: createDataCache(bucket, release),
  ...(regeneration ? createRevalidation(site, regeneration) : {}),
  now: Date.now,
});
