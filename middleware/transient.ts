/**
 * Which AWS errors pass by themselves. Step Functions matches Retry on a name, and the services have dozens of them, so
 * each is rethrown under one of two: `TransientAwsError` (the same call may succeed later) and `Conflict` (somebody else
 * changed the thing: read it again, then write).
 */
import { TowpathError } from '../domain/errors.ts';

const TRANSIENT = {
  code: 'TransientAwsError',
  fault: 'provider',
  retryable: true,
  remedy: 'AWS was busy or not ready yet: the step is tried again by itself; replay the deployment if it still failed.',
} as const;

const CONFLICT = {
  code: 'Conflict',
  fault: 'provider',
  retryable: true,
  remedy: 'Something else changed the same resource at the same time: the step reads it again and retries by itself.',
} as const;

/** The parts of an SDK error that decide. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
interface SdkError extends Error {
  code?: string;
  $fault?: 'client' | 'server';
  $metadata?: { httpStatusCode?: number };
  $retryable?: { throttling?: boolean };
}

const THROTTLES = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** Node's and the SDK's names for a connection that broke or never came to be. */
const CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
]);

/** What is there, but not everywhere yet; the pattern narrows an error code that AWS uses for other things too. */
const EVENTUALLY_CONSISTENT: { code: string; about?: RegExp }[] = [
  // A new role, some seconds long: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
  { code: 'InvalidParameterValueException', about: /cannot be assumed by Lambda/i },
  // A role's new policy, likewise: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  { code: 'InvalidParameterValueException', about: /does not have permissions to call/i },
  // A name is free 60 s after DeleteQueue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
  { code: 'QueueDeletedRecently' },
  { code: 'AWS.SimpleQueueService.QueueDeletedRecently' },
  // A principal in a policy that IAM does not know yet.
  { code: 'MalformedPolicy', about: /Invalid principal in policy/i },
  // A function version that CloudFront cannot see yet.
  { code: 'InvalidLambdaFunctionAssociation', about: /cannot be found|does not exist|is not (yet )?(active|ready)/i },
];

/** Two writers at one thing. */
const CONFLICTS = new Set([
  'ConcurrentModification',
  'ConcurrentModificationException',
  'ConditionalRequestConflict',
  'InvalidIfMatchVersion',
  'OperationAborted',
  'PreconditionFailed',
  'ResourceConflictException',
  'ResourceInUseException',
]);

function isTransient(error: SdkError): boolean {
  if (THROTTLES.has(error.name) || error.$retryable?.throttling) return true;
  if (CONNECTION.has(error.name) || CONNECTION.has(error.code ?? '')) return true;
  const status = error.$metadata?.httpStatusCode;
  if (status === 429 || (status !== undefined && status >= 500)) return true;
  return EVENTUALLY_CONSISTENT.some(
    ({ code, about }) => error.name === code && (about === undefined || about.test(error.message)),
  );
}

const isConflict = (error: Error) => CONFLICTS.has(error.name);

/** The error under the name that the state machine retries on; any other error as it is. */
export function namedForRetry(error: Error): Error {
  if (error instanceof TowpathError) return error;
  const about = isConflict(error) ? CONFLICT : isTransient(error) ? TRANSIENT : undefined;
  return about ? new TowpathError(about, `${error.name}: ${error.message}`, { cause: error }) : error;
}
