import { expect, jest, test } from '@jest/globals';
import type { Tombstone } from '../../../../aws/table/tombstones.ts';
import { Site } from '../../../../domain/site.ts';
import { nextAttempt, type ReapPorts, run } from '../../../../functions/reap/run.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const tombstone = (functionName: string, change: Partial<Tombstone> = {}): Tombstone => ({
  functionName,
  site: 'shop-main',
  since: '2026-11-20T10:00:00.000Z',
  dueAt: '2026-11-20T10:00:00.000Z',
  attempts: 0,
  ...change,
});

function ports(tombstones: Tombstone[], removed: Record<string, 'removed' | 'replicated'> = {}) {
  return {
    tombstones: {
      list: async () => tombstones,
      postpone: jest.fn<ReapPorts['tombstones']['postpone']>(async () => undefined),
      remove: jest.fn<ReapPorts['tombstones']['remove']>(async () => undefined),
    },
    functions: {
      remove: jest.fn<ReapPorts['functions']['remove']>(async (name) => {
        const answer = removed[name];
        if (!answer) throw new Error(`${name} is throttled`);
        return answer;
      }),
    },
    sites: {
      get: async (id: string) =>
        id === 'back-main'
          ? Site.parse({ id, app: 'back', branch: 'main', createdAt: '2026-11-20T11:00:00Z', lastNumber: 1 })
          : undefined,
    },
    access: { all: async () => [{ guard: 1 }, { guard: 1 }] as never },
    viewerFunctions: {
      list: jest.fn<ReapPorts['viewerFunctions']['list']>(async () => []),
      remove: jest.fn<ReapPorts['viewerFunctions']['remove']>(async () => 'kept'),
    },
    deployer: { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' },
    now: () => NOW,
    log: () => undefined,
  } satisfies ReapPorts;
}

test('what can be deleted goes with its tombstone; what has copies at the edge waits longer and longer', async () => {
  const stones = [tombstone('gone'), tombstone('copied', { attempts: 2 })];
  const world = ports(stones, { gone: 'removed', copied: 'replicated' });
  await run(world);
  expect(world.tombstones.remove.mock.calls).toEqual([[stones[0]]]);
  expect(world.tombstones.postpone.mock.calls).toEqual([[stones[1], '2026-11-20T13:00:00.000Z']]);
});

test('the pause doubles up to six hours', () => {
  const minutes = [0, 1, 2, 3, 4, 5, 20].map(
    (attempts) => (nextAttempt({ attempts }, NOW).getTime() - NOW.getTime()) / 60_000,
  );
  expect(minutes).toEqual([15, 30, 60, 120, 240, 360, 360]);
});

test('what is not due yet is left alone, and so is a function whose site is back', async () => {
  const world = ports([
    tombstone('later', { dueAt: '2026-11-20T12:00:01.000Z' }),
    tombstone('used', { site: 'back-main' }),
  ]);
  await run(world);
  expect(world.functions.remove).not.toHaveBeenCalled();
  expect(world.tombstones.remove.mock.calls.map(([{ functionName }]) => functionName)).toEqual(['used']);
});

test('one that fails keeps no other from being reaped, and fails the run', async () => {
  const world = ports([tombstone('busy'), tombstone('gone')], { gone: 'removed' });
  await expect(run(world)).rejects.toThrow('1 functions could not be reaped');
  expect(world.tombstones.remove).toHaveBeenCalledTimes(1);
});

test('a guard of which no protected site is left is deleted, as it was before the sites were looked at', async () => {
  const guard = (kind: string, number: number) => ({
    name: `towpath-dev-eu-west-1-guard-${kind}-${number}`,
    etag: `${kind}${number}`,
  });
  const world = ports([]);
  world.viewerFunctions.list.mockResolvedValue([
    guard('ssr', 0),
    guard('static', 0),
    guard('ssr', 1),
    guard('ssr', 10),
  ]);
  await run(world);
  expect(world.viewerFunctions.list).toHaveBeenCalledWith('towpath-dev-eu-west-1-guard-');
  expect(world.viewerFunctions.remove.mock.calls).toEqual([
    [guard('ssr', 0)],
    [guard('static', 0)],
    [guard('ssr', 10)],
  ]);
});
