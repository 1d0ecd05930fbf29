import { rolesClient, tableClient } from '../../aws/clients.ts';
import { logsOfRegions } from '../../aws/logs.ts';
import { createRoles } from '../../aws/roles.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { DeployInput } from '../../domain/pipeline.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { run } from './run.ts';

const { TABLE_NAME, BUILD_LOG_GROUP } = environment('TABLE_NAME', 'BUILD_LOG_GROUP');
const table = { client: tableClient(), name: TABLE_NAME };
const timeline = createTimelineStore(table);

const ports = {
  roles: createRoles(rolesClient()),
  logsIn: logsOfRegions(),
  sites: createSiteStore(table),
  deployer: deployer(),
  buildLogGroup: BUILD_LOG_GROUP,
};

export const handler = stepHandler({ step: 'RemoveTraces', input: DeployInput, timeline }, (input) =>
  run(input, ports),
);
