import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parametersClient, queuesClient, tableClient } from '../../aws/clients.ts';
import { createParameters } from '../../aws/parameters.ts';
import { createQueue, readMessages } from '../../aws/queues.ts';
import { createAppStore } from '../../aws/table/apps.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { send } from '../../githost/index.ts';
import { createGitTokens } from '../../lifecycle/git-tokens.ts';
import { environment } from '../../middleware/environment.ts';
import { type ReportStatusPorts, run } from './run.ts';

const variables = environment('TABLE_NAME', 'STATUS_QUEUE_URL', 'STATUS_DEAD_LETTERS_URL');
const queues = queuesClient();
const table = { client: tableClient(), name: variables.TABLE_NAME };

const apps = createAppStore(table);

const ports: ReportStatusPorts = {
  apps,
  now: () => new Date(),
  deployments: createDeploymentStore(table),
  tokenOf: createGitTokens({ apps, parameters: createParameters(parametersClient()), send }),
  send,
  queue: createQueue(queues, variables.STATUS_QUEUE_URL),
  deadLetters: createQueue(queues, variables.STATUS_DEAD_LETTERS_URL),
  log: (entry) => console.log(JSON.stringify(entry)),
};

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
  const again = await run(readMessages(event), ports);
  return { batchItemFailures: again.map(({ id }) => ({ itemIdentifier: id })) };
});
