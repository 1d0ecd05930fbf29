/** What rendering pages again in the course of time works with. */
import type { PageBucket } from '../shared/bucket.ts';
import type { Settings } from '../shared/settings.ts';
import { createQueue, type RegenerationQueue } from './queue.ts';
import { createPageStore, type PageStore } from './store.ts';

export interface Incremental {
  pages: PageStore;
  /** Absent when the release has nobody to render stale pages: then they expire at the CDN alone. */
  queue?: RegenerationQueue;
  /** Milliseconds since 1970. */
  now: () => number;
}

export const createIncremental = ({ release, regeneration }: Settings, bucket: PageBucket): Incremental => ({
  pages: createPageStore(bucket, release),
  ...(regeneration ? { queue: createQueue(regeneration) } : {}),
  now: Date.now,
});
