/** What a response becomes in the cache, and when invalidations take it out again. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { matchesInvalidation } from '../control/invalidation-rules.ts';
import type { FetchContext } from './fetch-object.ts';
import { freshnessOf, mayRevalidate } from './freshness.ts';
import { sharedVersion } from './kept-response.ts';
import type { EdgeResponse } from './message.ts';
import type { CachedObject, ObjectCache } from './object-cache.ts';

/** ErrorCachingMinTTL of a status, where the distribution sets it; in seconds. */
export const errorMinTtl = (config: DistributionConfig, status: number): number | undefined =>
  config.CustomErrorResponses?.Items?.find(({ ErrorCode }) => ErrorCode === status)?.ErrorCachingMinTTL;

/**
 * Undefined when it may not be kept. `original`: what the origin answered, which rules how long; `response`: what
 * viewers get.
 */
export function keptObject(
  { config, rules }: FetchContext,
  object: string,
  original: EdgeResponse,
  response: EdgeResponse,
  now: number,
): CachedObject | undefined {
  const { ttl, staleWhileRevalidate, staleIfError } = freshnessOf(
    original,
    rules.ttl,
    now / 1000,
    errorMinTtl(config, original.status),
  );
  if (ttl === 0 && !(rules.ttl.max > 0 && mayRevalidate(original))) return undefined;
  const freshUntil = now + ttl * 1000;
  return {
    response: sharedVersion(response, now),
    object,
    storedAt: now,
    freshUntil,
    staleWhileRevalidateUntil: freshUntil + staleWhileRevalidate * 1000,
    staleIfErrorUntil: freshUntil + staleIfError * 1000,
  };
}

export type CompletedSince = (distributionId: string, since: number) => { paths: string[]; completedAt: number }[];

export interface Invalidator {
  /** Applies what has been completed and was not yet applied. */
  apply(distributionId: string): void;
  /** Whether an object fetched since then must not be kept, for an invalidation of it was completed meanwhile. */
  overtook(distributionId: string, object: string, since: number): boolean;
}

export function createInvalidator(cache: ObjectCache, completedSince: CompletedSince): Invalidator {
  const appliedUntil = new Map<string, number>();
  const hits = (paths: string[], object: string) => paths.some((path) => matchesInvalidation(path, object));
  return {
    apply: (distributionId) => {
      const batches = completedSince(distributionId, appliedUntil.get(distributionId) ?? 0);
      for (const { paths, completedAt } of batches) {
        cache.remove(`${distributionId} `, (kept) => kept.storedAt <= completedAt && hits(paths, kept.object));
        appliedUntil.set(distributionId, Math.max(completedAt, appliedUntil.get(distributionId) ?? 0));
      }
    },
    overtook: (distributionId, object, since) =>
      completedSince(distributionId, since).some(({ paths }) => hits(paths, object)),
  };
}
