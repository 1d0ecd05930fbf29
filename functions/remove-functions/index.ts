import { edgeLambdaClient, queuesClient, regionalLambdaClient, tableClient } from '../../aws/clients.ts';
import { createEventSources } from '../../aws/event-sources.ts';
import { createFifoQueues } from '../../aws/fifo-queues.ts';
import { createEdgeFunctions } from '../../aws/functions.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createTombstoneStore } from '../../aws/table/tombstones.ts';
import { DeployInput } from '../../domain/pipeline.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  functions: createEdgeFunctions(edgeLambdaClient()),
  regionalFunctions: createEdgeFunctions(regionalLambdaClient()),
  eventSources: createEventSources(regionalLambdaClient()),
  queues: createFifoQueues(queuesClient()),
  sites: createSiteStore(table),
  tombstones: createTombstoneStore(table),
  deployer: deployer(),
  now: () => new Date(),
};

export const handler = stepHandler(
  { step: 'RemoveFunctions', input: DeployInput, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
