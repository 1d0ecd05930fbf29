import {
  CloudFrontClient,
  CreateDistributionWithTagsCommand,
  GetDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import {
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createBuckets } from '../../../../aws/buckets.ts';
import { createDistributions } from '../../../../aws/distributions.ts';
import { createRoles } from '../../../../aws/roles.ts';
import type { SiteDomains } from '../../../../domain/custom-domain.ts';
import type { Site } from '../../../../domain/site.ts';
import { placeholderConfig } from '../../../../functions/prepare-site/placeholder.ts';
import { type Ports, run } from '../../../../functions/prepare-site/run.ts';
import { pipelineState } from '../../../support/pipeline-state.ts';

const s3 = mockClient(S3Client);
const iam = mockClient(IAMClient);
const cloudFront = mockClient(CloudFrontClient);
const found = { $metadata: {} };
const missing = (status: number) =>
  new S3ServiceException({ name: 'Unknown', $fault: 'client', $metadata: { httpStatusCode: status } });

let remembered: object | undefined;
let site: Partial<Site>;
let domains: SiteDomains | undefined;

const ports = (): Ports => ({
  buckets: createBuckets(new S3Client({})),
  roles: createRoles(new IAMClient({})),
  distributions: createDistributions(new CloudFrontClient({})),
  sites: {
    get: async () => ({
      id: 'shop-main',
      app: 'shop',
      branch: 'main',
      lastNumber: 2,
      fence: 0,
      createdAt: '',
      ...site,
    }),
    setDistribution: async (_, distribution) => {
      remembered = distribution;
      return true;
    },
  },
  deployments: { ofSite: async () => [] },
  domains: { get: async () => domains },
  variables: { ofApp: async () => [] },
  settings: {
    deployer: { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' },
    artifactBucket: 'artifacts',
    tableName: 'towpath',
    buildLogGroup: '/aws/codebuild/towpath-dev-build',
    siteUrlPattern: 'https://{domain}',
    pools: [{ originAccessControlId: 'OAC1', cachePolicyId: 'static-policy' }],
  },
});

beforeEach(() => {
  for (const client of [s3, iam, cloudFront]) client.reset();
  remembered = undefined;
  site = {};
  domains = undefined;
  s3.onAnyCommand().resolves({});
  iam.onAnyCommand().resolves({});
  cloudFront.on(GetDistributionCommand).resolves({
    ...found,
    ETag: 'E1',
    Distribution: {
      Id: 'E2EXAMPLE',
      ARN: 'arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE',
      DomainName: 'd111.cloudfront.net',
      Status: 'InProgress',
      LastModifiedTime: new Date(0),
      InProgressInvalidationBatches: 0,
      DistributionConfig: undefined,
    },
  });
});

test('the first time, a site gets its bucket, roles and distribution, and its record remembers the latter', async () => {
  s3.on(HeadBucketCommand).rejects(missing(404));
  iam.on(GetRoleCommand).rejects(new NoSuchEntityException({ message: '', $metadata: {} }));
  iam
    .on(CreateRoleCommand)
    .callsFake(({ RoleName, Path }) => ({ Role: { Arn: `arn:aws:iam::111122223333:role${Path}${RoleName}` } }));
  cloudFront.on(CreateDistributionWithTagsCommand).resolves({
    Distribution: { Id: 'E2EXAMPLE' } as never,
  });

  const { output, figures } = await run(pipelineState(), ports());

  expect(output).toMatchObject({
    distributionId: 'E2EXAMPLE',
    distributionDomain: 'd111.cloudfront.net',
    url: 'https://d111.cloudfront.net',
    functionRoleArn: 'arn:aws:iam::111122223333:role/towpath/dev/towpath-dev-shop-main-fn',
    buildRoleArn: 'arn:aws:iam::111122223333:role/towpath/dev/towpath-dev-shop-main-build',
  });
  expect(figures).toEqual({ bucket: 'created', roles: 'created', distribution: 'created' });
  expect(remembered).toEqual({ id: 'E2EXAMPLE', domain: 'd111.cloudfront.net', instead: undefined });
  expect(s3.commandCalls(CreateBucketCommand)[0]?.args[0].input).toMatchObject({
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  expect(s3.commandCalls(PutBucketPolicyCommand)[0]?.args[0].input.Policy).toContain('distribution/E2EXAMPLE');
  const trust = iam.commandCalls(CreateRoleCommand).map((call) => call.args[0].input.AssumeRolePolicyDocument);
  expect(trust[0]).toContain('edgelambda.amazonaws.com');
  expect(trust[1]).toContain('codebuild.amazonaws.com');
});

test('later, everything is found again and nothing is created', async () => {
  site = { distributionId: 'E2EXAMPLE', distributionDomain: 'd111.cloudfront.net' };
  iam.on(GetRoleCommand).resolves({ Role: { Arn: 'arn:role' } as never });

  const { figures } = await run(pipelineState(), ports());

  expect(figures).toEqual({ bucket: 'found', roles: 'found', distribution: 'found' });
  expect(s3.commandCalls(CreateBucketCommand)).toHaveLength(0);
  expect(iam.commandCalls(CreateRoleCommand)).toHaveLength(0);
  expect(cloudFront.commandCalls(CreateDistributionWithTagsCommand)).toHaveLength(0);
  expect(iam.commandCalls(PutRolePolicyCommand)).toHaveLength(2);
  expect(remembered).toBeUndefined();
});

test('a site is called by its own name once that leads to it', async () => {
  site = { distributionId: 'E2EXAMPLE', distributionDomain: 'd111.cloudfront.net' };
  iam.on(GetRoleCommand).resolves({ Role: { Arn: 'arn:role' } as never });
  const names = ['*.example.com', 'shop.example.com', 'www.example.com'];
  const urlOf = async (told: string[]) => {
    domains = { names, told } as SiteDomains;
    return (await run(pipelineState(), ports())).output.url;
  };
  expect(await urlOf([])).toBe('https://d111.cloudfront.net');
  expect(await urlOf(['*.example.com', 'www.example.com'])).toBe('https://www.example.com');
});

test('a distribution that has another name than remembered is remembered by it', async () => {
  site = { distributionId: 'E2EXAMPLE', distributionDomain: 'e2example.cloudfront.localhost:4600' };
  iam.on(GetRoleCommand).resolves({ Role: { Arn: 'arn:role' } as never });

  await run(pipelineState(), ports());

  expect(remembered).toMatchObject({ id: 'E2EXAMPLE', domain: 'd111.cloudfront.net' });
});

test("a bucket name that is another account's fails with a remedy", async () => {
  site = { distributionId: 'E2EXAMPLE' };
  iam.on(GetRoleCommand).resolves({ Role: { Arn: 'arn:role' } as never });
  s3.on(HeadBucketCommand).rejects(missing(403));
  s3.on(CreateBucketCommand).rejects(new BucketAlreadyExists({ message: '', $metadata: {} }));

  await expect(run(pipelineState(), ports())).rejects.toMatchObject({ name: 'BUCKET_NAME_TAKEN', fault: 'user' });
});

test('a bucket of ours that may not be looked at is not called another account’s', async () => {
  site = { distributionId: 'E2EXAMPLE' };
  iam.on(GetRoleCommand).resolves({ Role: { Arn: 'arn:role' } as never });
  s3.on(HeadBucketCommand).rejects(missing(403));
  s3.on(CreateBucketCommand).rejects(new BucketAlreadyOwnedByYou({ message: '', $metadata: {} }));

  const denied = { name: 'BUCKET_ACCESS_DENIED', fault: 'towpath', remedy: expect.stringContaining('s3:ListBucket') };
  await expect(run(pipelineState(), ports())).rejects.toMatchObject(denied);
});

test('the placeholder is the same each time, for CallerReference makes creating it repeatable', () => {
  const about = {
    reference: 'r',
    bucketDomain: 'b.s3.eu-west-1.amazonaws.com',
    originAccessControlId: 'o',
    cachePolicyId: 'c',
  };
  expect(placeholderConfig(about)).toEqual(placeholderConfig({ ...about }));
  expect(placeholderConfig(about)).toMatchObject({ CallerReference: 'r', Comment: 'r', Origins: { Quantity: 1 } });
});
