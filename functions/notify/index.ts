import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parametersClient, queuesClient, tableClient } from '../../aws/clients.ts';
import { createParameters } from '../../aws/parameters.ts';
import { createQueue, readMessages } from '../../aws/queues.ts';
import { createAppStore } from '../../aws/table/apps.ts';
import { parseNetworks } from '../../domain/outbound.ts';
import { environment } from '../../middleware/environment.ts';
import { post } from './post.ts';
import { type NotifyPorts, run } from './run.ts';

const variables = environment(
  'TABLE_NAME',
  'NOTIFICATION_QUEUE_URL',
  'NOTIFICATION_DEAD_LETTERS_URL',
  'NOTIFICATION_NETWORKS',
  'NOTIFICATION_PAUSES',
);
const queues = queuesClient();
const allowed = parseNetworks(variables.NOTIFICATION_NETWORKS);

const ports: NotifyPorts = {
  apps: createAppStore({ client: tableClient(), name: variables.TABLE_NAME }),
  parameters: createParameters(parametersClient()),
  post: (url, body, headers) => post(url, body, { allowed, headers }),
  queue: createQueue(queues, variables.NOTIFICATION_QUEUE_URL),
  deadLetters: createQueue(queues, variables.NOTIFICATION_DEAD_LETTERS_URL),
  pauses: variables.NOTIFICATION_PAUSES.split(',').map(Number),
  now: () => new Date(),
  log: (entry) => console.log(JSON.stringify(entry)),
};

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
  const again = await run(readMessages(event), ports);
  return { batchItemFailures: again.map(({ id }) => ({ itemIdentifier: id })) };
});
