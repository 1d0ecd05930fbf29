/** Aliases: names that point at a version. */
import { randomUUID } from 'node:crypto';
import type {
  AliasConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Operations } from '../../../service.ts';
import { invalid } from '../configuration.ts';
import { type FunctionReference, functionArn, parseFunctionName } from '../function-name.ts';
import { page } from '../pages.ts';
import type { LambdaContext } from '../service-context.ts';
import { getConfiguration, getFunctionRecord, type LambdaStore, ofFunction, qualifiedKey } from '../store.ts';
import { checkRevision } from './versions.ts';

type AliasInput = CreateAliasRequest | UpdateAliasRequest;

export function aliasOperations({ store }: LambdaContext): Operations {
  return {
    CreateAlias: async (input: CreateAliasRequest, caller) => {
      const reference = referenceOf(input, caller);
      getFunctionRecord(store, reference);
      if (store.aliases.get(qualifiedKey(reference))) {
        throw new AwsError('ResourceConflictException', `Alias already exists: ${functionArn(reference)}`, 409, {
          Type: 'User',
        });
      }
      return putAlias(store, reference, input, {});
    },
    UpdateAlias: async (input: UpdateAliasRequest, caller) => {
      const reference = referenceOf(input, caller);
      const alias = getAlias(store, reference);
      checkRevision(alias, input.RevisionId);
      return putAlias(store, reference, input, alias);
    },
    GetAlias: async (input: GetAliasRequest, caller) => getAlias(store, referenceOf(input, caller)),
    DeleteAlias: async (input: DeleteAliasRequest, caller) => {
      store.aliases.delete(qualifiedKey(referenceOf(input, caller)));
    },
    ListAliases: async (input: ListAliasesRequest, caller) => {
      const reference = parseFunctionName(input.FunctionName!, undefined, caller);
      getFunctionRecord(store, reference);
      const all = store.aliases.entries(ofFunction(reference)).map(([, alias]) => alias);
      const wanted = all.filter(
        ({ FunctionVersion }) => (input.FunctionVersion ?? FunctionVersion) === FunctionVersion,
      );
      const [Aliases, NextMarker] = page(wanted, input);
      return { Aliases, NextMarker };
    },
  };
}

const referenceOf = (input: { FunctionName?: string; Name?: string }, caller: Caller): FunctionReference => ({
  ...parseFunctionName(input.FunctionName!, undefined, caller),
  qualifier: input.Name!,
});

function getAlias(store: LambdaStore, reference: FunctionReference): AliasConfiguration {
  getFunctionRecord(store, reference);
  const alias = store.aliases.get(qualifiedKey(reference));
  if (!alias) {
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${functionArn(reference)}`, 404, {
      Type: 'User',
    });
  }
  return alias;
}

function putAlias(
  store: LambdaStore,
  reference: FunctionReference,
  input: AliasInput,
  before: AliasConfiguration,
): AliasConfiguration {
  if (!/^(?!^\d+$)[\w-]{1,128}$/.test(input.Name!)) throw invalid(`${input.Name} is no name for an alias`);
  if (Object.keys(input.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0) {
    throw invalid('RoutingConfig of aliases is not emulated by the local cloud');
  }
  const version = input.FunctionVersion ?? before.FunctionVersion;
  getConfiguration(store, { ...reference, qualifier: version });
  const alias = {
    AliasArn: functionArn(reference),
    Name: input.Name,
    FunctionVersion: version,
    Description: input.Description ?? before.Description ?? '',
    RevisionId: randomUUID(),
  };
  store.aliases.put(qualifiedKey(reference), alias);
  return alias;
}
