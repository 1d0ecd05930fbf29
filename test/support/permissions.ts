/** Every statement of every role that a local cloud has, and whether a recorded call was decided by it. */
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, paginateListRoles } from '@aws-sdk/client-iam';
import type { LocalCloud } from '../../local-cloud/index.ts';

export interface RoleStatement {
  /** The role's name. */
  role: string;
  policy: string;
  index: number;
  actions: string[];
  used: boolean;
}

export async function statementsOf({ endpoint, region, credentials, decisions }: LocalCloud): Promise<RoleStatement[]> {
  const client = new IAMClient({ endpoint, region, credentials });
  const decided = new Set(decisions().map(({ by }) => `${by?.owner} ${by?.policy} ${by?.statement}`));
  const found: RoleStatement[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, {})) {
    for (const { RoleName, Arn } of Roles) {
      const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }));
      for (const PolicyName of PolicyNames) {
        const { PolicyDocument = '' } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as {
          Statement: { Action: string | string[] }[];
        };
        Statement.forEach(({ Action }, index) => {
          const used = decided.has(`${Arn} ${PolicyName} ${index}`);
          found.push({ role: RoleName!, policy: PolicyName, index, actions: [Action].flat(), used });
        });
      }
    }
  }
  client.destroy();
  return found;
}
