/** A deployment that failed in Verify is redriven while the release before is brought back, with the real stores: one of the two wins. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Execution } from '../../aws/executions.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createDomainStore } from '../../aws/table/domains.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createSlotStore } from '../../aws/table/slots.ts';
import type { Table } from '../../aws/table/table.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import type { DeploymentRecord } from '../../domain/deployment.ts';
import { run as verify } from '../../functions/verify/run.ts';
import { type SettlePorts, settle } from '../../lifecycle/settle.ts';
import { startTable } from '../support/dynamo-table.ts';
import { manifestOf, pipelineState } from '../support/pipeline-state.ts';

const GOOD = '01JD0000000000000000000001';
const BAD = '01JD0000000000000000000002';
const AT = '2026-11-20T10:00:00.000Z';

let table: Table;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

/** A site of its own on which BAD went live after GOOD, and has just failed in Verify. */
async function failedSite(site: string) {
  const stores = {
    sites: createSiteStore(table),
    slots: createSlotStore(table),
    deployments: createDeploymentStore(table),
    timeline: createTimelineStore(table),
    releases: createReleaseStore(table),
    domains: createDomainStore(table),
  };
  const state = pipelineState();
  const [good, bad] = [GOOD, BAD].map((id) => id.replace('JD', `J${site.toUpperCase()}`)) as [string, string];
  await stores.sites.getOrCreate({ id: site, app: 'shop', branch: site, createdAt: AT, lastNumber: 2 });
  const about = { ...state.deployment, site, createdAt: AT, redriveCount: 0 };
  await stores.deployments.create({ ...about, id: good, number: 1, status: 'succeeded', release: good });
  await stores.deployments.create({ ...about, id: bad, number: 2, status: 'running' });
  await stores.sites.setLive(site, { number: 1, release: good });
  await stores.sites.setLive(site, { number: 2, release: bad });
  await stores.slots.request(site, { id: bad, number: 2 });
  await stores.timeline.start(bad, 'Verify', AT);
  const error = { code: 'PAGES_BROKEN', message: '/ answers 500' };
  await stores.timeline.finish(bad, 'Verify', { status: 'failed', finishedAt: AT, figures: {}, error });
  const files = manifestOf({}, { pages: {} });
  const { release: _, ...packaged } = state.package;
  const manifest = { bucket: 'b', key: 'manifest.json' };
  await stores.releases.put({
    ...{ site, release: good, number: 1, createdAt: AT, rendering: 'ssr', basePath: '', trailingSlash: false },
    ...{ manifest, functions: [], published: { site: state.site, functions: {} } },
  });
  /** What its redrive does, which finds all pages well. */
  const redriven = () =>
    verify(
      { ...state, deployment: { ...about, id: bad, number: 2 }, package: { ...packaged, release: bad } },
      {
        ...stores,
        fetch: async () => new Response('', { headers: { 'x-towpath-release': bad } }),
        access: { get: async () => undefined },
        secret: async () => '',
        artifacts: { getText: async () => JSON.stringify(files) },
        siteUrlPattern: 'http://{domain}',
        sleep: async () => undefined,
      },
    );
  return { ...stores, site, good, bad, redriven };
}
type FailedSite = Awaited<ReturnType<typeof failedSite>>;

const executionOf = (name: string, change: Partial<Execution>): Execution => ({
  ...{ arn: `deploy:${name}`, status: 'FAILED', error: 'PAGES_BROKEN', cause: '{}', redriveCount: 0, redrivable: true },
  ...{ startedAt: new Date(AT), stoppedAt: new Date(AT) },
  ...change,
});

/** record-outcome hears of the failure. `meanwhile`: after it has asked how the execution stands. */
async function hearOfFailure(story: FailedSite, meanwhile: () => Promise<unknown>) {
  const started: string[] = [];
  const ports: SettlePorts = {
    ...story,
    deployments: {
      ...story.deployments,
      async create(record: DeploymentRecord) {
        const created = await story.deployments.create(record);
        await meanwhile();
        return created;
      },
    },
    executions: {
      describe: async () => executionOf(story.bad, {}),
      start: async (machine, name) => `${machine}:${started.push(name)}`,
      stop: async () => true,
      arnOf: (machine, name) => `${machine}:${name}`,
    },
    distributions: { find: async () => undefined },
    afterRemoval: async () => undefined,
    siteUrlPattern: 'http://{domain}',
    stage: 'dev',
    emit: async () => undefined,
    now: () => new Date(AT),
    log: () => undefined,
  };
  await settle({ executionArn: `deploy:${story.bad}`, name: story.bad }, ports);
  return started;
}

test('a redrive that passes first is not undone', async () => {
  const story = await failedSite('a');
  const started = await hearOfFailure(story, () => story.redriven());
  expect(started).toEqual([]);
  const [restoring] = (await story.deployments.ofSite(story.site)).filter(({ promotes }) => promotes);
  expect(restoring).toMatchObject({ status: 'superseded', promotes: { release: story.good, insteadOf: story.bad } });
  expect(await story.sites.get(story.site)).toMatchObject({ liveRelease: story.bad, verifiedDeployment: story.bad });
  expect((await story.sites.get(story.site))?.runningDeployment).toBeUndefined();
});

test('a redrive that comes to its end later does not pass, and is brought back once only', async () => {
  const story = await failedSite('b');
  const started = await hearOfFailure(story, async () => undefined);
  expect(started).toHaveLength(1);
  await expect(story.redriven()).rejects.toMatchObject({
    code: 'SITE_BUSY',
    message: `deployment ${started[0]} of site ${story.site} runs`,
  });
  await story.sites.setLive(story.site, { number: 2, release: story.good });
  await expect(story.redriven()).rejects.toMatchObject({ code: 'ROLLED_BACK' });
});
