import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { webhookMetrics } from './metrics.ts';
import { run } from './run.ts';
import { ports } from './wiring.ts';

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) => {
  const startedAt = performance.now();
  const rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const answer = await run(
    {
      host: event.pathParameters?.host ?? '',
      hook: event.queryStringParameters?.hook,
      headers: event.headers,
      rawBody,
      receivedAt: new Date(event.requestContext.timeEpoch),
    },
    ports,
  );
  const { status, body } = answer;
  ports.log(webhookMetrics(answer, Math.round(performance.now() - startedAt), ports.stage, Date.now()));
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
});
