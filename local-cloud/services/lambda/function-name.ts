/** Function names as the API takes them: a name, a partial or a full ARN, each with or without a qualifier. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller } from '../../service.ts';

export interface FunctionReference {
  accountId: string;
  region: string;
  name: string;
  /** A version, an alias or `$LATEST`; undefined is the unpublished function. */
  qualifier?: string;
}

const PATTERN =
  /^(?:(?:arn:aws[\w-]*:lambda:(?<region>[a-z]{2}[\w-]+-\d):)?(?:(?<account>\d{12}):)?function:)?(?<name>[\w-]{1,64})(?::(?<qualifier>\$LATEST|[\w-]{1,128}))?$/;

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html#API_GetFunction_RequestParameters */
export function parseFunctionName(given: string, qualifier: string | undefined, caller: Caller): FunctionReference {
  const parts = PATTERN.exec(given)?.groups;
  if (!parts) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${given}' at 'functionName' failed to satisfy constraint: ` +
        'Member must satisfy regular expression pattern of a function name or ARN',
    );
  }
  if (qualifier && parts.qualifier && qualifier !== parts.qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return {
    accountId: parts.account ?? caller.accountId,
    region: parts.region ?? caller.region,
    name: parts.name!,
    qualifier: qualifier ?? parts.qualifier,
  };
}

export function functionArn(reference: FunctionReference): string {
  const { accountId, region, name, qualifier } = reference;
  return `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier ? `:${qualifier}` : ''}`;
}
