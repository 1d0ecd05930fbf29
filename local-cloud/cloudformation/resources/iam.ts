import type { GetRoleResponse } from '@aws-sdk/client-iam';
import { type Aws, createOrUpdate, type ResourceType, type StoredResource } from '../resource-type.ts';
import { type CfnTag, jsonText } from '../shapes.ts';

interface InlinePolicy {
  PolicyName: string;
  PolicyDocument: unknown;
}

interface RoleProperties {
  RoleName?: string;
  Path?: string;
  Description?: string;
  AssumeRolePolicyDocument: unknown;
  MaxSessionDuration?: number;
  PermissionsBoundary?: string;
  ManagedPolicyArns?: string[];
  Policies?: InlinePolicy[];
  Tags?: CfnTag[];
}

export const role: ResourceType<RoleProperties> = {
  put: async ({ properties, defaultName, previous, aws }) => {
    const { Policies = [], ManagedPolicyArns = [], AssumeRolePolicyDocument, ...rest } = properties;
    const RoleName = properties.RoleName ?? defaultName.slice(0, 64);
    const trust = jsonText(AssumeRolePolicyDocument);
    const { Role } = await createOrUpdate(
      () => aws<GetRoleResponse>('iam', 'CreateRole', { ...rest, RoleName, AssumeRolePolicyDocument: trust }),
      async () => {
        await aws('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust });
        await aws('iam', 'TagRole', { RoleName, Tags: rest.Tags });
        return aws<GetRoleResponse>('iam', 'GetRole', { RoleName });
      },
    );
    const before = previous?.id === RoleName ? previous.properties : undefined;
    await replacePolicies(aws, [RoleName], before?.Policies ?? [], Policies);
    for (const PolicyArn of before?.ManagedPolicyArns ?? []) {
      if (!ManagedPolicyArns.includes(PolicyArn)) await aws('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
    }
    for (const PolicyArn of ManagedPolicyArns) await aws('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
    return { id: RoleName, attributes: { Arn: Role!.Arn!, RoleId: Role!.RoleId! } };
  },
  delete: async ({ id, properties }: StoredResource<RoleProperties>, aws) => {
    await replacePolicies(aws, [id], properties.Policies ?? [], []);
    for (const PolicyArn of properties.ManagedPolicyArns ?? []) {
      await aws('iam', 'DetachRolePolicy', { RoleName: id, PolicyArn });
    }
    await aws('iam', 'DeleteRole', { RoleName: id });
  },
};

interface PolicyProperties extends InlinePolicy {
  Roles?: string[];
}

export const policy: ResourceType<PolicyProperties> = {
  put: async ({ properties, previous, aws }) => {
    const gone = (previous?.properties.Roles ?? []).filter((name) => !properties.Roles?.includes(name));
    if (previous) await replacePolicies(aws, gone, [previous.properties], []);
    await replacePolicies(aws, properties.Roles ?? [], previous ? [previous.properties] : [], [properties]);
    return { id: properties.PolicyName, attributes: {} };
  },
  delete: async ({ properties }, aws) => replacePolicies(aws, properties.Roles ?? [], [properties], []),
};

async function replacePolicies(
  aws: Aws,
  roles: string[],
  before: InlinePolicy[],
  after: InlinePolicy[],
): Promise<void> {
  for (const RoleName of roles) {
    for (const { PolicyName } of before) {
      if (!after.some((each) => each.PolicyName === PolicyName)) {
        await aws('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
      }
    }
    for (const { PolicyName, PolicyDocument } of after) {
      await aws('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument: jsonText(PolicyDocument) });
    }
  }
}
