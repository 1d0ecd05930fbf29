/** A distribution in front of a real emulated bucket and a real edge function, as the pipeline makes them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateOriginAccessControlCommand,
  waitUntilDistributionDeployed,
} from '@aws-sdk/client-cloudfront';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalCloud, startLocalCloud } from '../../local-cloud/index.ts';
import { ACCESS_CONTROL, DISABLED, distributionConfig } from '../support/cloudfront-site.ts';
import { zipOf } from '../support/lambda-package.ts';

const Bucket = 'whole-site';
const HANDLER = `export const handler = async ({ Records: [{ cf }] }) => {
  const { request, response, config } = cf;
  if (config.eventType === 'origin-response') {
    response.headers['x-seen'] = [{ key: 'X-Seen', value: response.status }];
    return response;
  }
  if (request.uri === '/made') return { status: '200', headers: { 'content-type': [{ value: 'text/plain' }] }, body: 'made at the edge' };
  return { ...request, uri: '/releases/1' + request.uri };
};`;

let folder: string;
let cloud: LocalCloud;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-whole-'));
  cloud = await startLocalCloud({ folder });
  const client = () => ({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: cloud.credentials,
    maxAttempts: 10,
  });
  const [s3, lambda, cloudFront] = [new S3Client(client()), new LambdaClient(client()), new CloudFrontClient(client())];

  const { Role } = await new IAMClient(client()).send(
    new CreateRoleCommand({
      RoleName: 'edge',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  );
  const FunctionName = 'edge';
  const create = new CreateFunctionCommand({
    FunctionName,
    Role: Role!.Arn,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: await zipOf({ 'index.mjs': HANDLER }) },
  });
  // A new role cannot be assumed for a moment.
  for (let created = false; !created; ) {
    created = await lambda.send(create).then(
      () => true,
      (error: Error) => {
        if (error.name !== 'InvalidParameterValueException') throw error;
        return new Promise<boolean>((resolve) => setTimeout(resolve, 100, false));
      },
    );
  }
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20, minDelay: 1 }, { FunctionName });
  const { FunctionArn } = await lambda.send(new PublishVersionCommand({ FunctionName }));

  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutObjectCommand({ Bucket, Key: 'releases/1/page', Body: 'from the bucket', ContentType: 'text/plain' }),
  );
  const { OriginAccessControl } = await cloudFront.send(
    new CreateOriginAccessControlCommand({ OriginAccessControlConfig: ACCESS_CONTROL }),
  );
  const config = distributionConfig(
    OriginAccessControl!.Id!,
    {},
    {
      CachePolicyId: DISABLED,
      LambdaFunctionAssociations: {
        Quantity: 2,
        Items: [
          { LambdaFunctionARN: FunctionArn, EventType: 'origin-request', IncludeBody: true },
          { LambdaFunctionARN: FunctionArn, EventType: 'origin-response' },
        ],
      },
    },
  );
  for (const origin of config.Origins!.Items!) origin.DomainName = `${Bucket}.s3.us-east-1.amazonaws.com`;
  const { Distribution } = await cloudFront.send(new CreateDistributionCommand({ DistributionConfig: config }));
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::${Bucket}/*`,
            Condition: { StringEquals: { 'AWS:SourceArn': Distribution!.ARN } },
          },
        ],
      }),
    }),
  );
  await waitUntilDistributionDeployed({ client: cloudFront, maxWaitTime: 20, minDelay: 1 }, { Id: Distribution!.Id });
  url = cloud.siteUrls()[0]!.url;
});
afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true });
});

test('the function makes an answer', async () => {
  const response = await fetch(`${url}/made`);
  expect([response.status, await response.text()]).toEqual([200, 'made at the edge']);
  expect(response.headers.get('x-cache')).toBe('LambdaGeneratedResponse from cloudfront');
});

test('the bucket answers for the path that the function chose, and the function sees the answer', async () => {
  const response = await fetch(`${url}/page`);
  expect([response.status, await response.text(), response.headers.get('x-seen')]).toEqual([
    200,
    'from the bucket',
    '200',
  ]);
});

test('a missing key is a 403, for the policy does not let CloudFront list', async () => {
  const response = await fetch(`${url}/missing`);
  expect([response.status, response.headers.get('x-seen')]).toEqual([403, '403']);
});
