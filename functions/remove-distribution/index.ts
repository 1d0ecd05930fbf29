import { distributionsClient, tableClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { DeployInput } from '../../domain/pipeline.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  distributions: createDistributions(distributionsClient()),
  sites: createSiteStore(table),
  deployer: deployer(),
};

export const handler = stepHandler(
  { step: 'RemoveDistribution', input: DeployInput, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
