/** Which queue feeds which function, and which version of it. */
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetAliasCommand,
  type LambdaClient,
  ListEventSourceMappingsCommand,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';

export type EventSources = ReturnType<typeof createEventSources>;

export interface EventSourceSettings {
  batchSize: number;
  /** How many batches may run at once, at least 2. */
  concurrency: number;
}

export function createEventSources(client: LambdaClient) {
  async function createAlias(functionName: string, alias: string, version: string): Promise<void> {
    try {
      await client.send(new CreateAliasCommand({ FunctionName: functionName, Name: alias, FunctionVersion: version }));
    } catch (error) {
      if (!(error instanceof ResourceConflictException)) throw error;
    }
  }

  return {
    /** Creates the alias unless it is there, wherever it points. */
    async ensureAlias(functionName: string, alias: string, version: string): Promise<void> {
      try {
        await client.send(new GetAliasCommand({ FunctionName: functionName, Name: alias }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        await createAlias(functionName, alias, version);
      }
    },

    async pointAlias(functionName: string, alias: string, version: string): Promise<void> {
      await client.send(new UpdateAliasCommand({ FunctionName: functionName, Name: alias, FunctionVersion: version }));
    },

    /** Lets the queue's messages invoke the function, with partial batch failures reported. `functionArn` may name an alias. */
    async ensureQueue(functionArn: string, queueArn: string, settings: EventSourceSettings): Promise<void> {
      const { EventSourceMappings = [] } = await client.send(
        new ListEventSourceMappingsCommand({ FunctionName: functionArn, EventSourceArn: queueArn }),
      );
      // Until one of a removal is gone, AWS refuses another as a conflict, which is tried again.
      const found = EventSourceMappings.find(({ State }) => State !== 'Deleting');
      const wanted = { BatchSize: settings.batchSize, ScalingConfig: { MaximumConcurrency: settings.concurrency } };
      if (!found) {
        const create = {
          FunctionName: functionArn,
          EventSourceArn: queueArn,
          FunctionResponseTypes: ['ReportBatchItemFailures' as const],
          ...wanted,
        };
        await client.send(new CreateEventSourceMappingCommand(create));
        return;
      }
      const isAlike =
        found.BatchSize === settings.batchSize && found.ScalingConfig?.MaximumConcurrency === settings.concurrency;
      if (!isAlike) await client.send(new UpdateEventSourceMappingCommand({ UUID: found.UUID, ...wanted }));
    },

    /** Ends what the queue's messages invoke. One that is being ended already refuses to be ended again. */
    async removeQueue(queueArn: string): Promise<void> {
      const { EventSourceMappings = [] } = await client.send(
        new ListEventSourceMappingsCommand({ EventSourceArn: queueArn }),
      );
      for (const { UUID, State } of EventSourceMappings) {
        if (State !== 'Deleting') await client.send(new DeleteEventSourceMappingCommand({ UUID }));
      }
    },
  };
}
