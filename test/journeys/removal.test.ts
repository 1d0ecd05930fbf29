/** A site's end, and an app's: everything that they owned is gone. Builds are real, but of a tiny app. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer, connect, type TowpathApi } from '../../cli/api.ts';
import { follow } from '../../cli/follow.ts';
import { git } from '../../cli/repository.ts';
import { TEARDOWN_STEPS } from '../../domain/deployment.ts';
import { siteIdOf } from '../../domain/site.ts';
import { type Inventory, inventoryOf } from '../support/inventory.ts';
import {
  beginJourney,
  commitAll,
  type Deployed,
  deployFolder,
  type Journey,
  makeRepository,
  writeFiles,
} from '../support/journey.ts';
import { runCli } from '../support/run-cli.ts';
import { lockKeeper, tinyApp } from '../support/tiny-app.ts';

const TIMEOUT = 300_000;
const SITE = 'tiny-main';

let journey: Journey;
let api: TowpathApi;
let folder: string;
let keeper: ReturnType<typeof lockKeeper>;
let empty: Inventory;
let first: Deployed;

const inventory = () => inventoryOf(journey.workspace.cloud);

/** A removal is told as ended before the last of its own record has got its time to live. */
async function inventoryAfterRemoval(): Promise<Inventory> {
  for (let tries = 0; ; tries++) {
    const left = await inventory();
    if (tries === 50 || !left.items?.some((item) => item.startsWith('DEPLOYMENT#'))) return left;
    await wait(100);
  }
}

const deploy = () => deployFolder(journey, folder, { app: 'tiny', environment: keeper.environment });
const followed = (id: string) => follow(api, id, () => undefined);
const sites = () => answer(api.apps[':app'].sites.$get({ param: { app: 'tiny' } }));

const towpath = (...args: string[]) => runCli([...args, '--data', join(journey.folder, 'data')]);

beforeAll(async () => {
  // Elsewhere than the edge functions: what is allowed for these alone does not do for the regional ones.
  journey = await beginJourney(undefined, { region: 'eu-south-1' });
  api = connect(journey.workspace.running);
  mkdirSync(join(journey.folder, 'lock'));
  keeper = lockKeeper(join(journey.folder, 'lock'));
  folder = await makeRepository(join(journey.folder, 'tiny'), tinyApp('here'));
  empty = await inventory();
  first = await deploy();
}, TIMEOUT);
afterAll(() => journey?.end());

test('the site is there before', async () => {
  expect(first.status).toBe('succeeded');
  expect(await (await fetch(String(first.url))).text()).toContain('here');
  const there = await inventory();
  for (const kind of ['buckets', 'objects', 'items', 'buildLogs', 'roles', 'distributions'] as const) {
    expect([kind, (there[kind] ?? []).length > (empty[kind] ?? []).length]).toEqual([kind, true]);
  }
});

test(
  'a script that does not say that it means it removes nothing',
  async () => {
    const refused = await towpath('remove', SITE);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect((await towpath('remove', 'nobody-main', '--yes')).err).toContain('There is no site nobody-main');
    expect(await sites()).toHaveLength(1);
  },
  TIMEOUT,
);

test(
  'a removed site leaves nothing but its app',
  async () => {
    const removed = await towpath('remove', SITE, '--yes', '--json');
    expect([removed.code, removed.err]).toEqual([0, expect.stringContaining('is removed')]);
    const { deployments } = JSON.parse(removed.out) as { deployments: { steps: { name: string }[] }[] };
    expect(deployments.map(({ steps }) => steps.map(({ name }) => name))).toEqual([[...TEARDOWN_STEPS]]);
    expect(await inventoryAfterRemoval()).toEqual({
      ...empty,
      items: ['APP#tiny APP', 'APP#tiny VARIABLE#app#LOCK_FOLDER', 'REPOSITORY#git#tiny APP#tiny'],
    });
    await expect(fetch(String(first.url))).rejects.toThrow();
  },
  TIMEOUT,
);

