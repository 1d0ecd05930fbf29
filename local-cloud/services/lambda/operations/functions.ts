/** Functions: created, read, changed, deleted. */
import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  FunctionCode,
  FunctionConfiguration,
  GetFunctionRequest,
  ListFunctionsRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Operations } from '../../../service.ts';
import type { StoredCode } from '../code.ts';
import { checkSettings, firstConfiguration, invalid, withCode, withSettings } from '../configuration.ts';
import { type FunctionReference, functionArn, parseFunctionName } from '../function-name.ts';
import { page } from '../pages.ts';
import { checkRole, type Settling } from '../role.ts';
import { type LambdaContext, stamp } from '../service-context.ts';
import {
  functionKey,
  getConfiguration,
  getFunctionRecord,
  ofFunction,
  publishedVersions,
  qualifiedKey,
  versionKey,
} from '../store.ts';
import { checkRevision, publish } from './versions.ts';

export function functionOperations(context: LambdaContext): Operations {
  const { store, environment } = context;
  return {
    CreateFunction: (input: CreateFunctionRequest, caller) => createFunction(context, input, caller),
    UpdateFunctionCode: (input: UpdateFunctionCodeRequest, caller) => updateCode(context, input, caller),
    UpdateFunctionConfiguration: (input: UpdateFunctionConfigurationRequest, caller) =>
      updateConfiguration(context, input, caller),
    DeleteFunction: (input: DeleteFunctionRequest, caller) => deleteFunction(context, input, caller),
    GetFunction: async (input: GetFunctionRequest, caller) => {
      const reference = parseFunctionName(input.FunctionName!, input.Qualifier, caller);
      const { tags, reservedConcurrency } = getFunctionRecord(store, reference);
      return {
        Configuration: asSeenThrough(reference, getConfiguration(store, reference)),
        Code: { RepositoryType: 'S3' },
        ...(Object.keys(tags).length > 0 && { Tags: tags }),
        ...(reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
        }),
      };
    },
    GetFunctionConfiguration: async (input: GetFunctionRequest, caller) => {
      const reference = parseFunctionName(input.FunctionName!, input.Qualifier, caller);
      return asSeenThrough(reference, getConfiguration(store, reference));
    },
    ListFunctions: async (input: ListFunctionsRequest, caller) => {
      const all = store.functions.entries(`${caller.region}/`).flatMap(([, { latest }]) => {
        if (input.FunctionVersion !== 'ALL') return [latest];
        const reference = { accountId: environment.accountId, region: caller.region, name: latest.FunctionName! };
        return [latest, ...publishedVersions(store, reference)];
      });
      const [Functions, NextMarker] = page(all, input);
      return { Functions, NextMarker };
    },
  };
}

/** An alias is shown as its version, under the alias's ARN. */
function asSeenThrough(reference: FunctionReference, configuration: FunctionConfiguration): FunctionConfiguration {
  return reference.qualifier ? { ...configuration, FunctionArn: functionArn(reference) } : configuration;
}

async function createFunction(context: LambdaContext, input: CreateFunctionRequest, caller: Caller) {
  const { store, environment } = context;
  const reference = parseFunctionName(input.FunctionName!, undefined, caller);
  const exists = () => {
    if (!store.functions.get(functionKey(reference))) return;
    throw new AwsError('ResourceConflictException', `Function already exist: ${reference.name}`, 409, { Type: 'User' });
  };
  exists();
  checkSettings(input);
  if (!input.Runtime || !input.Handler) {
    throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
  }
  await checkRole(environment, input.Role!, settling(context, caller));
  const code = await storeCode(context, input.Code ?? {}, caller);
  exists();
  const latest = { ...firstConfiguration(input, code, reference), ...stamp(environment) };
  store.functions.put(functionKey(reference), { latest, lastVersion: 0, tags: input.Tags ?? {} });
  return input.Publish ? publish(context, reference, {}) : latest;
}

async function storeCode(
  context: LambdaContext,
  source: FunctionCode | UpdateFunctionCodeRequest,
  caller: Caller,
): Promise<StoredCode> {
  if (source.ZipFile) return context.code.add(source.ZipFile, true);
  const { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId } = source;
  if (!Bucket || !Key) throw invalid('Please provide a source for function code.');
  const { Body } = await context.environment
    .call<{ Body: Uint8Array }>('s3', 'GetObject', { Bucket, Key, VersionId }, caller)
    .catch((error) => {
      throw invalid(
        `Error occurred while GetObject. S3 Error Code: ${error?.code}. S3 Error Message: ${error?.message}`,
      );
    });
  return context.code.add(Body, false);
}

/** CloudFormation waits by itself until its roles have settled. */
const settling = ({ settling: ofNewRoles }: LambdaContext, { service }: Caller): Settling =>
  service === 'cloudformation.amazonaws.com' ? () => true : ofNewRoles;

