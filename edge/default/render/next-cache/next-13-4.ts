/** Next 13.4 tags paths in another way than later versions, and tells not its cache but the caller of it for how long a page is good. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CacheValue,
  revalidatedOfNext134,
  tagsOfNext134,
  withTagsOfNext134,
} from '../../../../domain/cache-entry.ts';
import type { CacheHandler } from './cache-handler.ts';

type Seconds = number | false | undefined;

interface Caller {
  prototype: { set(key: string, value: unknown, revalidate?: Seconds, ...rest: unknown[]): Promise<void> };
}

/** What the caller of the cache has been told, while it calls it. */
function timesOfPages(require: NodeJS.Require): () => Seconds {
  const { IncrementalCache } = require('next/dist/server/lib/incremental-cache') as { IncrementalCache: Caller };
  const told = new AsyncLocalStorage<Seconds>();
  const { set } = IncrementalCache.prototype;
  IncrementalCache.prototype.set = function setFor(key, value, revalidate, ...rest) {
    return told.run(revalidate, () => set.call(this, key, value, revalidate, ...rest));
  };
  return () => told.getStore();
}

type Kept = CacheValue & { data?: { tags?: string[] } };

export function asCacheOfNext134(require: NodeJS.Require, handler: CacheHandler): CacheHandler {
  const timeTold = timesOfPages(require);
  return {
    ...handler,

    set(key, value) {
      const kept = value as Kept | null;
      return kept?.kind === 'FETCH'
        ? handler.set(key, kept, { fetchCache: true, tags: tagsOfNext134(kept.data?.tags ?? []) })
        : handler.set(key, withTagsOfNext134(kept), { revalidate: timeTold() });
    },

    revalidateTag: (tags) => handler.revalidateTag([tags].flat().map(revalidatedOfNext134)),
  };
}
