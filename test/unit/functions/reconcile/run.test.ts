import { describe, expect, jest, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { Execution } from '../../../../aws/executions.ts';
import { App } from '../../../../domain/app.ts';
import type { DeploymentRecord } from '../../../../domain/deployment.ts';
import { Site } from '../../../../domain/site.ts';
import { needOf } from '../../../../functions/reconcile/decide.ts';
import { type ReconcilePorts, run } from '../../../../functions/reconcile/run.ts';

const createdAt = '2026-11-20T10:00:00.000Z';
const repository = { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:4000/shop.git' };
const record = (id: string, number: number, status: DeploymentRecord['status']): DeploymentRecord => ({
  id: `01JD00000000000000000000${id}`,
  app: 'shop',
  site: 'shop-main',
  number,
  repository,
  commit: { sha: 'a'.repeat(40), branch: 'main', message: '' },
  appRoot: '.',
  status,
  createdAt,
  redriveCount: 0,
});
const execution = (change: Partial<Execution> = {}): Execution => ({
  arn: 'arn',
  status: 'FAILED',
  redriveCount: 0,
  redrivable: true,
  ...change,
});

describe('what a deployment needs', () => {
  const idle = {};
  const [queued, running, ended] = [record('01', 1, 'queued'), record('01', 1, 'running'), record('01', 1, 'failed')];
  test.each([
    ['it was never begun', queued, idle, undefined, 'begin'],
    ['it waits for its turn', queued, { waitingDeployment: queued.id }, undefined, 'nothing'],
    ['it runs unrecorded', queued, idle, execution({ status: 'RUNNING' }), 'settle'],
    ['its end was lost', running, idle, execution(), 'settle'],
    ['its execution is gone', running, idle, undefined, 'give up'],
    ['it has ended, and that is known', ended, idle, execution(), 'nothing'],
    ['it was redriven past us and runs', ended, idle, execution({ status: 'RUNNING', redriveCount: 1 }), 'settle'],
    ['it was redriven past us and ended', ended, idle, execution({ status: 'SUCCEEDED', redriveCount: 1 }), 'settle'],
    ['it ended long ago', ended, idle, undefined, 'nothing'],
  ])('%s', (_, deployment, site, found, need) => {
    expect(needOf(deployment, site, found)).toBe(need);
  });
});

interface World {
  deployments: DeploymentRecord[];
  executions?: Record<string, Execution>;
  running?: string;
  waiting?: DeploymentRecord;
}

/** One site whose slot works; `deployments` newest first. */
function world({ deployments, executions = {}, running, waiting }: World) {
  const app = App.parse({ id: 'shop', repository, createdAt });
  let holder = running;
  const site = () =>
    Site.parse({
      id: 'shop-main',
      app: 'shop',
      branch: 'main',
      createdAt,
      lastNumber: 9,
      runningDeployment: holder,
      waitingDeployment: waiting?.id,
      waitingNumber: waiting?.number,
    });
  const ports = {
    apps: { list: async () => [app] },
    sites: { get: async () => site(), ofApp: async () => [site()] },
    deployments: {
      create: async () => true,
      get: async (id: string) => deployments.find((one) => one.id === id),
      ofSite: async () => deployments,
      advance: jest.fn<ReconcilePorts['deployments']['advance']>(async () => true),
      isBegunBy: async () => false,
    },
    executions: {
      describe: async (arn: string) => executions[arn.split(':')[1] ?? ''],
      start: jest.fn<ReconcilePorts['executions']['start']>(async () => 'arn'),
      stop: jest.fn<ReconcilePorts['executions']['stop']>(async () => true),
      arnOf: (machine: string, name: string) => `${machine}:${name}`,
    },
    timeline: { list: async () => [], finish: async () => undefined, clearFailed: async () => undefined },
    slots: {
      request: jest.fn<ReconcilePorts['slots']['request']>(async () => ({ slot: 'running' })),
      release: jest.fn<ReconcilePorts['slots']['release']>(async (_, id) => {
        if (holder === id) holder = waiting?.id;
        return { running: holder };
      }),
      take: async () => ({ taken: true }) as const,
      handOver: async () => 'handed over' as const,
    },
    releases: { get: async () => undefined },
    distributions: { find: async () => undefined },
    domains: { all: async () => [], get: async () => undefined, put: async () => true },
    dns: { aliases: async () => [], addresses: async () => [], namesOf: async () => [] },
    releaseAt: async () => undefined,
    emit: jest.fn<ReconcilePorts['emit']>(async () => undefined),
    afterRemoval: async () => undefined,
    ignored: {
      ofApp: async () => [],
      put: jest.fn<ReconcilePorts['ignored']['put']>(async () => undefined),
    },
    branchesOf: async () => [],
    heads: { get: async () => undefined, put: async () => undefined },
    headOf: jest.fn<ReconcilePorts['headOf']>(async () => ({ sha: 'b'.repeat(40), message: '' })),
    deploy: jest.fn<ReconcilePorts['deploy']>(async () => undefined),
    newId: () => '01JD0000000000000000000099',
    forgetApp: jest.fn<ReconcilePorts['forgetApp']>(async () => undefined),
    siteUrlPattern: 'https://{domain}',
    stage: 'dev',
    now: () => new Date('2026-11-20T11:00:00Z'),
    log: jest.fn<ReconcilePorts['log']>(),
  } satisfies ReconcilePorts;
  return ports;
}

test('an outcome whose event was lost is applied, and the waiting deployment starts', async () => {
  const [old, next] = [record('01', 1, 'running'), record('02', 2, 'queued')];
  const ports = world({
    deployments: [next, old],
    executions: { [old.id]: execution({ status: 'SUCCEEDED' }) },
    running: old.id,
    waiting: next,
  });
  await run(ports);
  expect(ports.deployments.advance).toHaveBeenCalledWith(old.id, expect.objectContaining({ status: 'succeeded' }));
  expect(ports.executions.start).toHaveBeenCalledWith('deploy', next.id, expect.anything());
});

test('the newest deployment that was redriven past us, and whose events were lost, is found', async () => {
  const [failed, older] = [record('02', 2, 'failed'), record('01', 1, 'succeeded')];
  const redriven = execution({ status: 'SUCCEEDED', redriveCount: 1 });
  const ports = world({ deployments: [failed, older], executions: { [failed.id]: redriven } });
  await run(ports);
  const change = expect.objectContaining({ status: 'succeeded', redriveCount: 1 });
  expect(ports.deployments.advance).toHaveBeenCalledWith(failed.id, change);
});

test('a slot whose deployment has ended is freed', async () => {
  const ended = record('01', 1, 'failed');
  const ports = world({ deployments: [ended], executions: { [ended.id]: execution() }, running: ended.id });
  await run(ports);
  expect(ports.slots.release).toHaveBeenCalledWith('shop-main', ended.id);
  expect(ports.deployments.advance).not.toHaveBeenCalled();
});

test('a slot whose deployment was never recorded is freed', async () => {
  const ports = world({ deployments: [], running: 'nobody' });
  await run(ports);
  expect(ports.slots.release).toHaveBeenCalledWith('shop-main', 'nobody');
});

test('a slot that prune holds, which records no deployment, stays as long as prune can live', async () => {
  const held = ulid(Date.parse(createdAt));
  const ports = world({ deployments: [], running: held });
  await run({ ...ports, now: () => new Date(Date.parse(createdAt) + 15 * 60_000) });
  expect(ports.slots.release).not.toHaveBeenCalled();
  await run({ ...ports, now: () => new Date(Date.parse(createdAt) + 17 * 60_000) });
  expect(ports.slots.release).toHaveBeenCalledWith('shop-main', held);
});

test('a slot whose deployment runs stays', async () => {
  const running = record('01', 1, 'running');
  const ports = world({
    deployments: [running],
    executions: { [running.id]: execution({ status: 'RUNNING' }) },
    running: running.id,
  });
  await run(ports);
  expect(ports.slots.release).not.toHaveBeenCalled();
});

test('a deployment that was recorded and never begun is begun', async () => {
  const queued = record('01', 1, 'queued');
  const ports = world({ deployments: [queued] });
  await run(ports);
  expect(ports.slots.request).toHaveBeenCalledWith('shop-main', queued);
  expect(ports.executions.start).toHaveBeenCalledWith('deploy', queued.id, expect.anything());
});

test('a deployment whose execution is gone fails, and is told', async () => {
  const lost = record('01', 1, 'running');
  const ports = world({ deployments: [lost], running: lost.id });
  await run(ports);
  const error = expect.objectContaining({ code: 'EXECUTION_GONE' });
  expect(ports.deployments.advance).toHaveBeenCalledWith(lost.id, expect.objectContaining({ status: 'failed', error }));
});

test('a running deployment that a newer one waits for is stopped', async () => {
  const [running, waiting] = [record('01', 1, 'running'), record('02', 2, 'queued')];
  const ports = world({
    deployments: [waiting, running],
    executions: { [running.id]: execution({ status: 'RUNNING' }) },
    running: running.id,
    waiting,
  });
  await run(ports);
  expect(ports.executions.stop).toHaveBeenCalledWith(`deploy:${running.id}`, 'SUPERSEDED', expect.anything());
});

test('a site that cannot be reconciled does not keep the others from it', async () => {
  const queued = record('01', 1, 'queued');
  const ports = world({ deployments: [queued] });
  const [site] = await ports.sites.ofApp();
  const broken = { ...site, id: 'broken-main' } as Site;
  ports.sites.ofApp = async () => [broken, site as Site];
  const { ofSite } = ports.deployments;
  ports.deployments.ofSite = async (...[id]: unknown[]) => {
    if (id === 'broken-main') throw new Error('throttled');
    return ofSite();
  };
  await expect(run(ports)).rejects.toThrow('1 apps and sites could not be reconciled');
  expect(ports.executions.start).toHaveBeenCalledTimes(1);
});

test('an app that is being taken away is looked after once more, for its last removal may have been lost', async () => {
  const ports = world({ deployments: [record('01', 1, 'succeeded')] });
  await run(ports);
  expect(ports.forgetApp).not.toHaveBeenCalled();
  const app = App.parse({ id: 'shop', repository, createdAt, removingSince: createdAt });
  await run({ ...ports, apps: { list: async () => [app] } });
  expect(ports.forgetApp).toHaveBeenCalledWith('shop');
});
