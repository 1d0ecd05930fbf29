import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { secretsClient, tableClient } from '../../aws/clients.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createDeliveryStore } from '../../aws/table/deliveries.ts';
import { createHookStore } from '../../aws/table/hooks.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { environment } from '../../middleware/environment.ts';
import { webhookMetrics } from './metrics.ts';
import { type ReceiveWebhookPorts, run } from './run.ts';

const variables = environment('TABLE_NAME', 'WEBHOOK_SECRET_ID', 'STAGE');
const secrets = createSecrets(secretsClient());

const table = { client: tableClient(), name: variables.TABLE_NAME };

const ports: ReceiveWebhookPorts = {
  ...lifecyclePorts(),
  secret: () => secrets.value(variables.WEBHOOK_SECRET_ID),
  deliveries: createDeliveryStore(table),
  hooks: createHookStore(table),
};

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) => {
  const startedAt = performance.now();
  const rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const answer = await run(
    {
      host: event.pathParameters?.host ?? '',
      hook: event.queryStringParameters?.hook,
      headers: event.headers,
      rawBody,
    },
    ports,
  );
  const { status, body } = answer;
  ports.log(webhookMetrics(answer, Math.round(performance.now() - startedAt), variables.STAGE, Date.now()));
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
});
