/** The resource policies of functions: who else may invoke them. */
import { randomUUID } from 'node:crypto';
import type { AddPermissionRequest, GetPolicyRequest, RemovePermissionRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Operations } from '../../../service.ts';
import { type FunctionReference, functionArn, parseFunctionName } from '../function-name.ts';
import type { LambdaContext } from '../service-context.ts';
import { getConfiguration, type LambdaStore, type PolicyRecord, type PolicyStatement, qualifiedKey } from '../store.ts';
import { checkRevision } from './versions.ts';

/** Services that reach functions by a role or as part of Lambda itself, without the function's policy. */
const NEEDS_NO_PERMISSION = new Set([
  'lambda.amazonaws.com',
  'edgelambda.amazonaws.com',
  'cloudfront.amazonaws.com',
  'cloudformation.amazonaws.com',
]);

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

/** AWS services need the function's consent; principals of the account need their own policy, which the front checks. */
export function checkServiceMayInvoke(store: LambdaStore, reference: FunctionReference, caller: Caller): void {
  const { service } = caller;
  if (!service || NEEDS_NO_PERMISSION.has(service)) return;
  const statements = store.policies.get(qualifiedKey(reference))?.statements ?? [];
  const allowed = statements.some(
    ({ Action, Principal }) =>
      /^lambda:(\*|Invoke\*|InvokeFunction)$/.test(Action) &&
      (Principal === '*' || ('Service' in Principal && Principal.Service === service)),
  );
  if (allowed) return;
  throw new AwsError(
    'AccessDeniedException',
    `User: ${service} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn(reference)} ` +
      'because no resource-based policy allows the lambda:InvokeFunction action',
    403,
  );
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
