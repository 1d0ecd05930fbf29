import { expect, test } from '@jest/globals';
import type { DeploymentRecord } from '../../../domain/deployment.ts';
import { publicFingerprint } from '../../../domain/variables.ts';
import { type RedeployPorts, reasonToBuild, redeploy } from '../../../lifecycle/redeploy.ts';
import { EARLIER_ID, pipelineState } from '../../support/pipeline-state.ts';
import { plainVariables } from '../../support/plain-variables.ts';

const { deployment, build } = pipelineState();
const made = deployment as DeploymentRecord;
const before = plainVariables({ API_URL: 'a', NEXT_PUBLIC_NAME: 'Shop' });
const release = { build: { ...build, publicVariables: publicFingerprint(before) } };

test('a build is taken again until a variable that it has in its files changes', () => {
  expect(reasonToBuild(release, made, before)).toBeUndefined();
  expect(reasonToBuild(release, made, plainVariables({ API_URL: 'b', NEXT_PUBLIC_NAME: 'Shop' }))).toBeUndefined();
  expect(reasonToBuild(release, made, plainVariables({ NEXT_PUBLIC_NAME: 'Store' }))).toContain('NEXT_PUBLIC_');
  expect(reasonToBuild(release, made, [])).toContain('NEXT_PUBLIC_');
});

test('a build that was told the site’s address will not do at another one', () => {
  const told = { build: { ...release.build, siteUrl: 'https://d111.cloudfront.net' } };
  expect(reasonToBuild(told, made, before, 'https://d111.cloudfront.net')).toBeUndefined();
  expect(reasonToBuild(told, made, before, 'https://shop.example.com')).toContain('https://d111.cloudfront.net');
  expect(reasonToBuild(release, made, before, 'https://shop.example.com')).toBeUndefined();
});

test('a variable of another branch changes nothing; a release without a build is built', () => {
  const elsewhere = { ...plainVariables({ NEXT_PUBLIC_NAME: 'Next' })[0]!, scope: 'branch:next' };
  expect(reasonToBuild(release, made, [...before, elsewhere])).toBeUndefined();
  expect(reasonToBuild({}, made, before)).toContain('no build');
});

test('a site that is being removed is not deployed again', async () => {
  const removal = { ...made, removes: true, status: 'running' as const };
  const ports = {
    sites: { get: async () => ({ id: 'shop-main', liveRelease: made.id, runningDeployment: removal.id }) },
    deployments: { get: async () => removal },
  } as unknown as RedeployPorts;
  await expect(redeploy('shop-main', false, ports)).rejects.toMatchObject({ code: 'SITE_BEING_REMOVED' });
});

test.each([
  ['with the settings of now', false, { reuses: { release: made.id } }, undefined],
  ['and built anew where that is asked for', true, { rebuild: true }, 'it was asked for'],
])('the live release is deployed %s', async (_, build, recorded, because) => {
  const records: DeploymentRecord[] = [];
  const ports = {
    sites: { get: async () => ({ app: 'shop', liveRelease: made.id }), nextNumber: async () => 3 },
    releases: { get: async () => release },
    deployments: { get: async () => made, create: async (record: DeploymentRecord) => records.push(record) },
    variables: { ofApp: async () => before },
    domains: { get: async () => undefined },
    siteUrlPattern: 'https://{domain}',
    slots: { request: async () => ({ slot: 'running' }) },
    executions: { start: async () => 'arn', arnOf: () => 'arn' },
    emit: async () => undefined,
    newId: () => EARLIER_ID,
    now: () => new Date(0),
    log: () => undefined,
  } as unknown as RedeployPorts;

  expect(await redeploy('shop-main', build, ports)).toMatchObject({ deployment: EARLIER_ID, status: 'started' });
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ number: 3, commit: made.commit, ...recorded });
  expect([records[0]?.reuses === undefined, records[0]?.rebuild === undefined]).toEqual([build, !build]);
  expect((await redeploy('shop-main', build, ports)).buildsBecause).toBe(because);
});
