import { createArtifactStore } from '../../aws/artifacts.ts';
import { distributionsClient, regionalLambdaClient, s3Client, tableClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createEventSources } from '../../aws/event-sources.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { guardPorts } from './guard-ports.ts';
import { Input, run } from './run.ts';
import { sharedParts } from './shared-parts.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  distributions: createDistributions(distributionsClient()),
  artifacts: createArtifactStore(s3Client()),
  sites: createSiteStore(table),
  shared: sharedParts(),
  eventSources: createEventSources(regionalLambdaClient()),
  deployer: deployer(),
  guard: guardPorts(table),
};

export const handler = stepHandler(
  { step: 'UpdateDistribution', input: Input, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
