/**
 * The only place that constructs SDK clients. Each is made by the Lambda that needs it, once, outside its handler.
 * AWS_REGION, AWS_ENDPOINT_URL and credentials come from the runtime; CloudFront and what it replicates to the edge
 * live in us-east-1 whatever the control plane's Region is.
 */
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html */
const EDGE_REGION = 'us-east-1';

export const tableClient = () =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
export const s3Client = () => new S3Client({});
export const executionsClient = () => new SFNClient({});
export const eventsClient = () => new EventBridgeClient({});
export const logsClient = () => new CloudWatchLogsClient({});
export const parametersClient = () => new SSMClient({});
export const secretsClient = () => new SecretsManagerClient({});
export const rolesClient = () => new IAMClient({});
export const edgeLambdaClient = () => new LambdaClient({ region: EDGE_REGION });
export const distributionsClient = () => new CloudFrontClient({ region: EDGE_REGION });
