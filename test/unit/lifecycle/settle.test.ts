import { describe, expect, jest, test } from '@jest/globals';
import type { Execution } from '../../../aws/executions.ts';
import type { StatusChange } from '../../../aws/table/deployments.ts';
import { SiteDomains } from '../../../domain/custom-domain.ts';
import type { DeploymentRecord, TimelineEntry } from '../../../domain/deployment.ts';
import type { ReleaseRecord } from '../../../domain/release.ts';
import { Site } from '../../../domain/site.ts';
import { settle as run, type SettlePorts } from '../../../lifecycle/settle.ts';

const ID = '01JD0000000000000000000001';
const EARLIER_ID = '01JD0000000000000000000000';
const NEXT_ID = '01JD0000000000000000000002';
const ARN = `arn:aws:states:us-east-1:111122223333:execution:towpath-dev-deploy:${ID}`;
const record: DeploymentRecord = {
  id: ID,
  app: 'shop',
  site: 'shop-main',
  number: 3,
  repository: { host: 'git', name: 'shop', url: 'http://127.0.0.1:4000/shop.git' },
  commit: { sha: 'a'.repeat(40), branch: 'main', message: 'Hello' },
  appRoot: '.',
  status: 'running',
  createdAt: '2026-11-20T10:00:00.000Z',
  redriveCount: 0,
};
const execution = (change: Partial<Execution>): Execution => ({
  arn: ARN,
  status: 'SUCCEEDED',
  redriveCount: 0,
  redrivable: false,
  startedAt: new Date('2026-11-20T10:00:01Z'),
  stoppedAt: new Date('2026-11-20T10:01:00Z'),
  output: JSON.stringify({ package: { release: ID }, site: { distributionDomain: 'old.cloudfront.net' } }),
  ...change,
});
const site = Site.parse({
  id: 'shop-main',
  app: 'shop',
  branch: 'main',
  createdAt: record.createdAt,
  lastNumber: 4,
  distributionId: 'E1',
  distributionDomain: 'older.cloudfront.net',
});

interface World {
  record?: DeploymentRecord;
  site?: Site;
  /** Deployments beside the one that is settled. */
  others?: DeploymentRecord[];
  taken?: { taken: true } | { taken: false; by: string };
  execution: Execution;
  moved?: boolean;
  /** The event that moved it to running. */
  begunBy?: string;
  timeline?: TimelineEntry[];
  running?: string;
  domains?: SiteDomains;
}

/** Ports over a small world; `deployment` sees what `advance` wrote. */
function world({
  execution: described,
  moved = true,
  begunBy,
  timeline = [],
  running,
  others = [],
  record: recorded = record,
  site: there = site,
  taken = { taken: true },
  domains,
}: World) {
  let current = recorded;
  const created: DeploymentRecord[] = [];
  return {
    executions: {
      describe: jest.fn(async () => described),
      start: jest.fn<SettlePorts['executions']['start']>(async () => 'arn'),
      stop: jest.fn<SettlePorts['executions']['stop']>(async () => true),
      arnOf: (machine: string, name: string) => `${machine}:${name}`,
    },
    deployments: {
      create: jest.fn<SettlePorts['deployments']['create']>(async (made) => created.push(made) > 0),
      get: jest.fn(async (id: string) =>
        id === ID ? current : [...created, ...others].find((other) => other.id === id),
      ),
      advance: jest.fn<SettlePorts['deployments']['advance']>(async (_: string, change: StatusChange) => {
        if (moved) current = { ...current, ...change };
        return moved;
      }),
      isBegunBy: async (id: string, movedBy: string) => id === ID && movedBy === begunBy,
    },
    timeline: {
      list: async () => timeline,
      finish: jest.fn<SettlePorts['timeline']['finish']>(async () => undefined),
      clearFailed: jest.fn<SettlePorts['timeline']['clearFailed']>(async () => undefined),
    },
    slots: {
      request: jest.fn<SettlePorts['slots']['request']>(async () => ({ slot: 'running' })),
      release: jest.fn<SettlePorts['slots']['release']>(async () => ({ running: created.at(-1)?.id ?? running })),
      take: jest.fn<SettlePorts['slots']['take']>(async () => taken),
      handOver: jest.fn<SettlePorts['slots']['handOver']>(async () => 'handed over'),
    },
    sites: { get: async () => there },
    releases: { get: async () => keptRelease },
    distributions: { find: async () => ({ domain: 'd1.cloudfront.net' }) as never },
    domains: { get: async () => domains },
    emit: jest.fn<SettlePorts['emit']>(async () => undefined),
    afterRemoval: jest.fn<SettlePorts['afterRemoval']>(async () => undefined),
    siteUrlPattern: 'https://{domain}',
    stage: 'dev',
    now: () => new Date('2026-11-20T11:00:00Z'),
    log: jest.fn<SettlePorts['log']>(),
  } satisfies SettlePorts;
}
const keptRelease: ReleaseRecord = {
  site: 'shop-main',
  release: EARLIER_ID,
  number: 1,
  createdAt: record.createdAt,
  rendering: 'static',
  basePath: '',
  trailingSlash: false,
  manifest: { bucket: 'b', key: `deployments/${EARLIER_ID}/manifest.json` },
  functions: [],
  published: {
    site: {
      bucket: 'b',
      bucketRegion: 'eu-west-1',
      distributionId: 'E0',
      distributionDomain: 'd0.cloudfront.net',
      functionRoleArn: 'arn:fn',
      buildRoleArn: 'arn:build',
    },
    functions: {},
  },
};
const event = { executionArn: ARN, name: ID };

