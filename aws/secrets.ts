import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export type Secrets = ReturnType<typeof createSecrets>;

/** How long a value may be used before it is read again: a rotated secret counts within this time. */
const FRESH_MILLISECONDS = 60_000;

export function createSecrets(client: SecretsManagerClient, now: () => number = Date.now) {
  const known = new Map<string, { value: string; until: number }>();
  return {
    /** The value of a secret. Never log it, never put it into a state. */
    async value(id: string): Promise<string> {
      const kept = known.get(id);
      if (kept && kept.until > now()) return kept.value;
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
      if (SecretString === undefined) throw new Error(`the secret ${id} has no text value`);
      known.set(id, { value: SecretString, until: now() + FRESH_MILLISECONDS });
      return SecretString;
    },
  };
}
