import { expect, test } from '@jest/globals';
import {
  buildRolePolicy,
  functionRolePolicy,
  secretArns,
  siteBucketPolicy,
} from '../../../../functions/prepare-site/policies.ts';

const NONE = { parameters: [], secrets: [] };

test('only this distribution may read the bucket, and may learn what is missing', () => {
  const distribution = 'arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE';
  const forDistribution = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
  };
  expect(siteBucketPolicy('site', distribution)).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'ReadObjects', ...forDistribution, Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*' },
      { Sid: 'TellMissing', ...forDistribution, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::site' },
    ],
  });
});

test("a site's functions write spilled responses, rendered pages and data, use their queue and tags, invalidate, and nothing else", () => {
  const policy = functionRolePolicy({
    bucket: 'site',
    accountId: '111122223333',
    functionPrefix: 'towpath-dev-shop-main-',
    queueArn: 'arn:aws:sqs:eu-west-1:111122223333:towpath-dev-shop-main-regeneration.fifo',
    secrets: NONE,
    tableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/towpath',
    site: 'shop-main',
    distributionArn: 'arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE',
  });
  expect(policy.Statement).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::site/*' },
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::site' },
    {
      Effect: 'Allow',
      Action: ['s3:PutObject'],
      Resource: [
        'arn:aws:s3:::site/spill/*',
        'arn:aws:s3:::site/releases/*/isr/*',
        'arn:aws:s3:::site/releases/*/cache/*',
      ],
    },
    {
      Effect: 'Allow',
      Action: [
        'sqs:SendMessage',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ],
      Resource: 'arn:aws:sqs:eu-west-1:111122223333:towpath-dev-shop-main-regeneration.fifo',
    },
    {
      Effect: 'Allow',
      Action: ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/towpath',
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TAG#shop-main#*'] } },
    },
    {
      Effect: 'Allow',
      Action: ['cloudfront:CreateInvalidation'],
      Resource: 'arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE',
    },
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [
        'arn:aws:logs:*:111122223333:log-group:/aws/lambda/us-east-1.towpath-dev-shop-main-*',
        'arn:aws:logs:*:111122223333:log-group:/aws/lambda/towpath-dev-shop-main-*',
      ],
    },
  ]);
});

test("a build reads its source and tools, and writes its artifact and its site's cache", () => {
  const policy = buildRolePolicy({
    site: 'shop-main',
    accountId: '111122223333',
    region: 'eu-west-1',
    artifactBucket: 'artifacts',
    buildLogGroup: '/aws/codebuild/towpath-dev-build',
    deployments: ['B', 'A'],
    secrets: NONE,
  });
  const cache = ['arn:aws:s3:::artifacts/cache/shop-main', 'arn:aws:s3:::artifacts/cache/shop-main/*'];
  const group = 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/codebuild/towpath-dev-build';
  expect(policy.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: [
        'arn:aws:s3:::artifacts/tools/*',
        'arn:aws:s3:::artifacts/deployments/B/source.zip',
        'arn:aws:s3:::artifacts/deployments/A/source.zip',
        ...cache,
      ],
    },
    {
      Effect: 'Allow',
      Action: ['s3:PutObject'],
      Resource: [
        'arn:aws:s3:::artifacts/deployments/B/bundle.zip',
        'arn:aws:s3:::artifacts/deployments/A/bundle.zip',
        ...cache,
      ],
    },
    { Effect: 'Allow', Action: ['s3:GetBucketLocation', 's3:GetBucketAcl'], Resource: 'arn:aws:s3:::artifacts' },
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [group, `${group}:log-stream:`, `${group}:log-stream:shop-main/*`],
    },
  ]);
});

test('secrets are granted by name, each once', () => {
  const reference = (store: 'parameter-store' | 'secrets-manager', name: string) => ({
    store,
    name,
    atRunTime: 'fetched' as const,
  });
  const secrets = secretArns({ accountId: '111122223333', region: 'eu-west-1' }, [
    reference('parameter-store', '/towpath/dev/apps/shop/variables/app/TOKEN'),
    reference('secrets-manager', 'towpath/dev/apps/shop/database:user'),
    reference('secrets-manager', 'towpath/dev/apps/shop/database:password'),
  ]);
  const { Statement } = buildRolePolicy({
    site: 'shop-main',
    accountId: '111122223333',
    region: 'eu-west-1',
    artifactBucket: 'artifacts',
    buildLogGroup: 'log',
    deployments: [],
    secrets,
  });
  expect(Statement.slice(-2)).toEqual([
    {
      Effect: 'Allow',
      Action: ['ssm:GetParameters'],
      Resource: ['arn:aws:ssm:eu-west-1:111122223333:parameter/towpath/dev/apps/shop/variables/app/TOKEN'],
    },
    {
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue'],
      Resource: ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:towpath/dev/apps/shop/database-??????'],
    },
  ]);
});
