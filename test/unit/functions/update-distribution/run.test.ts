import type { DistributionConfig, Origin } from '@aws-sdk/client-cloudfront';
import { expect, test } from '@jest/globals';
import { digestOf, type SiteAccess, verifierCredentials } from '../../../../domain/access.ts';
import { type Ports, run } from '../../../../functions/update-distribution/run.ts';
import { EARLIER_ID, manifestOf, pipelineState } from '../../../support/pipeline-state.ts';

const shared = {
  staticCachePolicyId: 's',
  dynamicCachePolicyId: 'd',
  countryCachePolicyId: 'country',
  originRequestPolicyId: 'r',
  responseHeadersPolicyId: 'h',
  previewHeadersPolicyId: 'preview',
  originAccessControlId: 'o',
  viewerFunctionArn: 'v',
  staticViewerFunctionArn: 'sv',
};

function world(
  given: { fence?: boolean; live?: { previousRelease?: string } | false; gone?: boolean; access?: SiteAccess } = {},
) {
  const log: string[] = [];
  let config = { CallerReference: 'c', Comment: '', Enabled: true } as DistributionConfig;
  const ports: Ports = {
    distributions: {
      find: async (id) =>
        given.gone
          ? undefined
          : { id, arn: 'arn', domain: 'd', deployed: true, modifiedAt: new Date(0), etag: 'E1', config },
      update: async (_, wanted, etag) => {
        log.push(`update ${etag}`);
        config = wanted;
      },
    },
    artifacts: { getText: async () => JSON.stringify(manifestOf({})) },
    sites: {
      takeFence: async () => given.fence ?? true,
      setLive: async (site, { number, release }) => {
        log.push(`live ${site} ${number} ${release}`);
        return given.live ?? { previousRelease: EARLIER_ID };
      },
    },
    shared: [shared, { ...shared, originAccessControlId: 'OAC2', dynamicCachePolicyId: 'dynamic-2' }],
    guard: {
      access: {
        get: async () => given.access,
        all: async () => (given.access ? [{ ...given.access, distributionId: 'E2EXAMPLE' }] : []),
        setDistribution: async (...told) => {
          log.push(`distribution ${told.join(' ')}`);
        },
      },
      functions: {
        put: async (name, codeOf) => {
          log.push(`guard ${name} ${await codeOf()}`);
          return 'published';
        },
      },
      secret: async () => 'secret',
      template: async (kind) => `${kind} TOWPATH_ACCESS`,
    },
    eventSources: {
      pointAlias: async (...alias) => {
        log.push(`alias ${alias.join(' ')}`);
      },
    },
    deployer: { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' },
  };
  return { ports, log };
}

test('first the distribution, then the record of what is live', async () => {
  const { ports, log } = world();
  const { deployment } = pipelineState();

  const { output } = await run(pipelineState(), ports);

  expect(log).toEqual(['update E1', `live shop-main 2 ${deployment.id}`]);
  expect(output).toEqual({ changed: true, distributionDomain: 'd', previousRelease: EARLIER_ID });
});

test('what renders stale pages is of the release before an edge can serve it', async () => {
  const { ports, log } = world();
  const state = pipelineState();
  state.functions.regeneration = 'arn:aws:lambda:eu-west-1:111122223333:function:towpath-dev-shop-main-regen:4';

  await run(state, ports);

  expect(log.slice(0, 2)).toEqual(['alias towpath-dev-shop-main-regen live 4', 'update E1']);
});

test('a site keeps to what its own pool shares', async () => {
  const { ports } = world();
  const found = await ports.distributions.find('E2EXAMPLE');
  const inSecond = { Items: [{ OriginAccessControlId: 'OAC2' } as Origin], Quantity: 1 };
  const written: DistributionConfig[] = [];
  const update = async (_: string, wanted: DistributionConfig) => void written.push(wanted);
  const distributions = {
    find: async () => found && { ...found, config: { ...found.config, Origins: inSecond } },
    update,
  };

  await run(pipelineState(), { ...ports, distributions });

  expect(written.map(({ DefaultCacheBehavior }) => DefaultCacheBehavior?.CachePolicyId)).toEqual(['dynamic-2']);
  expect(written[0]?.Origins?.Items?.every(({ OriginAccessControlId }) => OriginAccessControlId === 'OAC2')).toBe(true);
});

test('what is already so is not written again', async () => {
  const { ports, log } = world();
  await run(pipelineState(), ports);
  log.length = 0;

  const { output } = await run(pipelineState(), ports);

  expect(output.changed).toBe(false);
  expect(log).toEqual([expect.stringMatching(/^live/)]);
});

test('the first release has none before it', async () => {
  const { output } = await run(pipelineState(), world({ live: {} }).ports);
  expect(output).toEqual({ changed: true, distributionDomain: 'd' });
});

test.each([
  ['a newer deployment has begun to change the site', { fence: false }, []],
  ['a newer deployment went live meanwhile', { live: false as const }, ['update E1', expect.stringMatching(/^live/)]],
])('superseded when %s', async (_, given, calls) => {
  const { ports, log } = world(given);
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({ name: 'SUPERSEDED' });
  expect(log).toEqual(calls);
});

test('a distribution that somebody deleted is an error with a remedy', async () => {
  const { ports, log } = world({ gone: true });
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({ name: 'DISTRIBUTION_GONE' });
  expect(log).toEqual([]);
});

test('a protected site’s guards know its password’s hash before the distribution is told of them', async () => {
  const access = {
    site: 'shop-main',
    app: 'shop',
    user: 'u',
    key: 'k',
    digest: 'd',
    guard: 3,
    since: '2026-01-01T00:00:00.000Z',
  };
  const { ports, log } = world({ access });
  await run(pipelineState(), ports);

  const table = JSON.stringify({ E2EXAMPLE: ['k', 'd', digestOf(verifierCredentials('secret', 'shop-main'), 'k')] });
  expect(log.slice(0, 4)).toEqual([
    'distribution shop-main E2EXAMPLE',
    `guard towpath-dev-eu-west-1-guard-ssr-3 ssr ${table}`,
    `guard towpath-dev-eu-west-1-guard-static-3 static ${table}`,
    'update E1',
  ]);
  const { config } = (await ports.distributions.find('E2EXAMPLE'))!;
  const behaviours = [config.DefaultCacheBehavior, ...(config.CacheBehaviors?.Items ?? [])];
  const doors = behaviours.map((behaviour) => behaviour?.FunctionAssociations?.Items?.[0]?.FunctionARN);
  expect(doors.length).toBeGreaterThan(1);
  expect(new Set(doors)).toEqual(
    new Set(['arn:aws:cloudfront::111122223333:function/towpath-dev-eu-west-1-guard-ssr-3']),
  );
});
