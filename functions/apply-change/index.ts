import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { queuesClient, tableClient } from '../../aws/clients.ts';
import { createFifoQueue, createQueue, readMessages } from '../../aws/queues.ts';
import { createDeliveryStore } from '../../aws/table/deliveries.ts';
import { headOf } from '../../lifecycle/heads.ts';
import { removeSite } from '../../lifecycle/remove.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { environment } from '../../middleware/environment.ts';
import { type ApplyChangePorts, run } from './run.ts';

const variables = environment('TABLE_NAME', 'CHANGES_QUEUE_URL', 'STATUS_QUEUE_URL');
const table = { client: tableClient(), name: variables.TABLE_NAME };
const lifecycle = lifecyclePorts();
const queues = queuesClient();
const statuses = createQueue(queues, variables.STATUS_QUEUE_URL);

const ports: Omit<ApplyChangePorts, 'remainingMilliseconds'> = {
  ...lifecycle,
  deliveries: createDeliveryStore(table),
  removeSite: (site, announcedAt) => removeSite(site, lifecycle, announcedAt),
  headOf: (app, branch, pullRequest) => headOf(app, { branch, pullRequest }, lifecycle),
  queue: {
    hide: createQueue(queues, variables.CHANGES_QUEUE_URL).hide,
    send: createFifoQueue(queues, variables.CHANGES_QUEUE_URL).send,
  },
  tellDeclined: (declined) => statuses.send(JSON.stringify(declined)),
};

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event, context) => {
  const remainingMilliseconds = () => context.getRemainingTimeInMillis();
  const again = await run(readMessages(event), { ...ports, remainingMilliseconds });
  return { batchItemFailures: again.map(({ id }) => ({ itemIdentifier: id })) };
});
