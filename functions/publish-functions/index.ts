import { createArtifactStore } from '../../aws/artifacts.ts';
import { edgeLambdaClient, s3Client, tableClient } from '../../aws/clients.ts';
import { createEdgeFunctions } from '../../aws/functions.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  functions: createEdgeFunctions(edgeLambdaClient()),
  artifacts: createArtifactStore(s3Client()),
  sites: createSiteStore(table),
  deployer: deployer(),
};

export const handler = stepHandler(
  { step: 'PublishFunctions', input: Input, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
