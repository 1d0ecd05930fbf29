/** An app turns from static files to server rendering with a push, and back; a branch of the other kind lives beside it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFrontClient, GetDistributionConfigCommand } from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { git } from '../../cli/repository.ts';
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

const TIMEOUT = 300_000;
const APP = 'reed-and-rudder';
const TODAY = `export default function Today({ boat }) { return <p id="boat">{boat}</p>; }
export const getServerSideProps = ({ req }) => ({ props: { boat: req.cookies.boat || 'none' } });
`;

let journey: Journey;
let folder: string;
let statically: Deployed;
let chunkOfFirst: string;

beforeAll(async () => {
  journey = await beginJourney();
  folder = await makeRepository(join(journey.folder, 'boatyard'), 'static-12');
  statically = await deployFolder(journey, folder, { app: APP });
}, TIMEOUT);
afterAll(() => journey?.end());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${statically.url}${path}`, { redirect: 'manual', headers });

const succeeded = ({ status, shown }: Deployed) =>
  expect({ status, shown: status === 'succeeded' ? [] : shown }).toEqual({ status: 'succeeded', shown: [] });

async function chunk(): Promise<string> {
  return /src="(\/_next\/static\/chunks\/pages\/index-[^"]+\.js)"/.exec(await (await get('/')).text())?.[1] ?? '';
}

/** Of the Next.js that built what is live there. */
async function nextVersion(url = ''): Promise<string | undefined> {
  const main = /src="(\/_next\/static\/chunks\/main-[^"]+\.js)"/.exec(await (await fetch(url)).text())?.[1];
  return /version[:=]\s*"([\d.]+)"/.exec(await (await fetch(`${url}${main}`)).text())?.[1];
}

async function towpath(...args: string[]): Promise<void> {
  const { code, err } = await runCli([...args, '--data', join(journey.folder, 'data')]);
  expect([args.join(' '), code, err]).toEqual([args.join(' '), 0, '']);
}

/** Of the site whose address is given. */
async function distribution(url = '') {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  const { id } = journey.workspace.cloud.siteUrls().find((site) => site.url === url) ?? {};
  const client = new CloudFrontClient({ endpoint, region, credentials });
  const { DistributionConfig } = await client.send(new GetDistributionConfigCommand({ Id: id }));
  client.destroy();
  const behaviours = [DistributionConfig?.DefaultCacheBehavior, ...(DistributionConfig?.CacheBehaviors?.Items ?? [])];
  return {
    patterns: (DistributionConfig?.CacheBehaviors?.Items ?? []).map(({ PathPattern }) => PathPattern),
    functions: behaviours.flatMap((one) => one?.LambdaFunctionAssociations?.Items ?? []).length,
  };
}

test('static files', async () => {
  succeeded(statically);
  chunkOfFirst = await chunk();
  expect((await get(chunkOfFirst)).status).toBe(200);
  expect((await get('/contact')).status).toBe(200);
  expect((await get('/today')).status).toBe(404);
  expect((await distribution(statically.url)).functions).toBe(0);
  expect(await nextVersion(statically.url)).toBe('12.3.7');
});

test(
  'the push of a page that is rendered for each visitor makes functions, at the same address',
  async () => {
    const file = join(folder, 'package.json');
    const rendering = readFileSync(file, 'utf8').replace('next build && next export', 'next build');
    writeFiles(folder, { 'package.json': rendering, 'pages/today.js': TODAY });
    await commitAll(folder, 'a page for each visitor');
    const rendered = await deployFolder(journey, folder, { app: APP });
    succeeded(rendered);
    expect(rendered.url).toBe(statically.url);
    for (const boat of ['Reed', 'Rudder']) {
      expect(await (await get('/today', { cookie: `boat=${boat}` })).text()).toContain(`<p id="boat">${boat}</p>`);
    }
    expect((await get('/contact')).status).toBe(200);
    const { patterns, functions } = await distribution(statically.url);
    expect(patterns).toContain('/_next/static/*');
    expect(functions).toBeGreaterThan(0);
    // Tabs that were open at the switch.
    expect((await get(chunkOfFirst)).status).toBe(200);
  },
  TIMEOUT,
);

test(
  'a branch that is still static lives beside it, here with the Next.js that Amplify’s variable asks for',
  async () => {
    const updates = JSON.stringify([{ name: 'Next.js version', pkg: 'next-version', type: 'internal', version: '11' }]);
    await towpath('env', 'set', APP, `_LIVE_UPDATES=${updates}`, '--branch', 'leaflet');
    await git(folder, 'checkout', '--quiet', '-b', 'leaflet', 'HEAD~1');
    const leaflet = await deployFolder(journey, folder, { app: APP });
    succeeded(leaflet);
    expect(leaflet.url).not.toBe(statically.url);
    expect((await fetch(`${leaflet.url}/contact`)).status).toBe(200);
    expect((await fetch(`${leaflet.url}/today`)).status).toBe(404);
    expect((await distribution(leaflet.url)).functions).toBe(0);
    expect(await nextVersion(leaflet.url)).toMatch(/^11\.1\./);
    expect(await nextVersion(statically.url)).toBe('12.3.7');
    expect((await get('/today')).status).toBe(200);
  },
  TIMEOUT,
);

test(
  'the next push makes static files of it again, without functions, here with an exact version of Next.js',
  async () => {
    await git(folder, 'checkout', '--quiet', 'main');
    const chunkOfRendered = await chunk();
    await git(folder, 'checkout', 'leaflet', '--', 'package.json');
    await git(folder, 'rm', '--quiet', 'pages/today.js');
    writeFiles(folder, { 'public/notice.txt': 'Closed in winter.' });
    await commitAll(folder, 'files again');
    await towpath('settings', APP, '--next', '12.2.6');
    const again = await deployFolder(journey, folder, { app: APP });
    succeeded(again);
    expect(again.url).toBe(statically.url);
    expect((await get('/today')).status).toBe(404);
    expect(await (await get('/notice.txt')).text()).toBe('Closed in winter.');
    expect((await get('/contact')).status).toBe(200);
    expect((await distribution(statically.url)).functions).toBe(0);
    expect(await nextVersion(statically.url)).toBe('12.2.6');
    for (const old of [chunkOfFirst, chunkOfRendered]) expect((await get(old)).status).toBe(200);
  },
  TIMEOUT,
);
