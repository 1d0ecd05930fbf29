/** What the HTTP API is made of: AWS clients from the environment, constructed once. */
import { randomBytes } from 'node:crypto';
import { createArtifactStore } from '../../aws/artifacts.ts';
import { logsClient, parametersClient, s3Client, secretsClient, tableClient } from '../../aws/clients.ts';
import { createLogs } from '../../aws/logs.ts';
import { createParameters } from '../../aws/parameters.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createSiteLogs } from '../../aws/site-logs.ts';
import { createAccessStore } from '../../aws/table/access.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createHookStore } from '../../aws/table/hooks.ts';
import { createIgnoredStore } from '../../aws/table/ignored.ts';
import { createSettingsStore } from '../../aws/table/settings.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createTokenStore } from '../../aws/table/tokens.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { parseNetworks } from '../../domain/outbound.ts';
import { createCredentials, send } from '../../githost/index.ts';
import { deploy } from '../../lifecycle/deploy.ts';
import { addDomains, removeDomain } from '../../lifecycle/domains.ts';
import { promote, rollback } from '../../lifecycle/promote.ts';
import { protect, unprotect } from '../../lifecycle/protect.ts';
import { redeploy } from '../../lifecycle/redeploy.ts';
import { removeApp, removeSite } from '../../lifecycle/remove.ts';
import { replay } from '../../lifecycle/replay.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { createOidc, oidcSettings } from './auth/oidc.ts';
import type { ApiPorts } from './ports.ts';

const given = environment(
  'TABLE_NAME',
  'ARTIFACT_BUCKET',
  'API_TOKEN_ID',
  'WEBHOOK_SECRET_ID',
  'HOOKS_URL',
  'STAGE',
  'NOTIFICATION_NETWORKS',
  'OIDC_ISSUER',
  'OIDC_AUDIENCE',
  'OIDC_SUBJECTS',
);
const table = { client: tableClient(), name: given.TABLE_NAME };
const secrets = createSecrets(secretsClient());
const variables = createVariableStore(table);
const access = createAccessStore(table);
const random = (bytes: number) => randomBytes(bytes).toString('base64url');
const ports = lifecyclePorts();
const parameters = createParameters(parametersClient());
const issuer = oidcSettings(given.OIDC_ISSUER, given.OIDC_AUDIENCE, given.OIDC_SUBJECTS);
const allowedNetworks = parseNetworks(given.NOTIFICATION_NETWORKS);

export const apiPorts: ApiPorts = {
  auth: {
    token: () => secrets.value(given.API_TOKEN_ID),
    tokens: createTokenStore(table),
    oidc: issuer && createOidc(issuer, { fetch, now: Date.now }),
    now: ports.now,
    log: ports.log,
  },
  connection: {
    apps: ports.apps,
    hooks: createHookStore(table),
    variables,
    parameters,
    send,
    accessToken: createCredentials({ send, now: Date.now }),
    deploy: (app, push) => deploy(app, push, ports),
    stackSecret: () => secrets.value(given.WEBHOOK_SECRET_ID),
    hooksUrl: given.HOOKS_URL,
    allowedNetworks,
    stage: given.STAGE,
    now: ports.now,
  },
  apps: ports.apps,
  variables,
  settings: createSettingsStore(table),
  access,
  domains: ports.domains,
  ignored: createIgnoredStore(table),
  sites: createSiteStore(table),
  releases: ports.releases,
  deployments: createDeploymentStore(table),
  timeline: createTimelineStore(table),
  logs: createLogs(logsClient()),
  artifacts: createArtifactStore(s3Client()),
  artifactBucket: given.ARTIFACT_BUCKET,
  siteLogs: createSiteLogs(logsClient, deployer()),
  parameters,
  allowedNetworks,
  stage: given.STAGE,
  newId: () => randomBytes(4).toString('hex'),
  lifecycle: {
    replay: (deployment) => replay(deployment, ports),
    promote: (site, release) => promote(site, release, ports),
    rollback: (site) => rollback(site, ports),
    protect: (site, wanted) => protect(site, wanted, { ...ports, access, random }),
    unprotect: (site) => unprotect(site, { ...ports, access, random }),
    redeploy: (site, build) => redeploy(site, build, { ...ports, variables }),
    addDomains: (site, names) => addDomains(site, names, ports),
    removeDomain: (site, name) => removeDomain(site, name, ports),
    removeSite: (site) => removeSite(site, ports),
    removeApp: (app) => removeApp(app, ports),
  },
  now: () => new Date(),
};
