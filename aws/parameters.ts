import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';

export type Parameters = ReturnType<typeof createParameters>;

export function createParameters(client: SSMClient) {
  return {
    /** The value of a SecureString, decrypted. Never log it, never put it into a state. */
    async secret(name: string): Promise<string | undefined> {
      try {
        const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
        return Parameter?.Value;
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      }
    },
  };
}
