/** Whether Lambda can assume a role: it exists, trusts Lambda, and has settled. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment } from '../../service.ts';
import { invalid } from './configuration.ts';

interface Role {
  RoleId: string;
  AssumeRolePolicyDocument: string;
  CreateDate: Date | string;
}

/** Whether a new role can be assumed by now. */
export type Settling = (role: Role) => boolean;

/**
 * IAM takes some seconds until Lambda can assume a new role (aws-sdk-js#3498). `refusals`: as often a role of this process's own
 * time is refused, however slow the machine is.
 */
export function createSettling({ now }: Pick<Environment, 'now'>, milliseconds = 0, refusals = 0): Settling {
  const startedAt = now();
  const refused = new Map<string, number>();
  return ({ RoleId, CreateDate }) => {
    const createdAt = new Date(CreateDate).getTime();
    if (now() - createdAt < milliseconds) return false;
    const before = refused.get(RoleId) ?? 0;
    if (createdAt < startedAt || before >= refusals) return true;
    refused.set(RoleId, before + 1);
    return false;
  };
}

interface TrustStatement {
  Effect: string;
  Principal?: { Service?: string | string[] };
}

export async function checkRole(environment: Environment, role: string, isSettled: Settling): Promise<void> {
  const name = /^arn:aws[\w-]*:iam::\d{12}:role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(role)?.[1];
  if (!name) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${role}' at 'role' failed to satisfy constraint: Member must be a role's ARN`,
    );
  }
  const answer = await environment
    .call<{ Role: Role }>('iam', 'GetRole', { RoleName: name }, environment.asService('lambda.amazonaws.com'))
    .catch((error) => {
      if (error?.code === 'NoSuchEntityException' || error?.code === 'NoSuchEntity') return undefined;
      throw error;
    });
  if (!answer || !trustsLambda(answer.Role.AssumeRolePolicyDocument) || !isSettled(answer.Role)) {
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
