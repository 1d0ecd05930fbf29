/** A static export: files in S3, clean URLs by the viewer function, its own 404, no functions. */
import { join } from 'node:path';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { beginJourney, type Deployed, deployFolder, type Journey, makeRepository } from '../support/journey.ts';

let journey: Journey;
let deployed: Deployed;

beforeAll(async () => {
  journey = await beginJourney();
  deployed = await deployFolder(journey, await makeRepository(join(journey.folder, 'static-12'), 'static-12'), {
    app: 'almanac',
  });
}, 600_000);
afterAll(() => journey?.end());

const get = (path: string, init: RequestInit = {}) => fetch(`${deployed.url}${path}`, { redirect: 'manual', ...init });

test('it is live', () => {
  expect({ status: deployed.status, shown: deployed.status === 'succeeded' ? [] : deployed.shown }).toEqual({
    status: 'succeeded',
    shown: [],
  });
});

test('the root document, with a validator', async () => {
  const home = await get('/');
  expect(home.status).toBe(200);
  expect(home.headers.get('content-type')).toMatch(/^text\/html/);
  const again = await get('/', { headers: { 'if-none-match': home.headers.get('etag') ?? '' } });
  expect(again.status).toBe(304);
});

test('every page the home links to answers at its clean URL', async () => {
  const links = [...(await (await get('/')).text()).matchAll(/<a [^>]*href="(\/[^"#]*)"/g)].map(
    ([, href]) => href as string,
  );
  expect(links.length).toBeGreaterThan(1);
  for (const href of new Set(links)) expect([href, (await get(href)).status]).toEqual([href, 200]);
});

test('its own 404', async () => {
  const missing = await get('/nothing/here');
  expect(missing.status).toBe(404);
  expect(missing.headers.get('content-type')).toMatch(/^text\/html/);
  expect(missing.headers.get('cache-control') ?? '').not.toMatch(/immutable/);
});

test('it made no Lambda function beside the control plane’s', async () => {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  const client = new LambdaClient({ endpoint, region, credentials });
  const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
  client.destroy();
  expect(
    Functions.map(({ FunctionName }) => FunctionName).filter((name) => !name?.startsWith('towpath-control-')),
  ).toEqual([]);
});
