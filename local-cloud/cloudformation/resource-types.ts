/** Every resource type that the local cloud makes. To add one: write its row under resources/, and name it here. */
import type { ResourceType } from './resource-type.ts';
import * as apigateway from './resources/apigateway.ts';
import * as cloudfront from './resources/cloudfront.ts';
import { project } from './resources/codebuild.ts';
import { table } from './resources/dynamodb.ts';
import { eventBus, rule } from './resources/events.ts';
import { policy, role } from './resources/iam.ts';
import * as lambda from './resources/lambda.ts';
import { logGroup } from './resources/logs.ts';
import { bucket, bucketPolicy } from './resources/s3.ts';
import { secret } from './resources/secretsmanager.ts';
import { queue, queuePolicy } from './resources/sqs.ts';
import { parameter } from './resources/ssm.ts';
import { stateMachine } from './resources/states.ts';

// biome-ignore lint/suspicious/noExplicitAny: each row has its own properties; the template's are not checked by type.
export const RESOURCE_TYPES: Record<string, ResourceType<any>> = {
  'AWS::ApiGatewayV2::Api': apigateway.api,
  'AWS::ApiGatewayV2::Integration': apigateway.integration,
  'AWS::ApiGatewayV2::Route': apigateway.route,
  'AWS::ApiGatewayV2::Stage': apigateway.stage,
  'AWS::CloudFront::CachePolicy': cloudfront.cachePolicy,
  'AWS::CloudFront::Function': cloudfront.cloudFrontFunction,
  'AWS::CloudFront::OriginAccessControl': cloudfront.originAccessControl,
  'AWS::CloudFront::OriginRequestPolicy': cloudfront.originRequestPolicy,
  'AWS::CloudFront::ResponseHeadersPolicy': cloudfront.responseHeadersPolicy,
  'AWS::CodeBuild::Project': project,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::Rule': rule,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::Lambda::EventInvokeConfig': lambda.eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': lambda.eventSourceMapping,
  'AWS::Lambda::Function': lambda.lambdaFunction,
  'AWS::Lambda::Permission': lambda.permission,
  'AWS::Lambda::Version': lambda.version,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SecretsManager::Secret': secret,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::SSM::Parameter': parameter,
  'AWS::StepFunctions::StateMachine': stateMachine,
};
