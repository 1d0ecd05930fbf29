import { edgeLambdaClient, tableClient } from '../../aws/clients.ts';
import { createEdgeFunctions } from '../../aws/functions.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = { functions: createEdgeFunctions(edgeLambdaClient()), releases: createReleaseStore(table) };

export const handler = stepHandler({ step: 'SmokeTest', input: Input, timeline: createTimelineStore(table) }, (input) =>
  run(input, ports),
);
