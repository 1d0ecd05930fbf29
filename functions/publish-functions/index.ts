import { createArtifactStore } from '../../aws/artifacts.ts';
import { edgeLambdaClient, queuesClient, regionalLambdaClient, s3Client, tableClient } from '../../aws/clients.ts';
import { createEventSources } from '../../aws/event-sources.ts';
import { createFifoQueues } from '../../aws/fifo-queues.ts';
import { createEdgeFunctions } from '../../aws/functions.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME, REGENERATION_DEAD_LETTERS_ARN } = environment('TABLE_NAME', 'REGENERATION_DEAD_LETTERS_ARN');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  functions: createEdgeFunctions(edgeLambdaClient()),
  regionalFunctions: createEdgeFunctions(regionalLambdaClient()),
  regeneration: {
    deadLetters: REGENERATION_DEAD_LETTERS_ARN,
    queues: createFifoQueues(queuesClient()),
    eventSources: createEventSources(regionalLambdaClient()),
  },
  artifacts: createArtifactStore(s3Client()),
  sites: createSiteStore(table),
  releases: createReleaseStore(table),
  deployer: deployer(),
};

export const handler = stepHandler(
  { step: 'PublishFunctions', input: Input, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
