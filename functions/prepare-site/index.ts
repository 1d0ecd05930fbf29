import { createBuckets } from '../../aws/buckets.ts';
import { distributionsClient, rolesClient, s3Client, tableClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createRoles } from '../../aws/roles.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createDomainStore } from '../../aws/table/domains.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';
import { settings } from './settings.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  buckets: createBuckets(s3Client()),
  roles: createRoles(rolesClient()),
  distributions: createDistributions(distributionsClient()),
  sites: createSiteStore(table),
  deployments: createDeploymentStore(table),
  variables: createVariableStore(table),
  domains: createDomainStore(table),
  settings: settings(),
};

export const handler = stepHandler(
  { step: 'PrepareSite', input: Input, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
