import { createHmac } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import type { SlotAnswer } from '../../../../aws/table/slots.ts';
import { App } from '../../../../domain/app.ts';
import type { DeploymentRecord } from '../../../../domain/deployment.ts';
import { Site } from '../../../../domain/site.ts';
import { type ReceiveWebhookPorts, run } from '../../../../functions/receive-webhook/run.ts';

const SECRET = 's3cret';
const SHA = 'a'.repeat(40);
const ID = '01JD0000000000000000000001';
const repository = { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:4000/shop.git' };
const app = App.parse({ id: 'shop', repository, createdAt: '2026-11-01T00:00:00Z' });

function request(change: { body?: object; secret?: string; signature?: string; host?: string } = {}) {
  const body = {
    repository: { name: 'shop', url: repository.url },
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: SHA,
    headCommit: { message: 'Hello' },
    ...change.body,
  };
  const rawBody = Buffer.from(JSON.stringify(body));
  const signature = `sha256=${createHmac('sha256', change.secret ?? SECRET)
    .update(rawBody)
    .digest('hex')}`;
  const headers = {
    'x-towpath-event': 'push',
    'x-towpath-delivery': 'd-1',
    'x-towpath-signature': 'signature' in change ? change.signature : signature,
  };
  return { host: change.host ?? 'git', headers, rawBody };
}

interface World {
  apps?: App[];
  seen?: boolean;
  recent?: DeploymentRecord[];
  slot?: SlotAnswer;
  site?: Site;
}

function world({ apps = [app], seen = false, recent = [], slot = { slot: 'running' }, site }: World = {}) {
  return {
    secret: jest.fn(async () => SECRET),
    hooks: { get: async () => undefined },
    apps: { ofRepository: jest.fn(async () => apps) },
    deliveries: {
      seen: jest.fn(async () => seen),
      record: jest.fn<ReceiveWebhookPorts['deliveries']['record']>(async () => undefined),
    },
    sites: {
      get: jest.fn(async () => site),
      getOrCreate: jest.fn(async () => undefined as never),
      nextNumber: jest.fn(async () => 7),
    },
    deployments: {
      create: jest.fn<ReceiveWebhookPorts['deployments']['create']>(async () => true),
      ofSite: jest.fn(async () => recent),
      get: jest.fn(async (id: string) => ({
        ...record,
        id,
        ...(id === 'A' ? { number: 6 } : { status: 'superseded' as const }),
      })),
      advance: jest.fn<ReceiveWebhookPorts['deployments']['advance']>(async () => true),
    },
    slots: { request: jest.fn<ReceiveWebhookPorts['slots']['request']>(async () => slot) },
    executions: {
      start: jest.fn<ReceiveWebhookPorts['executions']['start']>(async () => 'arn'),
      stop: jest.fn<ReceiveWebhookPorts['executions']['stop']>(async () => true),
      arnOf: (machine, name) => `${machine}:${name}`,
    },
    releases: { get: async () => undefined },
    emit: jest.fn<ReceiveWebhookPorts['emit']>(async () => undefined),
    ignored: { put: jest.fn<ReceiveWebhookPorts['ignored']['put']>(async () => undefined) },
    removeSite: jest.fn<ReceiveWebhookPorts['removeSite']>(async (gone) => ({
      deployment: ID,
      site: gone,
      status: 'started',
    })),
    headOf: jest.fn<ReceiveWebhookPorts['headOf']>(async () => 'b'.repeat(40)),
    newId: () => ID,
    now: () => new Date('2026-11-20T10:00:00Z'),
    log: jest.fn<ReceiveWebhookPorts['log']>(),
  } satisfies ReceiveWebhookPorts;
}

const record: DeploymentRecord = {
  id: ID,
  app: 'shop',
  site: 'shop-main',
  number: 7,
  repository,
  commit: { sha: SHA, branch: 'main', message: 'Hello' },
  appRoot: '.',
  status: 'queued',
  createdAt: '2026-11-20T10:00:00.000Z',
  redriveCount: 0,
};

/** Whether anything was written anywhere. */
const touched = (ports: ReturnType<typeof world>) =>
  [
    ports.sites.getOrCreate,
    ports.sites.nextNumber,
    ports.deployments.create,
    ports.deployments.advance,
    ports.slots.request,
    ports.executions.start,
    ports.deliveries.record,
  ].some((write) => write.mock.calls.length > 0);

test('a push is recorded, started, and answered with its deployment', async () => {
  const ports = world();
  expect(await run(request(), ports)).toEqual({
    status: 202,
    body: { deployments: [{ id: ID, site: 'shop-main', status: 'started' }] },
  });
  expect(ports.deployments.create).toHaveBeenCalledWith(record);
  const { status: _, createdAt: __, redriveCount: ___, ...deployment } = record;
  expect(ports.executions.start).toHaveBeenCalledWith('deploy', ID, { version: 1, deployment });
  expect(ports.deliveries.record).toHaveBeenCalledWith('git', 'd-1', Date.parse('2026-11-20T10:00:00Z') / 1000);
});

test.each([
  ['wrong', { secret: 'other' }],
  ['missing', { signature: undefined }],
  ['empty', { signature: '' }],
])('a %s signature is 401, and nothing is read or recorded', async (_, change) => {
  const ports = world();
  expect((await run(request(change), ports)).status).toBe(401);
  expect(touched(ports)).toBe(false);
  expect(ports.deliveries.seen).not.toHaveBeenCalled();
  expect(ports.apps.ofRepository).not.toHaveBeenCalled();
});

test('a host that Towpath does not speak with is 404, and no secret is read', async () => {
  const ports = world();
  expect((await run(request({ host: 'sourceforge' }), ports)).status).toBe(404);
  expect(ports.secret).not.toHaveBeenCalled();
});

test.each([
  ['an unknown repository', { apps: [] }, {}, 'no app is connected to git repository shop'],
  ['an unknown branch', {}, { ref: 'refs/heads/wip' }, 'branch wip of shop is not deployed by shop'],
  ['a body that is no push', {}, { after: 1 }, 'the body has no usable after'],
  ['a tag', {}, { ref: 'refs/tags/v1' }, 'refs/tags/v1 is no branch'],
  [
    'a commit that asks to be skipped',
    {},
    { headCommit: { message: 'Typo [skip-cd]' } },
    'the commit message ends with [skip-cd]',
  ],
  ['a delivery that was handled', { seen: true }, {}, 'this delivery was already handled'],
] as [string, World, object, string][])('%s is 202, ignored and logged', async (_, given, body, reason) => {
  const ports = world(given);
  expect(await run(request({ body }), ports)).toEqual({ status: 202, body: { ignored: reason } });
  expect(touched(ports)).toBe(false);
  expect(ports.log).toHaveBeenCalledWith(expect.objectContaining({ message: 'delivery ignored', reason }));
});

test('a busy site leaves the deployment waiting, and the one that waited is superseded', async () => {
  const ports = world({ slot: { slot: 'waiting', running: 'A', superseded: 'B' } });
  const { body } = await run(request(), ports);
  expect(body).toEqual({ deployments: [{ id: ID, site: 'shop-main', status: 'waiting' }] });
  expect(ports.executions.start).not.toHaveBeenCalled();
  expect(ports.deployments.advance).toHaveBeenCalledWith('B', expect.objectContaining({ status: 'superseded' }));
  expect(ports.emit).toHaveBeenCalledWith('deployment.superseded', {
    deployment: expect.objectContaining({ id: 'B' }),
    by: ID,
  });
});

test.each([
  ['has not begun to change the site', 5, true],
  ['has', 6, false],
])('a running deployment that %s is stopped for the one that waits: fence %i, %s', async (_, fence, stopped) => {
  const site = Site.parse({
    id: 'shop-main',
    app: 'shop',
    branch: 'main',
    createdAt: record.createdAt,
    lastNumber: 7,
    fence,
    runningDeployment: 'A',
    waitingDeployment: ID,
    waitingNumber: 7,
  });
  const ports = world({ slot: { slot: 'waiting', running: 'A' }, site });
  await run(request(), ports);
  expect(ports.executions.stop.mock.calls).toEqual(
    stopped ? [['deploy:A', 'SUPERSEDED', `Deployment ${ID} of a newer commit took its place.`]] : [],
  );
});

test('a deployment that a newer one overtook is superseded itself', async () => {
  const ports = world({ slot: { slot: 'superseded', by: 'Z' } });
  const { body } = await run(request(), ports);
  expect(body).toEqual({ deployments: [{ id: ID, site: 'shop-main', status: 'superseded' }] });
  expect(ports.emit).toHaveBeenCalledWith('deployment.superseded', {
    deployment: expect.objectContaining({ id: ID }),
    by: 'Z',
  });
});

test('every app of a monorepo that deploys the branch has its deployment', async () => {
  const web = App.parse({ ...app, id: 'web', appRoot: 'apps/web', branches: ['main', 'next'] });
  const docs = App.parse({ ...app, id: 'docs', branches: ['release'] });
  const { body } = await run(request(), world({ apps: [app, web, docs] }));
  expect(body).toEqual({
    deployments: [
      { id: ID, site: 'shop-main', status: 'started' },
      { id: ID, site: 'web-main', status: 'started' },
    ],
  });
});

test('a delivery that failed half-way is not seen, and its next try takes the same deployment up', async () => {
  const failing = world();
  failing.executions.start.mockRejectedValueOnce(new Error('throttled'));
  await expect(run(request(), failing)).rejects.toThrow('throttled');
  expect(failing.deliveries.record).not.toHaveBeenCalled();

  const again = world({ recent: [{ ...record, id: '01JD0000000000000000000000' }] });
  const { body } = await run(request(), again);
  expect(body).toEqual({
    deployments: [{ id: '01JD0000000000000000000000', site: 'shop-main', status: 'started' }],
  });
  expect(again.deployments.create).not.toHaveBeenCalled();
  expect(again.deliveries.record).toHaveBeenCalledTimes(1);
});

test('a branch that comes back to a commit is deployed anew when another came between, or the old one has ended', async () => {
  for (const newest of [
    { ...record, commit: { ...record.commit, sha: 'b'.repeat(40) } },
    { ...record, status: 'succeeded' as const },
  ]) {
    const ports = world({ recent: [newest] });
    await run(request(), ports);
    expect(ports.deployments.create).toHaveBeenCalledTimes(1);
  }
});
