/** Puts the site's bucket in the place of Next's own caches, which are of one process each. */
import type { Incremental } from '../../../isr/incremental.ts';
import { EVERYTHING, purgedPaths } from '../../../isr/purged-paths.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Renderer } from '../strategy.ts';
import { type CacheHandler, createCacheHandler, isFetch, pageKeyOf } from './cache-handler.ts';
import type { CachedPages } from './cached-pages.ts';
import { asCacheOfNext134 } from './next-13-4.ts';
import { createUseCacheHandler } from './use-cache-handler.ts';
import { currentVisit, during, newVisit, type Visit } from './visit.ts';
import { createVisitTags } from './visit-tags.ts';

/** Where Next 15 and 16 look for the caches of a platform: `handlersSymbol` in its server/use-cache/handlers. */
const CACHE_HANDLERS = Symbol.for('@next/cache-handlers');

function createCaches({ release }: Settings, incremental: Incremental) {
  const tags = createVisitTags(incremental);
  return {
    handler: createCacheHandler(release, incremental, tags),
    useCache: createUseCacheHandler(incremental, tags),
  };
}

/** Next makes one for each request. */
const fetchCacheOf = (handler: CacheHandler) =>
  class FetchCache {
    get = handler.get;
    set = handler.set;
    revalidateTag = handler.revalidateTag;
    resetRequestCache = handler.resetRequestCache;
  };

/** Next 16. Called before the app's modules are loaded. */
export function installCaches(settings: Settings, incremental: Incremental): void {
  const { handler, useCache } = createCaches(settings, incremental);
  const caches = { FetchCache: fetchCacheOf(handler), DefaultCache: useCache, RemoteCache: useCache };
  Object.assign(globalThis, { [CACHE_HANDLERS]: caches });
}

type FileSystemCache = { prototype: CacheHandler };

/**
 * Next 13.4 to 15: the class that keeps pages and data in files, and for the copies of it in what Next 15 bundles, the place
 * of a platform's. What the bucket never had (a 404 page that the build rendered, say) the files have.
 */
export function replaceFileSystemCache(
  require: NodeJS.Require,
  settings: Settings,
  incremental: Incremental,
  isNext134: boolean,
): void {
  const { handler: ours } = createCaches(settings, incremental);
  const handler = isNext134 ? asCacheOfNext134(require, ours) : ours;
  if (settings.next.major >= 15) Object.assign(globalThis, { [CACHE_HANDLERS]: { FetchCache: fetchCacheOf(handler) } });
  const { default: Cache } = require('next/dist/server/lib/incremental-cache/file-system-cache') as {
    default: FileSystemCache;
  };
  const { get } = Cache.prototype;
  Cache.prototype.get = async function getStored(key, context) {
    const found = await handler.get(key, context);
    const page = pageKeyOf(key);
    const isOurs = isFetch(context) || settings.pages[page]?.entry !== undefined || currentVisit().anew === page;
    if (found || isOurs) return found;
    const built = await get.call(this, key, context);
    return built && { ...built, lastModified: incremental.now() };
  };
  Object.assign(Cache.prototype, { set: handler.set, revalidateTag: handler.revalidateTag });
}

/** What the CDN holds of the pages whose tags were revalidated. */
async function purgeRevalidated(visit: Visit, settings: Settings, { tags, purge }: Incremental): Promise<void> {
  const revalidated = [...visit.revalidated.keys()];
  if (!tags || !purge || revalidated.length === 0) return;
  const noted = await tags.pagesOf(revalidated).catch(() => undefined);
  await purge.soon(noted ? purgedPaths(revalidated, noted, settings) : EVERYTHING);
}

/** Before a visitor is answered, what was rendered for the first time is stored, and what was revalidated is known. */
export function withCaches(
  render: Renderer['render'],
  pages: CachedPages,
  settings: Settings,
  incremental: Incremental,
): Renderer {
  return {
    async render(request, route) {
      const visit = newVisit();
      const startedAt = incremental.now();
      const response = await during(visit, () => render(request, route));
      await Promise.all([pages.storeFirst(visit, startedAt), purgeRevalidated(visit, settings, incremental)]);
      return response;
    },
    renderAnew: pages.renderAnew,
  };
}
