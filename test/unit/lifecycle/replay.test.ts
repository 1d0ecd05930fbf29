import { describe, expect, jest, test } from '@jest/globals';
import type { Execution } from '../../../aws/executions.ts';
import type { DeploymentRecord } from '../../../domain/deployment.ts';
import { Site } from '../../../domain/site.ts';
import { decideReplay, type ReplayPorts, replay } from '../../../lifecycle/replay.ts';

const ID = '01JD0000000000000000000002';
const NEW_ID = '01JD0000000000000000000009';
const OTHER = '01JD0000000000000000000003';
const failed: DeploymentRecord = {
  id: ID,
  app: 'shop',
  site: 'shop-main',
  number: 2,
  repository: { host: 'git', name: 'shop', url: 'http://127.0.0.1:4000/shop.git' },
  commit: { sha: 'a'.repeat(40), branch: 'main', message: '' },
  appRoot: '.',
  status: 'failed',
  createdAt: '2026-11-20T10:00:00.000Z',
  redriveCount: 0,
  error: { code: 'BUILD_FAILED', message: 'exit status 1', step: 'Build' },
};
const site = Site.parse({
  id: 'shop-main',
  app: 'shop',
  branch: 'main',
  createdAt: failed.createdAt,
  lastNumber: 2,
  fence: 1,
});
const execution: Execution = {
  arn: `deploy:${ID}`,
  status: 'FAILED',
  redriveCount: 0,
  redrivable: true,
  input: '{"version":1}',
};

describe('what a replay does', () => {
  test('goes on from the state that failed', () => {
    expect(decideReplay(failed, site, execution, false)).toEqual({ how: 'redrive' });
    expect(decideReplay({ ...failed, status: 'aborted' }, site, execution, false)).toEqual({ how: 'redrive' });
  });

  test('goes on when the deployment itself changed the site last, and when it holds the slot still', () => {
    const own = { ...site, fence: 2, liveNumber: 2, runningDeployment: ID };
    expect(decideReplay(failed, own, execution, true)).toEqual({ how: 'redrive' });
  });

  test.each([
    [
      '14 days are over',
      { ...execution, redrivable: false, redriveStatusReason: 'older than 14 days' },
      'older than 14 days',
    ],
    ['AWS does not know it any more', undefined, '90 days'],
    ['another version of the pipeline began it', { ...execution, input: '{"version":0}' }, 'version 0 of the pipeline'],
    ['its input cannot be read', { ...execution, input: '{' }, 'version unknown'],
  ])('starts the commit anew when %s', (_, found, because) => {
    expect(decideReplay(failed, site, found, false)).toEqual({
      how: 'anew',
      because: expect.stringContaining(because),
    });
  });

  const verifyFailed = { ...failed, error: { code: 'PAGES_BROKEN', message: '', step: 'Verify' as const } };

  test('promotes the release when the site was taken back after Verify failed', () => {
    const back = { ...site, fence: 2, liveNumber: 2, liveRelease: OTHER };
    expect(decideReplay(verifyFailed, back, execution, true)).toMatchObject({ how: 'promote' });
    expect(decideReplay(verifyFailed, back, execution, false)).toEqual({ how: 'redrive' });
    expect(decideReplay(verifyFailed, { ...back, liveRelease: ID }, execution, true)).toEqual({ how: 'redrive' });
  });

  test.each([
    ['waits', { ...failed, status: 'queued' as const }, site, execution, 'NOT_REPLAYABLE'],
    ['runs', { ...failed, status: 'running' as const }, site, execution, 'NOT_REPLAYABLE'],
    ['succeeded', { ...failed, status: 'succeeded' as const }, site, execution, 'NOT_REPLAYABLE'],
    ['was superseded', { ...failed, status: 'superseded' as const }, site, execution, 'NOT_REPLAYABLE'],
    ['is redriven already', failed, site, { ...execution, status: 'RUNNING' as const }, 'NOT_REPLAYABLE'],
    ['has succeeded unrecorded', failed, site, { ...execution, status: 'SUCCEEDED' as const }, 'NOT_REPLAYABLE'],
    ['is older than the fence', failed, { ...site, fence: 3 }, execution, 'SUPERSEDED'],
    ['is older than what is live', failed, { ...site, liveNumber: 3 }, execution, 'SUPERSEDED'],
    ['meets a busy site', failed, { ...site, runningDeployment: OTHER }, execution, 'SITE_BUSY'],
  ])('refuses one that %s', (_, record, where, found, code) => {
    expect(() => decideReplay(record, where, found, true)).toThrow(expect.objectContaining({ code, fault: 'user' }));
  });
});

