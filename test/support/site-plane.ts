/** The services of the site plane, served, with what serverless.yml makes once for all sites, and ports for the steps. */
import {
  CloudFrontClient,
  CreateCachePolicyCommand,
  CreateFunctionCommand,
  CreateOriginAccessControlCommand,
  CreateOriginRequestPolicyCommand,
  PublishFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createArtifactStore } from '../../aws/artifacts.ts';
import { createBuckets } from '../../aws/buckets.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createEventSources } from '../../aws/event-sources.ts';
import { createFifoQueues } from '../../aws/fifo-queues.ts';
import { createEdgeFunctions } from '../../aws/functions.ts';
import { createRoles } from '../../aws/roles.ts';
import { createAccessStore } from '../../aws/table/access.ts';
import { createAppStore } from '../../aws/table/apps.ts';
import { createBuildStore } from '../../aws/table/builds.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSettingsStore } from '../../aws/table/settings.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { createViewerFunctions } from '../../aws/viewer-functions.ts';
import type { SharedParts } from '../../functions/update-distribution/distribution-config.ts';
import { type CloudFrontService, createCloudFrontService } from '../../local-cloud/services/cloudfront/index.ts';
import { createIamService } from '../../local-cloud/services/iam/index.ts';
import { createLambdaService } from '../../local-cloud/services/lambda/index.ts';
import { createLogsService } from '../../local-cloud/services/logs/index.ts';
import { createS3Service } from '../../local-cloud/services/s3/index.ts';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import { startTable } from './dynamo-table.ts';
import { ARTIFACT_BUCKET } from './pipeline-state.ts';
import { serveServices } from './serve-service.ts';

const GUARD_CODE = `const ACCESS = TOWPATH_ACCESS;
function handler(event) { return ACCESS[event.context.distributionId] ? event.request : { statusCode: 401 }; }`;
const VIEWER_CODE = 'function handler(event) { return event.request; }';
/** The least that a static site needs. */
const STATIC_VIEWER_CODE = `function handler(event) {
  if (event.request.uri.endsWith('/')) event.request.uri += 'index.html';
  return event.request;
}`;

async function createSharedParts(cloudFront: CloudFrontClient): Promise<SharedParts> {
  const cachePolicy = async (Name: string, query: 'all' | 'none') => {
    const { CachePolicy } = await cloudFront.send(
      new CreateCachePolicyCommand({
        CachePolicyConfig: {
          Name,
          MinTTL: 0,
          DefaultTTL: 0,
          MaxTTL: 31536000,
          ParametersInCacheKeyAndForwardedToOrigin: {
            EnableAcceptEncodingGzip: true,
            EnableAcceptEncodingBrotli: true,
            HeadersConfig: { HeaderBehavior: 'none' },
            CookiesConfig: { CookieBehavior: 'none' },
            QueryStringsConfig: { QueryStringBehavior: query },
          },
        },
      }),
    );
    return String(CachePolicy?.Id);
  };
  const viewerFunction = async (Name: string, code: string) => {
    const { ETag } = await cloudFront.send(
      new CreateFunctionCommand({
        Name,
        FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
        FunctionCode: Buffer.from(code),
      }),
    );
    const { FunctionSummary } = await cloudFront.send(new PublishFunctionCommand({ Name, IfMatch: ETag }));
    return String(FunctionSummary?.FunctionMetadata?.FunctionARN);
  };
  const { OriginRequestPolicy } = await cloudFront.send(
    new CreateOriginRequestPolicyCommand({
      OriginRequestPolicyConfig: {
        Name: 'all',
        HeadersConfig: { HeaderBehavior: 'allExcept', Headers: { Quantity: 1, Items: ['Host'] } },
        CookiesConfig: { CookieBehavior: 'all' },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
      },
    }),
  );
  const { OriginAccessControl } = await cloudFront.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: 'oac',
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    }),
  );
  return {
    staticCachePolicyId: await cachePolicy('static', 'none'),
    dynamicCachePolicyId: await cachePolicy('dynamic', 'all'),
    countryCachePolicyId: 'unused',
    originRequestPolicyId: String(OriginRequestPolicy?.Id),
    responseHeadersPolicyId: '',
    previewHeadersPolicyId: '',
    originAccessControlId: String(OriginAccessControl?.Id),
    viewerFunctionArn: await viewerFunction('viewer', VIEWER_CODE),
    staticViewerFunctionArn: await viewerFunction('static-viewer', STATIC_VIEWER_CODE),
  };
}

/** Of all sites, as the control plane's template makes it; its ARN. */
async function createDeadLetters(sqs: SQSClient): Promise<string> {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'towpath-dev-regeneration-dead.fifo', Attributes: { FifoQueue: 'true' } }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return String(Attributes?.QueueArn);
}

export async function startSitePlane() {
  const [served, { table, stop: stopTable }] = await Promise.all([
    serveServices(
      [
        createS3Service,
        createIamService,
        createLambdaService,
        createLogsService,
        createCloudFrontService,
        createSqsService,
      ],
      { region: 'us-east-1' },
    ),
    startTable(),
  ]);
  const s3 = new S3Client(served.client);
  const inEdgeRegion = { ...served.client, region: 'us-east-1' };
  const cloudFront = new CloudFrontClient(inEdgeRegion);
  const shared = await createSharedParts(cloudFront);
  await s3.send(new CreateBucketCommand({ Bucket: ARTIFACT_BUCKET }));
  const sqs = new SQSClient(served.client);
  const eventSources = createEventSources(new LambdaClient(served.client));
  const sites = served.services.find(({ scope }) => scope === 'cloudfront') as CloudFrontService;
  return {
    deployer: { stage: 'dev', accountId: '111122223333', region: served.client.region },
    shared,
    artifacts: createArtifactStore(s3),
    buckets: createBuckets(s3),
    roles: createRoles(new IAMClient(served.client)),
    functions: createEdgeFunctions(new LambdaClient(inEdgeRegion)),
    regionalFunctions: createEdgeFunctions(new LambdaClient(served.client)),
    regeneration: { deadLetters: await createDeadLetters(sqs), queues: createFifoQueues(sqs), eventSources },
    eventSources,
    distributions: createDistributions(cloudFront),
    apps: createAppStore(table),
    variables: createVariableStore(table),
    settings: createSettingsStore(table),
    secretValues: { read: async () => undefined },
    sites: createSiteStore(table),
    access: createAccessStore(table),
    guard: {
      access: createAccessStore(table),
      functions: createViewerFunctions(cloudFront),
      secret: async () => 'secret',
      template: async () => GUARD_CODE,
    },
    secret: async () => 'secret',
    deployments: createDeploymentStore(table),
    releases: createReleaseStore(table),
    builds: createBuildStore(table),
    siteUrl: (id: string) => String(sites.siteUrls().find((site) => site.id === id)?.url),
    stop: async () => {
      await served.stop();
      await stopTable();
    },
  };
}

export type SitePlane = Awaited<ReturnType<typeof startSitePlane>>;
