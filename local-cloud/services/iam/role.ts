/** A role as it is kept, and as the API shows it. */
import type { Role, Tag } from '@aws-sdk/client-iam';

export interface StoredRole {
  name: string;
  path: string;
  id: string;
  arn: string;
  /** JSON. */
  assumeRolePolicy: string;
  description?: string;
  maxSessionSeconds: number;
  permissionsBoundary?: string;
  tags: Tag[];
  /** Policy name → JSON. */
  inlinePolicies: Record<string, string>;
  attachedPolicyArns: string[];
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** IAM percent-encodes policy documents in its answers. */
export function encodeDocument(json: string): string {
  return encodeURIComponent(json);
}

export function describeRole(role: StoredRole): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.assumeRolePolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    Tags: role.tags.length ? role.tags : undefined,
    ...(role.permissionsBoundary
      ? {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: role.permissionsBoundary,
          },
        }
      : {}),
  };
}