test('a running execution makes the deployment running, and keeps the slot', async () => {
  const ports = world({ execution: execution({ status: 'RUNNING', stoppedAt: undefined, output: undefined }) });
  await run(event, ports);
  expect(ports.deployments.advance).toHaveBeenCalledWith(ID, {
    status: 'running',
    redriveCount: 0,
    executionArn: ARN,
    startedAt: '2026-11-20T10:00:01.000Z',
  });
  expect(ports.slots.release).not.toHaveBeenCalled();
  expect(ports.emit).toHaveBeenCalledWith('deployment.started', expect.anything());
});

test('an end that is seen before its beginning is told after it', async () => {
  const ports = world({ execution: execution({}), record: { ...record, status: 'queued' } });
  await run(event, ports);
  expect(ports.emit.mock.calls.map(([kind]) => kind)).toEqual(['deployment.started', 'deployment.succeeded']);
  const running = world({ execution: execution({}), record: { ...record, status: 'running' } });
  await run(event, running);
  expect(running.emit.mock.calls.map(([kind]) => kind)).toEqual(['deployment.succeeded']);
});

test('a redrive past us that is first seen at its end is told from its beginning', async () => {
  const failed = { ...record, status: 'failed' as const };
  const ports = world({ execution: execution({ redriveCount: 1 }), record: failed });
  await run(event, ports);
  expect(ports.emit.mock.calls.map(([kind]) => kind)).toEqual(['deployment.started', 'deployment.succeeded']);
  expect(ports.deployments.advance.mock.calls.map(([, { status, redriveCount }]) => [status, redriveCount])).toEqual([
    ['running', 1],
    ['succeeded', 1],
  ]);
});

test('a beginning that was recorded but not told is told by the next try of its event, also after the end', async () => {
  const ended = { ...record, status: 'succeeded' as const, finishedAt: '2026-11-20T10:01:00.000Z' };
  const overtaken = { execution: execution({}), record: ended, moved: false, begunBy: 'request-1' };
  const ports = world(overtaken);
  await run(event, ports, 'request-1');
  expect(ports.emit.mock.calls).toEqual([
    ['deployment.started', { deployment: expect.objectContaining({ status: 'running', finishedAt: undefined }) }],
  ]);
  const others = world(overtaken);
  await run(event, others, 'request-2');
  expect(others.emit).not.toHaveBeenCalled();
});

test('success is recorded with release and address, told to the bus', async () => {
  const ports = world({ execution: execution({}) });
  await run(event, ports);
  expect(ports.deployments.advance).toHaveBeenCalledWith(ID, {
    status: 'succeeded',
    redriveCount: 0,
    executionArn: ARN,
    // The event of the beginning may have been lost.
    startedAt: '2026-11-20T10:00:01.000Z',
    finishedAt: '2026-11-20T10:01:00.000Z',
    release: ID,
    url: 'https://d1.cloudfront.net',
  });
  expect(ports.emit).toHaveBeenCalledWith('deployment.succeeded', {
    deployment: expect.objectContaining({ id: ID, url: 'https://d1.cloudfront.net' }),
  });
});

