/**
 * IAM: the roles that the template and deployments make, with their inline and attached policies.
 *
 * Gaps: users, groups, managed policies (attachments are recorded by ARN), instance profiles, policy versions; the
 * order of pages is by name. By design: policies are checked for their grammar and quotas; policy documents come back
 * percent-encoded, as from IAM.
 */
import { randomBytes } from 'node:crypto';
import * as sdk from '@aws-sdk/client-iam';
import { AwsError } from '../../protocol/aws-error.ts';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Operations, Service } from '../../service.ts';
import { checkTrustPolicy } from './policy-document.ts';
import { describeRole, type StoredRole } from './role.ts';
import { type Roles, rolePolicyOperations } from './role-policies.ts';
import { roleTagOperations } from './role-tags.ts';

const MAX_SESSION_SECONDS = 3600;
const DEFAULT_PAGE_SIZE = 100;

export function createIamService(environment: Environment): Service {
  const roles = rolesOf(environment);
  const byArn = (arn: string) => {
    const role = roles.find(arn.split('/').pop() ?? '');
    return role?.arn === arn ? role : undefined;
  };
  return {
    ...sdkService({
      scope: 'iam',
      module: sdk,
      client: new sdk.IAMClient({ region: environment.region }),
      operations: {
        ...roleOperations(environment, roles),
        ...rolePolicyOperations(roles),
        ...roleTagOperations(roles),
      },
    }),
    resourcePolicy: (arn) => byArn(arn)?.assumeRolePolicy,
    rolePolicies: (arn) => {
      const role = byArn(arn);
      if (!role) return undefined;
      const { inlinePolicies: inline, attachedPolicyArns, permissionsBoundary } = role;
      return { inline, notJudged: [...attachedPolicyArns, ...(permissionsBoundary ? [permissionsBoundary] : [])] };
    },
  };
}

function rolesOf(environment: Environment): Roles {
  const stored = environment.records.collection<StoredRole>('role');
  return {
    find: (name) => stored.get(name),
    get: (name) => {
      const role = stored.get(name);
      if (!role) throw new AwsError('NoSuchEntityException', `The role with name ${name} cannot be found.`, 404);
      return role;
    },
    put: (role) => stored.put(role.name, role),
    delete: (name) => stored.delete(name),
    all: () => stored.entries().map(([, role]) => role),
  };
}

function roleOperations(environment: Environment, roles: Roles): Operations {
  return {
    CreateRole: async (input: sdk.CreateRoleRequest): Promise<sdk.CreateRoleResponse> => {
      const role = newRole(environment, input);
      checkTrustPolicy(role.assumeRolePolicy);
      if (roles.find(role.name)) {
        throw new AwsError('EntityAlreadyExistsException', `Role with name ${role.name} already exists.`, 409);
      }
      roles.put(role);
      return { Role: describeRole(role) };
    },
    GetRole: async ({ RoleName }: sdk.GetRoleRequest): Promise<sdk.GetRoleResponse> => ({
      Role: describeRole(roles.get(RoleName!)),
    }),
    UpdateRole: async ({ RoleName, Description, MaxSessionDuration }: sdk.UpdateRoleRequest) => {
      const role = roles.get(RoleName!);
      roles.put({
        ...role,
        description: Description ?? role.description,
        maxSessionSeconds: MaxSessionDuration ?? role.maxSessionSeconds,
      });
      return {};
    },
    UpdateAssumeRolePolicy: async ({ RoleName, PolicyDocument }: sdk.UpdateAssumeRolePolicyRequest) => {
      const role = roles.get(RoleName!);
      checkTrustPolicy(PolicyDocument!);
      roles.put({ ...role, assumeRolePolicy: PolicyDocument! });
    },
    DeleteRole: async ({ RoleName }: sdk.DeleteRoleRequest) => {
      const role = roles.get(RoleName!);
      if (Object.keys(role.inlinePolicies).length) {
        throw new AwsError('DeleteConflictException', 'Cannot delete entity, must delete policies first.', 409);
      }
      if (role.attachedPolicyArns.length) {
        throw new AwsError('DeleteConflictException', 'Cannot delete entity, must detach all policies first.', 409);
      }
      roles.delete(role.name);
    },
    ListRoles: async ({ PathPrefix = '/', Marker = '', MaxItems = DEFAULT_PAGE_SIZE }: sdk.ListRolesRequest) => {
      const found = roles.all().filter((role) => role.path.startsWith(PathPrefix) && role.name > Marker);
      const page = found.slice(0, MaxItems);
      const more = found.length > page.length;
      // ListRoles leaves tags and boundaries out.
      const shown = page.map((role) => ({ ...describeRole(role), Tags: undefined, PermissionsBoundary: undefined }));
      return { Roles: shown, IsTruncated: more, Marker: more ? page.at(-1)?.name : undefined };
    },
  };
}

function newRole(environment: Environment, input: sdk.CreateRoleRequest): StoredRole {
  const name = input.RoleName!;
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
    const message = `The role name ${name} must be 1 to 64 letters, digits or +=,.@-_`;
    throw new AwsError('ValidationError', message);
  }
  const path = input.Path ?? '/';
  return {
    name,
    path,
    id: `AROA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`,
    arn: `arn:aws:iam::${environment.accountId}:role${path}${name}`,
    assumeRolePolicy: input.AssumeRolePolicyDocument!,
    description: input.Description,
    maxSessionSeconds: input.MaxSessionDuration ?? MAX_SESSION_SECONDS,
    permissionsBoundary: input.PermissionsBoundary,
    tags: input.Tags ?? [],
    inlinePolicies: {},
    attachedPolicyArns: [],
    createdAt: environment.now(),
  };
}