test(
  'the next push brings the site back, and its numbers go on',
  async () => {
    const again = await deploy();
    expect(again.status).toBe('succeeded');
    const [site] = await sites();
    expect(site).toMatchObject({ id: SITE, liveNumber: 3 });
  },
  TIMEOUT,
);

test(
  'a removal stops the build that runs, and a push during the removal is deployed after it',
  async () => {
    keeper.hold(true);
    writeFiles(folder, { 'title.txt': 'never built' });
    await commitAll(folder, 'never built');
    const stopped = deploy();
    const running = async () => (await sites())[0]?.runningDeployment;
    const live = (await sites())[0]?.liveRelease;
    const step = async (id: string | undefined) =>
      id && (await answer(api.deployments[':id'].$get({ param: { id } }))).timeline.at(-1)?.step;
    while ((await running()) === live || (await step(await running())) !== 'Build') await wait(50);

    const removal = await answer(api.sites[':site'].$delete({ param: { site: SITE } }));
    expect(removal).toMatchObject({ site: SITE, status: 'waiting' });
    expect((await stopped).status).toBe('failed');
    // Until it has begun to take something away, a push would win.
    while ((await sites())[0]?.fence !== (await sites())[0]?.lastNumber) await wait(20);
    // What is not reached any more has no address.
    while ((await sites())[0]?.liveRelease === live) await wait(20);
    expect(JSON.parse((await towpath('status', SITE, '--json')).out)[0]).not.toHaveProperty('url');
    keeper.hold(false);
    writeFiles(folder, { 'title.txt': 'after the end' });
    await commitAll(folder, 'after the end');
    const pushed = deploy();
    expect(await followed(removal.deployment)).toMatchObject({ status: 'succeeded' });
    const after = await pushed;
    expect([after.status, await (await fetch(String(after.url))).text()]).toEqual([
      'succeeded',
      expect.stringContaining('<h1>after the end</h1>'),
    ]);
    const all = await answer(api.sites[':site'].deployments.$get({ param: { site: siteIdOf('tiny', 'main') } }));
    expect(all.map(({ status, removes }) => (removes ? 'removal' : status))).toEqual(['succeeded', 'removal']);
  },
  TIMEOUT,
);

test(
  'an app goes with all its sites and secrets; pushes to it are ignored from then on',
  async () => {
    await answer(
      api.apps[':app'].notifications.$post({
        param: { app: 'tiny' },
        json: { kind: 'slack', url: 'http://127.0.0.1:9/hook', events: ['deployment.rolled_back'] },
      } as never),
    );
    keeper.fail(true);
    writeFiles(folder, { 'title.txt': 'fails' });
    await commitAll(folder, 'fails');
    expect((await deploy()).status).toBe('failed');
    keeper.fail(false);
    for (const [args, input] of [
      [['env', 'set', 'tiny', 'TOKEN', '--secret', '--branch', 'main'], 'a secret value'],
      [['env', 'set', 'tiny', 'TOKEN', '--secret', '--previews'], 'a secret value'],
      [['settings', 'tiny', '--rewrites', '-'], '[{ "source": "/old", "target": "/new", "status": "301" }]'],
      [['protect', 'tiny', '--branch', 'next'], ''],
    ] as const)
      expect(await runCli([...args, '--data', join(journey.folder, 'data')], input)).toMatchObject({ code: 0 });
    const { items = [], parameters } = await inventory();
    expect(parameters).toHaveLength(3);
    for (const kept of ['ACCESS SITE#', 'APP#tiny SETTINGS', 'APP#tiny VARIABLE#previews#TOKEN'])
      expect([kept, items.some((item) => item.startsWith(kept))]).toEqual([kept, true]);
    await git(folder, 'push', '--quiet', 'towpath', 'HEAD:refs/heads/other');
    const removed = await towpath('remove', '--app', 'tiny', '--yes');
    expect([removed.code, removed.out]).toEqual([0, expect.stringContaining('tiny is removed')]);
    expect(await inventoryAfterRemoval()).toEqual(empty);
  },
  TIMEOUT,
);