test.each([
  ['seen to lead there', ['www.example.com'], 'https://www.example.com'],
  ['not seen to lead there yet', ['*.example.com'], 'https://d1.cloudfront.net'],
])('a site whose own name is %s, has its address', async (_, told, url) => {
  const name = 'www.example.com';
  const records = [{ name, type: 'ALIAS', value: 'd1.cloudfront.net', purpose: 'traffic' } as const];
  const domains = SiteDomains.parse({
    ...{ site: 'shop-main', app: 'shop', names: ['*.example.com', name], revision: 1, status: 'deploying' },
    ...{ records, told, updatedAt: '2026-11-20T10:00:00.000Z' },
  });
  const ports = world({ execution: execution({ status: 'SUCCEEDED' }), domains });
  await run(event, ports);
  expect(ports.deployments.advance).toHaveBeenCalledWith(ID, expect.objectContaining({ url }));
});

test('a deployment is counted once it has ended, and once only', async () => {
  const counted = async (moved: boolean, status: 'SUCCEEDED' | 'RUNNING' = 'SUCCEEDED') => {
    const ports = world({ execution: execution({ status }), moved });
    await run(event, ports);
    return ports.log.mock.calls.filter(([entry]) => '_aws' in entry && 'Deployments' in entry).length;
  };
  expect([await counted(true), await counted(false), await counted(true, 'RUNNING')]).toEqual([1, 0, 0]);
});

test('an event that comes again is told to nobody, but the slot is surely given on', async () => {
  const next: DeploymentRecord = { ...record, id: NEXT_ID, number: 4, status: 'queued' };
  const ports = world({ execution: execution({}), moved: false, running: NEXT_ID, others: [next] });
  await run(event, ports);
  expect(ports.emit).not.toHaveBeenCalled();
  expect(ports.slots.release).toHaveBeenCalledWith('shop-main', ID);
  expect(ports.executions.start).toHaveBeenCalledWith('deploy', NEXT_ID, {
    version: 1,
    deployment: {
      id: NEXT_ID,
      app: 'shop',
      site: 'shop-main',
      number: 4,
      repository: record.repository,
      commit: record.commit,
      appRoot: '.',
    },
  });
});

test('the holder of the slot that runs already is not started again', async () => {
  const ports = world({ execution: execution({}), running: NEXT_ID, others: [{ ...record, id: NEXT_ID }] });
  await run(event, ports);
  expect(ports.executions.start).not.toHaveBeenCalled();
});

test("a failure has the code, message, remedy and step of the step's own entry", async () => {
  const timeline: TimelineEntry[] = [
    {
      step: 'Detect',
      status: 'failed',
      startedAt: '2026-11-20T10:00:01.000Z',
      finishedAt: '2026-11-20T10:00:02.000Z',
      figures: {},
      error: { code: 'NOT_A_NEXT_APP', message: 'package.json does not depend on "next".', remedy: 'Add it.' },
    },
  ];
  const cause = JSON.stringify({ errorType: 'NOT_A_NEXT_APP', errorMessage: 'package.json …', trace: [] });
  const ports = world({
    execution: execution({ status: 'FAILED', error: 'NOT_A_NEXT_APP', cause, output: undefined }),
    timeline,
  });
  await run(event, ports);
  expect(ports.deployments.advance).toHaveBeenCalledWith(
    ID,
    expect.objectContaining({ status: 'failed', error: { ...timeline[0]!.error, step: 'Detect' } }),
  );
  expect(ports.timeline.finish).not.toHaveBeenCalled();
});

