/**
 * The local cloud: the AWS APIs that Towpath uses, in this process, on one port of 127.0.0.1, kept in one folder.
 * Nothing in it asks who its user is: it knows AWS by its wire alone, and runs what a CloudFormation template says.
 */

import type { Authorizer } from './authorization/authorizer.ts';
import type { Decision } from './authorization/decisions.ts';
import { startCloud } from './cloud.ts';
import { type LoadOptions, loadTemplate } from './cloudformation/load-template.ts';
import type { Fault, Faults } from './faults/index.ts';
import type { Call, Environment } from './service.ts';
import { createAcmService } from './services/acm/index.ts';
import { createApiGatewayService } from './services/apigateway/index.ts';
import { createCloudFrontService, type SiteUrl } from './services/cloudfront/index.ts';
import { createCodeBuildServiceWith } from './services/codebuild/index.ts';
import { createDynamoDbService } from './services/dynamodb/index.ts';
import type { BestEffortOptions } from './services/events/best-effort.ts';
import { createEventsServiceWith } from './services/events/index.ts';
import { createIamService } from './services/iam/index.ts';
import { createLambdaServiceWith } from './services/lambda/index.ts';
import { createLogsService } from './services/logs/index.ts';
import { createRoute53Service } from './services/route53/index.ts';
import { createS3Service } from './services/s3/index.ts';
import { createSecretsManagerService } from './services/secretsmanager/index.ts';
import { createSqsService } from './services/sqs/index.ts';
import { createSsmService } from './services/ssm/index.ts';
import { createStatesServiceWith } from './services/states/index.ts';
import { createStsService } from './services/sts/index.ts';

export { LocalCloudError } from './runtime/local-cloud-error.ts';

const createServices = (traps: Traps) => ({
  iam: createIamService,
  sts: createStsService,
  logs: createLogsService,
  ssm: createSsmService,
  secretsmanager: createSecretsManagerService,
  s3: createS3Service,
  sqs: createSqsService,
  dynamodb: createDynamoDbService,
  events: (environment: Environment) => createEventsServiceWith({ bestEffort: traps.statusEvents }, environment),
  lambda: (environment: Environment) =>
    createLambdaServiceWith(
      { roleSettlingMilliseconds: traps.roleSettlingMilliseconds, roleRefusals: traps.roleRefusals },
      environment,
    ),
  codebuild: (environment: Environment) =>
    createCodeBuildServiceWith({ timeoutHaste: traps.buildTimeoutHaste }, environment),
  states: (environment: Environment) => createStatesServiceWith({ retryHaste: traps.retryHaste }, environment),
  apigateway: createApiGatewayService,
  route53: createRoute53Service,
  acm: createAcmService,
  cloudfront: (environment: Environment) =>
    createCloudFrontService(environment, {
      propagationMs: traps.propagationMilliseconds,
      replicaRemovalMs: traps.replicaRemovalMilliseconds,
    }),
});

/** What AWS does by chance or for a while, and this local cloud only when it is told to. */
export interface Traps {
  /** How long Lambda cannot assume a role that was just created; some seconds on AWS. */
  roleSettlingMilliseconds?: number;
  /** How often Lambda refuses a new role, however long ago it was created: a slow machine is never in time for the seconds. */
  roleRefusals?: number;
  /** Step Functions' status events are best effort: they may be lost, come twice, or late. */
  statusEvents?: BestEffortOptions;
  /** From a change of a distribution until it is `Deployed`: minutes on AWS, a second here. */
  propagationMilliseconds?: number;
  /** How many times shorter than its Retry asks for Step Functions waits before another try; as long as on AWS unless said. */
  retryHaste?: number;
  /** How many times shorter than its time-out CodeBuild lets a build run; as long as on AWS unless said. */
  buildTimeoutHaste?: number;
  /** How long a function that no distribution uses any more cannot be deleted: hours on AWS, 15 seconds here. */
  replicaRemovalMilliseconds?: number;
}

export interface LocalCloudOptions extends Partial<Omit<LoadOptions, 'parameters'>> {
  /** Of the template; by its port, where they depend on that. */
  parameters?: LoadOptions['parameters'] | ((port: number) => LoadOptions['parameters']);
  /** Everything is kept here: it survives a restart. A second local cloud on the same folder is refused. */
  folder: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Of the control plane; us-east-1 unless said. */
  region?: string;
  log?: (line: string) => void;
  /** Calls that fail from the start on, the loading of the template not counted. */
  faults?: Fault[];
  traps?: Traps;
}

export interface LocalCloud {
  /** `http://127.0.0.1:<port>`, for `AWS_ENDPOINT_URL`. */
  endpoint: string;
  port: number;
  accountId: string;
  region: string;
  /** The root key. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Of the first stack's template. */
  outputs: Record<string, string>;
  siteUrls(): SiteUrl[];
  /** An operation of a service without the wire between. */
  call: Call;
  /** What the authorisation decided since the start: each permission used by each role, and the last denials. */
  decisions(): Decision[];
  /** Judges as though these statements of roles were not there, until what is returned is called. */
  withhold: Authorizer['withhold'];
  /** Records and fails the AWS calls that come in from now on. */
  faults: Faults;
  /** Brings another stack beside the first to what its template says. The template's outputs. */
  loadStack(stackName: string, options: Omit<LoadOptions, 'stackName'>): Promise<Record<string, string>>;
  /** Ends every server, timer and child process. */
  stop(): Promise<void>;
}

/** Throws LocalCloudError: port or folder in use, state unreadable, template that cannot be loaded. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  let outputs: Record<string, string> = {};
  const cloud = await startCloud({
    folder: options.folder,
    port: options.port,
    region: options.region,
    services: createServices(options.traps ?? {}),
    about: (services) => ({ outputs, distributions: services.cloudfront.siteUrls() }),
    log: options.log,
    faults: options.faults,
  });
  try {
    if (options.template) {
      const { template, artifacts } = options;
      const parameters = typeof options.parameters === 'function' ? options.parameters(cloud.port) : options.parameters;
      outputs = await loadTemplate(cloud.environment('cloudformation'), { template, artifacts, parameters });
    }
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  const { endpoint, port, accountId, region, credentials, call, decisions, withhold, faults, stop } = cloud;
  const siteUrls = () => cloud.services.cloudfront.siteUrls();
  const loadStack: LocalCloud['loadStack'] = (stackName, stack) =>
    loadTemplate(cloud.environment('cloudformation'), { ...stack, stackName });
  return {
    endpoint,
    port,
    accountId,
    region,
    credentials,
    outputs,
    siteUrls,
    call,
    decisions,
    withhold,
    faults,
    loadStack,
    stop,
  };
}
