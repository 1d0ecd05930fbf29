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
      return Object.entries(inline).map(([name, json]) => read(roleArn ?? '', name, json));
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
