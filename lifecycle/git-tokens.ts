/** The token of an app for its Git host's API. Never log it, never put it into a state. */
import type { Parameters } from '../aws/parameters.ts';
import type { AppStore } from '../aws/table/apps.ts';

export interface GitTokenPorts {
  apps: Pick<AppStore, 'get'>;
  parameters: Pick<Parameters, 'secret'>;
}

export const createGitTokens =
  ({ apps, parameters }: GitTokenPorts) =>
  async (id: string): Promise<string | undefined> => {
    const name = (await apps.get(id))?.gitTokenParameter;
    return name ? parameters.secret(name) : undefined;
  };
