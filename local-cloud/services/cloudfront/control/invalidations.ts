/** Invalidations: in progress for a while, then applied to the cache by the edge (serving/invalidator.ts). */
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Operations } from '../../../service.ts';
import { checkInProgress, checkPaths } from './invalidation-rules.ts';
import { canonical, type InvalidationRecord, newId, page, type Store } from './store.ts';

/** Longer than any request to an origin takes. */
const REMEMBERED_MS = 300_000;

export interface Invalidations {
  operations: Operations;
  /** Those of a distribution that are still in progress. */
  inProgress(distributionId: string): InvalidationRecord[];
  /** Those of a distribution that completed after `since`, with the time when they did. */
  completedSince(distributionId: string, since: number): { paths: string[]; completedAt: number }[];
  forget(distributionId: string): void;
}

export function createInvalidations(
  store: Store,
  now: () => number,
  durationMs: number,
  checkDistribution: (id: string) => void,
): Invalidations {
  const { invalidations } = store;
  const of = (distributionId: string) => invalidations.entries(`${distributionId}/`).map(([, record]) => record);
  const completedAt = (record: InvalidationRecord) => record.createdAt + durationMs;
  const isDone = (record: InvalidationRecord) => now() >= completedAt(record);
  // What the edge may still have to apply; older ones have been.
  let recent = invalidations.entries().flatMap(([, record]) => (isDone(record) ? [] : [record]));
  const inProgress = (distributionId: string) =>
    recent.filter((record) => record.distributionId === distributionId && !isDone(record));

  const shape = (record: InvalidationRecord) => ({
    Id: record.id,
    Status: isDone(record) ? 'Completed' : 'InProgress',
    CreateTime: new Date(record.createdAt),
    InvalidationBatch: {
      Paths: { Quantity: record.paths.length, Items: record.paths },
      CallerReference: record.callerReference,
    },
  });
  const create = (distributionId: string, callerReference: string, paths: string[]): InvalidationRecord => {
    const existing = of(distributionId).find((record) => record.callerReference === callerReference);
    if (existing && canonical(existing.paths) !== canonical(paths)) {
      throw new AwsError(
        'InvalidationBatchAlreadyExists',
        `The caller reference ${callerReference} was used for an invalidation of other paths: ${existing.id}.`,
      );
    }
    if (existing) return existing;
    const running = inProgress(distributionId).flatMap((record) => record.paths);
    checkInProgress(running, paths);
    const record = { id: newId('I'), distributionId, callerReference, paths, createdAt: now() };
    invalidations.put(`${distributionId}/${record.id}`, record);
    recent = [...recent.filter((one) => now() < completedAt(one) + REMEMBERED_MS), record];
    return record;
  };

  const operations: Operations = {
    CreateInvalidation: async ({ DistributionId, InvalidationBatch: batch }) => {
      checkDistribution(DistributionId);
      const paths: string[] = batch.Paths?.Items ?? [];
      if (batch.Paths?.Quantity !== paths.length) {
        throw new AwsError(
          'InconsistentQuantities',
          `Quantity ${batch.Paths?.Quantity} of Paths is not ${paths.length}.`,
        );
      }
      checkPaths(paths);
      const record = create(DistributionId, batch.CallerReference, paths);
      return {
        Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${DistributionId}/invalidation/${record.id}`,
        Invalidation: shape(record),
      };
    },
    GetInvalidation: async ({ DistributionId, Id }) => {
      checkDistribution(DistributionId);
      const record = invalidations.get(`${DistributionId}/${Id}`);
      if (!record) throw new AwsError('NoSuchInvalidation', `The specified invalidation does not exist: ${Id}.`, 404);
      return { Invalidation: shape(record) };
    },
    ListInvalidations: async ({ DistributionId, Marker, MaxItems }) => {
      checkDistribution(DistributionId);
      const newestFirst = of(DistributionId).sort((a, b) => b.createdAt - a.createdAt);
      const { items, size, truncated, nextMarker } = page(newestFirst, ({ id }) => id, Marker, MaxItems);
      const summaries = items.map(shape).map(({ Id, CreateTime, Status }) => ({ Id, CreateTime, Status }));
      return {
        InvalidationList: {
          Marker: Marker ?? '',
          MaxItems: size,
          IsTruncated: truncated,
          ...(nextMarker && { NextMarker: nextMarker }),
          Quantity: summaries.length,
          Items: summaries,
        },
      };
    },
  };

  return {
    operations,
    inProgress,
    completedSince: (distributionId, since) =>
      recent
        .filter((record) => record.distributionId === distributionId && isDone(record) && completedAt(record) > since)
        .map((record) => ({ paths: record.paths, completedAt: completedAt(record) })),
    forget: (distributionId) => {
      for (const { id } of of(distributionId)) invalidations.delete(`${distributionId}/${id}`);
    },
  };
}
