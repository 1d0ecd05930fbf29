import type * as sdk from '@aws-sdk/client-iam';
import type { Operations } from '../../service.ts';
import type { Roles } from './role-policies.ts';

export function roleTagOperations(roles: Roles): Operations {
  return {
    TagRole: async ({ RoleName, Tags = [] }: sdk.TagRoleRequest) => {
      const role = roles.get(RoleName!);
      const named = new Set(Tags.map((tag) => tag.Key));
      roles.put({ ...role, tags: [...role.tags.filter((tag) => !named.has(tag.Key)), ...Tags] });
    },
    UntagRole: async ({ RoleName, TagKeys = [] }: sdk.UntagRoleRequest) => {
      const role = roles.get(RoleName!);
      roles.put({ ...role, tags: role.tags.filter((tag) => !TagKeys.includes(tag.Key!)) });
    },
    ListRoleTags: async ({ RoleName }: sdk.ListRoleTagsRequest): Promise<sdk.ListRoleTagsResponse> => ({
      Tags: roles.get(RoleName!).tags,
      IsTruncated: false,
    }),
  };
}
