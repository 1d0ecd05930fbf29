import { Readable } from 'node:stream';
import * as cloudfront from '@aws-sdk/client-cloudfront';
import * as codebuild from '@aws-sdk/client-codebuild';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import * as sqs from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../local-cloud/protocol/aws-error.ts';
import type { SdkClient, SdkClientModule } from '../../local-cloud/protocol/sdk-model.ts';
import { sdkService } from '../../local-cloud/protocol/sdk-service.ts';
import type { Operations, Service, WireRequest } from '../../local-cloud/service.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

const unsent = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
let received: Record<string, unknown>;

/** Lets every service assume every role. */
const trusting = JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } });

function served(scope: string, module: object, client: SdkClient, operations: Operations): () => Service {
  const recorded = Object.fromEntries(
    Object.entries(operations).map(([name, run]): [string, Operations[string]] => [
      name,
      async (input, caller) => {
        received = input;
        return run(input, caller);
      },
    ]),
  );
  return () => ({
    ...sdkService({ scope, module: module as SdkClientModule, client, operations: recorded }),
    ...(scope === 'iam' && { resourcePolicy: () => trusting }),
  });
}

const invalidation = (batch: object) => ({
  Id: 'I1',
  Status: 'Completed',
  CreateTime: new Date(0),
  InvalidationBatch: batch,
});
const bytes: WireRequest[] = [];

const services = {
  cloudfront: served('cloudfront', cloudfront, new cloudfront.CloudFrontClient(unsent), {
    CreateInvalidation: async ({ InvalidationBatch }) => ({
      Location: '/i',
      Invalidation: invalidation(InvalidationBatch),
    }),
    CreateDistributionWithTags: async ({ DistributionConfigWithTags }) => ({
      ETag: 'E1',
      Distribution: {
        ...{ Id: 'D1', ARN: 'arn', Status: 'Deployed', LastModifiedTime: new Date(0), DomainName: 'd' },
        ...{ InProgressInvalidationBatches: 0, DistributionConfig: DistributionConfigWithTags.DistributionConfig },
      },
    }),
    UpdateDistribution: async () => {
      throw new AwsError('PreconditionFailed', 'The ETag is <old> & "gone"');
    },
  }),
  lambda: served('lambda', lambda, new lambda.LambdaClient(unsent), {
    Invoke: async ({ Payload }) => ({ StatusCode: 202, Payload, FunctionError: 'Unhandled', ExecutedVersion: '3' }),
    CreateFunction: async ({ FunctionName, Code }) => ({ FunctionName, CodeSize: Code.ZipFile.length }),
    DeleteFunction: async () => undefined,
    GetFunction: async () => {
      throw new AwsError('ResourceNotFoundException', 'no such function', 404, { Type: 'User' });
    },
    ListFunctions: async () => {
      throw new TypeError('a bug');
    },
  }),
  states: served('states', sfn, new sfn.SFNClient(unsent), {
    StartExecution: async ({ name }) => ({ executionArn: `arn:${name}`, startDate: new Date(1_700_000_000_123) }),
    TagResource: async () => undefined,
    DescribeExecution: async () => {
      throw new AwsError('ExecutionDoesNotExist', 'no such execution');
    },
  }),
  codebuild: served('codebuild', codebuild, new codebuild.CodeBuildClient(unsent), {
    StartBuild: async (input) => ({
      build: { id: 'b', environment: { environmentVariables: input.environmentVariablesOverride } },
    }),
  }),
  sqs: served('sqs', sqs, new sqs.SQSClient(unsent), {
    GetQueueUrl: async () => {
      throw new AwsError('QueueDoesNotExist', 'no such queue');
    },
  }),
  iam: served('iam', iam, new iam.IAMClient(unsent), {
    TagRole: async () => undefined,
    GetRole: async () => {
      throw new AwsError('NoSuchEntityException', 'no such role', 404);
    },
    ListRoleTags: async () => ({ Tags: [{ Key: 'a', Value: '<1> & "2"' }], IsTruncated: false }),
  }),
  s3: (): Service => ({
    scope: 's3',
    operations: {},
    handle: async (request) => {
      bytes.push(request);
      return { status: 200, headers: {}, body: '' };
    },
  }),
};

