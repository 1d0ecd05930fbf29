/** What a delivery is received with: AWS clients from the environment, constructed once. */
import { queuesClient, secretsClient, tableClient } from '../../aws/clients.ts';
import { createFifoQueue } from '../../aws/queues.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createHookStore } from '../../aws/table/hooks.ts';
import { environment } from '../../middleware/environment.ts';
import type { ReceiveWebhookPorts } from './run.ts';

const variables = environment('STAGE', 'TABLE_NAME', 'WEBHOOK_SECRET_ID', 'CHANGES_QUEUE_URL');
const secrets = createSecrets(secretsClient());

export const ports: ReceiveWebhookPorts & { stage: string } = {
  stage: variables.STAGE,
  secret: () => secrets.value(variables.WEBHOOK_SECRET_ID),
  hooks: createHookStore({ client: tableClient(), name: variables.TABLE_NAME }),
  queue: createFifoQueue(queuesClient(), variables.CHANGES_QUEUE_URL),
  log: (entry) => console.log(JSON.stringify(entry)),
};
