/** Headers of Next's own client that the viewer function (edge/viewer/ssr.js) hashes into the cache key. */
const IN_CACHE_KEY = /^(rsc|next-url|next-router-(state-tree|prefetch|segment-prefetch)|x-nextjs-data)$/i;

export const isInCacheKey = (header: string) => IN_CACHE_KEY.test(header);
