import {
  CreateEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createEventSources } from '../../../aws/event-sources.ts';

const settings = { batchSize: 5, concurrency: 2 };
const alike = { UUID: 'U', BatchSize: 5, ScalingConfig: { MaximumConcurrency: 2 } };

test.each([
  ['none is there', [], [1, 0]],
  ['one is there', [{ ...alike, State: 'Enabled' }], [0, 0]],
  ['one with other settings is there', [{ ...alike, BatchSize: 1, State: 'Enabled' }], [0, 1]],
  ['one goes with the site that was removed', [{ ...alike, State: 'Deleting' }], [1, 0]],
])('a queue feeds its function where %s', async (_, EventSourceMappings, [created, updated]) => {
  const lambda = mockClient(LambdaClient);
  lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings });
  await createEventSources(new LambdaClient({})).ensureQueue('function', 'queue', settings);
  expect(lambda.commandCalls(CreateEventSourceMappingCommand)).toHaveLength(created as number);
  expect(lambda.commandCalls(UpdateEventSourceMappingCommand)).toHaveLength(updated as number);
});
