/** Whoever made the lockfile installs and builds: one small server-rendered app, pushed with the lockfile of each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { beginJourney, deployFolder, type Journey, makeRepository, ROOT } from '../support/journey.ts';

const FIXTURES = join(ROOT, 'test/fixtures/package-managers');
const APP = ['package.json', 'next.config.js', 'pages/index.js'];

let journey: Journey;
beforeAll(async () => {
  journey = await beginJourney();
}, 120_000);
afterAll(() => journey?.end());

const fixture = (path: string) => readFileSync(join(FIXTURES, path), 'utf8');

test.each([
  ['yarn-1', 'yarn.lock', 'yarn 1'],
  ['yarn-4', 'yarn.lock', 'yarn berry'],
  ['pnpm-9', 'pnpm-lock.yaml', 'pnpm'],
  ['bun-1', 'bun.lock', 'bun'],
])(
  '%s, by its %s',
  async (name, lockfile, installer) => {
    const files = Object.fromEntries(APP.map((file) => [file, fixture(`app/${file}`)]));
    const repository = await makeRepository(join(journey.folder, name), {
      ...files,
      [lockfile]: fixture(`${name}/${lockfile}`),
    });
    const { status, url, shown } = await deployFolder(journey, repository, { app: name });
    expect({ status, shown: status === 'succeeded' ? [] : shown }).toEqual({ status: 'succeeded', shown: [] });
    const page = await fetch(`${url}/`);
    expect([page.status, /<p id="installer">([^<]*)/.exec(await page.text())?.[1]]).toEqual([200, installer]);
  },
  300_000,
);
