import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';

export type Parameters = ReturnType<typeof createParameters>;

export function createParameters(client: SSMClient) {
  /** Nothing happens when it is not there. */
  async function remove(name: string): Promise<void> {
    try {
      await client.send(new DeleteParameterCommand({ Name: name }));
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
    }
  }

  return {
    remove,

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

    /** Everything under a path, e.g. `/towpath/dev/apps/shop`. */
    async removeUnder(path: string): Promise<void> {
      const names: string[] = [];
      for await (const page of paginateGetParametersByPath({ client }, { Path: path, Recursive: true })) {
        names.push(...(page.Parameters ?? []).flatMap(({ Name }) => Name ?? []));
      }
      for (const name of names) await remove(name);
    },
  };
}
