/** The services of the site plane, served, with what serverless.yml makes once for all sites, and ports for the steps. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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
import { createDomainStore } from '../../aws/table/domains.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSettingsStore } from '../../aws/table/settings.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { createViewerFunctions } from '../../aws/viewer-functions.ts';
import type { PipelineState } from '../../domain/pipeline.ts';
import { run as awaitDistribution } from '../../functions/await-distribution/run.ts';
import { run as packageRelease } from '../../functions/package/run.ts';
import { run as prepareSite } from '../../functions/prepare-site/run.ts';
import { run as publishFunctions } from '../../functions/publish-functions/run.ts';
import { run as smokeTest } from '../../functions/smoke-test/run.ts';
import { run as updateDistribution } from '../../functions/update-distribution/run.ts';
import { type CloudFrontService, createCloudFrontService } from '../../local-cloud/services/cloudfront/index.ts';
import { createDynamoDbService } from '../../local-cloud/services/dynamodb/index.ts';
import { createIamService } from '../../local-cloud/services/iam/index.ts';
import { createLambdaService } from '../../local-cloud/services/lambda/index.ts';
import { createLogsService } from '../../local-cloud/services/logs/index.ts';
import { createS3Service } from '../../local-cloud/services/s3/index.ts';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import { namedForRetry } from '../../middleware/transient.ts';
import { createTable } from './dynamo-table.ts';
import { ARTIFACT_BUCKET } from './pipeline-state.ts';
import { serveServices } from './serve-service.ts';
import { createSharedParts } from './shared-parts.ts';

const TABLE = 'towpath';
const GUARD_CODE = `const ACCESS = TOWPATH_ACCESS;
function handler(event) { return ACCESS[event.context.distributionId] ? event.request : { statusCode: 401 }; }`;

/** Of all sites, as the control plane's template makes it; its ARN. */
async function createDeadLetters(sqs: SQSClient): Promise<string> {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'towpath-dev-regeneration-dead.fifo', Attributes: { FifoQueue: 'true' } }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return String(Attributes?.QueueArn);
}

export async function startSitePlane() {
  const served = await serveServices(
    [
      createS3Service,
      createIamService,
      createLambdaService,
      createLogsService,
      createCloudFrontService,
      createSqsService,
      createDynamoDbService,
    ],
    { region: 'us-east-1' },
  );
  const dynamoDb = new DynamoDBClient(served.client);
  const table = await createTable(dynamoDb, TABLE);
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
    domains: createDomainStore(table),
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
      dynamoDb.destroy();
      await served.stop();
    },
  };
}

export type SitePlane = Awaited<ReturnType<typeof startSitePlane>>;

/** What the state machine's Retry lists name. */
const RETRIED = ['TransientAwsError', 'Conflict', 'DistributionInProgress', 'InvalidationInProgress'];

/** Runs a step as the state machine does. */
export async function retried<T>(step: () => Promise<{ output: T }>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await step()).output;
    } catch (error) {
      const retryable = RETRIED.includes(namedForRetry(error as Error).name);
      if (!retryable || attempt === 60) throw error;
      await sleep(250);
    }
  }
}

export interface Folders {
  /** The shipped edge runtime. */
  edge: string;
  /** For the bundle, while it is unpacked. */
  temporary: string;
}

/** From PrepareSite to AwaitDistribution: `state` is filled in on the way. Resolves with what SmokeTest said. */
export async function publish(plane: SitePlane, state: PipelineState, folders: Folders) {
  const settings = {
    deployer: plane.deployer,
    artifactBucket: ARTIFACT_BUCKET,
    tableName: TABLE,
    buildLogGroup: '/aws/codebuild/build',
    siteUrlPattern: 'http://{domain}',
    pools: [
      {
        originAccessControlId: plane.shared.originAccessControlId,
        cachePolicyId: plane.shared.staticCachePolicyId,
      },
    ],
  };
  // Detect's: a commit without rules of its own.
  await plane.artifacts.put(state.build.repositoryRules, '{}');
  state.site = await retried(() => prepareSite(state, { ...plane, settings }));
  state.package = await retried(() =>
    packageRelease(state, {
      ...plane,
      artifactBucket: ARTIFACT_BUCKET,
      tableName: TABLE,
      edgeFolder: folders.edge,
      temporaryFolder: folders.temporary,
      now: () => new Date(),
    }),
  );
  state.functions = await retried(() => publishFunctions(state, plane));
  const smoke = await retried(() => smokeTest(state, plane));
  state.update = await retried(() => updateDistribution(state, { ...plane, shared: [plane.shared] }));
  await retried(() => awaitDistribution(state, { ...plane, sleep, now: Date.now }));
  return smoke;
}
