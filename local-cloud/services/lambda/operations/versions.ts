/** Published versions: immutable copies of $LATEST, numbered from 1. */
import type {
  FunctionConfiguration,
  ListVersionsByFunctionRequest,
  PublishVersionRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Operations } from '../../../service.ts';
import { invalid, isSameVersion } from '../configuration.ts';
import { type FunctionReference, functionArn, parseFunctionName } from '../function-name.ts';
import { page } from '../pages.ts';
import { type LambdaContext, stamp } from '../service-context.ts';
import { functionKey, getFunctionRecord, publishedVersions, versionKey } from '../store.ts';

export function versionOperations(context: LambdaContext): Operations {
  const { store } = context;
  return {
    PublishVersion: async (input: PublishVersionRequest, caller) =>
      publish(context, parseFunctionName(input.FunctionName!, undefined, caller), input),
    ListVersionsByFunction: async (input: ListVersionsByFunctionRequest, caller) => {
      const reference = parseFunctionName(input.FunctionName!, undefined, caller);
      const { latest } = getFunctionRecord(store, reference);
      const unpublished = { ...latest, FunctionArn: `${latest.FunctionArn}:$LATEST` };
      const [Versions, NextMarker] = page([unpublished, ...publishedVersions(store, reference)], input);
      return { Versions, NextMarker };
    },
  };
}

export function checkRevision(configuration: FunctionConfiguration, revisionId: string | undefined): void {
  if (revisionId === undefined || revisionId === configuration.RevisionId) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    412,
    { Type: 'User' },
  );
}

/** Answers the last version instead when neither code nor configuration changed since. */
export function publish(
  { store, environment }: LambdaContext,
  reference: FunctionReference,
  input: Pick<PublishVersionRequest, 'CodeSha256' | 'Description' | 'RevisionId'>,
): FunctionConfiguration {
  const record = getFunctionRecord(store, reference);
  const { latest } = record;
  checkRevision(latest, input.RevisionId);
  if (input.CodeSha256 && input.CodeSha256 !== latest.CodeSha256) {
    throw invalid(
      `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.CodeSha256}). ` +
        'Please try again with the CodeSHA256 in $LATEST.',
    );
  }
  const last = publishedVersions(store, reference).at(-1);
  if (last && isSameVersion(latest, last)) return last;
  const number = String(record.lastVersion + 1);
  const version: FunctionConfiguration = {
    ...latest,
    ...stamp(environment),
    FunctionArn: functionArn({ ...reference, qualifier: number }),
    Version: number,
    Description: input.Description ?? latest.Description,
  };
  store.atomically(() => {
    store.versions.put(versionKey(reference, number), version);
    store.functions.put(functionKey(reference), { ...record, lastVersion: record.lastVersion + 1 });
  });
  return version;
}
