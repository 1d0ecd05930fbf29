/**
 * The local cloud: the AWS APIs that Towpath uses, in this process, on one port of 127.0.0.1, kept in one folder.
 * Nothing in it asks who its user is: it knows AWS by its wire alone, and runs what a CloudFormation template says.
 */

import { startCloud } from './cloud.ts';
import { type LoadOptions, loadTemplate } from './cloudformation/load-template.ts';
import type { Call, Environment } from './service.ts';
import { createApiGatewayService } from './services/apigateway/index.ts';
import { createCloudFrontService } from './services/cloudfront/index.ts';
import { createCodeBuildService } from './services/codebuild/index.ts';
import { createDynamoDbService } from './services/dynamodb/index.ts';
import { createEventsService } from './services/events/index.ts';
import { createIamService } from './services/iam/index.ts';
import { createLambdaService } from './services/lambda/index.ts';
import { createLogsService } from './services/logs/index.ts';
import { createS3Service } from './services/s3/index.ts';
import { createSecretsManagerService } from './services/secretsmanager/index.ts';
import { createSqsService } from './services/sqs/index.ts';
import { createSsmService } from './services/ssm/index.ts';
import { createStatesService } from './services/states/index.ts';
import { createStsService } from './services/sts/index.ts';

const SERVICES = {
  iam: createIamService,
  sts: createStsService,
  logs: createLogsService,
  ssm: createSsmService,
  secretsmanager: createSecretsManagerService,
  s3: createS3Service,
  sqs: createSqsService,
  dynamodb: createDynamoDbService,
  events: createEventsService,
  lambda: createLambdaService,
  codebuild: createCodeBuildService,
  states: createStatesService,
  apigateway: createApiGatewayService,
  cloudfront: (environment: Environment) => createCloudFrontService(environment),
};

export interface LocalCloudOptions extends Partial<LoadOptions> {
  /** Everything is kept here: it survives a restart. A second local cloud on the same folder is refused. */
  folder: string;
  /** 0, the default, takes a free one. */
  port?: number;
  log?: (line: string) => void;
}

export interface LocalCloud {
  /** `http://127.0.0.1:<port>`, for `AWS_ENDPOINT_URL`. */
  endpoint: string;
  port: number;
  accountId: string;
  region: string;
  /** The root key. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Of the template. */
  outputs: Record<string, string>;
  siteUrls(): { id: string; domainName: string; url: string }[];
  /** An operation of a service without the wire between. */
  call: Call;
  /** Ends every server, timer and child process. */
  stop(): Promise<void>;
}

/** Throws LocalCloudError: port or folder in use, state unreadable, template that cannot be loaded. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  let outputs: Record<string, string> = {};
  const cloud = await startCloud({
    folder: options.folder,
    port: options.port,
    services: SERVICES,
    about: (services) => ({ outputs, distributions: services.cloudfront.siteUrls() }),
    log: options.log,
  });
  try {
    if (options.template) {
      const { template, artifacts, parameters } = options;
      outputs = await loadTemplate(cloud.environment('cloudformation'), { template, artifacts, parameters });
    }
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  const { endpoint, port, accountId, region, credentials, call, stop } = cloud;
  const siteUrls = () => cloud.services.cloudfront.siteUrls();
  return { endpoint, port, accountId, region, credentials, outputs, siteUrls, call, stop };
}
