/** Who waits for a site's slot and can never start ends, and lets it go, with the real stores. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createSlotStore } from '../../aws/table/slots.ts';
import type { Table } from '../../aws/table/table.ts';
import type { DeploymentRecord } from '../../domain/deployment.ts';
import { type BeginPorts, begin } from '../../lifecycle/begin.ts';
import { passSlot } from '../../lifecycle/slot.ts';
import { startTable } from '../support/dynamo-table.ts';
import { pipelineState } from '../support/pipeline-state.ts';

const AT = '2026-11-20T10:00:00.000Z';
const REMOVAL = '01JD0000000000000000000003';
const PROMOTION = '01JD0000000000000000000004';
const PUSH = '01JD0000000000000000000005';

let table: Table;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

async function siteNamed(site: string) {
  const stores = {
    sites: createSiteStore(table),
    slots: createSlotStore(table),
    deployments: createDeploymentStore(table),
    releases: createReleaseStore(table),
  };
  const started: string[] = [];
  const told: string[] = [];
  const ports: BeginPorts = {
    ...stores,
    executions: {
      start: async (machine, name) => `${machine}:${started.push(name)}`,
      stop: async () => true,
      arnOf: (machine, name) => `${machine}:${name}`,
    },
    emit: async (kind) => {
      told.push(kind);
    },
    now: () => new Date(AT),
    log: () => undefined,
  };
  await stores.sites.getOrCreate({ id: site, app: 'shop', branch: 'main', createdAt: AT, lastNumber: 5 });
  const about = { ...pipelineState().deployment, site, createdAt: AT, redriveCount: 0, status: 'queued' as const };
  /** Its release is not kept, as after a removal. */
  const recorded = async (id: string, number: number, changes: Partial<DeploymentRecord> = {}) => {
    const record = { ...about, id: id.replace('JD', `J${site.toUpperCase()}`), number, ...changes };
    await stores.deployments.create(record);
    return record;
  };
  const promotion = () => recorded(PROMOTION, 4, { promotes: { release: 'GONE' } });
  const holder = async () => (await stores.sites.get(site))?.runningDeployment;
  return { ...stores, ports, recorded, promotion, holder, started, told };
}

test('a promotion that waited for a removal has failed, and what comes after it runs', async () => {
  const { ports, recorded, promotion, deployments, holder, started, told } = await siteNamed('a');
  const removal = await recorded(REMOVAL, 3, { removes: true });
  expect(await begin(removal, ports)).toBe('started');
  const waiting = await promotion();
  expect(await begin(waiting, ports)).toBe('waiting');
  await passSlot('a', removal.id, ports);
  expect(await deployments.get(waiting.id)).toMatchObject({ status: 'failed', error: { code: 'NO_SUCH_RELEASE' } });
  expect(told).toContain('deployment.failed');
  expect(await holder()).toBeUndefined();
  const push = await recorded(PUSH, 5);
  expect(await begin(push, ports)).toBe('started');
  expect(started).toEqual([removal.id, push.id]);
});

test('one that gets a free slot and cannot start is refused, and leaves it free', async () => {
  const { ports, promotion, deployments, holder } = await siteNamed('b');
  const record = await promotion();
  await expect(begin(record, ports)).rejects.toMatchObject({ code: 'NO_SUCH_RELEASE' });
  expect(await deployments.get(record.id)).toMatchObject({ status: 'failed' });
  expect(await holder()).toBeUndefined();
});

test('what may pass by itself keeps the slot for the next try', async () => {
  const { ports, recorded, deployments, holder } = await siteNamed('c');
  const record = await recorded(PUSH, 5);
  const busy = { ...ports, executions: { ...ports.executions, start: () => Promise.reject(new Error('throttled')) } };
  await expect(begin(record, busy)).rejects.toThrow('throttled');
  expect(await deployments.get(record.id)).toMatchObject({ status: 'queued' });
  expect(await holder()).toBe(record.id);
});