let cloud: TestCloud<typeof services>;
beforeAll(async () => {
  cloud = await startTestCloud(services);
});
afterAll(() => cloud.stop());

describe('restXml', () => {
  const client = () => new cloudfront.CloudFrontClient(cloud.client);

  test('a distribution comes through unchanged, both ways', async () => {
    const config: cloudfront.DistributionConfig = {
      CallerReference: 'r1',
      Comment: 'a <b> & "c" é',
      Enabled: true,
      Aliases: { Quantity: 2, Items: ['a.example', 'b.example'] },
      Origins: {
        Quantity: 1,
        Items: [
          {
            Id: 's3',
            DomainName: 'x.s3.amazonaws.com',
            OriginPath: '/v1',
            S3OriginConfig: { OriginAccessIdentity: '' },
          },
        ],
      },
      DefaultCacheBehavior: {
        TargetOriginId: 's3',
        ViewerProtocolPolicy: 'redirect-to-https',
        Compress: true,
        LambdaFunctionAssociations: {
          Quantity: 1,
          Items: [{ EventType: 'origin-request', LambdaFunctionARN: 'arn:f:7', IncludeBody: true }],
        },
      },
      CustomErrorResponses: { Quantity: 1, Items: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }] },
    };
    const Tags = { Items: [{ Key: 'a', Value: 'b' }] };
    const input = { DistributionConfigWithTags: { DistributionConfig: config, Tags } };
    const answer = await client().send(new cloudfront.CreateDistributionWithTagsCommand(input));
    expect(received).toEqual(input);
    expect(answer.Distribution?.DistributionConfig).toEqual(config);
    expect(answer.Distribution?.LastModifiedTime).toEqual(new Date(0));
    expect(answer.ETag).toBe('E1');
    expect(answer.$metadata.httpStatusCode).toBe(201);
  });

  test('path, headers and body make up the input', async () => {
    const Paths = { Quantity: 2, Items: ['/a', '/b*'] };
    const input = { DistributionId: 'D1', InvalidationBatch: { CallerReference: 'x', Paths } };
    const answer = await client().send(new cloudfront.CreateInvalidationCommand(input));
    expect(received).toEqual(input);
    expect(answer.Location).toBe('/i');
  });

  test('a missing required member is an error that names its path', async () => {
    const batch = { CallerReference: 'x', Paths: { Items: ['/*'] } } as unknown as cloudfront.InvalidationBatch;
    const sent = client().send(
      new cloudfront.CreateInvalidationCommand({ DistributionId: 'D', InvalidationBatch: batch }),
    );
    await expect(sent).rejects.toThrow('Missing required member InvalidationBatch.Paths.Quantity');
  });

  test('a modelled error is thrown by its class, with its modelled status', async () => {
    const config = { CallerReference: 'r', Comment: '', Enabled: true } as unknown as cloudfront.DistributionConfig;
    const full = {
      ...config,
      Origins: { Quantity: 0, Items: [] },
      DefaultCacheBehavior: { TargetOriginId: 'a', ViewerProtocolPolicy: 'allow-all' as const },
    };
    const sent = client().send(
      new cloudfront.UpdateDistributionCommand({ Id: 'D', IfMatch: 'x', DistributionConfig: full }),
    );
    const error = await sent.catch((thrown: cloudfront.PreconditionFailed) => thrown);
    expect(error).toBeInstanceOf(cloudfront.PreconditionFailed);
    expect(error).toMatchObject({ message: 'The ETag is <old> & "gone"', $metadata: { httpStatusCode: 412 } });
  });
});

