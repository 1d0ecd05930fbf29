/** The stores' conditions, against a DynamoDB that evaluates them. Each test has a site of its own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAppStore } from '../../aws/table/apps.ts';
import { createDeliveryStore } from '../../aws/table/deliveries.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createHeadStore } from '../../aws/table/heads.ts';
import { createHookStore } from '../../aws/table/hooks.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createSlotStore } from '../../aws/table/slots.ts';
import type { Table } from '../../aws/table/table.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createTombstoneStore } from '../../aws/table/tombstones.ts';
import { App } from '../../domain/app.ts';
import type { DeploymentRecord } from '../../domain/deployment.ts';
import { startTable } from '../support/dynamo-table.ts';
import { pipelineState } from '../support/pipeline-state.ts';

const NOW = '2026-01-02T03:04:05.000Z';
let table: Table;
let stop: () => Promise<void>;
let count = 0;

beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

async function newSite() {
  count += 1;
  const sites = createSiteStore(table);
  const site = await sites.getOrCreate({ id: `shop-${count}`, app: 'shop', branch: `b${count}`, createdAt: NOW });
  return { sites, id: site.id };
}

describe('sites', () => {
  test('are made once, and numbered without a number given twice', async () => {
    const { sites, id } = await newSite();
    const numbers = await Promise.all(Array.from({ length: 8 }, () => sites.nextNumber(id)));
    const again = await sites.getOrCreate({ id, app: 'shop', branch: 'other', createdAt: NOW });

    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(again.lastNumber).toBe(8);
    expect(again.branch).not.toBe('other');
    expect((await sites.ofApp('shop')).map((site) => site.id)).toContain(id);
  });

  test('number what was announced in that order, and nothing older than what has a number', async () => {
    const { sites, id } = await newSite();
    const at = (seconds: number) => `2026-01-02T03:04:0${seconds}.000Z`;
    expect(await sites.numberFor(id, at(2))).toBe(1);
    expect(await sites.numberFor(id, at(1))).toBeUndefined();
    expect(await sites.nextNumber(id)).toBe(2);
    expect(await sites.numberFor(id, at(2))).toBe(3);
    expect(await sites.numberFor(id, at(3))).toBe(4);
    expect(await sites.get(id)).toMatchObject({ lastNumber: 4, announcedAt: at(3) });
    await expect(sites.numberFor('nobody', at(4))).rejects.toThrow('went while it was numbered');
  });

  test('let no older deployment pass the fence', async () => {
    const { sites, id } = await newSite();
    expect(await sites.takeFence(id, 2)).toBe(true);
    expect(await sites.takeFence(id, 2)).toBe(true);
    expect(await sites.takeFence(id, 1)).toBe(false);
    expect(await sites.takeFence(id, 3)).toBe(true);
    expect(await sites.takeFence('nobody', 1)).toBe(false);
  });

  test('know what is live and what was before, asked again too', async () => {
    const { sites, id } = await newSite();
    expect(await sites.setLive(id, { number: 1, release: 'A' })).toEqual({ previousRelease: undefined });
    expect(await sites.setLive(id, { number: 2, release: 'B' })).toEqual({ previousRelease: 'A' });
    expect(await sites.setLive(id, { number: 2, release: 'B' })).toEqual({ previousRelease: 'A' });
    expect(await sites.setLive(id, { number: 1, release: 'A' })).toBe(false);
    expect(await sites.get(id)).toMatchObject({ liveRelease: 'B', liveNumber: 2, previousRelease: 'A' });
    expect(await sites.takeFence(id, 1)).toBe(false);
  });

  test('the CDN is cleared for what is live, and for nothing else', async () => {
    const { sites, id } = await newSite();
    await sites.setLive(id, { number: 1, release: 'A' });
    await sites.setLive(id, { number: 2, release: 'B' });
    await sites.setInvalidated(id, 'A');
    expect(await sites.get(id)).not.toHaveProperty('invalidatedRelease');
    await sites.setInvalidated(id, 'B');
    expect(await sites.get(id)).toMatchObject({ invalidatedRelease: 'B' });
    for (const _ of ['first try', 'second try']) await sites.setLive(id, { number: 3, release: 'C' });
    expect(await sites.get(id)).toMatchObject({ invalidatedRelease: 'B' });
    // Two in a row that cleared nothing: the one after them may be B again.
    await sites.setLive(id, { number: 4, release: 'D' });
    expect(await sites.get(id)).not.toHaveProperty('invalidatedRelease');
  });

  test('have nothing live once they are taken away, whatever is newer meanwhile', async () => {
    const { sites, id } = await newSite();
    await sites.takeFence(id, 2);
    await sites.setLive(id, { number: 1, release: 'A' });
    await sites.setNothingLive(id, 1);
    expect(await sites.get(id)).toMatchObject({ liveRelease: 'A' });
    await sites.setNothingLive(id, 2);
    await sites.setNothingLive(id, 2);
    expect(await sites.get(id)).not.toHaveProperty('liveRelease');
    expect(await sites.takeFence(id, 1)).toBe(false);
    await sites.setNothingLive('nobody', 2);
    expect(await sites.get('nobody')).toBeUndefined();
  });

  test('remember one distribution, until it is replaced', async () => {
    const { sites, id } = await newSite();
    expect(await sites.setDistribution(id, { id: 'E1', domain: 'd1' })).toBe(true);
    expect(await sites.setDistribution(id, { id: 'E1', domain: 'd1' })).toBe(true);
    expect(await sites.setDistribution(id, { id: 'E2', domain: 'd2' })).toBe(false);
    expect(await sites.setDistribution(id, { id: 'E2', domain: 'd2', instead: 'E1' })).toBe(true);
    expect(await sites.get(id)).toMatchObject({ distributionId: 'E2', distributionDomain: 'd2' });
  });
});

describe('a slot', () => {
  test('is held by one; of those that wait only the newest stays', async () => {
    const { id } = await newSite();
    const slots = createSlotStore(table);

    expect(await slots.request(id, { id: 'A', number: 1 })).toEqual({ slot: 'running' });
    expect(await slots.request(id, { id: 'A', number: 1 })).toEqual({ slot: 'running' });
    expect(await slots.request(id, { id: 'B', number: 2 })).toEqual({ slot: 'waiting', running: 'A' });
    expect(await slots.request(id, { id: 'D', number: 4 })).toEqual({ slot: 'waiting', running: 'A', superseded: 'B' });
    expect(await slots.request(id, { id: 'C', number: 3 })).toEqual({ slot: 'superseded', by: 'D' });
    expect(await slots.release(id, 'A')).toEqual({ running: 'D' });
    expect(await slots.release(id, 'A')).toEqual({ running: 'D' });
    expect(await slots.release(id, 'D')).toEqual({ running: undefined });
    expect(await slots.request(id, { id: 'E', number: 5 })).toEqual({ slot: 'running' });
  });

  test('has one winner in a race, and the newest of the others waits', async () => {
    const { id } = await newSite();
    const slots = createSlotStore(table);
    const racing = Array.from({ length: 8 }, (_, index) => ({ id: `D${index + 1}`, number: index + 1 }));

    const answers = await Promise.all(racing.map((deployment) => slots.request(id, deployment)));

    expect(answers.filter(({ slot }) => slot === 'running')).toHaveLength(1);
    const winner = racing[answers.findIndex(({ slot }) => slot === 'running')]!.id;
    const newest = winner === 'D8' ? 'D7' : 'D8';
    expect(await slots.release(id, winner)).toEqual({ running: newest });
  });

  test('is taken by a replay when it is free, and goes to a rollback before those that wait', async () => {
    const { id } = await newSite();
    const slots = createSlotStore(table);
    expect(await slots.take(id, 'A')).toEqual({ taken: true });
    expect(await slots.take(id, 'A')).toEqual({ taken: true });
    expect(await slots.take(id, 'B')).toEqual({ taken: false, by: 'A' });
    expect(await slots.request(id, { id: 'C', number: 3 })).toEqual({ slot: 'waiting', running: 'A' });
    expect(await slots.handOver(id, 'B', 'R')).toBe('not its own');
    expect(await slots.handOver(id, 'A', 'R')).toBe('handed over');
    expect(await slots.release(id, 'A')).toEqual({ running: 'R' });
    expect(await slots.release(id, 'R')).toEqual({ running: 'C' });
  });
});

describe('deployments', () => {
  let serial = 0;
  async function newDeployment(site: string) {
    serial += 1;
    const id = `01JD00000000000000000001${String(serial).padStart(2, '0')}`;
    const record: DeploymentRecord = {
      ...pipelineState().deployment,
      id,
      site,
      number: serial,
      status: 'queued',
      createdAt: NOW,
      redriveCount: 0,
    };
    const deployments = createDeploymentStore(table);
    expect(await deployments.create(record)).toBe(true);
    return { deployments, id, record };
  }

  test('are recorded once and listed newest first', async () => {
    const { deployments, id: first, record } = await newDeployment('listed');
    const { id: second } = await newDeployment('listed');
    expect(await deployments.create({ ...record, status: 'failed' })).toBe(false);
    expect((await deployments.ofSite('listed')).map(({ id }) => id)).toEqual([second, first]);
    expect((await deployments.ofSite('listed', 1)).map(({ id }) => id)).toEqual([second]);
    expect((await deployments.get(first))?.status).toBe('queued');
  });

  test('only move on, whatever order events come in', async () => {
    const { deployments, id } = await newDeployment('moving');
    expect(await deployments.advance(id, { status: 'failed', finishedAt: NOW })).toBe(true);
    expect(await deployments.advance(id, { status: 'running' })).toBe(false);
    expect(await deployments.advance(id, { status: 'failed' })).toBe(false);
    expect(await deployments.advance(id, { status: 'running', redriveCount: 1 })).toBe(true);
    expect(await deployments.advance(id, { status: 'failed' })).toBe(false);
    expect(await deployments.advance(id, { status: 'succeeded', redriveCount: 1, url: 'http://x' })).toBe(true);
    expect(await deployments.get(id)).toMatchObject({ status: 'succeeded', redriveCount: 1, url: 'http://x' });
    expect(await deployments.advance('nobody', { status: 'running' })).toBe(false);
  });

  test('move again for whom moved them, whose answer may have been lost, and for nobody else', async () => {
    const { deployments, id } = await newDeployment('lost');
    expect(await deployments.advance(id, { status: 'running', movedBy: 'mine' })).toBe(true);
    expect(await deployments.advance(id, { status: 'running', movedBy: 'mine' })).toBe(true);
    expect(await deployments.advance(id, { status: 'running', movedBy: 'yours' })).toBe(false);
    expect(await deployments.advance(id, { status: 'succeeded', movedBy: 'yours' })).toBe(true);
    expect(await deployments.advance(id, { status: 'running', movedBy: 'mine' })).toBe(false);
    expect(await deployments.isBegunBy(id, 'mine')).toBe(true);
    expect(await deployments.isBegunBy(id, 'yours')).toBe(false);
  });

  test('leave nothing of an earlier end behind when they are replayed', async () => {
    const { deployments, id } = await newDeployment('replayed');
    const error = { code: 'BUILD_FAILED', message: 'exit status 1' };
    await deployments.advance(id, { status: 'failed', finishedAt: NOW, error });
    expect(await deployments.get(id)).toMatchObject({ error, finishedAt: NOW });
    await deployments.advance(id, { status: 'running', redriveCount: 1 });
    const running = await deployments.get(id);
    expect([running?.status, running?.error, running?.finishedAt]).toEqual(['running', undefined, undefined]);
  });
});

describe('a timeline', () => {
  test('says of a replayed step only what the replay does', async () => {
    const timeline = createTimelineStore(table);
    const failed = { status: 'failed', finishedAt: NOW, figures: { buildId: '1' } } as const;
    await timeline.start('D2', 'Build', '2026-01-01T00:00:00.000Z');
    await timeline.finish('D2', 'Build', { ...failed, error: { code: 'BUILD_FAILED', message: 'x' } });
    await timeline.start('D2', 'Build', '2026-01-01T00:10:00.000Z');
    const again = { step: 'Build', status: 'running', startedAt: '2026-01-01T00:10:00.000Z', figures: {} };
    expect(await timeline.list('D2')).toEqual([again]);

    await timeline.retry('D3', 'AwaitDistribution', NOW, { code: 'DistributionInProgress', message: 'not yet' });
    await timeline.finish('D3', 'AwaitDistribution', { status: 'succeeded', finishedAt: NOW, figures: {} });
    expect((await timeline.list('D3'))[0]).not.toHaveProperty('error');

    await timeline.start('D2', 'Detect', '2026-01-01T00:00:00.000Z');
    await timeline.finish('D2', 'Detect', failed);
    await timeline.clearFailed('D2');
    expect(await timeline.list('D2')).toEqual([again]);
  });

  test('keeps what a running step has counted, until its end says it all', async () => {
    const timeline = createTimelineStore(table);
    await timeline.progress('D4', 'Build', { 'INSTALL s': 1 });
    expect(await timeline.list('D4')).toEqual([]);
    await timeline.start('D4', 'Build', NOW);
    await timeline.progress('D4', 'Build', { 'INSTALL s': 1 });
    expect((await timeline.list('D4'))[0]).toMatchObject({ status: 'running', figures: { 'INSTALL s': 1 } });
    await timeline.finish('D4', 'Build', { status: 'succeeded', finishedAt: NOW, figures: { 'BUILD s': 2 } });
    await timeline.progress('D4', 'Build', { 'INSTALL s': 1 });
    expect((await timeline.list('D4'))[0]).toMatchObject({ status: 'succeeded', figures: { 'BUILD s': 2 } });
  });

  test('has one entry a step, in the order of the pipeline, whatever is tried again', async () => {
    const timeline = createTimelineStore(table);
    await timeline.start('D1', 'Verify', '2026-01-01T00:00:05.000Z');
    await timeline.start('D1', 'Detect', '2026-01-01T00:00:00.000Z');
    await timeline.retry('D1', 'Detect', NOW, { code: 'TransientAwsError', message: 'busy' });
    await timeline.start('D1', 'Detect', '2026-01-01T00:00:02.000Z');
    await timeline.finish('D1', 'Detect', { status: 'succeeded', finishedAt: NOW, figures: { files: 3 } });

    expect(await timeline.list('D1')).toEqual([
      {
        step: 'Detect',
        status: 'succeeded',
        startedAt: '2026-01-01T00:00:00.000Z',
        finishedAt: NOW,
        figures: { files: 3 },
      },
      { step: 'Verify', status: 'running', startedAt: '2026-01-01T00:00:05.000Z', figures: {} },
    ]);
  });
});

test('apps are found by their repository, and not by one that they left', async () => {
  const apps = createAppStore(table);
  const app: App = {
    id: 'mono',
    repository: { host: 'github', name: 'o/mono', url: 'https://github.com/o/mono' },
    appRoot: '.',
    branches: ['main'],
    tags: [],
    tagSite: 'tags',
    deletedBranches: 'keep' as const,
    previews: 'off' as const,
    reuseBuilds: true,
    retention: { releases: 10, days: 30 },
    notifications: [],
    createdAt: NOW,
  };
  await apps.create(app);
  await apps.create({ ...app, id: 'mono-two', appRoot: 'two' });
  expect((await apps.ofRepository('github', 'o/mono')).map(({ id }) => id)).toEqual(['mono', 'mono-two']);
  expect(await apps.get('mono')).toEqual(app);

  await apps.change('mono', { repository: { ...app.repository, name: 'o/moved' } });
  expect((await apps.ofRepository('github', 'o/mono')).map(({ id }) => id)).toEqual(['mono-two']);
  expect((await apps.list()).map(({ id }) => id)).toEqual(['mono', 'mono-two']);
});

test('an app is created once, and changed field by field until it is being removed', async () => {
  const apps = createAppStore(table);
  const repository = { host: 'git' as const, name: 'changed', url: 'http://127.0.0.1/changed.git' };
  const app = App.parse({ id: 'changed', repository, gitTokenParameter: '/towpath/x', createdAt: NOW });
  expect(await apps.change('changed', { appRoot: 'web' })).toBeUndefined();
  expect(await apps.get('changed')).toBeUndefined();
  expect(await apps.create(app)).toBe(true);
  expect(await apps.create({ ...app, appRoot: 'docs' })).toBe(false);
  expect(await apps.change('changed', {})).toEqual(app);
  const both = [apps.change('changed', { branches: ['rel/*'] }), apps.change('changed', { tags: ['v*'] })];
  await Promise.all([...both, apps.change('changed', { gitTokenParameter: undefined })]);
  const changed = { ...app, branches: ['rel/*'], tags: ['v*'] };
  expect(await apps.get('changed')).toEqual({ ...changed, gitTokenParameter: undefined });
  expect(await apps.get('changed')).not.toHaveProperty('gitTokenParameter');
  await apps.markRemoving('changed', NOW);
  expect(await apps.change('changed', { appRoot: 'web' })).toBeUndefined();
  expect((await apps.get('changed'))?.appRoot).toBe('.');
});

test('notifications come and go without one lost to another', async () => {
  const apps = createAppStore(table);
  const id = 'told';
  const notification = (name: string) => ({ id: name, kind: 'slack' as const, urlParameter: `/x/${name}` });
  const names = async () => (await apps.get(id))?.notifications.map((one) => one.id).sort();
  expect(await apps.addNotification(id, notification('a'), 3)).toBe(false);

  await apps.create(
    App.parse({ id, repository: { host: 'git', name: id, url: 'http://x.test/told' }, createdAt: NOW }),
  );
  const added = await Promise.all(['a', 'b', 'c', 'd'].map((name) => apps.addNotification(id, notification(name), 3)));
  expect(added.filter(Boolean)).toHaveLength(3);
  const read = (await apps.get(id)) as App;
  const [ofFirst, ofSecond] = read.notifications.map((one) => one.id) as [string, string];
  const problem = { message: 'the chat answered 404', since: NOW };
  const problems = async () => (await apps.get(id))?.notifications.map((one) => one.problem);
  await apps.setNotificationProblem(read, ofSecond, problem);
  expect(await problems()).toEqual([undefined, problem, undefined]);
  expect(await apps.removeNotification(read, ofFirst)).toBe(true);
  await apps.setNotificationProblem(read, ofSecond, undefined);
  expect(await problems()).toEqual([problem, undefined]);
  await apps.setNotificationProblem((await apps.get(id)) as App, ofSecond, undefined);
  expect(await problems()).toEqual([undefined, undefined]);
  // What was read is of yesterday now: the places in the list have moved.
  expect(await apps.removeNotification(read, ofFirst)).toBe(false);
  expect(await names()).toHaveLength(2);
});

test('a delivery is seen once it is recorded, of one host only', async () => {
  const deliveries = createDeliveryStore(table);
  expect(await deliveries.seen('github', '1')).toBe(false);
  await deliveries.record('github', '1', 1_000);
  expect(await deliveries.seen('github', '1')).toBe(true);
  expect(await deliveries.seen('gitlab', '1')).toBe(false);
});

test('releases of a site are kept newest first', async () => {
  const releases = createReleaseStore(table);
  const record = (release: string, number: number) => ({
    site: 'kept',
    release,
    number,
    createdAt: NOW,
    rendering: 'static' as const,
    basePath: '',
    trailingSlash: false,
    manifest: { bucket: 'b', key: 'k' },
    functions: [],
  });
  await releases.put(record('01A', 1));
  await releases.put(record('01B', 2));
  const { site, functions } = pipelineState();
  await releases.setPublished('kept', '01B', { site, functions });
  expect((await releases.get('kept', '01B'))?.published).toEqual({ site, functions });
  await expect(releases.setPublished('kept', '01C', { site, functions })).rejects.toThrow();
  expect((await releases.ofSite('kept')).map(({ release }) => release)).toEqual(['01B', '01A']);
  expect(await releases.get('kept', '01A')).toEqual(record('01A', 1));
  expect(await releases.get('kept', '01C')).toBeUndefined();
});

test('a disconnected app hears of no push, and is what it was once it is connected again', async () => {
  const apps = createAppStore(table);
  const repository = { host: 'gitea', name: 'acme/left', url: 'https://git.example.com/acme/left' } as const;
  const app = App.parse({ id: 'left', repository, gitTokenParameter: '/towpath/x', createdAt: NOW });
  const named = async () => (await apps.ofRepository('gitea', 'acme/left')).map(({ id }) => id);
  await apps.create(app);
  expect(await named()).toEqual(['left']);
  await apps.disconnect(app, NOW);
  expect(await named()).toEqual([]);
  expect(await apps.get('left')).toEqual({ ...app, gitTokenParameter: undefined, disconnectedAt: NOW });
  const { gitTokenParameter } = app;
  expect(await apps.change('left', { repository, gitTokenParameter, disconnectedAt: undefined })).toEqual(app);
  expect(await named()).toEqual(['left']);
  expect(await apps.get('left')).toEqual(app);
});

test('what a Git host refuses is kept with the app, until it is not', async () => {
  const apps = createAppStore(table);
  const repository = { host: 'gitea', name: 'acme/kept', url: 'https://git.example.com/acme/kept' } as const;
  await apps.create(App.parse({ id: 'kept', repository, createdAt: NOW }));
  const problem = { code: 'GIT_TOKEN_REFUSED', message: 'no', remedy: 'rotate', since: NOW };
  await apps.setGitProblem('kept', problem);
  expect((await apps.get('kept'))?.gitProblem).toEqual(problem);
  await apps.setGitProblem('kept', undefined);
  expect((await apps.get('kept'))?.gitProblem).toBeUndefined();
  await apps.setGitProblem('nobody', problem);
  expect(await apps.get('nobody')).toBeUndefined();
});

test('a webhook is known by its id, and by its repository, until it is removed', async () => {
  const hooks = createHookStore(table);
  const repository = { host: 'gitea', name: 'acme/hooked', url: 'https://git.example.com/acme/hooked' } as const;
  await hooks.put({ id: 'h1', repository, createdAt: NOW });
  await hooks.put({ id: 'h2', repository, createdAt: NOW });
  expect((await hooks.get('h1'))?.repository).toEqual(repository);
  expect((await hooks.ofRepository(repository)).map(({ id }) => id)).toEqual(['h1', 'h2']);
  await hooks.remove('h1');
  expect(await hooks.get('h1')).toBeUndefined();
  expect((await hooks.ofRepository(repository)).map(({ id }) => id)).toEqual(['h2']);
});

describe('what is taken away', () => {
  test('a site’s record goes with the deployment that took it away, unless another one waits', async () => {
    const { sites, id } = await newSite();
    const slots = createSlotStore(table);
    await slots.request(id, { id: 'REMOVAL', number: 2 });
    await sites.setLive(id, { number: 1, release: 'A' });
    await sites.setDistribution(id, { id: 'E1', domain: 'd1' });
    await slots.request(id, { id: 'PUSH', number: 3 });
    expect(await sites.forget(id, 'REMOVAL')).toBe('begins anew');
    const anew = await sites.get(id);
    expect(anew).toMatchObject({ runningDeployment: 'REMOVAL', waitingDeployment: 'PUSH' });
    expect([anew?.liveRelease, anew?.distributionId]).toEqual([undefined, undefined]);

    expect(await slots.release(id, 'REMOVAL')).toEqual({ running: 'PUSH' });
    expect(await sites.forget(id, 'PUSH')).toBe('forgotten');
    expect(await sites.get(id)).toBeUndefined();
    expect(await slots.release(id, 'PUSH')).toEqual({});
  });

  test('an app is marked first, and its repository is free afterwards', async () => {
    const apps = createAppStore(table);
    const repository = { host: 'git' as const, name: 'leaving', url: 'http://127.0.0.1/leaving.git' };
    const app = App.parse({ id: 'leaving', repository, createdAt: NOW });
    expect(await apps.markRemoving('leaving', NOW)).toBe(false);
    await apps.create(app);
    expect(await apps.markRemoving('leaving', NOW)).toBe(true);
    expect(await apps.markRemoving('leaving', '2027-01-01T00:00:00.000Z')).toBe(true);
    expect((await apps.get('leaving'))?.removingSince).toBe(NOW);
    const heads = createHeadStore(table);
    const seen = { repository: repository.url, heads: { 'release/1': 'a'.repeat(40) } };
    await heads.put('leaving', seen);
    expect(await heads.get('leaving')).toEqual(seen);
    await apps.forget(app);
    expect([await apps.get('leaving'), await apps.ofRepository('git', 'leaving')]).toEqual([undefined, []]);
    expect(await heads.get('leaving')).toBeUndefined();
  });

  test('tombstones are due again later, counted, and put once for each function', async () => {
    const tombstones = createTombstoneStore(table);
    const one = { functionName: 'f', site: 's', since: NOW, dueAt: NOW, attempts: 0 };
    await tombstones.put(one);
    await tombstones.postpone(one, '2027-01-01T00:00:00.000Z');
    expect(await tombstones.list()).toEqual([{ ...one, dueAt: '2027-01-01T00:00:00.000Z', attempts: 1 }]);
    await tombstones.remove(one);
    expect(await tombstones.list()).toEqual([]);
  });
});
