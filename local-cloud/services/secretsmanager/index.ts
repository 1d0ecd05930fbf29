/**
 * Secrets Manager: secrets with their current and previous versions.
 *
 * Gaps: rotation, replication, resource policies, custom staging labels (AWSCURRENT and AWSPREVIOUS are kept). By
 * design: secrets are kept as they are in the state folder, as no KMS is there; a recovery window only hides a secret.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../protocol/aws-error.ts';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Operations, Service } from '../../service.ts';
import { addVersion, getSecret, type Secrets, type StoredSecret, secretsOf, stagesOf, versionOf } from './secret.ts';

const DEFAULT_RECOVERY_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

export function createSecretsManagerService(environment: Environment): Service {
  const secrets = secretsOf(environment);
  return sdkService({
    scope: 'secretsmanager',
    module: sdk,
    client: new sdk.SecretsManagerClient({ region: environment.region }),
    operations: {
      ...valueOperations(environment, secrets),
      ...lifecycleOperations(environment, secrets),
      ...listOperations(secrets),
    },
  });
}

function valueOperations(environment: Environment, secrets: Secrets): Operations {
  return {
    GetSecretValue: async (input: sdk.GetSecretValueRequest): Promise<sdk.GetSecretValueResponse> => {
      const secret = getSecret(secrets, input.SecretId!);
      const version = versionOf(secret, input.VersionId, input.VersionStage);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        SecretString: version.text,
        SecretBinary: version.binary === undefined ? undefined : Buffer.from(version.binary, 'base64'),
        VersionStages: stagesOf(secret, version.id),
        CreatedDate: new Date(version.createdAt),
      };
    },
    PutSecretValue: async (input: sdk.PutSecretValueRequest): Promise<sdk.PutSecretValueResponse> => {
      const secret = addVersion(getSecret(secrets, input.SecretId!), input, environment.now());
      secrets.put(secret.name, secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: secret.currentId, VersionStages: ['AWSCURRENT'] };
    },
    UpdateSecret: async (input: sdk.UpdateSecretRequest): Promise<sdk.UpdateSecretResponse> => {
      const found = getSecret(secrets, input.SecretId!);
      const described = { ...found, description: input.Description ?? found.description };
      const carriesValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
      const secret = carriesValue ? addVersion(described, input, environment.now()) : described;
      secrets.put(secret.name, secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: carriesValue ? secret.currentId : undefined };
    },
  };
}

function lifecycleOperations(environment: Environment, secrets: Secrets): Operations {
  return {
    CreateSecret: async (input: sdk.CreateSecretRequest): Promise<sdk.CreateSecretResponse> => {
      const name = input.Name!;
      const existing = secrets.get(name);
      if (existing?.deletedAt !== undefined) {
        const message = `You can't create this secret because a secret with this name is already scheduled for deletion.`;
        throw new AwsError('InvalidRequestException', message);
      }
      if (existing) {
        const message = `The operation failed because the secret ${name} already exists.`;
        throw new AwsError('ResourceExistsException', message);
      }
      const empty = newSecret(environment, input);
      const carriesValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
      const secret = carriesValue ? addVersion(empty, input, environment.now()) : empty;
      secrets.put(name, secret);
      return { ARN: secret.arn, Name: name, VersionId: secret.currentId };
    },
    DeleteSecret: async (input: sdk.DeleteSecretRequest): Promise<sdk.DeleteSecretResponse> => {
      const secret = getSecret(secrets, input.SecretId!);
      const now = environment.now();
      if (input.ForceDeleteWithoutRecovery) {
        secrets.delete(secret.name);
        return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(now) };
      }
      const deletedAt = now + (input.RecoveryWindowInDays ?? DEFAULT_RECOVERY_DAYS) * DAY_MS;
      secrets.put(secret.name, { ...secret, deletedAt });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletedAt) };
    },
    RestoreSecret: async ({ SecretId }: sdk.RestoreSecretRequest): Promise<sdk.RestoreSecretResponse> => {
      const secret = getSecret(secrets, SecretId!, { deletedToo: true });
      secrets.put(secret.name, { ...secret, deletedAt: undefined });
      return { ARN: secret.arn, Name: secret.name };
    },
    TagResource: async ({ SecretId, Tags = [] }: sdk.TagResourceRequest) => {
      const secret = getSecret(secrets, SecretId!);
      const named = new Set(Tags.map((tag) => tag.Key));
      secrets.put(secret.name, {
        ...secret,
        tags: [...secret.tags.filter((tag) => !named.has(tag.Key)), ...Tags],
      });
    },
  };
}

function listOperations(secrets: Secrets): Operations {
  return {
    DescribeSecret: async ({ SecretId }: sdk.DescribeSecretRequest): Promise<sdk.DescribeSecretResponse> =>
      describe(getSecret(secrets, SecretId!, { deletedToo: true })),
    ListSecrets: async (input: sdk.ListSecretsRequest): Promise<sdk.ListSecretsResponse> => {
      if (input.Filters?.length) {
        throw new AwsError('NotImplemented', 'secretsmanager:ListSecrets with filters is not emulated', 501);
      }
      const all = secrets.entries().map(([, secret]) => secret);
      return { SecretList: all.filter((secret) => secret.deletedAt === undefined).map(describe) };
    },
  };
}

function newSecret(environment: Environment, input: sdk.CreateSecretRequest): StoredSecret {
  const name = input.Name!;
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
  if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
    throw new AwsError('InvalidParameterException', `The secret name ${name} may have letters, digits and /_+=.@-`);
  }
  const suffix = randomBytes(6).toString('base64url').replace(/[-_]/g, 'x').slice(0, 6);
  return {
    name,
    arn: `arn:aws:secretsmanager:${environment.region}:${environment.accountId}:secret:${name}-${suffix}`,
    description: input.Description,
    tags: input.Tags ?? [],
    versions: [],
    currentId: input.ClientRequestToken ?? randomUUID(),
    createdAt: environment.now(),
  };
}

function describe(secret: StoredSecret): sdk.DescribeSecretResponse {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    Tags: secret.tags,
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.versions.at(-1)?.createdAt ?? secret.createdAt),
    DeletedDate: secret.deletedAt === undefined ? undefined : new Date(secret.deletedAt),
    VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id }) => [id, stagesOf(secret, id)])),
  };
}
