/** CloudFront served alone in fake time, with stand-ins for the bucket, the edge functions and their roles. */
import {
  CloudFrontClient,
  CreateDistributionCommand,
  type DefaultCacheBehavior,
  type DistributionConfig,
} from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../local-cloud/protocol/aws-error.ts';
import type { Caller, Operations } from '../../local-cloud/service.ts';
import {
  type CloudFrontOptions,
  type CloudFrontService,
  createCloudFrontService,
} from '../../local-cloud/services/cloudfront/index.ts';
import { type ServedServices, serveService } from './serve-service.ts';

export const BUCKET_DOMAIN = 'site-bucket.s3.eu-west-1.amazonaws.com';
export const EDGE_FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:edge:1';
export const DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
export const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
export const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

export interface StoredObject {
  body: string | Uint8Array;
  ContentType?: string;
  CacheControl?: string;
  ETag?: string;
  LastModified?: Date;
}
// biome-ignore lint/suspicious/noExplicitAny: events and results of Lambda@Edge are what the tests are about.
export type EdgeHandler = (event: any) => unknown;

export interface TestSite {
  client: CloudFrontClient;
  served: ServedServices;
  service: CloudFrontService;
  objects: Map<string, StoredObject>;
  /** S3's calls, in order. */
  reads: { operation: string; input: Record<string, unknown>; caller: Caller }[];
  /** Events the functions got, with the caller of Invoke. */
  events: { arn: string; event: unknown; caller: Caller }[];
  onEdge(handler: EdgeHandler): void;
  /** Configuration that GetFunction answers, beside the usual. */
  lambda: { configuration: Record<string, unknown>; trust: string[] };
  pass(ms: number): void;
  now(): number;
  create(
    config?: Partial<DistributionConfig>,
    behaviour?: Partial<DefaultCacheBehavior>,
  ): Promise<{ id: string; url: string }>;
  stop(): Promise<void>;
}

