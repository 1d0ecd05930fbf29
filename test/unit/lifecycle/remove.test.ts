import { expect, jest, test } from '@jest/globals';
import type { SiteAccess } from '../../../domain/access.ts';
import { App } from '../../../domain/app.ts';
import type { DeploymentRecord } from '../../../domain/deployment.ts';
import { Site } from '../../../domain/site.ts';
import {
  afterRemoval,
  forgetAppWithoutSites,
  type RemovedPorts,
  type RemovePorts,
  removeApp,
  removeSite,
} from '../../../lifecycle/remove.ts';
import { eventDeployment } from '../../support/event-deployment.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const NEW_ID = '01JD0000000000000000000077';
const site = (id: string, change: Partial<Site> = {}) =>
  Site.parse({ id, app: 'shop', branch: 'main', createdAt: NOW.toISOString(), lastNumber: 3, ...change });

function world({ sites = [site('shop-main')], records = [eventDeployment()], removing = false } = {}) {
  const app = App.parse({
    id: 'shop',
    repository: eventDeployment().repository,
    createdAt: NOW.toISOString(),
    ...(removing && { removingSince: NOW.toISOString() }),
  });
  const created: DeploymentRecord[] = [];
  const ports = {
    apps: {
      get: async (id: string) => (id === 'shop' ? app : undefined),
      forget: jest.fn<RemovePorts['apps']['forget']>(async () => undefined),
      markRemoving: jest.fn<RemovePorts['apps']['markRemoving']>(async (id) => {
        app.removingSince = NOW.toISOString();
        return id === 'shop';
      }),
    },
    sites: {
      get: async (id: string) => sites.find((one) => one.id === id),
      ofApp: async () => sites,
      nextNumber: async () => 4,
      numberFor: async () => 4,
    },
    deployments: {
      create: async (record: DeploymentRecord) => created.push(record) > 0,
      get: async (id: string) => [...created, ...records].find((one) => one.id === id),
      advance: async () => true,
      ofSite: async () => records,
      expire: jest.fn<(id: string, atSeconds: number) => Promise<void>>(async () => undefined),
    },
    slots: { request: async () => ({ slot: 'running' }) as const, release: async () => ({}) },
    log: () => undefined,
    releases: { get: async () => undefined },
    executions: {
      start: jest.fn<RemovePorts['executions']['start']>(async () => 'arn'),
      stop: async () => true,
      arnOf: () => 'arn',
    },
    parameters: { removeUnder: jest.fn<RemovePorts['parameters']['removeUnder']>(async () => undefined) },
    emit: async () => undefined,
    stage: 'dev',
    newId: () => NEW_ID,
    now: () => NOW,
    access: {
      all: async () => ['shop', 'shop-eu'].map((app) => ({ app, site: `${app}-next` }) as SiteAccess),
      remove: jest.fn<RemovedPorts['access']['remove']>(async () => undefined),
    },
  } satisfies RemovePorts & RemovedPorts;
  return { ports, created };
}

test('a removal is a deployment of the site’s last commit with the next number, run by the teardown machine', async () => {
  const { ports, created } = world();
  expect(await removeSite('shop-main', ports)).toEqual({ deployment: NEW_ID, site: 'shop-main', status: 'started' });
  expect(created).toMatchObject([{ removes: true, number: 4, commit: eventDeployment().commit, status: 'queued' }]);
  expect(ports.executions.start).toHaveBeenCalledWith('teardown', NEW_ID, expect.anything());
});

test('asked twice, the removal that is under way is answered', async () => {
  const underWay = eventDeployment({ id: '01JD0000000000000000000055', removes: true });
  const { ports, created } = world({
    sites: [site('shop-main', { runningDeployment: underWay.id })],
    records: [underWay],
  });
  expect(await removeSite('shop-main', ports)).toMatchObject({ deployment: underWay.id });
  expect(created).toEqual([]);
});

test('a removal with a push behind it is no longer what was asked for', async () => {
  const underWay = eventDeployment({ id: '01JD0000000000000000000055', removes: true });
  const pushed = eventDeployment({ id: '01JD0000000000000000000056' });
  const { ports } = world({
    sites: [site('shop-main', { runningDeployment: underWay.id, waitingDeployment: pushed.id, waitingNumber: 9 })],
    records: [pushed, underWay],
  });
  expect(await removeSite('shop-main', ports)).toMatchObject({ deployment: NEW_ID });
});

test('a site that nothing was deployed to is removed too', async () => {
  const { ports, created } = world({ records: [] });
  await removeSite('shop-main', ports);
  expect(created).toMatchObject([{ commit: { sha: '0'.repeat(40), branch: 'main' } }]);
});

test('what is not there is said so', async () => {
  const { ports } = world();
  await expect(removeSite('shop-other', ports)).rejects.toMatchObject({ code: 'NO_SUCH_SITE' });
  await expect(removeApp('nobody', ports)).rejects.toMatchObject({ code: 'NO_SUCH_APP' });
});

test('an app goes at once when it has no site, else with its last one', async () => {
  const bare = world({ sites: [] });
  expect(await removeApp('shop', bare.ports)).toEqual([]);
  expect(bare.ports.parameters.removeUnder).toHaveBeenCalledWith('/towpath/dev/apps/shop');
  expect(bare.ports.apps.forget).toHaveBeenCalledTimes(1);
  expect(bare.ports.access.remove.mock.calls).toEqual([['shop-next']]);

  const full = world();
  expect(await removeApp('shop', full.ports)).toMatchObject([{ site: 'shop-main' }]);
  await forgetAppWithoutSites('shop', full.ports);
  expect(full.ports.apps.forget).not.toHaveBeenCalled();
});

test('after a removal its record goes by itself, later than it can be redriven; the app stays unless it was to go', async () => {
  const { ports } = world({ sites: [] });
  await afterRemoval(eventDeployment({ removes: true }), ports);
  expect(ports.deployments.expire).toHaveBeenCalledWith(eventDeployment().id, NOW.getTime() / 1000 + 15 * 86_400);
  expect(ports.apps.forget).not.toHaveBeenCalled();
});
