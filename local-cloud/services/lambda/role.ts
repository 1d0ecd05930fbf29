/** Whether Lambda can assume a role: it exists, trusts Lambda, and has settled. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment } from '../../service.ts';
import { invalid } from './configuration.ts';

interface RoleAnswer {
  Role: { AssumeRolePolicyDocument: string; CreateDate: Date | string };
}

interface TrustStatement {
  Effect: string;
  Principal?: { Service?: string | string[] };
}

/**
 * @param settlingMilliseconds how long IAM takes until Lambda can assume a new role: some seconds on AWS
 *   (aws-sdk-js#3498).
 */
export async function checkRole(environment: Environment, role: string, settlingMilliseconds: number): Promise<void> {
  const name = /^arn:aws[\w-]*:iam::\d{12}:role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(role)?.[1];
  if (!name) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${role}' at 'role' failed to satisfy constraint: Member must be a role's ARN`,
    );
  }
  const answer = await environment
    .call<RoleAnswer>('iam', 'GetRole', { RoleName: name }, environment.asService('lambda.amazonaws.com'))
    .catch((error) => {
      if (error?.code === 'NoSuchEntityException' || error?.code === 'NoSuchEntity') return undefined;
      throw error;
    });
  const settled = answer && environment.now() - new Date(answer.Role.CreateDate).getTime() >= settlingMilliseconds;
  if (!settled || !trustsLambda(answer.Role.AssumeRolePolicyDocument)) {
    throw invalid('The role defined for the function cannot be assumed by Lambda.');
  }
}

/** IAM gives the document URL-encoded. */
function trustsLambda(document: string): boolean {
  const { Statement } = JSON.parse(document.startsWith('{') ? document : decodeURIComponent(document));
  return ([Statement].flat() as TrustStatement[]).some(
    ({ Effect, Principal }) => Effect === 'Allow' && [Principal?.Service].flat().includes('lambda.amazonaws.com'),
  );
}
