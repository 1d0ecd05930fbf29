import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { expect, jest, test } from '@jest/globals';
import { Site } from '../../../../domain/site.ts';
import { disabledConfig, nextMove } from '../../../../functions/remove-distribution/decide.ts';
import { type Ports, run } from '../../../../functions/remove-distribution/run.ts';
import { pipelineState } from '../../../support/pipeline-state.ts';

const config = (Enabled: boolean): DistributionConfig => ({
  CallerReference: 'towpath-dev-shop-main',
  Comment: 'towpath-dev-shop-main',
  Enabled,
  Origins: { Quantity: 0, Items: [] },
  CacheBehaviors: { Quantity: 1, Items: [] },
  DefaultCacheBehavior: {
    TargetOriginId: 'site',
    ViewerProtocolPolicy: 'https-only',
    LambdaFunctionAssociations: { Quantity: 1, Items: [] },
  },
});
const found = (Enabled: boolean, deployed: boolean) => ({
  id: 'E1',
  arn: 'arn',
  domain: 'd1',
  etag: `${Enabled}`,
  deployed,
  modifiedAt: new Date(0),
  config: config(Enabled),
});

test.each([
  ['gone', undefined],
  ['disable', found(true, true)],
  ['disable', found(true, false)],
  ['wait', found(false, false)],
  ['delete', found(false, true)],
] as const)('the next move is to %s', (move, distribution) => {
  expect(nextMove(distribution)).toBe(move);
});

test('a disabled distribution has no function left, and is what it was otherwise', () => {
  const { CacheBehaviors, DefaultCacheBehavior, Enabled, ...rest } = disabledConfig(config(true));
  expect(rest).toMatchObject({ CallerReference: 'towpath-dev-shop-main', Origins: { Quantity: 0 } });
  expect([Enabled, CacheBehaviors, DefaultCacheBehavior?.LambdaFunctionAssociations]).toEqual([
    false,
    { Quantity: 0 },
    { Quantity: 0 },
  ]);
});

const { version, deployment } = pipelineState();
const input = { version, deployment };

function ports(states: ReturnType<typeof found>[], site: Partial<Site> = { distributionId: 'E1' }) {
  const known = { id: deployment.site, app: 'shop', branch: 'main', createdAt: '2026-01-01T00:00:00Z', lastNumber: 9 };
  return {
    distributions: {
      find: async () => states.shift(),
      idsByComment: jest.fn<Ports['distributions']['idsByComment']>(async () => []),
      update: jest.fn<Ports['distributions']['update']>(async () => undefined),
      remove: jest.fn<Ports['distributions']['remove']>(async () => undefined),
    },
    sites: {
      takeFence: async () => true,
      get: async () => Site.parse({ ...known, ...site }),
      setNothingLive: jest.fn<Ports['sites']['setNothingLive']>(async () => undefined),
    },
    deployer: { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' },
  } satisfies Ports;
}

test('each attempt makes one move, until the distribution is gone', async () => {
  const world = ports([found(true, true), found(false, false), found(false, true)]);
  await expect(run(input, world)).rejects.toMatchObject({ name: 'DistributionInProgress' });
  await expect(run(input, world)).rejects.toMatchObject({ name: 'DistributionInProgress' });
  expect((await run(input, world)).output).toEqual({ distributions: ['E1'] });
  expect(world.distributions.update).toHaveBeenCalledTimes(1);
  expect(world.distributions.remove).toHaveBeenCalledWith('E1', 'false');
  await run(input, world);
  expect(world.distributions.remove).toHaveBeenCalledTimes(1);
});

test('nothing is live from the first attempt on, and not before the distribution is disabled', async () => {
  const world = ports([found(true, true)]);
  world.distributions.update.mockRejectedValueOnce(new Error('throttled'));
  await expect(
    run(input, { ...world, distributions: { ...world.distributions, find: async () => found(true, true) } }),
  ).rejects.toThrow('throttled');
  expect(world.sites.setNothingLive).not.toHaveBeenCalled();
  await expect(run(input, world)).rejects.toMatchObject({ name: 'DistributionInProgress' });
  expect(world.sites.setNothingLive).toHaveBeenCalledWith(deployment.site, deployment.number);
});

test('a distribution that nobody recorded is found by its comment, and no other site’s is', async () => {
  const world = ports([found(false, true)], {});
  world.distributions.idsByComment.mockImplementation(async (isWanted) => {
    const comments = { E7: 'towpath-dev-shop-main (4)', E8: 'towpath-dev-shop-main-4', E9: 'towpath-dev-shop-mai' };
    return Object.entries(comments).flatMap(([id, comment]) => (isWanted(comment) ? [id] : []));
  });
  expect((await run(input, world)).output).toEqual({ distributions: ['E7'] });
});

test('nothing is taken from a site that another deployment is changing', async () => {
  const world = ports([found(true, true)], { distributionId: 'E1', runningDeployment: '01JD0000000000000000000009' });
  await expect(run(input, world)).rejects.toMatchObject({ code: 'SITE_BUSY' });
  const outranked = { ...ports([found(true, true)]), sites: { ...world.sites, takeFence: async () => false } };
  await expect(run(input, outranked)).rejects.toMatchObject({ code: 'SUPERSEDED' });
  expect(world.distributions.update).not.toHaveBeenCalled();
});
