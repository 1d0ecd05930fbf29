import { tableClient } from '../../aws/clients.ts';
import { createAccessStore } from '../../aws/table/access.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { DeployInput } from '../../domain/pipeline.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  sites: createSiteStore(table),
  deployments: createDeploymentStore(table),
  releases: createReleaseStore(table),
  access: createAccessStore(table),
};

export const handler = stepHandler(
  { step: 'ForgetSite', input: DeployInput, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