function world({
  record = failed as DeploymentRecord | undefined,
  redriven = true,
  taken = true,
  throttled = false,
} = {}) {
  return {
    executions: {
      describe: jest.fn(async () => execution),
      start: jest.fn<ReplayPorts['executions']['start']>(async () => 'arn'),
      stop: jest.fn<ReplayPorts['executions']['stop']>(async () => true),
      arnOf: (machine: string, name: string) => `${machine}:${name}`,
      redrive: jest.fn<ReplayPorts['executions']['redrive']>(async () => {
        if (throttled) throw new Error('throttled');
        return redriven ? { redriven: true } : { redriven: false, reason: 'too many events' };
      }),
    },
    deployments: {
      create: jest.fn<ReplayPorts['deployments']['create']>(async () => true),
      get: jest.fn(async () => record),
      advance: jest.fn<ReplayPorts['deployments']['advance']>(async () => true),
      isBegunBy: async () => false,
    },
    timeline: {
      list: async () => [],
      finish: async () => undefined,
      clearFailed: jest.fn<ReplayPorts['timeline']['clearFailed']>(async () => undefined),
    },
    slots: {
      request: jest.fn<ReplayPorts['slots']['request']>(async () => ({ slot: 'running' })),
      release: jest.fn<ReplayPorts['slots']['release']>(async () => ({})),
      take: jest.fn<ReplayPorts['slots']['take']>(async () => (taken ? { taken } : { taken, by: OTHER })),
      handOver: jest.fn<ReplayPorts['slots']['handOver']>(async () => 'handed over'),
    },
    sites: { get: async () => site, nextNumber: jest.fn(async () => 3) },
    releases: { get: async () => undefined },
    distributions: { find: async () => undefined },
    domains: { get: async () => undefined },
    emit: jest.fn<ReplayPorts['emit']>(async () => undefined),
    afterRemoval: async () => undefined,
    siteUrlPattern: 'https://{domain}',
    stage: 'dev',
    newId: () => NEW_ID,
    now: () => new Date('2026-11-21T10:00:00Z'),
    log: () => undefined,
  } satisfies ReplayPorts;
}

test('the slot is taken, then the execution redriven, then the deployment runs', async () => {
  const ports = world();
  expect(await replay(ID, ports)).toEqual({ how: 'redriven', deployment: ID });
  expect(ports.slots.take.mock.invocationCallOrder[0]).toBeLessThan(
    ports.executions.redrive.mock.invocationCallOrder[0] ?? 0,
  );
  expect(ports.deployments.advance).toHaveBeenCalledWith(
    ID,
    expect.objectContaining({ status: 'running', redriveCount: 1 }),
  );
  expect(ports.deployments.create).not.toHaveBeenCalled();
});

test('a slot that another deployment took meanwhile refuses it, and nothing is redriven', async () => {
  const ports = world({ taken: false });
  await expect(replay(ID, ports)).rejects.toMatchObject({ code: 'SITE_BUSY' });
  expect(ports.executions.redrive).not.toHaveBeenCalled();
});

test('what AWS refuses to redrive starts anew, as a new deployment of the same commit', async () => {
  const ports = world({ redriven: false });
  expect(await replay(ID, ports)).toEqual({
    how: 'anew',
    deployment: NEW_ID,
    status: 'started',
    because: 'too many events',
  });
  const { error: _, ...identity } = failed;
  const fresh: DeploymentRecord = {
    ...identity,
    id: NEW_ID,
    number: 3,
    status: 'queued',
    createdAt: '2026-11-21T10:00:00.000Z',
  };
  expect(ports.deployments.create).toHaveBeenCalledWith(fresh);
  expect(ports.slots.release).toHaveBeenCalledWith('shop-main', ID);
  expect(ports.executions.start).toHaveBeenCalledWith('deploy', NEW_ID, expect.objectContaining({ version: 1 }));
});

test('an error of AWS is passed on, and nothing starts anew', async () => {
  const ports = world({ throttled: true });
  await expect(replay(ID, ports)).rejects.toThrow('throttled');
  expect(ports.deployments.create).not.toHaveBeenCalled();
});

test('a deployment that never was is refused', async () => {
  const ports = world({ record: undefined });
  await expect(
    replay(ID, { ...ports, deployments: { ...ports.deployments, get: async () => undefined } }),
  ).rejects.toMatchObject({
    code: 'NO_SUCH_DEPLOYMENT',
  });
  expect(ports.slots.take).not.toHaveBeenCalled();
});
