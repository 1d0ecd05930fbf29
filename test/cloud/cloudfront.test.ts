/** CloudFront's control API through the official client. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateCachePolicyCommand,
  CreateDistributionCommand,
  CreateDistributionWithTagsCommand,
  CreateFunctionCommand,
  CreateInvalidationCommand,
  CreateOriginAccessControlCommand,
  CreateOriginRequestPolicyCommand,
  CreateStreamingDistributionCommand,
  DeleteDistributionCommand,
  DeleteFunctionCommand,
  DeleteOriginAccessControlCommand,
  DescribeFunctionCommand,
  type DistributionConfig,
  GetCachePolicyCommand,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  GetFunctionCommand,
  GetInvalidationCommand,
  GetOriginAccessControlCommand,
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListInvalidationsCommand,
  ListOriginAccessControlsCommand,
  ListTagsForResourceCommand,
  PublishFunctionCommand,
  TagResourceCommand,
  TestFunctionCommand,
  UntagResourceCommand,
  UpdateDistributionCommand,
  UpdateFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACCESS_CONTROL,
  DISABLED,
  distributionConfig,
  EDGE_FUNCTION,
  edgeFunctions,
  OPTIMIZED,
  startSite,
  type TestSite,
} from '../support/cloudfront-site.ts';

let site: TestSite;
let accessControlId: string;
beforeEach(async () => {
  site = await startSite({ propagationMs: 1_000, invalidationMs: 300 });
  const input = { OriginAccessControlConfig: { ...ACCESS_CONTROL, Name: 'control' } };
  const { OriginAccessControl } = await site.client.send(new CreateOriginAccessControlCommand(input));
  accessControlId = OriginAccessControl!.Id!;
});
afterEach(() => site.stop());

const configOf = (...changes: Parameters<typeof distributionConfig> extends [string, ...infer Rest] ? Rest : never) =>
  distributionConfig(accessControlId, ...changes);
const create = (config: DistributionConfig) =>
  site.client.send(new CreateDistributionCommand({ DistributionConfig: config }));
const refused = (code: string, status?: number) =>
  expect.objectContaining({
    name: code,
    ...(status && { $metadata: expect.objectContaining({ httpStatusCode: status }) }),
  });

describe('a distribution', () => {
  test('comes back whole, InProgress until it is Deployed', async () => {
    const config = configOf();
    const { Distribution, ETag, Location } = await create(config);
    expect(Distribution).toMatchObject({ Status: 'InProgress', DistributionConfig: config });
    expect(Distribution!.ARN).toBe(`arn:aws:cloudfront::111122223333:distribution/${Distribution!.Id}`);
    expect(Distribution!.DomainName).toMatch(
      new RegExp(`^${Distribution!.Id!.toLowerCase()}\\.cloudfront\\.localhost:\\d+$`),
    );
    expect(Location).toContain(Distribution!.Id!);
    site.pass(1_000);
    const read = await site.client.send(new GetDistributionCommand({ Id: Distribution!.Id }));
    expect(read.Distribution!.Status).toBe('Deployed');
    expect(read.ETag).toBe(ETag);
    expect(read.Distribution!.DistributionConfig!.PriceClass).toBe('PriceClass_All');
    const { DistributionList } = await site.client.send(new ListDistributionsCommand({}));
    expect(DistributionList!.Items!.map(({ Id }) => Id)).toEqual([Distribution!.Id]);
  });

  test('the same reference with the same config is the same distribution, with another an error', async () => {
    const config = configOf();
    const first = await create(config);
    expect((await create(config)).Distribution!.Id).toBe(first.Distribution!.Id);
    await expect(create({ ...config, Comment: 'other' })).rejects.toEqual(refused('DistributionAlreadyExists', 409));
  });

  test('is updated under its ETag, with its whole config', async () => {
    const Id = (await create(configOf())).Distribution!.Id!;
    const { DistributionConfig: config, ETag } = await site.client.send(new GetDistributionConfigCommand({ Id }));
    const update = (change: Partial<DistributionConfig>, IfMatch?: string) =>
      site.client.send(new UpdateDistributionCommand({ Id, IfMatch, DistributionConfig: { ...config!, ...change } }));
    await expect(update({})).rejects.toEqual(refused('InvalidIfMatchVersion', 400));
    await expect(update({}, 'EOTHER')).rejects.toEqual(refused('PreconditionFailed', 412));
    await expect(update({ DefaultRootObject: undefined }, ETag)).rejects.toEqual(refused('InvalidArgument'));
    await expect(update({ CallerReference: 'x' }, ETag)).rejects.toEqual(refused('IllegalUpdate'));
    const updated = await update({ Comment: 'changed' }, ETag);
    expect(updated.ETag).not.toBe(ETag);
    expect(updated.Distribution).toMatchObject({ Status: 'InProgress', DistributionConfig: { Comment: 'changed' } });
    await expect(update({}, ETag)).rejects.toEqual(refused('PreconditionFailed', 412));
  });

  test('racing updates: one wins', async () => {
    const Id = (await create(configOf({}, edgeFunctions('origin-request')))).Distribution!.Id!;
    const { DistributionConfig, ETag } = await site.client.send(new GetDistributionConfigCommand({ Id }));
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () =>
        site.client.send(new UpdateDistributionCommand({ Id, IfMatch: ETag, DistributionConfig })),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is deleted only when disabled and Deployed', async () => {
    const Id = (await create(configOf())).Distribution!.Id!;
    site.pass(1_000);
    const { DistributionConfig, ETag } = await site.client.send(new GetDistributionConfigCommand({ Id }));
    const remove = (IfMatch?: string) => site.client.send(new DeleteDistributionCommand({ Id, IfMatch }));
    await expect(remove(ETag)).rejects.toEqual(refused('DistributionNotDisabled', 409));
    const disabled = await site.client.send(
      new UpdateDistributionCommand({
        Id,
        IfMatch: ETag,
        DistributionConfig: { ...DistributionConfig!, Enabled: false },
      }),
    );
    await expect(remove(disabled.ETag)).rejects.toEqual(refused('DistributionNotDisabled'));
    site.pass(1_000);
    await remove(disabled.ETag);
    await expect(site.client.send(new GetDistributionCommand({ Id }))).rejects.toEqual(
      refused('NoSuchDistribution', 404),
    );
    expect(site.service.siteUrls()).toEqual([]);
  });

  test('keeps its tags', async () => {
    const Tags = { Items: [{ Key: 'site', Value: 'a' }] };
    const { Distribution } = await site.client.send(
      new CreateDistributionWithTagsCommand({ DistributionConfigWithTags: { DistributionConfig: configOf(), Tags } }),
    );
    const Resource = Distribution!.ARN;
    await site.client.send(new TagResourceCommand({ Resource, Tags: { Items: [{ Key: 'b', Value: '2' }] } }));
    await site.client.send(new UntagResourceCommand({ Resource, TagKeys: { Items: ['site'] } }));
    const read = await site.client.send(new ListTagsForResourceCommand({ Resource }));
    expect(read.Tags).toEqual({ Items: [{ Key: 'b', Value: '2' }] });
  });

  test('answers on the same port after a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'towpath-cloudfront-'));
    const first = await startSite({ folder });
    const { id, url } = await first.create();
    await first.stop();
    const second = await startSite({ folder });
    expect(second.service.siteUrls()).toMatchObject([{ id, url }]);
    await second.stop();
    await rm(folder, { recursive: true });
  });
});

describe('what a config may not say', () => {
  const cases: [string, string, () => DistributionConfig][] = [
    ['NoSuchOrigin', 'an origin that is not there', () => configOf({}, { TargetOriginId: 'nowhere' })],
    ['NoSuchCachePolicy', 'a policy that is not there', () => configOf({}, { CachePolicyId: 'none' })],
    ['InvalidArgument', 'no cache policy at all', () => configOf({}, { CachePolicyId: undefined })],
    ['InconsistentQuantities', 'a quantity that is none', () => configOf({ Aliases: { Quantity: 1 } })],
    [
      'InvalidErrorCode',
      'an error code CloudFront has no page for',
      () => configOf({ CustomErrorResponses: { Quantity: 1, Items: [{ ErrorCode: 418 }] } }),
    ],
    [
      'TooManyCacheBehaviors',
      '76 behaviours',
      () =>
        configOf({
          CacheBehaviors: {
            Quantity: 76,
            Items: Array.from({ length: 76 }, (_, index) => ({
              PathPattern: `${index}`,
              TargetOriginId: 'site',
              ViewerProtocolPolicy: 'allow-all' as const,
              CachePolicyId: OPTIMIZED,
            })),
          },
        }),
    ],
    [
      'InvalidLambdaFunctionAssociation',
      '$LATEST',
      () => configOf({}, associate(EDGE_FUNCTION.replace(/1$/, '$LATEST'))),
    ],
    [
      'InvalidLambdaFunctionAssociation',
      'another Region',
      () => configOf({}, associate(EDGE_FUNCTION.replace('us-east-1', 'eu-west-1'))),
    ],
    [
      'NoSuchFunctionExists',
      'a viewer function that is not there',
      () => configOf({}, viewer('arn:aws:cloudfront::111122223333:function/none')),
    ],
    ['InvalidOriginAccessControl', 'an access control that is not there', () => distributionConfig('ENONE')],
  ];
  test.each(cases)('%s: %s', async (code, _, config) => {
    await expect(create(config())).rejects.toEqual(refused(code));
  });

  test('a Lambda function that the edge cannot run', async () => {
    const config = () => configOf({}, edgeFunctions('origin-request'));
    site.lambda.configuration = { Environment: { Variables: { A: '1' } } };
    await expect(create(config())).rejects.toThrow('environment variables');
    site.lambda.configuration = { Timeout: 60 };
    await expect(create(config())).rejects.toThrow('timeout over 30');
    site.lambda.configuration = {};
    site.lambda.trust = ['lambda.amazonaws.com'];
    await expect(create(config())).rejects.toThrow('edgelambda.amazonaws.com');
    site.lambda.trust.push('edgelambda.amazonaws.com');
    await create(config());
  });

  const associate = (LambdaFunctionARN: string) => ({
    LambdaFunctionAssociations: { Quantity: 1, Items: [{ LambdaFunctionARN, EventType: 'origin-request' as const }] },
  });
  const viewer = (FunctionARN: string) => ({
    FunctionAssociations: { Quantity: 1, Items: [{ FunctionARN, EventType: 'viewer-request' as const }] },
  });
});

describe('an invalidation', () => {
  let DistributionId: string;
  beforeEach(async () => {
    DistributionId = (await create(configOf())).Distribution!.Id!;
  });
  const invalidate = (CallerReference: string, Items: string[]) =>
    site.client.send(
      new CreateInvalidationCommand({
        DistributionId,
        InvalidationBatch: { CallerReference, Paths: { Quantity: Items.length, Items } },
      }),
    );

  test('is in progress for a while, and the same for the same reference', async () => {
    const { Invalidation } = await invalidate('once', ['/a', '/b*']);
    expect(Invalidation!.Status).toBe('InProgress');
    expect((await invalidate('once', ['/a', '/b*'])).Invalidation!.Id).toBe(Invalidation!.Id);
    await expect(invalidate('once', ['/c'])).rejects.toEqual(refused('InvalidationBatchAlreadyExists', 400));
    site.pass(300);
    const read = await site.client.send(new GetInvalidationCommand({ DistributionId, Id: Invalidation!.Id }));
    expect(read.Invalidation).toMatchObject({ Status: 'Completed', InvalidationBatch: { CallerReference: 'once' } });
    const { InvalidationList } = await site.client.send(new ListInvalidationsCommand({ DistributionId }));
    expect(InvalidationList!.Items).toHaveLength(1);
  });

  test('has limits while in progress', async () => {
    await invalidate(
      'fifteen',
      Array.from({ length: 15 }, (_, index) => `/${index}/*`),
    );
    await expect(invalidate('one more', ['/x*'])).rejects.toEqual(refused('TooManyInvalidationsInProgress', 400));
    await invalidate('exact', ['/x']);
    await expect(
      invalidate(
        'many',
        Array.from({ length: 3_000 }, (_, index) => `/${index}`),
      ),
    ).rejects.toEqual(refused('TooManyInvalidationsInProgress'));
    site.pass(300);
    await invalidate('one more', ['/x*']);
  });

  test.each([['/a*b'], ['no-slash'], ['/ü'], ['/a b']])('does not take the path %s', async (path) => {
    await expect(invalidate('bad', [path])).rejects.toEqual(refused('InvalidArgument'));
  });
});

describe('policies and access controls', () => {
  const policy = (Name: string, MaxTTL = 60, DefaultTTL = 0) =>
    site.client.send(new CreateCachePolicyCommand({ CachePolicyConfig: { Name, MinTTL: 0, DefaultTTL, MaxTTL } }));

  test('are created once a name, listed beside those of AWS, refused above the quota', async () => {
    const { CachePolicy, ETag } = await policy('one');
    expect((await site.client.send(new GetCachePolicyCommand({ Id: CachePolicy!.Id }))).ETag).toBe(ETag);
    await expect(policy('one')).rejects.toEqual(refused('CachePolicyAlreadyExists', 409));
    await expect(policy('two', 1, 2)).rejects.toEqual(refused('InvalidArgument'));
    const { CachePolicyList } = await site.client.send(new ListCachePoliciesCommand({ Type: 'managed' }));
    expect(CachePolicyList!.Items!.map((item) => item.CachePolicy!.Id)).toEqual(
      expect.arrayContaining([OPTIMIZED, DISABLED]),
    );
    for (let index = 1; index < 20; index++) await policy(`more-${index}`);
    await expect(policy('last')).rejects.toEqual(refused('TooManyCachePolicies'));
  });

  test('an origin request policy names ten headers at most, and not Authorization', async () => {
    const forward = (Items: string[]) =>
      site.client.send(
        new CreateOriginRequestPolicyCommand({
          OriginRequestPolicyConfig: {
            Name: 'forward',
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: { Quantity: Items.length, Items } },
            CookiesConfig: { CookieBehavior: 'none' },
            QueryStringsConfig: { QueryStringBehavior: 'none' },
          },
        }),
      );
    await expect(forward(Array.from({ length: 11 }, (_, index) => `x-${index}`))).rejects.toEqual(
      refused('TooManyHeadersInOriginRequestPolicy'),
    );
    await expect(forward(['Authorization'])).rejects.toEqual(refused('InvalidArgument'));
    await forward(['x-a']);
  });

  test('are not deleted while in use', async () => {
    await create(configOf());
    const { OriginAccessControlList } = await site.client.send(new ListOriginAccessControlsCommand({}));
    expect(OriginAccessControlList!.Items).toMatchObject([{ Id: accessControlId, Name: 'control' }]);
    const { ETag } = await site.client.send(new GetOriginAccessControlCommand({ Id: accessControlId }));
    await expect(
      site.client.send(new DeleteOriginAccessControlCommand({ Id: accessControlId, IfMatch: ETag })),
    ).rejects.toEqual(refused('OriginAccessControlInUse', 409));
  });
});

describe('a CloudFront Function', () => {
  const code = (text: string) => new Uint8Array(Buffer.from(text));
  const config = { Comment: '', Runtime: 'cloudfront-js-2.0' as const };
  const make = (text: string) =>
    site.client.send(new CreateFunctionCommand({ Name: 'viewer', FunctionConfig: config, FunctionCode: code(text) }));

  test('goes from development to live', async () => {
    const { ETag } = await make('function handler(event) { return event.request; }');
    await expect(site.client.send(new DescribeFunctionCommand({ Name: 'viewer', Stage: 'LIVE' }))).rejects.toEqual(
      refused('NoSuchFunctionExists', 404),
    );
    const arn = 'arn:aws:cloudfront::111122223333:function/viewer';
    const associations = {
      FunctionAssociations: { Quantity: 1, Items: [{ FunctionARN: arn, EventType: 'viewer-request' as const }] },
    };
    await expect(create(configOf({}, associations))).rejects.toEqual(refused('InvalidFunctionAssociation'));
    await site.client.send(new PublishFunctionCommand({ Name: 'viewer', IfMatch: ETag }));
    await create(configOf({}, associations));

    const next = code('function handler(event) { return { statusCode: 404 }; }');
    const updated = await site.client.send(
      new UpdateFunctionCommand({ Name: 'viewer', IfMatch: ETag, FunctionConfig: config, FunctionCode: next }),
    );
    const live = await site.client.send(new GetFunctionCommand({ Name: 'viewer', Stage: 'LIVE' }));
    expect(Buffer.from(live.FunctionCode!).toString()).toContain('event.request');
    await expect(
      site.client.send(new DeleteFunctionCommand({ Name: 'viewer', IfMatch: updated.ETag })),
    ).rejects.toEqual(refused('FunctionInUse', 409));
  });

  test('is tested with an event, and is 10 KB at most', async () => {
    const { ETag } = await make('function handler(event) { console.log("hi"); return { statusCode: 204 }; }');
    const EventObject = code(JSON.stringify({ version: '1.0', request: { method: 'GET', uri: '/' } }));
    const { TestResult } = await site.client.send(
      new TestFunctionCommand({ Name: 'viewer', IfMatch: ETag, EventObject }),
    );
    expect(JSON.parse(TestResult!.FunctionOutput!)).toEqual({ response: { statusCode: 204 } });
    expect(TestResult!.FunctionExecutionLogs).toEqual(['hi']);
    const tooLarge = { Name: 'large', FunctionConfig: config, FunctionCode: new Uint8Array(10_241) };
    await expect(site.client.send(new CreateFunctionCommand(tooLarge))).rejects.toEqual(
      refused('FunctionSizeLimitExceeded', 413),
    );
  });
});

test('what is not emulated says so', async () => {
  const StreamingDistributionConfig = {
    CallerReference: 'x',
    Comment: '',
    Enabled: true,
    S3Origin: { DomainName: 'x', OriginAccessIdentity: '' },
    TrustedSigners: { Enabled: false, Quantity: 0 },
  };
  await expect(
    site.client.send(new CreateStreamingDistributionCommand({ StreamingDistributionConfig })),
  ).rejects.toThrow('cloudfront:CreateStreamingDistribution is not emulated');
});
