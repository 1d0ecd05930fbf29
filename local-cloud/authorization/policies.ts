/** The policies there are, read once each: their JSON is the key of the cache, so nothing has to be told of changes. */
import { AwsError } from '../protocol/aws-error.ts';
import type { RolePolicies } from '../service.ts';
import { UnknownPolicyElement } from './conditions.ts';
import type { PolicySource } from './evaluate.ts';
import { readPolicy, type Statement } from './policy.ts';

export interface PolicyPorts {
  /** What a role is given; undefined: there is no such role. */
  rolePolicies(roleArn: string): RolePolicies | undefined;
  /** The policy of a bucket, queue, function or role (its trust), as JSON. */
  resourcePolicy(resourceArn: string): string | undefined;
  /** Statements of roles that are passed over, as though they had been removed. */
  isWithheld(statement: StatementPlace): boolean;
}

/** Where a statement is: the role's ARN, its policy's name, and its place in that policy. */
export interface StatementPlace {
  owner: string;
  policy: string;
  statement: number;
}

export interface Policies {
  ofRole(roleArn: string | undefined): PolicySource[];
  ofResource(arn: string): PolicySource | undefined;
}

const MAX_CACHED = 2_000;

export function createPolicies(ports: PolicyPorts): Policies {
  const known = new Map<string, Statement[]>();

  const read = (owner: string, name: string, json: string): PolicySource => {
    const statements = known.get(json) ?? readOrRefuse(owner, name, json);
    if (known.size >= MAX_CACHED) known.clear();
    known.set(json, statements);
    return { owner, name, statements };
  };

  return {
    ofRole: (roleArn) => {
      const inline = roleArn === undefined ? {} : (ports.rolePolicies(roleArn)?.inline ?? {});
      return Object.entries(inline).map(([name, json]) => {
        const policy = read(roleArn ?? '', name, json);
        const isThere = ({ index }: Statement) =>
          !ports.isWithheld({ owner: policy.owner, policy: name, statement: index });
        return { ...policy, statements: policy.statements.filter(isThere) };
      });
    },
    ofResource: (arn) => {
      const json = ports.resourcePolicy(arn);
      return json === undefined ? undefined : read(arn, 'resource', json);
    },
  };
}

function readOrRefuse(owner: string, name: string, json: string): Statement[] {
  try {
    return readPolicy(json);
  } catch (error) {
    if (!(error instanceof UnknownPolicyElement) && !(error instanceof SyntaxError)) throw error;
    const message = `The policy ${name} of ${owner} cannot be judged by the local cloud: ${error.message}`;
    throw new AwsError('NotImplemented', message, 501);
  }
}
