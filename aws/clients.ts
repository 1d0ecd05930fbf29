/**
 * The only place that constructs SDK clients. Each is made by the Lambda that needs it, once, outside its handler.
 * AWS_REGION, AWS_ENDPOINT_URL and credentials come from the runtime; CloudFront and what it replicates to the edge
 * live in us-east-1 whatever the control plane's Region is.
 */
import { ACMClient } from '@aws-sdk/client-acm';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html */
const EDGE_REGION = 'us-east-1';

/**
 * The SDK waits for an answer without end unless it is told otherwise. Given up after this long, a call is tried again, and
 * its three tries fit into the time of the function that makes it.
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
 */
const patience = (requestTimeout: number) => ({
  requestHandler: { connectionTimeout: 2_000, requestTimeout, throwOnRequestTimeout: true },
});
/** Milliseconds. A few kilobytes each way. */
const SMALL = patience(4_000);
/** Milliseconds. Up to 50 MB to send, or an edge function's 30 s to wait for. */
const LARGE = patience(60_000);

export const tableClient = () =>
  DynamoDBDocumentClient.from(new DynamoDBClient(SMALL), { marshallOptions: { removeUndefinedValues: true } });
export const s3Client = () => new S3Client(LARGE);
export const executionsClient = () => new SFNClient(SMALL);
export const eventsClient = () => new EventBridgeClient(SMALL);
export const logsClient = (region?: string) => new CloudWatchLogsClient({ region, ...SMALL });
export const queuesClient = () => new SQSClient(SMALL);
export const parametersClient = () => new SSMClient(SMALL);
export const secretsClient = () => new SecretsManagerClient(SMALL);
export const rolesClient = () => new IAMClient(SMALL);
export const regionalLambdaClient = () => new LambdaClient(LARGE);
export const edgeLambdaClient = () => new LambdaClient({ region: EDGE_REGION, ...LARGE });
/** CloudFront takes certificates of that Region alone. */
export const certificatesClient = () => new ACMClient({ region: EDGE_REGION, ...SMALL });
export const zonesClient = () => new Route53Client({ region: EDGE_REGION, ...SMALL });
export const distributionsClient = () => new CloudFrontClient({ region: EDGE_REGION, ...patience(10_000) });
