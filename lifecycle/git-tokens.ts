/** The token of an app for its Git host's API. Never log it, never put it into a state. */
import type { Parameters } from '../aws/parameters.ts';
import type { AppStore } from '../aws/table/apps.ts';
import { createCredentials, type Send } from '../githost/index.ts';

export interface GitTokenPorts {
  apps: Pick<AppStore, 'get'>;
  parameters: Pick<Parameters, 'secret'>;
  send: Send;
}

export function createGitTokens({ apps, parameters, send }: GitTokenPorts) {
  const tokenOf = createCredentials({ send, now: Date.now });
  return async (id: string): Promise<string | undefined> => {
    const app = await apps.get(id);
    const credential = app?.gitTokenParameter && (await parameters.secret(app.gitTokenParameter));
    return app && credential ? tokenOf(credential, app.repository) : undefined;
  };
}
