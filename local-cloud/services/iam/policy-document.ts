/** The grammar of policies, as far as a typo in it would show in AWS. */
import { readPolicy } from '../../authorization/policy.ts';
import { AwsError } from '../../protocol/aws-error.ts';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_TRUST_POLICY_CHARACTERS = 2048;
const MAX_INLINE_POLICIES_CHARACTERS = 10_240;

type Statement = Record<string, unknown>;

export function checkTrustPolicy(json: string): void {
  checkSize(json, MAX_TRUST_POLICY_CHARACTERS, 'ACLSizePerRole');
  for (const statement of statements(json)) {
    if (!('Principal' in statement) && !('NotPrincipal' in statement))
      throw malformed('Missing required field Principal');
    if ('Resource' in statement) throw malformed('Has prohibited field Resource');
  }
}

/** `others` are the role's other inline policies: the quota is for all of them together, white space not counted. */
export function checkInlinePolicy(json: string, others: string[]): void {
  checkSize([json, ...others].join(''), MAX_INLINE_POLICIES_CHARACTERS, 'PolicySize');
  for (const statement of statements(json)) {
    if (!('Resource' in statement) && !('NotResource' in statement)) {
      throw malformed('Policy statement must contain resources.');
    }
    if ('Principal' in statement) throw malformed('Policy document should not specify a principal.');
  }
}

function statements(json: string): Statement[] {
  let document: { Statement?: Statement | Statement[] };
  try {
    document = JSON.parse(json);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  const list = document?.Statement === undefined ? [] : [document.Statement].flat();
  if (!list.length) throw malformed('Syntax errors in policy: it has no Statement.');
  for (const statement of list) {
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
      throw malformed('Syntax errors in policy: Effect.');
    if (!('Action' in statement) && !('NotAction' in statement)) {
      throw malformed('Policy statement must contain actions.');
    }
  }
  try {
    readPolicy(json);
  } catch (error) {
    throw malformed(`Syntax errors in policy: ${(error as Error).message}`);
  }
  return list;
}

function checkSize(json: string, max: number, quota: string): void {
  if (json.replace(/\s/g, '').length > max) {
    throw new AwsError('LimitExceededException', `Cannot exceed quota for ${quota}: ${max}`);
  }
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
