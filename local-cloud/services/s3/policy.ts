/**
 * The bucket policy, as far as AWS services that read objects for somebody else need it: CloudFront behind an origin access
 * control. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller } from '../../service.ts';

interface Statement {
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
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

const OPERATORS: Record<string, (wanted: string, actual: string) => boolean> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual,
};

function statementsOf(policy: string): Statement[] {
  return list((JSON.parse(policy) as { Statement?: Statement | Statement[] }).Statement);
}

/** Throws MalformedPolicy for what S3 would refuse, and for conditions that could not be judged here. */
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
    const operator = Object.keys(statement.Condition ?? {}).find((name) => !OPERATORS[name]);
    if (operator) throw malformed(`The local cloud does not evaluate the condition operator ${operator}`);
  }
}

/** True when the policy lets the calling AWS service do `action` (e.g. `s3:GetObject`) on `resource` (an ARN). */
export function serviceMay(policy: string | undefined, caller: Caller, action: string, resource: string): boolean {
  const context: Record<string, string> = {
    'aws:sourcearn': caller.arn,
    'aws:sourceaccount': caller.accountId,
    'aws:securetransport': 'true',
  };
  const applies = ({ Principal, Action, Resource, Condition }: Statement) =>
    (Principal === '*' ||
      list(Principal?.Service).includes(caller.service ?? '') ||
      list(Principal?.AWS).includes('*')) &&
    list(Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    list(Resource).some((pattern) => like(pattern, resource)) &&
    Object.entries(Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => {
        const actual = context[key.toLowerCase()];
        return actual !== undefined && list(wanted).some((each) => OPERATORS[operator]?.(each, actual));
      }),
    );
  const effects = statementsOf(policy ?? '{}')
    .filter(applies)
    .map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}