test("a failed build names CodeBuild's phase, whether or not its own event has come", async () => {
  const cause = JSON.stringify({
    Build: {
      Id: 'b:1',
      BuildStatus: 'FAILED',
      Phases: [
        { PhaseType: 'INSTALL', PhaseStatus: 'SUCCEEDED' },
        { PhaseType: 'BUILD', PhaseStatus: 'FAILED', Contexts: [{ StatusCode: 'X', Message: 'exit status 1' }] },
        { PhaseType: 'COMPLETED' },
      ],
    },
  });
  const timeline: TimelineEntry[] = [
    { step: 'Build', status: 'running', startedAt: '2026-11-20T10:00:10.000Z', figures: { buildId: 'b:1' } },
  ];
  const ports = world({ execution: execution({ status: 'FAILED', error: 'States.TaskFailed', cause }), timeline });
  await run(event, ports);
  const error = {
    code: 'BUILD_FAILED',
    message: 'The build failed in BUILD: exit status 1',
    remedy: "The end of the build's log says why.",
  };
  expect(ports.deployments.advance).toHaveBeenCalledWith(
    ID,
    expect.objectContaining({ status: 'failed', error: { ...error, step: 'Build' } }),
  );
  expect(ports.timeline.finish).toHaveBeenCalledWith(ID, 'Build', {
    status: 'failed',
    finishedAt: '2026-11-20T10:01:00.000Z',
    figures: { buildId: 'b:1' },
    error,
  });
});

test('a step that ran out of time is closed; one whose last word was lost ends where the next began', async () => {
  const timeline: TimelineEntry[] = [
    { step: 'Build', status: 'running', startedAt: '2026-11-20T10:00:10.000Z', figures: {} },
    { step: 'Package', status: 'running', startedAt: '2026-11-20T10:00:40.000Z', figures: {} },
  ];
  const ports = world({
    execution: execution({ status: 'FAILED', error: 'States.Timeout', cause: undefined }),
    timeline,
  });
  await run(event, ports);
  expect(ports.timeline.finish).toHaveBeenCalledWith(ID, 'Build', {
    status: 'succeeded',
    finishedAt: '2026-11-20T10:00:40.000Z',
    figures: {},
  });
  expect(ports.timeline.finish).toHaveBeenCalledWith(
    ID,
    'Package',
    expect.objectContaining({ status: 'failed', error: expect.objectContaining({ code: 'TIMED_OUT' }) }),
  );
  expect(ports.deployments.advance).toHaveBeenCalledWith(
    ID,
    expect.objectContaining({ error: expect.objectContaining({ code: 'TIMED_OUT', step: 'Package' }) }),
  );
});

test.each([
  ['a fence that said no', { status: 'FAILED', error: 'SUPERSEDED' }, 'superseded'],
  ['a stop for a newer one', { status: 'ABORTED', error: 'SUPERSEDED', cause: 'newer' }, 'superseded'],
  ['a stop', { status: 'ABORTED', error: 'STOPPED', cause: 'by hand' }, 'aborted'],
] as const)('%s is no failure', async (_, change, status) => {
  const ports = world({ execution: execution({ ...change, output: undefined }) });
  await run(event, ports);
  expect(ports.deployments.advance).toHaveBeenCalledWith(ID, expect.objectContaining({ status }));
  expect(ports.emit).toHaveBeenCalledWith(`deployment.${status}`, expect.anything());
});

test('an execution that no deployment knows is logged and left alone', async () => {
  const ports = world({ execution: execution({}) });
  await run({ executionArn: ARN, name: 'by-hand' }, ports);
  expect(ports.deployments.advance).not.toHaveBeenCalled();
  expect(ports.log).toHaveBeenCalledWith(expect.objectContaining({ message: 'execution without a deployment' }));
});