async function updateCode(context: LambdaContext, input: UpdateFunctionCodeRequest, caller: Caller) {
  const reference = parseFunctionName(input.FunctionName!, undefined, caller);
  checkRevision(getFunctionRecord(context.store, reference).latest, input.RevisionId);
  if (input.DryRun) throw invalid('DryRun of UpdateFunctionCode is not emulated by the local cloud');
  const code = await storeCode(context, input, caller);
  const latest = change(context, reference, input.RevisionId, (configuration) => ({
    ...configuration,
    ...withCode(code),
    Architectures: input.Architectures ?? configuration.Architectures,
  }));
  return input.Publish ? publish(context, reference, {}) : latest;
}

async function updateConfiguration(context: LambdaContext, input: UpdateFunctionConfigurationRequest, caller: Caller) {
  const reference = parseFunctionName(input.FunctionName!, undefined, caller);
  getFunctionRecord(context.store, reference);
  checkSettings(input);
  if (input.Role) await checkRole(context.environment, input.Role, settling(context, caller));
  return change(context, reference, input.RevisionId, (configuration) => withSettings(configuration, input));
}

/** Changes $LATEST, and retires the environments of what it was. */
function change(
  context: LambdaContext,
  reference: FunctionReference,
  revisionId: string | undefined,
  update: (configuration: FunctionConfiguration) => FunctionConfiguration,
): FunctionConfiguration {
  const { store, environment, pool } = context;
  const record = getFunctionRecord(store, reference);
  checkRevision(record.latest, revisionId);
  const latest = { ...update(record.latest), ...stamp(environment) };
  store.functions.put(functionKey(reference), { ...record, latest });
  pool.retire(latest.FunctionArn!, [latest, ...publishedVersions(store, reference)]);
  return latest;
}

async function deleteFunction(context: LambdaContext, input: DeleteFunctionRequest, caller: Caller) {
  const reference = parseFunctionName(input.FunctionName!, input.Qualifier, caller);
  const { latest } = getFunctionRecord(context.store, reference);
  await checkReplicas(context, reference);
  const gone = reference.qualifier ? deleteVersion(context, reference) : deleteAll(context, reference);
  const left = reference.qualifier ? [latest, ...publishedVersions(context.store, reference)] : [];
  context.pool.retire(latest.FunctionArn!, left);
  await removeUnusedCode(context, gone);
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html */
async function checkReplicas({ environment }: LambdaContext, reference: FunctionReference): Promise<void> {
  const arn = functionArn(reference);
  const caller = environment.asService('lambda.amazonaws.com');
  const { FunctionArns } = await environment
    .call<{ FunctionArns: string[] }>('cloudfront', 'ReplicatedFunctions', {}, caller)
    // A local cloud without CloudFront has no edge.
    .catch(() => ({ FunctionArns: [] }));
  const replicated = FunctionArns.find((one) => (reference.qualifier ? one === arn : one.startsWith(`${arn}:`)));
  if (!replicated) return;
  throw invalid(
    `Lambda was unable to delete ${replicated} because it is a replicated function. Please see our documentation for Deleting Lambda@Edge Functions and Replicas.`,
  );
}

function deleteAll({ store }: LambdaContext, reference: FunctionReference): FunctionConfiguration[] {
  const gone = [getFunctionRecord(store, reference).latest, ...publishedVersions(store, reference)];
  store.atomically(() => {
    store.functions.delete(functionKey(reference));
    for (const collection of [store.versions, store.aliases, store.policies, store.eventInvokeConfigs]) {
      for (const [key] of collection.entries(ofFunction(reference))) collection.delete(key);
    }
  });
  return gone;
}

function deleteVersion({ store }: LambdaContext, reference: FunctionReference): FunctionConfiguration[] {
  const version = reference.qualifier!;
  if (version === '$LATEST') throw invalid('$LATEST version cannot be deleted without deleting the function.');
  if (!/^\d+$/.test(version)) throw invalid('Deletion of aliases is not currently supported.');
  const configuration = getConfiguration(store, reference);
  const users = store.aliases.entries(ofFunction(reference)).filter(([, alias]) => alias.FunctionVersion === version);
  if (users.length > 0) {
    const names = users.map(([, alias]) => alias.Name).join(', ');
    throw new AwsError(
      'ResourceConflictException',
      `Version ${version} is referenced by the following aliases: [${names}].`,
      409,
      { Type: 'User' },
    );
  }
  store.atomically(() => {
    store.versions.delete(versionKey(reference, version));
    store.policies.delete(qualifiedKey(reference));
    store.eventInvokeConfigs.delete(qualifiedKey(reference));
  });
  return [configuration];
}

/**
 * Packages are shared by content: one goes with the last version that has it. Not when a package is replaced, as the
 * environments of the old one may still be at work: what that leaves goes at the next start.
 */
async function removeUnusedCode(context: LambdaContext, gone: FunctionConfiguration[]): Promise<void> {
  const { store, code, environment } = context;
  const used = new Set<string | undefined>();
  for (const [, { latest }] of store.functions.entries()) used.add(latest.CodeSha256);
  for (const [, version] of store.versions.entries()) used.add(version.CodeSha256);
  for (const sha256 of new Set(gone.map(({ CodeSha256 }) => CodeSha256!))) {
    if (used.has(sha256)) continue;
    await code.remove(sha256).catch((error) => environment.log(`lambda: an unused package stays behind: ${error}`));
  }
}
