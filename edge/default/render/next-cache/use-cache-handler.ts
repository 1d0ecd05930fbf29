/**
 * What functions and components with `use cache` return, kept in the site's bucket.
 * https://nextjs.org/docs/app/api-reference/config/next-config-js/cacheHandlers
 */
import { buffer } from 'node:stream/consumers';
import type { Incremental } from '../../../isr/incremental.ts';
import type { VisitTags } from './visit-tags.ts';

interface Entry {
  value: ReadableStream<Uint8Array>;
  tags: string[];
  /** Milliseconds since 1970. */
  timestamp: number;
  /** Seconds, all of them. */
  stale: number;
  expire: number;
  revalidate: number;
}

/** `value` in base64. */
type Kept = Omit<Entry, 'value'> & { value: string };

export interface UseCacheHandler {
  get(key: string, softTags: string[]): Promise<Entry | undefined>;
  set(key: string, pending: Promise<Entry>): Promise<void>;
  refreshTags(): Promise<void>;
  getExpiration(tags: string[]): Promise<number>;
  updateTags(tags: string[], durations?: { expire?: number }): Promise<void>;
}

const nameOf = (key: string) => `use cache ${key}`;

export function createUseCacheHandler({ data, now }: Incremental, tags: VisitTags): UseCacheHandler {
  const pending = new Map<string, Promise<void>>();

  async function keep(key: string, given: Promise<Entry>): Promise<void> {
    const { value, ...entry } = await given;
    const bytes = await buffer(value);
    if (entry.expire > 0) await data.set(nameOf(key), { ...entry, value: bytes.toString('base64') } satisfies Kept);
  }

  return {
    async get(key, softTags) {
      await pending.get(key);
      const kept = await data.get<Kept>(nameOf(key));
      if (!kept || now() > kept.timestamp + kept.expire * 1000) return undefined;
      const verdict = await tags.verdict([...new Set([...kept.tags, ...softTags])], kept.timestamp);
      if (verdict === 'expired') return undefined;
      const value = new Blob([Buffer.from(kept.value, 'base64')]).stream();
      return { ...kept, value, ...(verdict === 'stale' ? { revalidate: -1 } : {}) };
    },

    async set(key, given) {
      const work = keep(key, given).catch((error) => {
        console.error(JSON.stringify({ message: 'cached data not kept', error: String(error) }));
      });
      pending.set(key, work);
      await work;
      pending.delete(key);
    },

    async refreshTags() {},

    /** `get` itself looks at the tags of the path that is rendered. */
    getExpiration: async () => Number.POSITIVE_INFINITY,

    updateTags: (given, durations) => tags.revalidate(given, durations),
  };
}
