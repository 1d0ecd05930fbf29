/** What the functions that begin, settle and replay deployments are made of: AWS clients from the environment, constructed once. */
import { ulid } from 'ulid';
import { distributionsClient, eventsClient, executionsClient, tableClient } from '../aws/clients.ts';
import { createDistributions } from '../aws/distributions.ts';
import { createEvents } from '../aws/events.ts';
import { createExecutions } from '../aws/executions.ts';
import { createAppStore } from '../aws/table/apps.ts';
import { createDeploymentStore } from '../aws/table/deployments.ts';
import { createReleaseStore } from '../aws/table/releases.ts';
import { createSiteStore } from '../aws/table/sites.ts';
import { createSlotStore } from '../aws/table/slots.ts';
import { createTimelineStore } from '../aws/table/timeline.ts';
import { environment } from '../middleware/environment.ts';

export type LifecyclePorts = ReturnType<typeof lifecyclePorts>;

export function lifecyclePorts() {
  const variables = environment(
    'TABLE_NAME',
    'DEPLOY_STATE_MACHINE_ARN',
    'PROMOTE_STATE_MACHINE_ARN',
    'EVENT_BUS_NAME',
    'SITE_URL_PATTERN',
    'STAGE',
  );
  const table = { client: tableClient(), name: variables.TABLE_NAME };
  const log = (entry: object) => console.log(JSON.stringify(entry));
  return {
    apps: createAppStore(table),
    executions: createExecutions(executionsClient(), {
      deploy: variables.DEPLOY_STATE_MACHINE_ARN,
      promote: variables.PROMOTE_STATE_MACHINE_ARN,
    }),
    deployments: createDeploymentStore(table),
    timeline: createTimelineStore(table),
    slots: createSlotStore(table),
    sites: createSiteStore(table),
    releases: createReleaseStore(table),
    distributions: createDistributions(distributionsClient()),
    emit: createEvents(eventsClient(), variables.EVENT_BUS_NAME).emit,
    siteUrlPattern: variables.SITE_URL_PATTERN,
    stage: variables.STAGE,
    newId: () => ulid(),
    now: () => new Date(),
    log,
  };
}
