import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { Logs } from '../../aws/logs.ts';
import type { Parameters } from '../../aws/parameters.ts';
import type { SiteLogs } from '../../aws/site-logs.ts';
import type { AccessStore } from '../../aws/table/access.ts';
import type { AppStore } from '../../aws/table/apps.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import type { DomainStore } from '../../aws/table/domains.ts';
import type { IgnoredStore } from '../../aws/table/ignored.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import type { SettingsStore } from '../../aws/table/settings.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { TimelineStore } from '../../aws/table/timeline.ts';
import type { VariableStore } from '../../aws/table/variables.ts';
import type { SiteDomains } from '../../domain/custom-domain.ts';
import type { Networks } from '../../domain/outbound.ts';
import type { Promoted } from '../../lifecycle/promote.ts';
import type { Protected } from '../../lifecycle/protect.ts';
import type { Redeployed } from '../../lifecycle/redeploy.ts';
import type { Removal } from '../../lifecycle/remove.ts';
import type { Replayed } from '../../lifecycle/replay.ts';
import type { AuthPorts } from './auth/authenticate.ts';
import type { ConnectionPorts } from './connection/ports.ts';

export interface ApiPorts {
  auth: AuthPorts;
  connection: ConnectionPorts;
  apps: Pick<AppStore, 'get' | 'create' | 'change' | 'list' | 'addNotification' | 'removeNotification'>;
  parameters: Pick<Parameters, 'putSecret' | 'remove'>;
  variables: Pick<VariableStore, 'ofApp' | 'put' | 'putPlain' | 'remove'>;
  settings: SettingsStore;
  access: Pick<AccessStore, 'get'>;
  domains: Pick<DomainStore, 'get' | 'all'>;
  ignored: Pick<IgnoredStore, 'ofApp'>;
  sites: Pick<SiteStore, 'get' | 'ofApp'>;
  releases: Pick<ReleaseStore, 'ofSite'>;
  siteLogs: SiteLogs;
  deployments: Pick<DeploymentStore, 'get' | 'ofSite'>;
  timeline: Pick<TimelineStore, 'list'>;
  logs: Pick<Logs, 'read'>;
  artifacts: Pick<ArtifactStore, 'head' | 'stream'>;
  artifactBucket: string;
  /** Refuses by a TowpathError. */
  lifecycle: {
    replay: (deployment: string) => Promise<Replayed>;
    promote: (site: string, release: string) => Promise<Promoted>;
    rollback: (site: string) => Promise<Promoted>;
    protect: (site: string, wanted: { user: string; password?: string; app?: string }) => Promise<Protected>;
    unprotect: (site: string) => Promise<Omit<Protected, 'password'>>;
    redeploy: (site: string, build: boolean) => Promise<Redeployed>;
    addDomains: (site: string, names: string[]) => Promise<SiteDomains>;
    removeDomain: (site: string, name: string) => Promise<SiteDomains>;
    removeSite: (site: string) => Promise<Removal>;
    removeApp: (app: string) => Promise<Removal[]>;
  };
  /** Where notifications may go besides the public Internet. */
  allowedNetworks: Networks;
  stage: string;
  newId: () => string;
  now: () => Date;
}
