/**
 * Brings the local cloud to what a template says, as CloudFormation would: in dependency order, changed resources
 * updated, unchanged ones left alone, and those deleted that are no longer in the template.
 *
 * Gaps: roll-back (a failed load goes on from where it stopped when it is run again), exports to other stacks,
 * CreationPolicy and UpdatePolicy. By design: a resource that cannot be deleted is left and logged.
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../protocol/aws-error.ts';
import { LocalCloudError } from '../runtime/local-cloud-error.ts';
import type { Collection } from '../runtime/records.ts';
import type { Environment } from '../service.ts';
import { type Artifacts, artifactsIn, comparable } from './artifacts.ts';
import { inDependencyOrder } from './dependencies.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { type Aws, awsCalls, type PhysicalResource, type ResourceType, type StoredResource } from './resource-type.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { templateScope } from './scope.ts';
import { readTemplate, type Template, type TemplateResource } from './template.ts';

const STACK_NAME = 'local';

export interface LoadOptions {
  /** The template, or the path of its JSON. */
  template: string | object;
  /** Where the packages are that the template names. */
  artifacts?: string;
  parameters?: Record<string, string>;
  /** Stacks of other names are left alone. */
  stackName?: string;
}

interface Load {
  stackName: string;
  template: Template;
  scope: Scope;
  made: Map<string, PhysicalResource>;
  stored: Collection<StoredResource>;
  artifacts: Artifacts;
  aws: Aws;
}

/** The template's outputs. */
export async function loadTemplate(environment: Environment, options: LoadOptions): Promise<Record<string, string>> {
  const template = await readTemplate(options.template);
  const made = new Map<string, PhysicalResource>();
  const { stackName = STACK_NAME } = options;
  const around = { accountId: environment.accountId, region: environment.region, stackName };
  const scope = templateScope(template, options.parameters ?? {}, made, around);
  const wanted = Object.fromEntries(
    Object.entries(template.Resources).filter(([, { Condition }]) => !Condition || scope.condition(Condition)),
  );
  requireKnownTypes(wanted);
  const load: Load = {
    stackName,
    template,
    scope,
    made,
    stored: environment.records.collection(stackName === STACK_NAME ? 'resource' : `resource of ${stackName}`),
    artifacts: artifactsIn(options.artifacts),
    aws: awsCalls(environment),
  };
  for (const [order, logicalId] of inDependencyOrder(wanted).entries()) {
    made.set(logicalId, await bring(load, logicalId, wanted[logicalId]!, order, environment));
  }
  await deleteOthers(load, wanted, environment);
  return outputs(load);
}

/** What its condition leaves out need not be known. */
function requireKnownTypes(wanted: Record<string, TemplateResource>): void {
  for (const [logicalId, { Type }] of Object.entries(wanted)) {
    if (RESOURCE_TYPES[Type]) continue;
    const message = `The resource ${logicalId} has the type ${Type}, which the local cloud does not emulate.`;
    const remedy = 'Remove it, or add a row for its type to local-cloud/cloudformation/resource-types.ts.';
    throw new LocalCloudError('RESOURCE_UNSUPPORTED', message, remedy);
  }
}

async function bring(
  load: Load,
  logicalId: string,
  resource: TemplateResource,
  order: number,
  environment: Environment,
): Promise<PhysicalResource> {
  const { Type, DeletionPolicy } = resource;
  const type = RESOURCE_TYPES[Type]!;
  try {
    const resolved = resolve(resource.Properties ?? {}, load.scope, logicalId) as Record<string, unknown>;
    const properties = await comparable(resolved, load.artifacts);
    const last = load.stored.get(logicalId);
    const previous = last?.type === Type ? last : undefined;
    const same = previous && JSON.stringify(previous.properties) === JSON.stringify(properties);
    const physical = same
      ? await unchanged(load, type, previous)
      : await put(load, type, logicalId, resolved, previous);
    const retain = DeletionPolicy === 'Retain';
    const { id, attributes } = physical;
    load.stored.put(logicalId, { logicalId, type: Type, id, attributes, properties, retain, order });
    if (last && (last.type !== Type || replaced(last, physical))) await remove(load, last, environment);
    return physical;
  } catch (cause) {
    if (cause instanceof LocalCloudError) throw cause;
    const message = `The resource ${logicalId} (${Type}) could not be made: ${(cause as Error).message}.`;
    const remedy = 'Change it in the template, and load the template again.';
    throw new LocalCloudError('RESOURCE_FAILED', message, remedy, { cause });
  }
}

function put(
  { stackName, artifacts, aws }: Load,
  type: ResourceType<unknown>,
  logicalId: string,
  properties: Record<string, unknown>,
  previous: StoredResource | undefined,
): Promise<PhysicalResource> {
  return type.put({
    logicalId,
    properties,
    defaultName: defaultName(stackName, logicalId),
    previous,
    artifact: artifacts,
    aws,
  });
}

async function unchanged(load: Load, type: ResourceType<unknown>, previous: StoredResource): Promise<PhysicalResource> {
  return type.refresh ? type.refresh(previous, load.aws) : previous;
}

/** Another physical resource took its place; an address that only changed with the port is the same one. */
function replaced(last: StoredResource, now: PhysicalResource): boolean {
  if (last.attributes.Arn !== undefined) return last.attributes.Arn !== now.attributes.Arn;
  return last.id !== now.id;
}

async function deleteOthers(load: Load, wanted: object, environment: Environment): Promise<void> {
  const gone = load.stored.entries().map(([, resource]) => resource);
  const others = gone.filter(({ logicalId }) => !Object.hasOwn(wanted, logicalId));
  for (const resource of others.sort((a, b) => b.order - a.order)) {
    await remove(load, resource, environment);
    load.stored.delete(resource.logicalId);
  }
}

async function remove(load: Load, resource: StoredResource, environment: Environment): Promise<void> {
  if (resource.retain) return;
  try {
    await RESOURCE_TYPES[resource.type]?.delete(resource, load.aws);
  } catch (error) {
    if (error instanceof AwsError && /NotFound|NoSuch|NonExistent|DoesNotExist/.test(error.code)) return;
    const reason = (error as Error).message;
    environment.log(
      `cloudformation: ${resource.logicalId} (${resource.type}) was left, as it cannot be deleted: ${reason}`,
    );
  }
}

function outputs({ template, scope }: Load): Record<string, string> {
  const shown = Object.entries(template.Outputs ?? {}).filter(
    ([, { Condition }]) => !Condition || scope.condition(Condition),
  );
  return Object.fromEntries(shown.map(([name, { Value }]) => [name, String(resolve(Value, scope, `Outputs.${name}`))]));
}

/** The same at every load, and different for each logical id. */
function defaultName(stackName: string, logicalId: string): string {
  const hash = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 12);
  return `${stackName}-${logicalId}-${hash}`;
}