describe('restJson1', () => {
  const client = () => new lambda.LambdaClient(cloud.client);

  test('payload, headers, query and status are bound', async () => {
    const FunctionName = 'arn:aws:lambda:us-east-1:1:function:f';
    const command = new lambda.InvokeCommand({
      FunctionName,
      Qualifier: 'live',
      Payload: '{"a":1}',
      InvocationType: 'Event',
    });
    const answer = await client().send(command);
    expect(received).toMatchObject({ FunctionName, Qualifier: 'live', InvocationType: 'Event' });
    expect(answer.Payload?.transformToString()).toBe('{"a":1}');
    expect(answer).toMatchObject({ StatusCode: 202, FunctionError: 'Unhandled', ExecutedVersion: '3' });
  });

  test('blobs inside a body are bytes', async () => {
    const Code = { ZipFile: new Uint8Array(1234) };
    const answer = await client().send(
      new lambda.CreateFunctionCommand({ FunctionName: 'f', Role: 'arn:aws:iam::111122223333:role/r', Code }),
    );
    expect(answer.CodeSize).toBe(1234);
  });

  test('an operation without output answers', async () => {
    await client().send(new lambda.DeleteFunctionCommand({ FunctionName: 'f' }));
    expect(received).toEqual({ FunctionName: 'f' });
  });

  test('a modelled error has its members', async () => {
    const error = await client()
      .send(new lambda.GetFunctionCommand({ FunctionName: 'f' }))
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(lambda.ResourceNotFoundException);
    expect(error).toMatchObject({ Type: 'User', $metadata: { httpStatusCode: 404 } });
  });

  test('an operation that is not emulated is named', async () => {
    const sent = client().send(new lambda.ListLayersCommand({}));
    await expect(sent).rejects.toThrow('lambda:ListLayers is not emulated by the local cloud');
  });

  test('a fault of the local cloud is told as one', async () => {
    const sent = new lambda.LambdaClient({ ...cloud.client, maxAttempts: 1 }).send(new lambda.ListFunctionsCommand({}));
    await expect(sent).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
  });
});

describe('awsJson', () => {
  test('1.0: dates, an empty output, a modelled error', async () => {
    const client = new sfn.SFNClient(cloud.client);
    const started = await client.send(new sfn.StartExecutionCommand({ stateMachineArn: 'm', name: 'n' }));
    expect(started).toMatchObject({ executionArn: 'arn:n', startDate: new Date(1_700_000_000_123) });
    await client.send(new sfn.TagResourceCommand({ resourceArn: 'm', tags: [{ key: 'a', value: 'b' }] }));
    expect(received).toEqual({ resourceArn: 'm', tags: [{ key: 'a', value: 'b' }] });
    const failed = client.send(new sfn.DescribeExecutionCommand({ executionArn: 'x' }));
    await expect(failed).rejects.toBeInstanceOf(sfn.ExecutionDoesNotExist);
  });

  test('1.1: nested members', async () => {
    const environmentVariablesOverride = [{ name: 'A', value: 'b', type: 'PARAMETER_STORE' as const }];
    const client = new codebuild.CodeBuildClient(cloud.client);
    const answer = await client.send(
      new codebuild.StartBuildCommand({ projectName: 'p', environmentVariablesOverride }),
    );
    expect(answer.build?.environment?.environmentVariables).toEqual(environmentVariablesOverride);
  });

  test('an error with a query code of old is still thrown by its class', async () => {
    const sent = new sqs.SQSClient(cloud.client).send(new sqs.GetQueueUrlCommand({ QueueName: 'q' }));
    await expect(sent).rejects.toBeInstanceOf(sqs.QueueDoesNotExist);
  });

  test('many calls at once do not mix', async () => {
    const client = new sfn.SFNClient(cloud.client);
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const answers = await Promise.all(
      names.map((name) => client.send(new sfn.StartExecutionCommand({ stateMachineArn: 'm', name }))),
    );
    expect(answers.map(({ executionArn }) => executionArn)).toEqual(names.map((name) => `arn:${name}`));
  });
});

