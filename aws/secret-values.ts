/** The values behind secret variables, wherever they are kept. Never log one, never put it into a state. */
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { secretId } from '../domain/secret-id.ts';
import type { SecretReference } from '../domain/variables.ts';

export interface SecretValue {
  value: string;
  /** Changes with the value. */
  version: string;
}

export type SecretValues = ReturnType<typeof createSecretValues>;

function valueAt(text: string, key: string | undefined): string | undefined {
  if (key === undefined) return text;
  try {
    const found = (JSON.parse(text) as Record<string, unknown>)[key];
    return found === undefined ? undefined : String(found);
  } catch {
    return undefined;
  }
}

export function createSecretValues(parameters: SSMClient, secrets: SecretsManagerClient) {
  async function parameter(Name: string): Promise<SecretValue | undefined> {
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter?.Value === undefined
      ? undefined
      : { value: Parameter.Value, version: String(Parameter.Version ?? '') };
  }

  async function secret(name: string): Promise<SecretValue | undefined> {
    const { id, key } = secretId(name);
    const { SecretString, VersionId = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: id }));
    const value = SecretString === undefined ? undefined : valueAt(SecretString, key);
    return value === undefined ? undefined : { value, version: VersionId };
  }

  return {
    /** Undefined when there is none: no such parameter or secret, or no such key in it. */
    async read({ store, name }: SecretReference): Promise<SecretValue | undefined> {
      try {
        return await (store === 'parameter-store' ? parameter(name) : secret(name));
      } catch (error) {
        if (error instanceof ParameterNotFound || error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
  };
}
