import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eventsClient, tableClient } from '../../aws/clients.ts';
import { createEvents } from '../../aws/events.ts';
import { readMessages } from '../../aws/queues.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { environment } from '../../middleware/environment.ts';
import { type ReportDeadPagesPorts, run } from './run.ts';

const { TABLE_NAME, EVENT_BUS_NAME } = environment('TABLE_NAME', 'EVENT_BUS_NAME');

const ports: ReportDeadPagesPorts = {
  deployments: createDeploymentStore({ client: tableClient(), name: TABLE_NAME }),
  emit: createEvents(eventsClient(), EVENT_BUS_NAME).emit,
  log: (entry) => console.log(JSON.stringify(entry)),
};

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
  const again = await run(readMessages(event), ports);
  return { batchItemFailures: again.map(({ id }) => ({ itemIdentifier: id })) };
});
