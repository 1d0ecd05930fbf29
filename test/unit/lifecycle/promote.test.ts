/** A site is switched to a release that is kept: which one, and what is refused. */
import { expect, test } from '@jest/globals';
import type { DeploymentRecord } from '../../../domain/deployment.ts';
import { type PromotePorts, promote, rollback } from '../../../lifecycle/promote.ts';
import { pipelineState } from '../../support/pipeline-state.ts';

const made = pipelineState().deployment as DeploymentRecord;
const ID = '01JD0000000000000000000009';
const published = { site: {}, functions: {} };

/** B is live, A was before; Y did not pass Verify, U was never published, G lost its record. */
function world(site: object = { liveRelease: 'B', previousRelease: 'Y' }) {
  const status: Record<string, string> = {
    A: 'succeeded',
    B: 'succeeded',
    U: 'succeeded',
    Y: 'failed',
  };
  const kept = ['Y', 'U', 'G', 'B', 'A'].map((release) => ({
    release,
    functions: [],
    published: release === 'U' ? undefined : published,
  }));
  const records: DeploymentRecord[] = [];
  const ports = {
    sites: { get: async () => site, nextNumber: async () => 7 },
    releases: {
      get: async (_: string, id: string) => kept.find(({ release }) => release === id),
      ofSite: async () => kept,
    },
    deployments: {
      get: async (id: string) => status[id] && { ...made, id, status: status[id] },
      create: async (record: DeploymentRecord) => records.push(record),
    },
    slots: { request: async () => ({ slot: 'running' }) },
    executions: { start: async () => 'arn', arnOf: () => 'arn' },
    emit: async () => undefined,
    newId: () => ID,
    now: () => new Date(0),
    log: () => undefined,
  } as unknown as PromotePorts;
  return { ports, records };
}

test('none of a site that is being removed: its releases go', async () => {
  const { ports } = world({ id: 'shop-main', liveRelease: 'B', runningDeployment: 'R' });
  const removal = { ...made, id: 'R', removes: true, status: 'running' };
  const known = ports.deployments.get;
  ports.deployments.get = async (id) => (id === 'R' ? (removal as DeploymentRecord) : known(id));
  await expect(promote('shop-main', 'A', ports)).rejects.toMatchObject({ code: 'SITE_BEING_REMOVED' });
});

test('a kept release is switched to, by a deployment that builds nothing and is newer than all', async () => {
  const { ports, records } = world();
  expect(await promote('shop-main', 'A', ports)).toEqual({ deployment: ID, release: 'A', status: 'started' });
  expect(records).toEqual([
    expect.objectContaining({ id: ID, number: 7, commit: made.commit, promotes: { release: 'A' } }),
  ]);
});

test.each([
  ['the one that is live', 'B', 'ALREADY_LIVE'],
  ['one that was never published', 'U', 'NO_SUCH_RELEASE'],
  ['one whose deployment nobody knows', 'G', 'NO_SUCH_RELEASE'],
  ['one that is not kept', 'Z', 'NO_SUCH_RELEASE'],
])('%s is refused, and nothing is recorded', async (_, release, code) => {
  const { ports, records } = world();
  await expect(promote('shop-main', release, ports)).rejects.toMatchObject({ code });
  expect(records).toEqual([]);
});

test('a rollback passes over what did not pass Verify', async () => {
  const { ports } = world();
  expect(await rollback('shop-main', ports)).toMatchObject({ release: 'A' });
});

test.each([
  ['of a site that there is not', null, 'NO_SUCH_SITE'],
  ['to nothing', { liveRelease: 'A' }, 'NOTHING_BEFORE'],
  ['of a site that is being removed', {}, 'NOTHING_BEFORE'],
])('a rollback %s is refused', async (_, site, code) => {
  const { ports, records } = world(site ?? {});
  const asked = site === null ? { ...ports, sites: { ...ports.sites, get: async () => undefined } } : ports;
  await expect(rollback('shop-main', asked)).rejects.toMatchObject({ code });
  expect(records).toEqual([]);
});
