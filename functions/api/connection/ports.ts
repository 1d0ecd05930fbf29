import type { Parameters } from '../../../aws/parameters.ts';
import type { AppStore } from '../../../aws/table/apps.ts';
import type { HookStore } from '../../../aws/table/hooks.ts';
import type { VariableStore } from '../../../aws/table/variables.ts';
import type { App } from '../../../domain/app.ts';
import type { Repository } from '../../../domain/deployment.ts';
import type { Networks } from '../../../domain/outbound.ts';
import type { Send } from '../../../githost/index.ts';
import type { Started, Wanted } from '../../../lifecycle/deploy.ts';

export interface ConnectionPorts {
  apps: Pick<AppStore, 'get' | 'create' | 'change' | 'ofRepository' | 'disconnect'>;
  hooks: HookStore;
  variables: Pick<VariableStore, 'putPlain'>;
  parameters: Pick<Parameters, 'secret' | 'putSecret' | 'remove'>;
  send: Send;
  /** Of what the user gave: a token, or a GitHub App's key. */
  accessToken: (credential: string, repository: Repository) => Promise<string>;
  deploy: (app: App, head: Wanted) => Promise<Started>;
  /** What the secrets of hooks derive from. */
  stackSecret: () => Promise<string>;
  /** The HTTP API's address: hooks deliver to `/hooks/<host>` under it. */
  hooksUrl: string;
  /** Where a Git server may be besides the public Internet. */
  allowedNetworks: Networks;
  stage: string;
  now: () => Date;
}
