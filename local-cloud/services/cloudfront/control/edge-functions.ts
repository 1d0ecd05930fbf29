/** Lambda functions that a config associates: whether they exist, can run at the edge, and let the edge assume their role. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Environment } from '../../../service.ts';
import { checkEdgeCandidate, type EdgeCandidate } from './association-rules.ts';
import { edgeFunctionsOf } from './replicas.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge */
const MAX_EDGE_FUNCTIONS = 100;

export async function checkEdgeFunctions(
  config: DistributionConfig,
  environment: Environment,
  caller: Caller,
): Promise<void> {
  const arns = edgeFunctionsOf(config);
  if (arns.length > MAX_EDGE_FUNCTIONS) {
    throw new AwsError('TooManyLambdaFunctionAssociations', `A distribution can have ${MAX_EDGE_FUNCTIONS} of them.`);
  }
  for (const arn of arns) await checkEdgeFunction(arn, environment, caller);
}

async function checkEdgeFunction(arn: string, environment: Environment, caller: Caller): Promise<void> {
  const refuse = (reason: string, cause?: unknown) => {
    const error = new AwsError('InvalidLambdaFunctionAssociation', `${arn}: ${reason}`);
    error.cause = cause;
    return error;
  };
  const { Configuration } = await environment
    .call<{ Configuration: EdgeCandidate & { Role: string } }>(
      'lambda',
      'GetFunction',
      { FunctionName: arn },
      { ...caller, region: 'us-east-1' },
    )
    .catch((error: Error) => {
      throw refuse(`The function cannot be read by the caller of this operation. ${error.message}`, error);
    });
  checkEdgeCandidate({ FunctionArn: arn, ...Configuration });

  const service = environment.asService('cloudfront.amazonaws.com');
  const { Role } = await environment
    .call<{ Role: { AssumeRolePolicyDocument?: string } }>(
      'iam',
      'GetRole',
      { RoleName: Configuration.Role.split('/').at(-1)! },
      service,
    )
    .catch((error: Error) => {
      throw refuse(`Its execution role cannot be read. ${error.message}`, error);
    });
  if (!decodeURIComponent(Role.AssumeRolePolicyDocument ?? '').includes('edgelambda.amazonaws.com')) {
    throw refuse('The function execution role must be assumable with edgelambda.amazonaws.com.');
  }
}
