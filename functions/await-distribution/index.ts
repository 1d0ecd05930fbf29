import { setTimeout as sleep } from 'node:timers/promises';
import { distributionsClient, tableClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const timeline = createTimelineStore({ client: tableClient(), name: TABLE_NAME });
const ports = { distributions: createDistributions(distributionsClient()), sleep, now: Date.now };

export const handler = stepHandler({ step: 'AwaitDistribution', input: Input, timeline }, (input) => run(input, ports));
