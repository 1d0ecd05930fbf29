/** A role's policies: inline ones, and managed ones by their ARN. */
import type * as sdk from '@aws-sdk/client-iam';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { checkInlinePolicy } from './policy-document.ts';
import { encodeDocument, type StoredRole } from './role.ts';

export interface Roles {
  find(name: string): StoredRole | undefined;
  /** Throws NoSuchEntity. */
  get(name: string): StoredRole;
  put(role: StoredRole): void;
  delete(name: string): void;
  all(): StoredRole[];
}

export function rolePolicyOperations(roles: Roles): Operations {
  return { ...inlinePolicyOperations(roles), ...attachedPolicyOperations(roles) };
}

function inlinePolicyOperations(roles: Roles): Operations {
  const policyOf = (role: StoredRole, name: string) => {
    const document = role.inlinePolicies[name];
    if (document !== undefined) return document;
    throw new AwsError('NoSuchEntityException', `The role policy with name ${name} cannot be found.`, 404);
  };
  return {
    PutRolePolicy: async ({ RoleName, PolicyName, PolicyDocument }: sdk.PutRolePolicyRequest) => {
      const role = roles.get(RoleName!);
      const { [PolicyName!]: _, ...others } = role.inlinePolicies;
      checkInlinePolicy(PolicyDocument!, Object.values(others));
      roles.put({ ...role, inlinePolicies: { ...others, [PolicyName!]: PolicyDocument! } });
    },
    GetRolePolicy: async ({ RoleName, PolicyName }: sdk.GetRolePolicyRequest): Promise<sdk.GetRolePolicyResponse> => {
      const document = policyOf(roles.get(RoleName!), PolicyName!);
      return { RoleName, PolicyName, PolicyDocument: encodeDocument(document) };
    },
    DeleteRolePolicy: async ({ RoleName, PolicyName }: sdk.DeleteRolePolicyRequest) => {
      const role = roles.get(RoleName!);
      policyOf(role, PolicyName!);
      const { [PolicyName!]: _, ...inlinePolicies } = role.inlinePolicies;
      roles.put({ ...role, inlinePolicies });
    },
    ListRolePolicies: async ({ RoleName }: sdk.ListRolePoliciesRequest): Promise<sdk.ListRolePoliciesResponse> => ({
      PolicyNames: Object.keys(roles.get(RoleName!).inlinePolicies).sort(),
      IsTruncated: false,
    }),
  };
}

function attachedPolicyOperations(roles: Roles): Operations {
  return {
    AttachRolePolicy: async ({ RoleName, PolicyArn }: sdk.AttachRolePolicyRequest) => {
      const role = roles.get(RoleName!);
      roles.put({ ...role, attachedPolicyArns: [...new Set([...role.attachedPolicyArns, PolicyArn!])] });
    },
    DetachRolePolicy: async ({ RoleName, PolicyArn }: sdk.DetachRolePolicyRequest) => {
      const role = roles.get(RoleName!);
      if (!role.attachedPolicyArns.includes(PolicyArn!)) {
        throw new AwsError('NoSuchEntityException', `Policy ${PolicyArn} was not found.`, 404);
      }
      roles.put({ ...role, attachedPolicyArns: role.attachedPolicyArns.filter((arn) => arn !== PolicyArn) });
    },
    ListAttachedRolePolicies: async ({
      RoleName,
    }: sdk.ListAttachedRolePoliciesRequest): Promise<sdk.ListAttachedRolePoliciesResponse> => ({
      AttachedPolicies: roles
        .get(RoleName!)
        .attachedPolicyArns.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').pop() })),
      IsTruncated: false,
    }),
    ListInstanceProfilesForRole: async ({ RoleName }: sdk.ListInstanceProfilesForRoleRequest) => {
      roles.get(RoleName!);
      return { InstanceProfiles: [], IsTruncated: false };
    },
  };
}
