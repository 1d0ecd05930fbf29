import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  type IAMClient,
  NoSuchEntityException,
  PutRolePolicyCommand,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import type { Policy } from './buckets.ts';

export type Roles = ReturnType<typeof createRoles>;

export interface RoleDescription {
  name: string;
  /** e.g. `/towpath/dev/` */
  path: string;
  description: string;
  /** Services that may assume it, e.g. `lambda.amazonaws.com`. */
  trusted: string[];
  tags: Record<string, string>;
}

const trustPolicy = (services: string[]): Policy => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }],
});

export function createRoles(client: IAMClient) {
  async function find(name: string): Promise<string | undefined> {
    try {
      return (await client.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn;
    } catch (error) {
      if (error instanceof NoSuchEntityException) return undefined;
      throw error;
    }
  }

  return {
    /** The role's ARN, if it exists. */
    find,

    /** Creates it, unless another attempt of ours was faster; answers its ARN. */
    async create({ name, path, description, trusted, tags }: RoleDescription): Promise<string> {
      try {
        const { Role } = await client.send(
          new CreateRoleCommand({
            RoleName: name,
            Path: path,
            Description: description,
            AssumeRolePolicyDocument: JSON.stringify(trustPolicy(trusted)),
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          }),
        );
        return String(Role?.Arn);
      } catch (error) {
        if (error instanceof EntityAlreadyExistsException) return String(await find(name));
        throw error;
      }
    },

    /** With its policies. Nothing happens when it is not there. */
    async remove(name: string): Promise<void> {
      if (!(await find(name))) return;
      for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName: name })) {
        for (const PolicyName of PolicyNames) {
          await client.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
        }
      }
      await client.send(new DeleteRoleCommand({ RoleName: name }));
    },

    async putPolicy(role: string, policyName: string, policy: Policy): Promise<void> {
      await client.send(
        new PutRolePolicyCommand({
          RoleName: role,
          PolicyName: policyName,
          PolicyDocument: JSON.stringify(policy),
        }),
      );
    },
  };
}
