/** Every call is authorised: through the official clients, with the credentials of roles. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFrontClient, CreateDistributionCommand, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CodeBuildClient,
  CreateProjectCommand,
  ListProjectsCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Decision } from '../../local-cloud/authorization/decisions.ts';
import { type LocalCloud, startLocalCloud } from '../../local-cloud/index.ts';
import { zipOf } from '../support/lambda-package.ts';
import { until } from '../support/until.ts';

const ACCOUNT = '111122223333';
const Bucket = 'authorised';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const trust = (Principal: object) => document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

let folder: string;
let cloud: LocalCloud;
const log: string[] = [];
let count = 0;

type Config = { endpoint: string; region: string; credentials: LocalCloud['credentials']; maxAttempts: number };
const config = (credentials = cloud.credentials): Config => ({
  endpoint: cloud.endpoint,
  region: 'us-east-1',
  credentials: { ...credentials },
  maxAttempts: 1,
});
let iam: IAMClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-authorization-'));
  cloud = await startLocalCloud({ folder, log: (line) => log.push(line) });
  iam = new IAMClient(config());
  await new S3Client(config()).send(new CreateBucketCommand({ Bucket }));
  await new S3Client(config()).send(new PutObjectCommand({ Bucket, Key: 'mine/a', Body: 'a' }));
});
afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  log.length = 0;
});

async function newRole(
  statements: object[],
  trusted: object = { AWS: `arn:aws:iam::${ACCOUNT}:root` },
): Promise<string> {
  const RoleName = `role-${++count}`;
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(trusted) }));
  if (statements.length > 0) await allowRole(RoleName, ...statements);
  return RoleName;
}

const allowRole = (RoleName: string, ...statements: object[]) =>
  iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: document(...statements) }));

/** Clients of a role's session. */
async function as(RoleName: string): Promise<Config> {
  const answer = await new STSClient(config()).send(
    new AssumeRoleCommand({ RoleArn: roleArn(RoleName), RoleSessionName: 's' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = answer.Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return config(credentials as LocalCloud['credentials']);
}

describe('every service refuses a role without a policy, as it does in AWS', () => {
  let nobody: Config;
  beforeAll(async () => {
    nobody = await as(await newRole([]));
  });

  test.each<[string, (as: Config) => Promise<unknown>, string, number]>([
    ['s3:ListAllMyBuckets', (as) => new S3Client(as).send(new ListBucketsCommand({})), 'AccessDenied', 403],
    ['iam:ListRoles', (as) => new IAMClient(as).send(new ListRolesCommand({})), 'AccessDenied', 403],
    [
      'cloudfront:ListDistributions',
      (as) => new CloudFrontClient(as).send(new ListDistributionsCommand({})),
      'AccessDenied',
      403,
    ],
    ['sqs:ListQueues', (as) => new SQSClient(as).send(new ListQueuesCommand({})), 'AccessDenied', 403],
    [
      'lambda:ListFunctions',
      (as) => new LambdaClient(as).send(new ListFunctionsCommand({})),
      'AccessDeniedException',
      403,
    ],
    [
      'dynamodb:ListTables',
      (as) => new DynamoDBClient(as).send(new ListTablesCommand({})),
      'AccessDeniedException',
      400,
    ],
    [
      'states:ListStateMachines',
      (as) => new SFNClient(as).send(new ListStateMachinesCommand({})),
      'AccessDeniedException',
      400,
    ],
    [
      'codebuild:ListProjects',
      (as) => new CodeBuildClient(as).send(new ListProjectsCommand({})),
      'AccessDeniedException',
      400,
    ],
    [
      'events:ListRules',
      (as) => new EventBridgeClient(as).send(new ListRulesCommand({})),
      'AccessDeniedException',
      400,
    ],
    [
      'logs:DescribeLogGroups',
      (as) => new CloudWatchLogsClient(as).send(new DescribeLogGroupsCommand({})),
      'AccessDeniedException',
      400,
    ],
    [
      'ssm:DescribeParameters',
      (as) => new SSMClient(as).send(new DescribeParametersCommand({})),
      'AccessDeniedException',
      400,
    ],
    [
      'secretsmanager:ListSecrets',
      (as) => new SecretsManagerClient(as).send(new ListSecretsCommand({})),
      'AccessDeniedException',
      400,
    ],
  ])('%s', async (action, call, name, httpStatusCode) => {
    const message = expect.stringContaining(`is not authorized to perform: ${action} on resource: `);
    await expect(call(nobody)).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode } });
  });

  test('but everybody may ask who they are', async () => {
    const { Arn } = await new STSClient(nobody).send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(/assumed-role\/role-\d+\/s$/);
  });
});

