/** The resource policies of functions: who else may invoke them. */
import { randomUUID } from 'node:crypto';
import type { AddPermissionRequest, GetPolicyRequest, RemovePermissionRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Operations } from '../../../service.ts';
import { type FunctionReference, functionArn, parseFunctionName } from '../function-name.ts';
import type { LambdaContext } from '../service-context.ts';
import { getConfiguration, type LambdaStore, type PolicyRecord, type PolicyStatement, qualifiedKey } from '../store.ts';
import { checkRevision } from './versions.ts';

export function permissionOperations({ store }: LambdaContext): Operations {
  return {
    AddPermission: async (input: AddPermissionRequest, caller) => {
      const reference = parseFunctionName(input.FunctionName!, input.Qualifier, caller);
      getConfiguration(store, reference);
      const policy = store.policies.get(qualifiedKey(reference));
      if (policy) checkRevision({ RevisionId: policy.revisionId }, input.RevisionId);
      const statement = statementOf(input, reference);
      const statements = policy?.statements ?? [];
      if (statements.some(({ Sid }) => Sid === statement.Sid)) {
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          409,
          { Type: 'User' },
        );
      }
      store.policies.put(qualifiedKey(reference), { statements: [...statements, statement], revisionId: randomUUID() });
      return { Statement: JSON.stringify(statement) };
    },
    RemovePermission: async (input: RemovePermissionRequest, caller) => {
      const reference = parseFunctionName(input.FunctionName!, input.Qualifier, caller);
      const policy = getPolicy(store, reference);
      checkRevision({ RevisionId: policy.revisionId }, input.RevisionId);
      const statements = policy.statements.filter(({ Sid }) => Sid !== input.StatementId);
      if (statements.length === policy.statements.length) {
        throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
      }
      if (statements.length === 0) store.policies.delete(qualifiedKey(reference));
      else store.policies.put(qualifiedKey(reference), { statements, revisionId: randomUUID() });
    },
    GetPolicy: async (input: GetPolicyRequest, caller) => {
      const reference = parseFunctionName(input.FunctionName!, input.Qualifier, caller);
      const { statements, revisionId } = getPolicy(store, reference);
      return {
        Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }),
        RevisionId: revisionId,
      };
    },
  };
}

/** The policy of a function's version or alias, as the authorisation asks for it. */
export function functionPolicy(store: LambdaStore, arn: string): string | undefined {
  const [, , , region = '', accountId = '', kind, name = '', qualifier] = arn.split(':');
  if (kind !== 'function') return undefined;
  const policy = store.policies.get(qualifiedKey({ region, accountId, name, qualifier }));
  return policy && JSON.stringify({ Version: '2012-10-17', Statement: policy.statements });
}

function statementOf(input: AddPermissionRequest, reference: FunctionReference): PolicyStatement {
  const principal = input.Principal!;
  const condition: Record<string, Record<string, string>> = {};
  if (input.SourceArn) condition.ArnLike = { 'AWS:SourceArn': input.SourceArn };
  if (input.SourceAccount) condition.StringEquals = { 'AWS:SourceAccount': input.SourceAccount };
  return {
    Sid: input.StatementId!,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : /^\d{12}$|^arn:/.test(principal) ? { AWS: principal } : { Service: principal },
    Action: input.Action!,
    Resource: functionArn(reference),
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function getPolicy(store: LambdaStore, reference: FunctionReference): PolicyRecord {
  getConfiguration(store, reference);
  const policy = store.policies.get(qualifiedKey(reference));
  if (!policy) throw notFound('The resource you requested does not exist.');
  return policy;
}

const notFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, 404, { Type: 'User' });
