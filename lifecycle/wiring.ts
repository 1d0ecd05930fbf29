/** What the functions that begin, settle and replay deployments are made of: AWS clients from the environment, constructed once. */
import { ulid } from 'ulid';
import { distributionsClient, eventsClient, executionsClient, parametersClient, tableClient } from '../aws/clients.ts';
import { createDistributions } from '../aws/distributions.ts';
import { createEvents } from '../aws/events.ts';
import { createExecutions } from '../aws/executions.ts';
import { createParameters } from '../aws/parameters.ts';
import { createAccessStore } from '../aws/table/access.ts';
import { createAppStore } from '../aws/table/apps.ts';
import { createDeploymentStore } from '../aws/table/deployments.ts';
import { createDomainStore } from '../aws/table/domains.ts';
import { createIgnoredStore } from '../aws/table/ignored.ts';
import { createReleaseStore } from '../aws/table/releases.ts';
import { createSiteStore } from '../aws/table/sites.ts';
import { createSlotStore } from '../aws/table/slots.ts';
import { createTimelineStore } from '../aws/table/timeline.ts';
import type { DeploymentRecord } from '../domain/deployment.ts';
import { send } from '../githost/index.ts';
import { environment } from '../middleware/environment.ts';
import { afterRemoval, forgetAppWithoutSites } from './remove.ts';

export type LifecyclePorts = ReturnType<typeof lifecyclePorts>;

export function lifecyclePorts() {
  const variables = environment(
    'STAGE',
    'TABLE_NAME',
    'DEPLOY_STATE_MACHINE_ARN',
    'PROMOTE_STATE_MACHINE_ARN',
    'TEARDOWN_STATE_MACHINE_ARN',
    'DOMAIN_STATE_MACHINE_ARN',
    'EVENT_BUS_NAME',
    'SITE_URL_PATTERN',
    'STAGE',
  );
  const table = { client: tableClient(), name: variables.TABLE_NAME };
  const log = (entry: object) => console.log(JSON.stringify(entry));
  const apps = createAppStore(table);
  const parameters = createParameters(parametersClient());
  const deployments = createDeploymentStore(table);
  const sites = createSiteStore(table);
  const now = () => new Date();
  const access = createAccessStore(table);
  const removal = { apps, sites, deployments, parameters, access, stage: variables.STAGE, now };
  return {
    ...removal,
    afterRemoval: (deployment: DeploymentRecord) => afterRemoval(deployment, removal),
    forgetApp: (app: string) => forgetAppWithoutSites(app, removal),
    executions: createExecutions(executionsClient(), {
      deploy: variables.DEPLOY_STATE_MACHINE_ARN,
      promote: variables.PROMOTE_STATE_MACHINE_ARN,
      teardown: variables.TEARDOWN_STATE_MACHINE_ARN,
      domain: variables.DOMAIN_STATE_MACHINE_ARN,
    }),
    ignored: createIgnoredStore(table),
    timeline: createTimelineStore(table),
    slots: createSlotStore(table),
    domains: createDomainStore(table),
    releases: createReleaseStore(table),
    distributions: createDistributions(distributionsClient()),
    emit: createEvents(eventsClient(), variables.EVENT_BUS_NAME).emit,
    send,
    siteUrlPattern: variables.SITE_URL_PATTERN,
    stage: variables.STAGE,
    newId: () => ulid(),
    log,
  };
}
