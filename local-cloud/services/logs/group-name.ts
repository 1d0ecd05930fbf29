import { AwsError } from '../../protocol/aws-error.ts';

/** Reads take a group by its name or, as `logGroupIdentifier`, by its name or ARN. */
export function groupName(input: { logGroupName?: string; logGroupIdentifier?: string }): string {
  const name = input.logGroupName ?? input.logGroupIdentifier?.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
  if (!name) throw new AwsError('InvalidParameterException', 'logGroupName or logGroupIdentifier is required');
  return name;
}
