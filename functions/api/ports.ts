import type { Logs } from '../../aws/logs.ts';
import type { AppStore } from '../../aws/table/apps.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { TimelineStore } from '../../aws/table/timeline.ts';

export interface ApiPorts {
  apps: Pick<AppStore, 'get' | 'put' | 'list'>;
  sites: Pick<SiteStore, 'ofApp'>;
  deployments: Pick<DeploymentStore, 'get' | 'ofSite'>;
  timeline: Pick<TimelineStore, 'list'>;
  logs: Pick<Logs, 'read'>;
  /** The token that callers must present. */
  token: () => Promise<string>;
  now: () => Date;
}
