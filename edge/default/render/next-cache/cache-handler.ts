/**
 * Next's cache of pages, route handlers, `fetch` and `unstable_cache`, kept in the site's bucket. It says of no page that it
 * is stale, so that Next never renders behind an answer's back, where Lambda has stopped the clock: a stale page is
 * reported to the queue. What is rendered is handed over instead of being kept.
 * https://nextjs.org/docs/app/api-reference/config/next-config-js/incrementalCacheHandlerPath
 */
import type { CacheValue } from '../../../../domain/cache-entry.ts';
import type { Incremental } from '../../../isr/incremental.ts';
import { freshnessOf, hasExpired } from '../../../isr/page.ts';
import type { StoredEntry } from '../../../isr/store.ts';
import { currentVisit, type Rendered } from './visit.ts';
import type { VisitTags } from './visit-tags.ts';

interface GetContext {
  /** FETCH, or the kind of a page. Next 14 and 13 tell of data in other ways. */
  kind?: string;
  kindHint?: string;
  fetchCache?: boolean;
  tags?: string[];
  softTags?: string[];
}

interface SetContext {
  fetchCache?: boolean;
  tags?: string[];
  isFallback?: boolean;
  cacheControl?: Rendered['cacheControl'];
  /** Before Next 15. */
  revalidate?: number | false;
}

interface Found {
  /** Milliseconds since 1970. */
  lastModified: number;
  value: unknown;
  cacheControl?: Rendered['cacheControl'];
}

interface KeptFetch {
  lastModified: number;
  value: unknown;
  tags: string[];
}

export interface CacheHandler {
  get(key: string, context?: GetContext | AskedOfNext134): Promise<Found | null>;
  set(key: string, value: unknown, context?: SetContext): Promise<void>;
  revalidateTag(tags: string | string[], durations?: { expire?: number }): Promise<void>;
  resetRequestCache(): void;
}

/** Next 13.4 says so, and no more. */
type AskedOfNext134 = boolean;

const contextOf = (asked: GetContext | AskedOfNext134): GetContext =>
  typeof asked === 'boolean' ? { fetchCache: asked } : asked;

export function isFetch(asked: GetContext | AskedOfNext134 = {}): boolean {
  const { kind, kindHint, fetchCache } = contextOf(asked);
  return kind === 'FETCH' || kindHint === 'fetch' || fetchCache === true;
}

/** Next counts the age of data in seconds up to 2³²: this is older than any. */
const LONG_AGO = -1e13;

/** `/route-cache/<kind>/<hash of the route>/$/path` from Next 15.5 on; the path alone before. `/index` is the root. */
export function pageKeyOf(key: string): string {
  const path = key.startsWith('/route-cache/') ? key.slice(key.indexOf('/$/') + 2) : key;
  if (path === '/index') return '/';
  return path.startsWith('/index/') ? path.slice('/index'.length) : path;
}

export function createCacheHandler(
  release: string,
  { pages, data, queue, now }: Incremental,
  tags: VisitTags,
): CacheHandler {
  async function getFetched(key: string, context: GetContext): Promise<Found | null> {
    const kept = await data.get<KeptFetch>(key);
    if (!kept) return null;
    const named = [...new Set([...kept.tags, ...(context.tags ?? []), ...(context.softTags ?? [])])];
    const verdict = await tags.verdict(named, kept.lastModified);
    if (verdict === 'expired') return null;
    return { lastModified: verdict === 'stale' ? LONG_AGO : kept.lastModified, value: kept.value };
  }

  async function verdictOf({ about }: StoredEntry): Promise<'fresh' | 'stale' | 'expired'> {
    if (hasExpired(about, now())) return 'expired';
    const verdict = await tags.verdict(about.tags, about.generatedAt ?? 0);
    return verdict === 'fresh' && freshnessOf(about, now()).isStale ? 'stale' : verdict;
  }

  async function getPage(key: string): Promise<Found | null> {
    const visit = currentVisit();
    if (visit.anew === key) return null;
    const known = visit.known.get(key);
    if (known) return { lastModified: now(), ...known };
    const stored = await pages.entry(key).catch((error) => {
      console.error(JSON.stringify({ message: 'stored page not read', key, error: String(error) }));
      return undefined;
    });
    if (!stored) return null;
    const verdict = await verdictOf(stored);
    if (verdict === 'expired') return null;
    const { generatedAt = 0 } = stored.about;
    if (verdict === 'stale') await queue?.report({ release, key, generatedAt });
    visit.served.set(key, { isStale: verdict === 'stale', seconds: freshnessOf(stored.about, now()).seconds });
    const { value, cacheControl } = stored.entry;
    // Older ones know no time of a page that was rendered since: to them it is new, whatever its age.
    return { lastModified: now(), value, cacheControl };
  }

  return {
    get: (key, asked = {}) => (isFetch(asked) ? getFetched(key, contextOf(asked)) : getPage(pageKeyOf(key))),

    async set(key, value, context = {}) {
      if (context.fetchCache || (value as { kind?: string } | null)?.kind === 'FETCH') {
        if (value) await data.set(key, { lastModified: now(), value, tags: context.tags ?? [] } satisfies KeptFetch);
        return;
      }
      if (context.isFallback) return;
      const { revalidate } = context;
      const cacheControl = context.cacheControl ?? (revalidate === undefined ? undefined : { revalidate });
      currentVisit().rendered.set(pageKeyOf(key), { value: value as CacheValue | null, cacheControl });
    },

    revalidateTag: (given, durations) => tags.revalidate([given].flat(), durations),

    resetRequestCache() {},
  };
}
