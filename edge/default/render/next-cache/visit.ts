/** What happens in Next's caches while one request is answered. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CacheEntry, CacheValue } from '../../../../domain/cache-entry.ts';
import type { Freshness } from '../../../isr/page.ts';
import type { TagState, TagStates } from '../../../isr/tags.ts';

export interface Rendered {
  value: CacheValue | null;
  cacheControl?: CacheEntry['cacheControl'];
}

export interface Visit {
  /** The page that is to be rendered, whatever is stored. */
  anew?: string;
  /** Pages that are known already, as if they were stored. */
  known: Map<string, Rendered>;
  /** Pages that were rendered. */
  rendered: Map<string, Rendered>;
  /** Pages that were answered from what is stored. */
  served: Map<string, Freshness>;
  /** Tags that were looked up, or revalidated. */
  tags: TagStates;
  /** Tags that this request revalidated. */
  revalidated: Map<string, TagState>;
}

const storage = new AsyncLocalStorage<Visit>();

export const newVisit = (about: Pick<Partial<Visit>, 'anew' | 'known'> = {}): Visit => ({
  known: new Map(),
  rendered: new Map(),
  served: new Map(),
  tags: new Map(),
  revalidated: new Map(),
  ...about,
});

export const during = <T>(visit: Visit, work: () => Promise<T>): Promise<T> => storage.run(visit, work);

/** Outside of a request, nothing is remembered. */
export const currentVisit = (): Visit => storage.getStore() ?? newVisit();
