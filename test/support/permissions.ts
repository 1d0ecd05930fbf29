/** Every statement of every role that a local cloud has, and which of its actions a recorded call could not do without. */
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, paginateListRoles } from '@aws-sdk/client-iam';
import type { LocalCloud } from '../../local-cloud/index.ts';

export interface RoleStatement {
  /** The role's name. */
  role: string;
  policy: string;
  index: number;
  actions: string[];
  /** Of the actions: those by which a call was made that nothing else allows, so that it fails without the statement. */
  needed: string[];
}

const covers = (pattern: string, action: string) =>
  pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action;

export async function statementsOf({ endpoint, region, credentials, decisions }: LocalCloud): Promise<RoleStatement[]> {
  const client = new IAMClient({ endpoint, region, credentials });
  const decided = Map.groupBy(decisions(), ({ by }) => `${by?.owner} ${by?.policy} ${by?.statement}`);
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
          const made = decided.get(`${Arn} ${PolicyName} ${index}`) ?? [];
          const actions = [Action].flat();
          const needed = actions.filter((pattern) => made.some((call) => call.needed && covers(pattern, call.action)));
          found.push({ role: RoleName!, policy: PolicyName, index, actions, needed });
        });
      }
    }
  }
  client.destroy();
  return found;
}