describe('a replay', () => {
  const redriven = (change: Partial<Execution> = {}) =>
    execution({ status: 'RUNNING', stoppedAt: undefined, output: undefined, redriveCount: 1, ...change });

  test('takes the slot, clears what failed, and the commit is pending again', async () => {
    const ports = world({ execution: redriven() });
    await run({ ...event, redriveCount: 1 }, ports);
    expect(ports.deployments.advance).toHaveBeenCalledWith(
      ID,
      expect.objectContaining({ status: 'running', redriveCount: 1 }),
    );
    expect(ports.slots.take).toHaveBeenCalledWith('shop-main', ID);
    expect(ports.timeline.clearFailed).toHaveBeenCalledWith(ID);
    expect(ports.executions.stop).not.toHaveBeenCalled();
    expect(ports.emit).toHaveBeenCalledWith('deployment.started', expect.anything());
  });

  test('of a busy site is stopped, and says whom it waits for', async () => {
    const ports = world({ execution: redriven(), taken: { taken: false, by: NEXT_ID } });
    await run(event, ports);
    expect(ports.executions.stop).toHaveBeenCalledWith(ARN, 'SITE_BUSY', expect.stringContaining(NEXT_ID));
    expect(ports.timeline.clearFailed).not.toHaveBeenCalled();
  });

  test('that was told before clears nothing: its steps are at work', async () => {
    const ports = world({ execution: redriven(), moved: false });
    await run(event, ports);
    expect(ports.timeline.clearFailed).not.toHaveBeenCalled();
  });

  test('that AWS does not describe yet is asked for again', async () => {
    const ports = world({ execution: execution({ status: 'FAILED' }) });
    await expect(run({ ...event, redriveCount: 1 }, ports)).rejects.toThrow('not yet described');
    expect(ports.slots.release).not.toHaveBeenCalled();
  });
});

describe('a failed Verify', () => {
  const timeline: TimelineEntry[] = [
    {
      step: 'Verify',
      status: 'failed',
      startedAt: '2026-11-20T10:00:50.000Z',
      finishedAt: '2026-11-20T10:00:59.000Z',
      figures: {},
      error: { code: 'PAGES_BROKEN', message: '/ answers 500' },
    },
  ];
  const failed = execution({ status: 'FAILED', error: 'PAGES_BROKEN', cause: '{}', output: undefined });
  const before: DeploymentRecord = { ...record, id: EARLIER_ID, number: 1, status: 'succeeded' };
  const live: Site = { ...site, liveRelease: ID, liveNumber: 3, previousRelease: EARLIER_ID };

  test('brings the release before back, once, ahead of what waits', async () => {
    const ports = world({ execution: failed, timeline, site: live, others: [before] });
    await run(event, ports);
    await run(event, ports);
    const [[made], [again]] = ports.deployments.create.mock.calls as [[DeploymentRecord], [DeploymentRecord]];
    expect(made).toMatchObject({
      number: 3,
      status: 'queued',
      commit: before.commit,
      promotes: { release: EARLIER_ID, insteadOf: ID },
    });
    expect(again.id).toBe(made.id);
    expect(ports.slots.handOver).toHaveBeenCalledWith('shop-main', ID, made.id);
    expect(ports.executions.start).toHaveBeenCalledWith(
      'promote',
      made.id,
      expect.objectContaining({
        site: expect.objectContaining({ distributionId: 'E1', bucket: 'b' }),
        package: expect.objectContaining({ release: EARLIER_ID }),
      }),
    );
  });

  test.each([
    ['there is none', { ...live, previousRelease: undefined }, [before]],
    ['it had not passed Verify itself', live, [{ ...before, status: 'failed' as const }]],
    ['another one is live', { ...live, liveRelease: EARLIER_ID }, [before]],
  ])('leaves the site as it is when %s', async (_, there, others) => {
    const ports = world({ execution: failed, timeline, site: there, others });
    await run(event, ports);
    expect(ports.deployments.create).not.toHaveBeenCalled();
    expect(ports.executions.start).not.toHaveBeenCalled();
  });

  test('that was undone is told once the release before is live', async () => {
    const restoring = { ...record, promotes: { release: EARLIER_ID, insteadOf: NEXT_ID } };
    const others = [{ ...record, id: NEXT_ID, status: 'failed' as const }];
    const ports = world({ execution: execution({}), record: restoring, others });
    await run(event, ports);
    expect(ports.emit).toHaveBeenCalledWith('deployment.rolled_back', {
      deployment: expect.objectContaining({ id: NEXT_ID }),
      restored: EARLIER_ID,
    });
  });
});

test('all tries of one event move the deployment under one name', async () => {
  const ports = world({ execution: execution({}) });
  await run(event, ports, 'request-1');
  expect(ports.deployments.advance).toHaveBeenCalledWith(ID, expect.objectContaining({ movedBy: 'request-1' }));
});