export async function startSite(options: CloudFrontOptions & { folder?: string } = {}): Promise<TestSite> {
  let now = Date.UTC(2030, 0, 1);
  let handler: EdgeHandler = () => ({});
  const { folder, ...cloudFront } = options;
  const objects: TestSite['objects'] = new Map();
  const reads: TestSite['reads'] = [];
  const events: TestSite['events'] = [];
  const lambda = {
    configuration: {} as Record<string, unknown>,
    trust: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'],
  };

  const read = (operation: string) => async (input: Record<string, unknown>, caller: Caller) => {
    reads.push({ operation, input, caller });
    const object = objects.get(String(input.Key));
    if (!object) throw new AwsError('AccessDenied', 'Access Denied', 403);
    const { body, ...headers } = object;
    if (object.ETag && input.IfNoneMatch === object.ETag) throw new AwsError('NotModified', 'Not Modified', 304);
    const bytes = Buffer.from(body);
    const range = /^bytes=(\d+)-(\d+)$/.exec(String(input.Range ?? ''));
    if (!range) return { ...headers, Body: operation === 'GetObject' ? bytes : undefined, ContentLength: bytes.length };
    const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    return {
      ...headers,
      Body: part,
      ContentLength: part.length,
      ContentRange: `bytes ${range[1]}-${range[2]}/${bytes.length}`,
    };
  };
  const calls: Record<string, Operations> = {
    s3: {
      GetObject: read('GetObject'),
      HeadObject: read('HeadObject'),
      PutObject: async (input, caller) => {
        reads.push({ operation: 'PutObject', input, caller });
        objects.set(input.Key, { body: input.Body, ContentType: input.ContentType });
        return { ETag: '"put"' };
      },
      DeleteObject: async (input, caller) => {
        reads.push({ operation: 'DeleteObject', input, caller });
        objects.delete(input.Key);
        return {};
      },
    },
    lambda: {
      GetFunction: async () => ({
        Configuration: {
          Role: 'arn:aws:iam::111122223333:role/edge',
          Runtime: 'nodejs24.x',
          Timeout: 30,
          ...lambda.configuration,
        },
      }),
      Invoke: async ({ FunctionName, Payload }, caller) => {
        const event: unknown = JSON.parse(Buffer.from(Payload).toString());
        events.push({ arn: FunctionName, event, caller });
        try {
          return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(await handler(event)) ?? 'null') };
        } catch (error) {
          const payload = { errorType: 'Error', errorMessage: (error as Error).message };
          return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(payload)) };
        }
      },
    },
    iam: {
      GetRole: async () => ({
        Role: {
          AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Principal: { Service: lambda.trust } })),
        },
      }),
    },
  };

  let service: CloudFrontService | undefined;
  const served = await serveService(
    (environment) => {
      service = createCloudFrontService(environment, cloudFront);
      return service;
    },
    { calls, now: () => now, folder },
  );
  const client = new CloudFrontClient({ ...served.client, maxAttempts: 1 });
  let accessControl: Promise<string> | undefined;

  return {
    client,
    served,
    service: service!,
    objects,
    reads,
    events,
    lambda,
    onEdge: (next) => {
      handler = next;
    },
    pass: (ms) => {
      now += ms;
    },
    now: () => now,
    create: async (config = {}, behaviour = {}) => {
      accessControl ??= served
        .call<{ OriginAccessControl: { Id: string } }>(
          'cloudfront',
          'CreateOriginAccessControl',
          { OriginAccessControlConfig: ACCESS_CONTROL },
          served.environment.asService('test'),
        )
        .then(({ OriginAccessControl }) => OriginAccessControl.Id);
      const whole = distributionConfig(await accessControl, config, behaviour);
      const { Distribution } = await client.send(new CreateDistributionCommand({ DistributionConfig: whole }));
      now += 1_000;
      const id = Distribution!.Id!;
      return { id, url: service!.siteUrls().find((site) => site.id === id)!.url };
    },
    stop: async () => {
      client.destroy();
      await served.stop();
    },
  };
}

export const ACCESS_CONTROL = {
  Name: 'site',
  OriginAccessControlOriginType: 's3' as const,
  SigningBehavior: 'always' as const,
  SigningProtocol: 'sigv4' as const,
};

let references = 0;
export function distributionConfig(
  accessControlId: string,
  config: Partial<DistributionConfig> = {},
  behaviour: Partial<DefaultCacheBehavior> = {},
): DistributionConfig {
  const origin = {
    Id: 'site',
    DomainName: BUCKET_DOMAIN,
    OriginPath: '',
    OriginAccessControlId: accessControlId,
    S3OriginConfig: { OriginAccessIdentity: '' },
  };
  return {
    CallerReference: `reference-${++references}`,
    Comment: 'A test site',
    Enabled: true,
    Origins: { Quantity: 2, Items: [origin, { ...origin, Id: 'static', OriginPath: '/static' }] },
    DefaultCacheBehavior: {
      TargetOriginId: 'site',
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: OPTIMIZED,
      Compress: true,
      ...behaviour,
    },
    ...config,
  };
}

/** An association of EDGE_FUNCTION. */
export const edgeFunctions = (...events: ('origin-request' | 'origin-response')[]) => ({
  LambdaFunctionAssociations: {
    Quantity: events.length,
    Items: events.map((EventType) => ({
      LambdaFunctionARN: EDGE_FUNCTION,
      EventType,
      ...(EventType === 'origin-request' && { IncludeBody: true }),
    })),
  },
});

export const ALL_METHODS = {
  AllowedMethods: {
    Quantity: 7,
    Items: [
      'GET' as const,
      'HEAD' as const,
      'OPTIONS' as const,
      'PUT' as const,
      'PATCH' as const,
      'POST' as const,
      'DELETE' as const,
    ],
    CachedMethods: { Quantity: 2, Items: ['GET' as const, 'HEAD' as const] },
  },
};
