/** How one type of resource is made in the local cloud: a row of the table in resource-types.ts. */
import { AwsError } from '../protocol/aws-error.ts';
import type { Environment } from '../service.ts';

export interface PhysicalResource {
  /** What `Ref` gives. */
  id: string;
  /** What `Fn::GetAtt` gives, by name. */
  attributes: Record<string, string>;
}

export interface StoredResource<Properties = Record<string, unknown>> extends PhysicalResource {
  logicalId: string;
  type: string;
  /** Resolved; the contents of artifacts are replaced by their hashes. */
  properties: Properties;
  retain: boolean;
  /** Position in the order of making; deletion goes the other way. */
  order: number;
}

export interface PutRequest<Properties> {
  logicalId: string;
  /** Resolved. */
  properties: Properties;
  /** The name to use when the properties give none: `<stack>-<logicalId>-<hash>`. */
  defaultName: string;
  /** What the last load made of this logical id. */
  previous: StoredResource<Properties> | undefined;
  /** The bytes of a Lambda package, by its S3 key in the template. */
  artifact: (key: string) => Promise<Uint8Array>;
  aws: Aws;
}

/** Calls into the local cloud as CloudFormation. */
export interface Aws {
  <Output = Record<string, unknown>>(scope: string, operation: string, input: object): Promise<Output>;
  accountId: string;
  region: string;
}

export interface ResourceType<Properties> {
  /** Creates the resource, or makes an existing one like `properties`. */
  put(request: PutRequest<Properties>): Promise<PhysicalResource>;
  /** Reads again what may change without the template, such as addresses that hold the endpoint's port. */
  refresh?(stored: StoredResource<Properties>, aws: Aws): Promise<PhysicalResource>;
  delete(stored: StoredResource<Properties>, aws: Aws): Promise<void>;
}

export function awsCalls(environment: Environment): Aws {
  const caller = environment.asService('cloudformation.amazonaws.com');
  const call = <Output>(scope: string, operation: string, input: object) =>
    environment.call<Output>(scope, operation, input, caller);
  return Object.assign(call, { accountId: environment.accountId, region: environment.region });
}

/** Creates; where that name is taken already, updates instead. */
export async function createOrUpdate<Result>(
  create: () => Promise<Result>,
  update: () => Promise<Result>,
): Promise<Result> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof AwsError && /Exists|ResourceConflict|OwnedByYou|InUse|EntityAlready/.test(error.code)) {
      return update();
    }
    throw error;
  }
}