describe('a role', () => {
  test('the message is AWS’s, and stands in the log of the local cloud', async () => {
    const name = await newRole([allow('s3:GetObject', `arn:aws:s3:::${Bucket}/mine/*`)]);
    const s3 = new S3Client(await as(name));
    await s3.send(new GetObjectCommand({ Bucket, Key: 'mine/a' }));
    const message =
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/${name}/s is not authorized to perform: s3:PutObject on resource: ` +
      `"arn:aws:s3:::${Bucket}/mine/b" because no identity-based policy allows the s3:PutObject action`;
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'mine/b', Body: 'b' }))).rejects.toMatchObject({
      message,
    });
    expect(log).toContain(`denied: ${message}`);
  });

  test('a changed policy counts at once, and a deny wins', async () => {
    const name = await newRole([allow('s3:*', '*')]);
    const s3 = new S3Client(await as(name));
    const read = () => s3.send(new GetObjectCommand({ Bucket, Key: 'mine/a' }));
    await read();
    await allowRole(name, allow('s3:*', '*'), { Effect: 'Deny', Action: 's3:Get*', Resource: '*' });
    await expect(read()).rejects.toThrow('with an explicit deny in an identity-based policy');
    await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: 'p' }));
    await expect(read()).rejects.toThrow('because no identity-based policy allows');
  });

  test('who may not list a bucket is not told that a key is missing', async () => {
    const objects = allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`);
    const name = await newRole([objects]);
    const s3 = new S3Client(await as(name));
    const look = () => s3.send(new GetObjectCommand({ Bucket, Key: 'missing' }));
    const glance = () => s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' }));
    await expect(look()).rejects.toThrow(
      `is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::${Bucket}"`,
    );
    await expect(glance()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await allowRole(name, objects, allow('s3:ListBucket', `arn:aws:s3:::${Bucket}`));
    await expect(look()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(glance()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  test('a role that is missing cannot be told from one whose path is not allowed', async () => {
    const read = allow('iam:GetRole', `arn:aws:iam::${ACCOUNT}:role/towpath/*`);
    const name = await newRole([read]);
    const client = new IAMClient(await as(name));
    const look = () => client.send(new GetRoleCommand({ RoleName: 'towpath-missing' }));
    await expect(look()).rejects.toThrow('on resource: role towpath-missing because');
    await allowRole(name, { ...read, Resource: `arn:aws:iam::${ACCOUNT}:role/towpath-*` });
    await expect(look()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test('a bucket policy lets a role in, and keeps one out', async () => {
    const [guest, banned] = [await newRole([]), await newRole([allow('s3:*', '*')])];
    const object = `arn:aws:s3:::${Bucket}/mine/a`;
    const Policy = document(
      { ...allow('s3:GetObject', object), Principal: { AWS: roleArn(guest) } },
      { Effect: 'Deny', Action: 's3:*', Resource: object, Principal: { AWS: roleArn(banned) } },
    );
    await new S3Client(config()).send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const read = async (name: string) =>
      new S3Client(await as(name)).send(new GetObjectCommand({ Bucket, Key: 'mine/a' }));
    await read(guest);
    await expect(read(banned)).rejects.toThrow('with an explicit deny in a resource-based policy');
  });

  test('a policy with an operator that nobody knows is refused', async () => {
    const bad = allow('*', '*', { Condition: { StringMatches: { k: 'v' } } });
    await expect(newRole([bad])).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });

  test('the keys of a table: leading keys, indexes, and each part of a transaction', async () => {
    const table = 'leading';
    await new DynamoDBClient(config()).send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    const mine = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['SITE#a'] } };
    const arn = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/${table}`;
    const name = await newRole([
      allow(['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query'], arn, { Condition: mine }),
    ]);
    const client = new DynamoDBClient(await as(name));
    const item = (pk: string) => ({ TableName: table, Item: { pk: { S: pk } } });
    await client.send(new PutItemCommand(item('SITE#a')));
    await expect(client.send(new PutItemCommand(item('SITE#b')))).rejects.toThrow('dynamodb:PutItem');
    await expect(client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'SITE#b' } } }))).rejects.toThrow(
      'dynamodb:GetItem',
    );
    const query = (pk: string) =>
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#p = :p',
          ExpressionAttributeNames: { '#p': 'pk' },
          ExpressionAttributeValues: { ':p': { S: pk } },
        }),
      );
    expect((await query('SITE#a')).Count).toBe(1);
    await expect(query('SITE#b')).rejects.toThrow('dynamodb:Query');
    const transact = (...pks: string[]) =>
      client.send(new TransactWriteItemsCommand({ TransactItems: pks.map((pk) => ({ Put: item(pk) })) }));
    await transact('SITE#a');
    const Delete = { TableName: table, Key: { pk: { S: 'SITE#a' } } };
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [{ Delete }] }))).rejects.toThrow(
      'dynamodb:DeleteItem',
    );
  });
});

describe('passing roles', () => {
  test('a role is handed over with iam:PassRole, to the service that it says', async () => {
    const build = await newRole([], { Service: 'codebuild.amazonaws.com' });
    const project = {
      name: 'passed',
      serviceRole: roleArn(build),
      source: { type: 'NO_SOURCE' as const, buildspec: 'version: 0.2\nphases: {build: {commands: [exit 1]}}' },
      artifacts: { type: 'NO_ARTIFACTS' as const },
      environment: { type: 'LINUX_CONTAINER' as const, image: 'i', computeType: 'BUILD_GENERAL1_SMALL' as const },
    };
    const create = allow('codebuild:CreateProject', '*');
    const passTo = (service: string) =>
      allow('iam:PassRole', roleArn(build), { Condition: { StringEquals: { 'iam:PassedToService': service } } });
    const name = await newRole([create]);
    const client = new CodeBuildClient(await as(name));
    const send = () => client.send(new CreateProjectCommand(project));
    await expect(send()).rejects.toThrow(`iam:PassRole on resource: ${roleArn(build)} because`);
    await allowRole(name, create, passTo('lambda.amazonaws.com'));
    await expect(send()).rejects.toThrow('iam:PassRole');
    await allowRole(name, create, passTo('codebuild.amazonaws.com'));
    await send();
    const start = new StartBuildCommand({ projectName: 'passed', serviceRoleOverride: roleArn(build) });
    await expect(client.send(start)).rejects.toThrow('codebuild:StartBuild');
  });

  test.each<[string, (roleArn: string) => Promise<unknown>, string, string]>([
    [
      'CodeBuild',
      (serviceRole) =>
        new CodeBuildClient(config()).send(
          new StartBuildCommand({ projectName: 'passed', serviceRoleOverride: serviceRole }),
        ),
      'InvalidInputException',
      'CodeBuild is not authorized to perform: sts:AssumeRole on arn:aws:iam',
    ],
    [
      'Step Functions',
      (role) =>
        new SFNClient(config()).send(
          new CreateStateMachineCommand({
            name: 'untrusted',
            roleArn: role,
            definition: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
          }),
        ),
      'AccessDeniedException',
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume',
    ],
    [
      'EventBridge',
      async (RoleArn) => {
        const events = new EventBridgeClient(config());
        await events.send(new PutRuleCommand({ Name: 'untrusted', EventPattern: '{"source":["a"]}' }));
        const Arn = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:m`;
        await events.send(new PutTargetsCommand({ Rule: 'untrusted', Targets: [{ Id: 't', Arn, RoleArn }] }));
      },
      'ValidationException',
      'cannot be assumed by principal',
    ],
  ])('%s refuses a role that does not trust it, whoever asks', async (_, pass, name, message) => {
    const role = await newRole([], { Service: 'lambda.amazonaws.com' });
    await expect(pass(roleArn(role))).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test('a state machine that waits for builds needs permission for its managed rule', async () => {
    const role = await newRole([], { Service: 'states.amazonaws.com' });
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Build',
      States: {
        Build: {
          Type: 'Task',
          Resource: 'arn:aws:states:::codebuild:startBuild.sync',
          Arguments: { ProjectName: 'p' },
          End: true,
        },
      },
    });
    const create = new CreateStateMachineCommand({ name: 'waits', roleArn: roleArn(role), definition });
    const client = new SFNClient(config());
    await expect(client.send(create)).rejects.toThrow('StepFunctionsGetEventForCodeBuildStartBuildRule');
    await allowRole(role, allow(['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], '*'));
    await client.send(create);
  });
});

describe('roles that act within the local cloud', () => {
  test('a state machine is denied what its role may not do', async () => {
    const role = await newRole([], { Service: 'states.amazonaws.com' });
    const client = new SFNClient(config());
    await new SQSClient(config()).send(new CreateQueueCommand({ QueueName: 'told' }));
    const QueueUrl = `${cloud.endpoint}/${ACCOUNT}/told`;
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Tell',
      States: {
        Tell: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage',
          Arguments: { QueueUrl, MessageBody: 'x' },
          End: true,
        },
      },
    });
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({ name: 'tells', roleArn: roleArn(role), definition }),
    );
    const run = async () => {
      const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
      return until(async () => {
        const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
        return execution.status !== 'RUNNING' && execution;
      });
    };
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'SQS.AccessDenied' });
    await allowRole(role, allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:${ACCOUNT}:told`));
    expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
    // Not trusted any more.
    const PolicyDocument = trust({ Service: 'lambda.amazonaws.com' });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: role, PolicyDocument }));
    expect(await run()).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('sts:AssumeRole') });
  });

  test('Lambda assumes a function’s role, and writes its log as that role: what is decided is recorded', async () => {
    const role = await newRole([], { Service: 'lambda.amazonaws.com' });
    const client = new LambdaClient(config());
    const FunctionName = 'acts';
    await client.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: roleArn(role),
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: await zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) },
      }),
    );
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 20, minDelay: 1 }, { FunctionName });
    expect((await client.send(new InvokeCommand({ FunctionName }))).Payload?.transformToString()).toBe('1');
    const decided = (wanted: Partial<Decision>) =>
      cloud
        .decisions()
        .find((decision) => Object.entries(wanted).every(([key, value]) => decision[key as 'action'] === value));
    expect(decided({ principal: 'lambda.amazonaws.com', resource: roleArn(role) })).toMatchObject({
      action: 'sts:AssumeRole',
      allowed: true,
      by: { owner: roleArn(role), policy: 'resource', statement: 0 },
    });
    const denied = await until(() => decided({ principal: roleArn(role), action: 'logs:CreateLogStream' }));
    expect(denied).toMatchObject({ allowed: false, by: undefined });
  });

  test('a distribution needs more than CreateDistribution when it has edge functions', async () => {
    const name = await newRole([allow('cloudfront:CreateDistribution', '*')]);
    const arn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:edge:1`;
    const DistributionConfig = {
      CallerReference: 'edge',
      Comment: '',
      Enabled: true,
      Origins: {
        Quantity: 1,
        Items: [
          { Id: 'o', DomainName: `${Bucket}.s3.us-east-1.amazonaws.com`, S3OriginConfig: { OriginAccessIdentity: '' } },
        ],
      },
      DefaultCacheBehavior: {
        TargetOriginId: 'o',
        ViewerProtocolPolicy: 'allow-all' as const,
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
        LambdaFunctionAssociations: {
          Quantity: 1,
          Items: [{ LambdaFunctionARN: arn, EventType: 'origin-request' as const }],
        },
      },
    };
    const client = new CloudFrontClient(await as(name));
    const create = () => client.send(new CreateDistributionCommand({ DistributionConfig }));
    await expect(create()).rejects.toThrow(`lambda:EnableReplication* on resource: ${arn}`);
    await allowRole(name, allow(['cloudfront:CreateDistribution', 'lambda:EnableReplication*'], '*'));
    await expect(create()).rejects.toThrow('iam:CreateServiceLinkedRole');
  });
});
