/**
 * Amazon SQS: standard and FIFO queues, long polls, dead-letter queues and their redrive. Every change is durable.
 *
 * Gaps: the query protocol (AWS CLI before 2.13); encryption, RedriveAllowPolicy and the throughput limit
 * are kept and read back, without effect; ReceiveRequestAttemptId and the rate of a redrive are ignored; queues of all
 * regions share their names; AddPermission and RemovePermission are refused.
 * By design: counts are exact and standard queues keep their order, though AWS promises neither; a move task is over when
 * it is answered; a queue's URL has the endpoint of the moment, and is looked up by its last part.
 */
import * as sdk from '@aws-sdk/client-sqs';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { queueAttributeOperations } from './queue-attributes.ts';
import { queueOperations } from './queues.ts';
import { receiptOperations } from './receipts.ts';
import { receivingOperations } from './receiving.ts';
import { redriveOperations } from './redrive.ts';
import { sendingOperations } from './sending.ts';
import { openQueueStore } from './store.ts';
import { createWaiting } from './waiting.ts';

export function createSqsService(environment: Environment): Service {
  const store = openQueueStore(environment);
  const waiting = createWaiting();
  const { wake } = waiting;
  const operations = {
    ...queueOperations(store, environment, wake),
    ...queueAttributeOperations(store, environment, wake),
    ...sendingOperations(store, environment, wake),
    ...receivingOperations(store, environment, waiting),
    ...receiptOperations(store, environment, wake),
    ...redriveOperations(store, environment, wake),
  };
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = new sdk.SQSClient({ region: environment.region, credentials });
  return {
    ...sdkService({ scope: 'sqs', module: sdk, client, operations }),
    resourcePolicy: (arn) => {
      const queue = store.queues.get(arn.split(':').pop() ?? '');
      return queue && store.arnOf(queue) === arn ? queue.attributes.Policy || undefined : undefined;
    },
    stop: async () => waiting.end(),
  };
}
