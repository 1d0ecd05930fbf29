/** Deliveries of one branch that reach the queue in another order than they came, with the real stores: the newest wins. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAppStore } from '../../aws/table/apps.ts';
import { createDeliveryStore } from '../../aws/table/deliveries.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createIgnoredStore } from '../../aws/table/ignored.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createSlotStore } from '../../aws/table/slots.ts';
import type { Table } from '../../aws/table/table.ts';
import { App } from '../../domain/app.ts';
import { type ApplyChangePorts, run } from '../../functions/apply-change/run.ts';
import { removeSite } from '../../lifecycle/remove.ts';
import { startTable } from '../support/dynamo-table.ts';

let table: Table;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let ids = 0;
const newId = () => {
  ids += 1;
  return `01JD00000000000000000000${ALPHABET[ids >> 5]}${ALPHABET[ids % 32]}`;
};

function portsOf(table: Table): ApplyChangePorts {
  const apps = createAppStore(table);
  const sites = createSiteStore(table);
  const deployments = createDeploymentStore(table);
  const shared = {
    apps,
    sites,
    deployments,
    slots: createSlotStore(table),
    releases: createReleaseStore(table),
    executions: {
      start: async (machine: string, name: string) => `${machine}:${name}`,
      stop: async () => true,
      arnOf: (machine: string, name: string) => `${machine}:${name}`,
    },
    emit: async () => undefined,
    newId,
    now: () => new Date('2026-11-20T12:00:00Z'),
    log: () => undefined,
  };
  const forgotten = { parameters: { removeUnder: async () => undefined }, stage: 'dev' };
  const access = { all: async () => [], remove: async () => undefined };
  return {
    ...shared,
    deliveries: createDeliveryStore(table),
    ignored: createIgnoredStore(table),
    removeSite: (site, announcedAt) => removeSite(site, { ...shared, ...forgotten, access }, announcedAt),
    headOf: () => Promise.reject(new Error('no host is asked')),
    queue: { hide: async () => undefined, send: async () => undefined },
    tellDeclined: () => Promise.reject(new Error('there are no pull requests here')),
    remainingMilliseconds: () => 30_000,
    log: () => undefined,
  };
}

type Told = { sha: string } | 'deleted';

/** An app of its own, which is told of main at the seconds that are given. */
async function story() {
  const id = `shop${newId().slice(-2).toLowerCase()}`;
  const repository = { host: 'git' as const, name: id, url: `http://127.0.0.1:4000/${id}.git` };
  const ports = portsOf(table);
  const site = `${id}-main`;
  await createAppStore(table).create(
    App.parse({ id, repository, deletedBranches: 'remove', createdAt: '2026-11-01T00:00:00Z' }),
  );
  const message = (second: number, told: Told) => {
    const about = { deliveryId: `${id}-${second}`, repository, branch: 'main' };
    const change =
      told === 'deleted' ? { kind: 'deletion', ...about } : { kind: 'push', ...about, sha: told.sha, message: '' };
    const announcedAt = `2026-11-20T11:59:0${second}.000Z`;
    const body = JSON.stringify({ deliveryId: about.deliveryId, announcedAt, changes: [change] });
    return { id: about.deliveryId, receiptHandle: 'r', body, attempt: 1 };
  };
  return {
    /** In one batch, in that order. */
    tell: async (...told: [second: number, told: Told][]) =>
      expect(
        await run(
          told.map((one) => message(...one)),
          ports,
        ),
      ).toEqual([]),
    /** The newest deployment: what the branch will be. */
    newest: async () => {
      const [newest] = await createDeploymentStore(table).ofSite(site, 1);
      return newest && { sha: newest.removes ? 'deleted' : newest.commit.sha[0], status: newest.status };
    },
    waiting: async () => {
      const { waitingDeployment: waits, runningDeployment: runs } = (await createSiteStore(table).get(site)) ?? {};
      const record = await createDeploymentStore(table).get(waits ?? runs ?? '');
      return record?.removes ? 'deleted' : record?.commit.sha[0];
    },
    ignored: async () =>
      (await createIgnoredStore(table).ofApp(id)).map(({ sha, reason }) => [sha?.[0], reason] as const),
    siteExists: async () => (await createSiteStore(table).get(site)) !== undefined,
    /** What runs has ended, and then the removal that waited for it. */
    finishRemoval: async () => {
      const slots = createSlotStore(table);
      const before = await createSiteStore(table).get(site);
      const { running = '' } = await slots.release(site, before?.runningDeployment ?? '');
      expect(await createSiteStore(table).forget(site, running)).toBe('forgotten');
    },
  };
}

const A = { sha: 'a'.repeat(40) };
const B = { sha: 'b'.repeat(40) };
const OVERTAKEN = 'main: what was pushed later had been applied before this came';

test('two pushes, the newer one first: it wins, and the older one is told why it is not deployed', async () => {
  const { tell, newest, waiting, ignored } = await story();
  await tell([2, B]);
  await tell([1, A]);
  expect([await newest(), await waiting()]).toEqual([{ sha: 'b', status: 'queued' }, 'b']);
  expect(await ignored()).toEqual([['a', OVERTAKEN]]);
});

test('two pushes in one batch, the newer one first: the older one is superseded', async () => {
  const { tell, newest, waiting, ignored } = await story();
  await tell([2, B], [1, A]);
  expect([await newest(), await waiting()]).toEqual([{ sha: 'b', status: 'queued' }, 'b']);
  expect(await ignored()).toEqual([]);
});

test('in their order, the later one waits, as ever', async () => {
  const { tell, newest, waiting, ignored } = await story();
  await tell([1, A]);
  await tell([2, B]);
  expect([await newest(), await waiting(), await ignored()]).toEqual([{ sha: 'b', status: 'queued' }, 'b', []]);
});

test('a commit that overtook another may come back later', async () => {
  const { tell, waiting } = await story();
  await tell([2, B]);
  await tell([1, A]);
  await tell([3, A]);
  expect(await waiting()).toBe('a');
});

test('a push that came before its branch was deleted keeps no site', async () => {
  const { tell, newest, waiting, ignored } = await story();
  await tell([1, B]);
  await tell([3, 'deleted']);
  await tell([2, A]);
  expect([await newest(), await waiting()]).toEqual([{ sha: 'deleted', status: 'queued' }, 'deleted']);
  expect(await ignored()).toEqual([['a', OVERTAKEN]]);
});

test('the deletion of a branch that was pushed again since removes nothing', async () => {
  const { tell, newest, waiting, ignored } = await story();
  await tell([2, A]);
  await tell([1, 'deleted']);
  expect([await newest(), await waiting()]).toEqual([{ sha: 'a', status: 'queued' }, 'a']);
  expect(await ignored()).toEqual([[undefined, OVERTAKEN]]);
});

test('nor does a push that came before the deletion make a site, where there is none any more, or never was', async () => {
  const never = await story();
  await never.tell([2, 'deleted']);
  await never.tell([1, A]);
  expect([await never.siteExists(), await never.newest()]).toEqual([false, undefined]);
  await never.tell([3, A]);
  expect(await never.waiting()).toBe('a');

  const gone = await story();
  await gone.tell([1, B]);
  await gone.tell([3, 'deleted']);
  await gone.finishRemoval();
  await gone.tell([2, A]);
  expect([await gone.siteExists(), await gone.ignored()]).toEqual([false, [['a', OVERTAKEN]]]);
  await gone.tell([4, A]);
  expect(await gone.waiting()).toBe('a');
});
