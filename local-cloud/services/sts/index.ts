/**
 * STS: who am I, and session credentials for a role.
 *
 * Gaps: session policies, federation. By design: the root user may assume any role that exists; who else may is for the
 * role's trust policy and the authorisation to say.
 */
import * as sdk from '@aws-sdk/client-sts';
import { AwsError } from '../../protocol/aws-error.ts';
import { sdkService } from '../../protocol/sdk-service.ts';
import { assumedRoleArn, type CredentialsRegistry } from '../../runtime/credentials.ts';
import type { Caller, Environment, Operations, Service } from '../../service.ts';

const DEFAULT_SESSION_SECONDS = 3600;

export function createStsService(environment: Environment, credentials: CredentialsRegistry): Service {
  return sdkService({
    scope: 'sts',
    module: sdk,
    client: new sdk.STSClient({ region: environment.region }),
    operations: operations(environment, credentials),
  });
}

function operations(environment: Environment, credentials: CredentialsRegistry): Operations {
  return {
    GetCallerIdentity: async (_: object, caller: Caller): Promise<sdk.GetCallerIdentityResponse> => ({
      Account: caller.accountId,
      Arn: caller.arn,
      UserId: caller.roleArn ? `${caller.roleArn.split('/').pop()}:${caller.arn.split('/').pop()}` : caller.accountId,
    }),
    AssumeRole: async (input: sdk.AssumeRoleRequest, caller: Caller): Promise<sdk.AssumeRoleResponse> => {
      const { RoleArn, RoleSessionName, DurationSeconds = DEFAULT_SESSION_SECONDS } = input;
      await requireRole(environment, RoleArn!, caller);
      const { expiresAt, accessKeyId, secretAccessKey, sessionToken } = credentials.issue(
        RoleArn!,
        RoleSessionName!,
        DurationSeconds,
      );
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          SessionToken: sessionToken,
          Expiration: new Date(expiresAt),
        },
        AssumedRoleUser: {
          Arn: assumedRoleArn(RoleArn!, RoleSessionName!),
          AssumedRoleId: `${RoleArn!.split('/').pop()}:${RoleSessionName}`,
        },
      };
    },
  };
}

async function requireRole(environment: Environment, roleArn: string, caller: Caller): Promise<void> {
  const denied = () => {
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
    return new AwsError('AccessDenied', message, 403);
  };
  const RoleName = roleArn.split('/').pop() ?? '';
  const asSts = environment.asService('sts.amazonaws.com');
  const found = await environment.call<{ Role: { Arn: string } }>('iam', 'GetRole', { RoleName }, asSts).catch(() => {
    throw denied();
  });
  if (found.Role.Arn !== roleArn) throw denied();
}
