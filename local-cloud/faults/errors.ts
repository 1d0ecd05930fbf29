/** What each service says when it is called too often, and when it fails itself. */
import { AwsError } from '../protocol/aws-error.ts';
import type { FaultWay } from './calls.ts';

type Said = [code: string, status: number];

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html lists the codes that SDKs take for throttling. */
const THROTTLED: Record<string, Said> = {
  apigateway: ['TooManyRequestsException', 429],
  cloudfront: ['Throttling', 400],
  dynamodb: ['ProvisionedThroughputExceededException', 400],
  iam: ['Throttling', 400],
  lambda: ['TooManyRequestsException', 429],
  route53: ['Throttling', 400],
  s3: ['SlowDown', 503],
  sqs: ['RequestThrottled', 403],
  sts: ['Throttling', 400],
};
const USUALLY_THROTTLED: Said = ['ThrottlingException', 400];

const FAILED: Record<string, Said> = {
  dynamodb: ['InternalServerError', 500],
  events: ['InternalException', 500],
  iam: ['ServiceFailure', 500],
  lambda: ['ServiceException', 500],
  s3: ['InternalError', 500],
  secretsmanager: ['InternalServiceError', 500],
  ssm: ['InternalServerError', 500],
};
const USUALLY_FAILED: Said = ['InternalFailure', 500];

export function saidBy(service: string, way: Extract<FaultWay, 'throttle' | 'error'>): AwsError {
  const [code, status] =
    way === 'throttle' ? (THROTTLED[service] ?? USUALLY_THROTTLED) : (FAILED[service] ?? USUALLY_FAILED);
  const message = way === 'throttle' ? 'Rate exceeded' : 'We encountered an internal error. Please try again.';
  return new AwsError(code, message, status);
}

/** Instead of an answer the connection ends. */
export class ConnectionCut extends Error {
  constructor() {
    super('The connection was cut, as a fault asked for');
    this.name = 'ConnectionCut';
  }
}
