/**
 * CloudWatch Logs: groups, streams, events.
 *
 * Gaps: subscriptions, metric filters, Insights, exports, log classes, live tail; filter patterns are plain terms.
 * By design: an event is readable at once; retention hides events when they are read and deletes them at start.
 */
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { groupOperations } from './groups.ts';
import { putOperations } from './put-events.ts';
import { readOperations } from './read-events.ts';
import { createLogStore } from './store.ts';
import { streamOperations } from './streams.ts';

export function createLogsService(environment: Environment): Service {
  const store = createLogStore(environment);
  const service = sdkService({
    scope: 'logs',
    module: sdk,
    client: new sdk.CloudWatchLogsClient({ region: environment.region }),
    operations: {
      ...groupOperations(environment, store),
      ...streamOperations(environment, store),
      ...putOperations(environment, store),
      ...readOperations(store),
    },
  });
  return { ...service, start: async () => store.expire() };
}
