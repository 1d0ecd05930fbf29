/** Which version of a secret is in force, wherever it is kept: known without its value. */
import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DescribeParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { secretId } from '../domain/secret-id.ts';
import type { SecretReference } from '../domain/variables.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version */
const IN_FORCE = 'AWSCURRENT';

export type SecretVersions = ReturnType<typeof createSecretVersions>;

export function createSecretVersions(parameters: SSMClient, secrets: SecretsManagerClient) {
  async function ofParameter(name: string): Promise<string | undefined> {
    const { Parameters = [] } = await parameters.send(
      new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }] }),
    );
    return Parameters[0]?.Version?.toString();
  }

  async function ofSecret(name: string): Promise<string | undefined> {
    try {
      const { VersionIdsToStages = {} } = await secrets.send(
        new DescribeSecretCommand({ SecretId: secretId(name).id }),
      );
      return Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(IN_FORCE))?.[0];
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  return {
    /** Undefined when there is none. */
    inForce: ({ store, name }: SecretReference) => (store === 'parameter-store' ? ofParameter(name) : ofSecret(name)),
  };
}
