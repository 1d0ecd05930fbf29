/** What a delivery is handled with: AWS clients from the environment, constructed once. */
import { secretsClient, tableClient } from '../../aws/clients.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createDeliveryStore } from '../../aws/table/deliveries.ts';
import { createHookStore } from '../../aws/table/hooks.ts';
import { createIgnoredStore } from '../../aws/table/ignored.ts';
import { branchHead } from '../../lifecycle/heads.ts';
import { removeSite } from '../../lifecycle/remove.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { environment } from '../../middleware/environment.ts';
import type { ReceiveWebhookPorts } from './run.ts';

const variables = environment('TABLE_NAME', 'WEBHOOK_SECRET_ID');
const secrets = createSecrets(secretsClient());

const table = { client: tableClient(), name: variables.TABLE_NAME };

const lifecycle = lifecyclePorts();
export const ports: ReceiveWebhookPorts & { stage: string } = {
  ...lifecycle,
  secret: () => secrets.value(variables.WEBHOOK_SECRET_ID),
  deliveries: createDeliveryStore(table),
  hooks: createHookStore(table),
  ignored: createIgnoredStore(table),
  removeSite: (site) => removeSite(site, lifecycle),
  headOf: async (app, branch) => (await branchHead(app, branch, lifecycle)).sha,
};
