import middy from '@middy/core';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { logsClient, secretsClient, tableClient } from '../../aws/clients.ts';
import { createLogs } from '../../aws/logs.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createAppStore } from '../../aws/table/apps.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { environment } from '../../middleware/environment.ts';
import { createApi } from './app.ts';

const { TABLE_NAME, API_TOKEN_ID } = environment('TABLE_NAME', 'API_TOKEN_ID');
const table = { client: tableClient(), name: TABLE_NAME };
const secrets = createSecrets(secretsClient());

const api = createApi({
  apps: createAppStore(table),
  sites: createSiteStore(table),
  deployments: createDeploymentStore(table),
  timeline: createTimelineStore(table),
  logs: createLogs(logsClient()),
  token: () => secrets.value(API_TOKEN_ID),
  now: () => new Date(),
});

export const handler = middy<LambdaEvent>().handler(handle(api));
