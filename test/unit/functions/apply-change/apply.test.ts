import { describe, expect, jest, test } from '@jest/globals';
import type { SlotAnswer } from '../../../../aws/table/slots.ts';
import { App } from '../../../../domain/app.ts';
import type { DeploymentRecord } from '../../../../domain/deployment.ts';
import type { DeployInput } from '../../../../domain/pipeline.ts';
import { Site, siteIdOf } from '../../../../domain/site.ts';
import { type ApplyPorts, apply as applyMessage } from '../../../../functions/apply-change/apply.ts';
import { type ApplyChangePorts, run } from '../../../../functions/apply-change/run.ts';
import { type Announced, gitProblem } from '../../../../githost/index.ts';

const SHA = 'a'.repeat(40);
const ID = '01JD0000000000000000000001';
const repository = { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:4000/shop.git' };
const app = App.parse({ id: 'shop', repository, createdAt: '2026-11-01T00:00:00Z' });

const announced = (change: object = {}): Announced => ({
  deliveryId: 'd-1',
  changes: [{ kind: 'push', deliveryId: 'd-1', repository, branch: 'main', sha: SHA, message: 'Hello', ...change }],
});

interface World {
  apps?: App[];
  seen?: boolean;
  recent?: DeploymentRecord[];
  slot?: SlotAnswer;
  site?: Site;
}

function world({ apps = [app], seen = false, recent = [], slot = { slot: 'running' }, site }: World = {}) {
  return {
    apps: { ofRepository: jest.fn(async () => apps) },
    deliveries: {
      seen: jest.fn(async () => seen),
      record: jest.fn<ApplyPorts['deliveries']['record']>(async () => undefined),
    },
    sites: {
      get: jest.fn(async () => site),
      getOrCreate: jest.fn(async () => undefined as never),
      nextNumber: jest.fn(async () => 7),
      numberFor: jest.fn<ApplyPorts['sites']['numberFor']>(async () => 7),
    },
    deployments: {
      create: jest.fn<ApplyPorts['deployments']['create']>(async () => true),
      ofSite: jest.fn(async () => recent),
      get: jest.fn(async (id: string) => ({
        ...record,
        id,
        ...(id === 'A' ? { number: 6 } : { status: 'superseded' as const }),
      })),
      advance: jest.fn<ApplyPorts['deployments']['advance']>(async () => true),
    },
    slots: { request: jest.fn<ApplyPorts['slots']['request']>(async () => slot), release: async () => ({}) },
    executions: {
      start: jest.fn<ApplyPorts['executions']['start']>(async () => 'arn'),
      stop: jest.fn<ApplyPorts['executions']['stop']>(async () => true),
      arnOf: (machine, name) => `${machine}:${name}`,
    },
    releases: { get: async () => undefined },
    emit: jest.fn<ApplyPorts['emit']>(async () => undefined),
    ignored: {
      ofApp: jest.fn<ApplyPorts['ignored']['ofApp']>(async () => []),
      put: jest.fn<ApplyPorts['ignored']['put']>(async () => undefined),
    },
    removeSite: jest.fn<ApplyPorts['removeSite']>(async (gone) => ({
      deployment: ID,
      site: gone,
      status: 'started',
    })),
    tellDeclined: jest.fn<ApplyPorts['tellDeclined']>(async () => undefined),
    headOf: jest.fn<ApplyPorts['headOf']>(async () => ({ sha: 'b'.repeat(40), message: 'Sell bells' })),
    newId: () => ID,
    now: () => new Date('2026-11-20T10:00:00Z'),
    log: jest.fn<ApplyChangePorts['log']>(),
    remainingMilliseconds: jest.fn(() => 30_000),
    queue: {
      hide: jest.fn<ApplyChangePorts['queue']['hide']>(async () => undefined),
      send: jest.fn<ApplyChangePorts['queue']['send']>(async () => undefined),
    },
  } satisfies ApplyChangePorts;
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

const message = (content: unknown, attempt = 1) => ({
  id: 'm',
  receiptHandle: 'r',
  body: typeof content === 'string' ? content : JSON.stringify(content),
  attempt,
});

const apply = async (content: Announced, ports: ReturnType<typeof world>) =>
  applyMessage(content, { connected: await ports.apps.ofRepository(), later: [] }, ports);

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

test('a push is recorded and started', async () => {
  const ports = world();
  expect(await apply(announced(), ports)).toEqual({
    deployments: [{ id: ID, site: 'shop-main', status: 'started' }],
    reasons: [],
  });
  expect(ports.deployments.create).toHaveBeenCalledWith(record);
  const { status: _, createdAt: __, redriveCount: ___, ...deployment } = record;
  expect(ports.executions.start).toHaveBeenCalledWith('deploy', ID, { version: 1, deployment });
  expect(ports.deliveries.record).toHaveBeenCalledWith('git', 'd-1', Date.parse('2026-11-20T10:00:00Z') / 1000);
});

test.each([
  ['an unknown repository', { apps: [] }, {}, 'no app is connected to git repository shop'],
  ['an unknown branch', {}, { branch: 'wip' }, 'branch wip of shop is not deployed by shop'],
  [
    'a commit that asks to be skipped',
    {},
    { skip: 'the commit message has [skip ci]' },
    'the commit message has [skip ci]',
  ],
  ['a delivery that was handled', { seen: true }, {}, 'this delivery was already handled'],
] as [string, World, object, string][])(
  '%s changes nothing, for a reason that is logged',
  async (_, given, change, reason) => {
    const ports = world(given);
    expect(await run([message(announced(change))], ports)).toEqual([]);
    expect(touched(ports)).toBe(false);
    expect(ports.log).toHaveBeenCalledWith(expect.objectContaining({ message: 'delivery ignored', reason }));
  },
);

test('a busy site leaves the deployment waiting, and the one that waited is superseded', async () => {
  const ports = world({ slot: { slot: 'waiting', running: 'A', superseded: 'B' } });
  const { deployments } = await apply(announced(), ports);
  expect(deployments).toEqual([{ id: ID, site: 'shop-main', status: 'waiting' }]);
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
  await apply(announced(), ports);
  expect(ports.executions.stop.mock.calls).toEqual(
    stopped ? [['deploy:A', 'SUPERSEDED', `Deployment ${ID} of a newer commit took its place.`]] : [],
  );
});

test('a deployment that a newer one overtook is superseded itself', async () => {
  const ports = world({ slot: { slot: 'superseded', by: 'Z' } });
  const { deployments } = await apply(announced(), ports);
  expect(deployments).toEqual([{ id: ID, site: 'shop-main', status: 'superseded' }]);
  expect(ports.emit).toHaveBeenCalledWith('deployment.superseded', {
    deployment: expect.objectContaining({ id: ID }),
    by: 'Z',
  });
});

test('every app of a monorepo that deploys the branch has its deployment', async () => {
  const web = App.parse({ ...app, id: 'web', appRoot: 'apps/web', branches: ['main', 'next'] });
  const docs = App.parse({ ...app, id: 'docs', branches: ['release'] });
  expect(await apply(announced(), world({ apps: [app, web, docs] }))).toEqual({
    deployments: [
      { id: ID, site: 'shop-main', status: 'started' },
      { id: ID, site: 'web-main', status: 'started' },
    ],
    reasons: ['branch main of shop is not deployed by docs'],
  });
});

test('a delivery that failed half-way is not seen and holds back none; its next try takes the same deployment up', async () => {
  const failing = world({ apps: [App.parse({ ...app, branches: ['main', 'next'] })] });
  failing.executions.start.mockRejectedValueOnce(new Error('throttled'));
  const [first, next] = [message(announced()), message({ ...announced({ branch: 'next' }), deliveryId: 'd-2' })];
  expect(await run([first, next], failing)).toEqual([]);
  expect(failing.queue.send.mock.calls).toEqual([[{ ...announced(), apart: true }, 'm']]);
  expect(failing.queue.hide).not.toHaveBeenCalled();
  expect(failing.deliveries.record.mock.calls.map(([, delivery]) => delivery)).toEqual(['d-2']);

  const again = world({ recent: [{ ...record, id: '01JD0000000000000000000000' }] });
  expect(await apply(announced(), again)).toEqual({
    deployments: [{ id: '01JD0000000000000000000000', site: 'shop-main', status: 'started' }],
    reasons: [],
  });
  expect(again.deployments.create).not.toHaveBeenCalled();
  expect(again.deliveries.record).toHaveBeenCalledTimes(1);
});

test('a delivery that fails apart from its repository, or cannot be set apart, waits where it is', async () => {
  const failing = world();
  failing.executions.start.mockRejectedValue(new Error('throttled'));
  const apart = message({ ...announced(), apart: true }, 3);
  expect(await run([apart], failing)).toEqual([apart]);
  expect(failing.queue.send).not.toHaveBeenCalled();
  expect(failing.queue.hide.mock.calls).toEqual([[apart, 8]]);

  failing.queue.send.mockRejectedValueOnce(new Error('throttled'));
  const stays = message(announced());
  expect(await run([stays], failing)).toEqual([stays]);
  expect(failing.queue.hide.mock.calls.at(-1)).toEqual([stays, 2]);
});

test('a branch that comes back to a commit is deployed anew when another came between, or the old one has ended', async () => {
  for (const newest of [
    { ...record, commit: { ...record.commit, sha: 'b'.repeat(40) } },
    { ...record, status: 'succeeded' as const },
  ]) {
    const ports = world({ recent: [newest] });
    await apply(announced(), ports);
    expect(ports.deployments.create).toHaveBeenCalledTimes(1);
  }
});

test.each([
  '',
  'null',
  '{}',
  JSON.stringify({ deliveryId: 'd', changes: [] }),
  JSON.stringify(announced({ sha: 'HEAD' })),
])('a message that is none of ours is dropped: %s', async (body) => {
  const ports = world();
  expect(await run([message(body)], ports)).toEqual([]);
  expect(touched(ports)).toBe(false);
  expect(ports.log).toHaveBeenCalledWith(expect.objectContaining({ message: 'message dropped: none of ours' }));
});

test('what there is no time for comes again at once, and is not begun', async () => {
  const ports = world();
  ports.remainingMilliseconds.mockReturnValueOnce(10_000).mockReturnValue(9_999);
  const messages = ['main', 'next', 'main'].map((branch) => message(announced({ branch })));
  expect(await run(messages, ports)).toEqual(messages.slice(1));
  expect(ports.queue.hide.mock.calls).toEqual(messages.slice(1).map((one) => [one, 0]));
  expect(ports.deliveries.seen).toHaveBeenCalledTimes(1);
});

test('the apps of a repository are read once for all of its messages', async () => {
  const ports = world();
  await run(
    ['1', '2', '3'].map((id) => message({ ...announced(), deliveryId: id })),
    ports,
  );
  expect(ports.apps.ofRepository).toHaveBeenCalledTimes(1);
});

test('what fails again and again comes ever later, within five minutes', async () => {
  const ports = world();
  ports.apps.ofRepository.mockRejectedValue(new Error('throttled'));
  for (const attempt of [1, 4, 18]) await run([message(announced(), attempt)], ports);
  expect(ports.queue.hide.mock.calls.map(([, seconds]) => seconds)).toEqual([2, 16, 300]);
});

const NEWER = 'b'.repeat(40);

test.each([
  ['a newer one of its branch', { sha: NEWER }, true],
  ['one of another branch', { sha: NEWER, branch: 'next' }, false],
  ['one that asks to be skipped', { sha: NEWER, skip: 'the commit message has [skip ci]' }, false],
] as [string, object, boolean][])('a push with %s behind it', async (_, behind, isSuperseded) => {
  const ports = world();
  const messages = [message(announced()), message({ ...announced(behind), deliveryId: 'd-2' })];
  expect(await run(messages, ports)).toEqual([]);
  const [first] = ports.deployments.create.mock.calls.map(([created]) => created);
  expect([first?.commit.sha, first?.status]).toEqual([SHA, isSuperseded ? 'superseded' : 'queued']);
  const emitted = ports.emit.mock.calls.map(([kind]) => kind);
  expect(emitted.includes('deployment.superseded')).toBe(isSuperseded);
  const started = ports.executions.start.mock.calls.map(([, , input]) => (input as DeployInput).deployment.commit.sha);
  expect(started.includes(SHA)).toBe(!isSuperseded);
});

test('what fails holds back its own repository alone', async () => {
  const ports = world();
  ports.apps.ofRepository.mockImplementation(async (...[, name]: unknown[]) => {
    if (name === 'shop') throw new Error('throttled');
    return [];
  });
  const other = announced({ repository: { ...repository, name: 'docs' } });
  const messages = [announced(), other, announced()].map((content) => message(content));
  expect(await run(messages, ports)).toEqual([messages[0], messages[2]]);
});

test('a pull request whose host tells the beginning of its commit alone: its newest commit is asked for, and its message counts', async () => {
  const pull = {
    kind: 'pull-request',
    number: 7,
    change: 'opened',
    sha: undefined,
    isFork: true,
    from: 'eve/shop',
    branch: 'bells',
  };
  const ports = world({ apps: [App.parse({ ...app, previews: 'all' })] });
  await apply(announced(pull), ports);
  expect(ports.headOf).toHaveBeenCalledWith(expect.objectContaining({ id: 'shop' }), 'bells', 7);
  expect(ports.deployments.create.mock.calls[0]?.[0]).toMatchObject({
    commit: { sha: 'b'.repeat(40), message: 'Sell bells' },
    preview: { number: 7, isFork: true, from: 'eve/shop' },
  });
  ports.headOf.mockResolvedValue({ sha: 'c'.repeat(40), message: 'Half of it [skip ci]' });
  expect((await apply(announced(pull), ports)).reasons).toEqual(['pull/7: the commit message has [skip ci]']);
  expect(ports.tellDeclined.mock.calls).toEqual([[expect.objectContaining({ sha: 'c'.repeat(40) })]]);
  expect(ports.deployments.create).toHaveBeenCalledTimes(1);
});

describe('a pull request that gets no preview is told why at its host', () => {
  const pull = { kind: 'pull-request', number: 7, change: 'opened', branch: 'bells', isFork: true, message: 'Bells' };
  const own = App.parse({ ...app, previews: 'own' });
  const told = {
    kind: 'preview-declined',
    app: 'shop',
    site: siteIdOf('shop', 'pull/7'),
    repository,
    sha: SHA,
    reason: 'pull request 7 comes from a fork, and shop has no previews of forks',
  };
  const newest = { ...record, site: told.site };
  test.each([
    ['of a fork', pull, {}, [told]],
    [
      'that asks not to be deployed',
      { ...pull, isFork: false, skip: 'the commit message has [skip ci]' },
      {},
      [{ ...told, reason: 'pull request 7: the commit message has [skip ci]' }],
    ],
    ['whose host tells the beginning of its commit', { ...pull, sha: undefined }, {}, [{ ...told, sha: NEWER }]],
    ['of an app without previews', pull, { apps: [app] }, []],
    ['of an app that goes', pull, { apps: [{ ...own, removingSince: '2026-11-20T09:00:00Z' }] }, []],
    ['whose commit has been deployed', pull, { recent: [newest] }, []],
    ['whose commit before has', pull, { recent: [{ ...newest, commit: { ...newest.commit, sha: NEWER } }] }, [told]],
    ['that is closed', { ...pull, change: 'closed' }, {}, []],
  ] as [string, object, World, object[]][])('one %s', async (_, change, around, expected) => {
    const ports = world({ apps: [own], ...around });
    await apply(announced(change), ports);
    expect(ports.tellDeclined.mock.calls.map(([declined]) => declined)).toEqual(expected);
    expect(ports.ignored.put).toHaveBeenCalledTimes(1);
  });

  test('unless the host does not say its commit', async () => {
    const ports = world({ apps: [own] });
    ports.headOf.mockRejectedValue(gitProblem('GIT_REPOSITORY_NOT_FOUND', 'pull request 7'));
    expect((await apply(announced({ ...pull, sha: undefined }), ports)).reasons).toEqual([told.reason]);
    expect(ports.tellDeclined).not.toHaveBeenCalled();
  });
});
