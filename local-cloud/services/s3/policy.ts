/** What S3 refuses in a bucket policy. Who it lets in is for the authorisation, around every call, to say. */
import { readPolicy } from '../../authorization/policy.ts';
import { AwsError } from '../../protocol/aws-error.ts';

interface Statement {
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  Action?: string | string[];
  Resource?: string | string[];
}

const list = <Item>(value: Item | Item[] | undefined): Item[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function statementsOf(policy: string): Statement[] {
  return list((JSON.parse(policy) as { Statement?: Statement | Statement[] }).Statement);
}

/** Throws MalformedPolicy for what S3 would refuse, and for what could not be judged here. */
export function checkPolicy(policy: string, bucket: string): void {
  const malformed = (why: string) => new AwsError('MalformedPolicy', why, 400);
  let statements: Statement[];
  try {
    statements = statementsOf(policy);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  if (statements.length === 0) throw malformed('Missing required field Statement');
  for (const statement of statements) {
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') throw malformed('Invalid effect');
    if (!statement.Principal) throw malformed('Missing required field Principal');
    if (list(statement.Action).length === 0) throw malformed('Missing required field Action');
    const foreign = list(statement.Resource).find((arn) => !like(arn.split('/')[0] ?? '', `arn:aws:s3:::${bucket}`));
    if (!statement.Resource || foreign) throw malformed('Policy has invalid resource');
  }
  try {
    readPolicy(policy);
  } catch (error) {
    throw malformed(`The local cloud cannot judge this policy: ${(error as Error).message}`);
  }
}
