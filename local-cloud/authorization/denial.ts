/**
 * What a caller is told who may not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
import { AwsError } from '../protocol/aws-error.ts';
import type { Caller } from '../service.ts';
import type { Asked } from './evaluate.ts';

export type Reason = 'no identity' | 'no resource' | 'denied by identity' | 'denied by resource';

const WHY: Record<Reason, (action: string) => string> = {
  'no identity': (action) => `because no identity-based policy allows the ${action} action`,
  'no resource': (action) => `because no resource-based policy allows the ${action} action`,
  'denied by identity': () => 'with an explicit deny in an identity-based policy',
  'denied by resource': () => 'with an explicit deny in a resource-based policy',
};

/** Code and HTTP status by scope; the JSON protocols answer 400. */
const SHAPES: Record<string, [code: string, status: number]> = {
  s3: ['AccessDenied', 403],
  sts: ['AccessDenied', 403],
  iam: ['AccessDenied', 403],
  cloudfront: ['AccessDenied', 403],
  sqs: ['AccessDenied', 403],
  lambda: ['AccessDeniedException', 403],
  apigateway: ['AccessDeniedException', 403],
};
const JSON_SHAPE: [string, number] = ['AccessDeniedException', 400];

export function accessDenied(
  scope: string,
  caller: Pick<Caller, 'arn'>,
  asked: Pick<Asked, 'action' | 'resource'>,
  reason: Reason,
): AwsError {
  const [code, status] = SHAPES[scope] ?? JSON_SHAPE;
  const resource = scope === 's3' ? `"${asked.resource}"` : shown(asked);
  const message = `User: ${caller.arn} is not authorized to perform: ${asked.action} on resource: ${resource} ${WHY[reason](asked.action)}`;
  return new AwsError(code, message, status);
}

/** IAM names roles without their ARN. */
function shown({ action, resource }: Pick<Asked, 'action' | 'resource'>): string {
  const role = /^arn:aws:iam::\d+:role\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1];
  return role && action.startsWith('iam:') && action !== 'iam:PassRole' ? `role ${role}` : resource;
}

/** A role that is handed to a service which may not assume it, as that service says so. */
export function notAssumable(service: string, role: string): AwsError {
  if (service === 'states.amazonaws.com') {
    const message = `Neither the global service principal ${service}, nor the regional one is authorized to assume the provided role.`;
    return new AwsError('AccessDeniedException', message, 400);
  }
  if (service === 'codebuild.amazonaws.com') {
    const message = `CodeBuild is not authorized to perform: sts:AssumeRole on ${role}`;
    return new AwsError('InvalidInputException', message, 400);
  }
  if (service === 'lambda.amazonaws.com') {
    const message = 'The role defined for the function cannot be assumed by Lambda.';
    return new AwsError('InvalidParameterValueException', message, 400, { Type: 'User' });
  }
  return new AwsError(
    'ValidationException',
    `Provided role '${role}' cannot be assumed by principal '${service}'.`,
    400,
  );
}
