import { describe, expect, test } from '@jest/globals';
import { decodeTime, isValid } from 'ulid';
import type { ReleaseRecord } from '../../../domain/release.ts';
import { mayBeStopped } from '../../../lifecycle/begin.ts';
import { releaseToRestore, rollbackCandidates, ulidAfter } from '../../../lifecycle/promotion.ts';

const failed = {
  id: 'C',
  status: 'failed' as const,
  error: { code: 'PAGES_BROKEN', message: '', step: 'Verify' as const },
};
const live = { liveRelease: 'C', previousRelease: 'B' };

describe('the release that comes back by itself', () => {
  test('is the one before, when what did not pass Verify is live', () => {
    expect(releaseToRestore(failed, live)).toBe('B');
    expect(releaseToRestore({ ...failed, id: 'X', promotes: { release: 'C' } }, live)).toBe('B');
  });

  test.each([
    ['it succeeded', { ...failed, status: 'succeeded' as const }, live],
    ['somebody stopped it', { ...failed, status: 'aborted' as const }, live],
    ['it failed before', { ...failed, error: { ...failed.error, step: 'Invalidate' as const } }, live],
    ['the site was switched meanwhile', { ...failed, error: { ...failed.error, code: 'ROLLED_BACK' } }, live],
    ['another deployment had the site', { ...failed, error: { ...failed.error, code: 'SITE_BUSY' } }, live],
    ['it was redriven, and passed', failed, { ...live, verifiedDeployment: 'C' }],
    ['another release is live', failed, { ...live, liveRelease: 'D' }],
    ['there was none before', failed, { liveRelease: 'C' }],
    ['it was brought back itself', { ...failed, promotes: { release: 'C', insteadOf: 'D' } }, live],
  ])('is none when %s', (_, deployment, site) => {
    expect(releaseToRestore(deployment, site)).toBeUndefined();
  });
});

test('rollback goes to the release before, then to older ones that were published', () => {
  const kept = ['D', 'C', 'B', 'A'].map((release) => ({ release, published: release === 'B' ? undefined : {} }));
  const candidates = (site: object) => rollbackCandidates(site, kept as ReleaseRecord[]);
  expect(candidates({ liveRelease: 'C', previousRelease: 'D' })).toEqual(['D', 'A']);
  expect(candidates({ liveRelease: 'A' })).toEqual([]);
  expect(candidates({})).toEqual([]);
});

test('what follows an event has the same id however often the event comes', () => {
  const at = new Date('2026-11-20T10:01:00Z');
  const id = ulidAfter(at, 'C', 0);
  expect(isValid(id)).toBe(true);
  expect(decodeTime(id)).toBe(at.getTime());
  expect(ulidAfter(at, 'C', 0)).toBe(id);
  expect(ulidAfter(at, 'C', 1)).not.toBe(id);
});

describe('a running deployment is stopped for a newer one', () => {
  const waiting = { fence: 1, waitingDeployment: 'C', waitingNumber: 3 };
  test.each([
    ['before it changes the site', waiting, 2, true],
    ['once it changes the site: no', { ...waiting, fence: 2 }, 2, false],
    ['when a newer one has changed the site', { ...waiting, fence: 2 }, 1, true],
    ['when nobody waits: no', { fence: 1 }, 2, false],
    ['when an older one waits: no', waiting, 4, false],
  ])('%s', (_, site, number, stopped) => {
    expect(mayBeStopped(site, { number })).toBe(stopped);
  });
});
