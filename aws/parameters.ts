import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

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

    /** Keeps a SecureString under the account's own key for Parameter Store. */
    async putSecret(name: string, value: string): Promise<void> {
      await client.send(new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString', Overwrite: true }));
    },

    /** Nothing happens when it is not there. */
    async remove(name: string): Promise<void> {
      try {
        await client.send(new DeleteParameterCommand({ Name: name }));
      } catch (error) {
        if (!(error instanceof ParameterNotFound)) throw error;
      }
    },
  };
}
