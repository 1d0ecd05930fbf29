/** Every service of the local cloud, each as its own tests start it. */
import type { ServiceFactories } from '../../local-cloud/cloud.ts';
import type { Environment } from '../../local-cloud/service.ts';
import { createAcmService } from '../../local-cloud/services/acm/index.ts';
import { createApiGatewayService } from '../../local-cloud/services/apigateway/index.ts';
import { createCloudFrontService } from '../../local-cloud/services/cloudfront/index.ts';
import { createCodeBuildService } from '../../local-cloud/services/codebuild/index.ts';
import { createDynamoDbService } from '../../local-cloud/services/dynamodb/index.ts';
import { createEventsService } from '../../local-cloud/services/events/index.ts';
import { createIamService } from '../../local-cloud/services/iam/index.ts';
import { createLambdaService } from '../../local-cloud/services/lambda/index.ts';
import { createLogsService } from '../../local-cloud/services/logs/index.ts';
import { createRoute53Service } from '../../local-cloud/services/route53/index.ts';
import { createS3Service } from '../../local-cloud/services/s3/index.ts';
import { createSecretsManagerService } from '../../local-cloud/services/secretsmanager/index.ts';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import { createSsmService } from '../../local-cloud/services/ssm/index.ts';
import { createStatesService } from '../../local-cloud/services/states/index.ts';
import { createStsService } from '../../local-cloud/services/sts/index.ts';

export const ALL_SERVICES = {
  acm: createAcmService,
  apigateway: createApiGatewayService,
  cloudfront: (environment: Environment) => createCloudFrontService(environment),
  codebuild: createCodeBuildService,
  dynamodb: createDynamoDbService,
  events: createEventsService,
  iam: createIamService,
  lambda: createLambdaService,
  logs: createLogsService,
  route53: createRoute53Service,
  s3: createS3Service,
  secretsmanager: createSecretsManagerService,
  sqs: createSqsService,
  ssm: createSsmService,
  states: createStatesService,
  sts: createStsService,
} satisfies ServiceFactories;
