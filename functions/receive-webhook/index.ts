import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ulid } from 'ulid';
import { eventsClient, executionsClient, parametersClient, secretsClient, tableClient } from '../../aws/clients.ts';
import { createEvents } from '../../aws/events.ts';
import { createExecutions } from '../../aws/executions.ts';
import { createParameters } from '../../aws/parameters.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createAppStore } from '../../aws/table/apps.ts';
import { createDeliveryStore } from '../../aws/table/deliveries.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createSlotStore } from '../../aws/table/slots.ts';
import { reportStatus, send, statusContext } from '../../githost/index.ts';
import { environment } from '../../middleware/environment.ts';
import { type ReceiveWebhookPorts, run } from './run.ts';

const variables = environment('TABLE_NAME', 'WEBHOOK_SECRET_ID', 'DEPLOY_STATE_MACHINE_ARN', 'EVENT_BUS_NAME');
const table = { client: tableClient(), name: variables.TABLE_NAME };
const secrets = createSecrets(secretsClient());
const events = createEvents(eventsClient(), variables.EVENT_BUS_NAME);

const apps = createAppStore(table);
const parameters = createParameters(parametersClient());
const log = (entry: object) => console.log(JSON.stringify(entry));

const tokenOf = async (app: string) => {
  const name = (await apps.get(app))?.gitTokenParameter;
  return name ? parameters.secret(name) : undefined;
};

const ports: ReceiveWebhookPorts = {
  secret: () => secrets.value(variables.WEBHOOK_SECRET_ID),
  apps,
  deliveries: createDeliveryStore(table),
  sites: createSiteStore(table),
  deployments: createDeploymentStore(table),
  slots: createSlotStore(table),
  executions: createExecutions(executionsClient(), variables.DEPLOY_STATE_MACHINE_ARN),
  superseded: async (deployment, by) => {
    const description = `Superseded by deployment ${by} of a newer commit`;
    const status = { state: 'error', context: statusContext(deployment), description } as const;
    await reportStatus(deployment, status, { send, token: await tokenOf(deployment.app), log });
    await events.emit('deployment.superseded', { deployment, by });
  },
  newId: ulid,
  now: () => new Date(),
  log,
};

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) => {
  const rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const { status, body } = await run(
    { host: event.pathParameters?.host ?? '', headers: event.headers, rawBody },
    ports,
  );
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
});
