/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
import { type At, isEmpty, listedTags, need, type Rows, rowsOf, tagContext } from '../need.ts';
import type { Context } from '../pattern.ts';

interface RoleInput {
  RoleName?: string;
  Path?: string;
  Tags?: { Key?: string; Value?: string }[];
  PermissionsBoundary?: string;
}

/** A role that is not there has no path, so a policy that names one does not cover it: denied, not "no such role". */
async function role({ RoleName = '' }: RoleInput, at: At): Promise<string> {
  const found = await at.look<{ Role: { Arn: string } }>('iam', 'GetRole', { RoleName });
  return found?.Role.Arn ?? `arn:aws:iam::${at.accountId}:role/${RoleName}`;
}

const newRole = ({ RoleName, Path = '/' }: RoleInput, at: At) => `arn:aws:iam::${at.accountId}:role${Path}${RoleName}`;
const tags = ({ Tags }: RoleInput) => tagContext(listedTags(Tags));
const boundary = ({ PermissionsBoundary: arn }: RoleInput): Context => (arn ? { 'iam:permissionsboundary': arn } : {});
const policyArn = ({ PolicyArn }: { PolicyArn?: string }): Context => (PolicyArn ? { 'iam:policyarn': PolicyArn } : {});

export const iam: Rows = {
  CreateRole: [
    need('iam:CreateRole', newRole, { context: (input) => ({ ...tags(input), ...boundary(input) }) }),
    need('iam:TagRole', (input: RoleInput, at) => (isEmpty(input.Tags) ? [] : newRole(input, at)), { context: tags }),
  ],
  ...rowsOf(
    [
      'GetRole',
      'UpdateRole',
      'UpdateAssumeRolePolicy',
      'DeleteRole',
      'PutRolePolicy',
      'GetRolePolicy',
      'DeleteRolePolicy',
      'ListRolePolicies',
      'ListAttachedRolePolicies',
      'ListInstanceProfilesForRole',
      'UntagRole',
      'ListRoleTags',
    ],
    (name) => [need(`iam:${name}`, role)],
  ),
  ...rowsOf(['AttachRolePolicy', 'DetachRolePolicy'], (name) => [need(`iam:${name}`, role, { context: policyArn })]),
  TagRole: [need('iam:TagRole', role, { context: tags })],
  ListRoles: [need('iam:ListRoles')],
};
