/** What the HTTP API is made of: AWS clients from the environment, constructed once. */
import { randomBytes } from 'node:crypto';
import { logsClient, parametersClient, secretsClient, tableClient } from '../../aws/clients.ts';
import { createLogs } from '../../aws/logs.ts';
import { createParameters } from '../../aws/parameters.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createHookStore } from '../../aws/table/hooks.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { parseNetworks } from '../../domain/outbound.ts';
import { send } from '../../githost/index.ts';
import { deploy } from '../../lifecycle/deploy.ts';
import { promote, rollback } from '../../lifecycle/promote.ts';
import { redeploy } from '../../lifecycle/redeploy.ts';
import { replay } from '../../lifecycle/replay.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { environment } from '../../middleware/environment.ts';
import type { ApiPorts } from './ports.ts';

const { TABLE_NAME, API_TOKEN_ID, WEBHOOK_SECRET_ID, HOOKS_URL, STAGE, NOTIFICATION_NETWORKS } = environment(
  'TABLE_NAME',
  'API_TOKEN_ID',
  'WEBHOOK_SECRET_ID',
  'HOOKS_URL',
  'STAGE',
  'NOTIFICATION_NETWORKS',
);
const table = { client: tableClient(), name: TABLE_NAME };
const secrets = createSecrets(secretsClient());
const variables = createVariableStore(table);
const ports = lifecyclePorts();
const parameters = createParameters(parametersClient());
const allowedNetworks = parseNetworks(NOTIFICATION_NETWORKS);

export const apiPorts: ApiPorts = {
  connection: {
    apps: ports.apps,
    hooks: createHookStore(table),
    variables,
    parameters,
    send,
    deploy: (app, push) => deploy(app, push, ports),
    stackSecret: () => secrets.value(WEBHOOK_SECRET_ID),
    hooksUrl: HOOKS_URL,
    allowedNetworks,
    stage: STAGE,
    now: ports.now,
  },
  apps: ports.apps,
  variables,
  sites: createSiteStore(table),
  deployments: createDeploymentStore(table),
  timeline: createTimelineStore(table),
  logs: createLogs(logsClient()),
  parameters,
  allowedNetworks,
  stage: STAGE,
  newId: () => randomBytes(4).toString('hex'),
  lifecycle: {
    replay: (deployment) => replay(deployment, ports),
    promote: (site, release) => promote(site, release, ports),
    rollback: (site) => rollback(site, ports),
    redeploy: (site, build) => redeploy(site, build, { ...ports, variables }),
  },
  token: () => secrets.value(API_TOKEN_ID),
  now: () => new Date(),
};
