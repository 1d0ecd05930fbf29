/** Regions that Amplify's guide excludes: the control plane and the site's files there, the edge functions in us-east-1. */
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Caller } from '../../local-cloud/service.ts';
import { beginJourney, deployFolder, type Journey, makeRepository } from '../support/journey.ts';
import { tinyApp } from '../support/tiny-app.ts';

let journey: Journey | undefined;
afterEach(() => journey?.end());

/** With rules of its own, a static site has a function at the edge. */
const app = (title: string) => ({
  ...tinyApp(title),
  'redirects.json': JSON.stringify([{ source: '/old', target: '/', status: '301', condition: null }]),
});

test.each(['eu-south-1', 'me-south-1', 'ap-east-1'])(
  'a control plane in %s',
  async (region) => {
    journey = await beginJourney(undefined, { region });
    const { cloud } = journey.workspace;
    const folder = await makeRepository(join(journey.folder, 'tiny'), app(region));
    const { status, shown, url } = await deployFolder(journey, folder, { app: 'tiny' });
    expect(status === 'succeeded' ? [] : shown).toEqual([]);
    expect(await (await fetch(url ?? '')).text()).toContain(`<h1>${region}</h1>`);
    const moved = await fetch(`${url}/old`, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/']);

    const root: Caller = { accountId: cloud.accountId, arn: `arn:aws:iam::${cloud.accountId}:root`, region };
    const ask = <Output>(service: string, operation: string, input: object, where = region) =>
      cloud.call<Output>(service, operation, input, { ...root, region: where });
    const functionsIn = async (where: string) => {
      const { Functions } = await ask<{ Functions: { FunctionName: string }[] }>('lambda', 'ListFunctions', {}, where);
      return Functions.map(({ FunctionName }) => FunctionName);
    };
    expect(await functionsIn('us-east-1')).toEqual([expect.stringMatching(/^towpath-dev-tiny-main-/)]);
    expect(await functionsIn(region)).toContain('towpath-control-dev-detect');
    expect(await functionsIn(region)).not.toContainEqual(expect.stringMatching(/^towpath-dev-tiny-main-/));

    const { Buckets } = await ask<{ Buckets: { Name: string }[] }>('s3', 'ListBuckets', {});
    const bucket = Buckets.map(({ Name }) => Name).find((name) => name.includes('tiny-main'));
    expect(await ask('s3', 'GetBucketLocation', { Bucket: bucket })).toEqual({ LocationConstraint: region });
    expect(cloud.outputs.HttpApiUrl ?? '').toContain(region);
  },
  120_000,
);