describe('awsQuery', () => {
  const client = () => new iam.IAMClient(cloud.client);

  test('lists of structures come through, both ways', async () => {
    const Tags = [
      { Key: 'k', Value: 'v é&=' },
      { Key: 'empty', Value: '' },
    ];
    await client().send(new iam.TagRoleCommand({ RoleName: 'r', Tags }));
    expect(received).toEqual({ RoleName: 'r', Tags });
    const answer = await client().send(new iam.ListRoleTagsCommand({ RoleName: 'r', MaxItems: 5 }));
    expect(received).toEqual({ RoleName: 'r', MaxItems: 5 });
    expect(answer).toMatchObject({ Tags: [{ Key: 'a', Value: '<1> & "2"' }], IsTruncated: false });
  });

  test('a modelled error is thrown by its class', async () => {
    const sent = client().send(new iam.GetRoleCommand({ RoleName: 'r' }));
    await expect(sent).rejects.toBeInstanceOf(iam.NoSuchEntityException);
  });

  test('a missing required member and an operation that is not emulated', async () => {
    await expect(client().send(new iam.GetRoleCommand({ RoleName: undefined as unknown as string }))).rejects.toThrow(
      'Missing required member RoleName',
    );
    await expect(client().send(new iam.ListUsersCommand({}))).rejects.toThrow('iam:ListUsers is not emulated');
  });
});

describe('the front', () => {
  test('a wrong secret, an unknown key and no signature are refused', async () => {
    const describeWith = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
      new sfn.SFNClient({ ...cloud.client, credentials }).send(new sfn.DescribeExecutionCommand({ executionArn: 'x' }));
    const wrong = describeWith({ accessKeyId: 'local', secretAccessKey: 'guess' });
    await expect(wrong).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    });
    const unknown = describeWith({ accessKeyId: 'AKIAOTHER', secretAccessKey: 'local-secret' });
    await expect(unknown).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const token = describeWith({ ...cloud.credentials, sessionToken: 'made up' });
    await expect(token).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const plain = await fetch(`${cloud.endpoint}/2015-03-31/functions/f`);
    expect(plain.status).toBe(403);
    expect(await plain.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  test('a service that is not emulated is named', async () => {
    const { SSMClient, GetParameterCommand } = await import('@aws-sdk/client-ssm');
    const sent = new SSMClient(cloud.client).send(new GetParameterCommand({ Name: 'a' }));
    await expect(sent).rejects.toThrow('The service ssm is not emulated by the local cloud (AmazonSSM.GetParameter)');
  });

  test('S3 gets whole bodies, with the checksums of chunked ones among the headers', async () => {
    const client = new s3.S3Client(cloud.client);
    const Body = Readable.from([Buffer.from('first,'), Buffer.alloc(70_000, 'x')]);
    bytes.length = 0;
    await client.send(new s3.PutObjectCommand({ Bucket: 'b', Key: 'a b/ü+c', Body, ContentLength: 70_006 }));
    await client.send(new s3.PutObjectCommand({ Bucket: 'b', Key: 'whole', Body: 'text' }));
    const [chunked, whole] = bytes;
    expect(chunked?.url).toBe('/b/a%20b/%C3%BC%2Bc?x-id=PutObject');
    expect(Buffer.from(chunked!.body).toString()).toBe(`first,${'x'.repeat(70_000)}`);
    expect(chunked?.headers['x-amz-checksum-crc32']).toMatch(/^[\w+/]{6}==$/);
    expect(chunked?.headers['content-encoding']).toBeUndefined();
    expect(Buffer.from(whole!.body).toString()).toBe('text');
  });

  test('/_local tells a local program about the cloud, and no other host name', async () => {
    const told = await (await fetch(`${cloud.endpoint}/_local`)).json();
    expect(told).toMatchObject({
      endpoint: cloud.endpoint,
      accountId: '111122223333',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
    });
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${cloud.endpoint}/_local`, { headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(403);
  });
});
