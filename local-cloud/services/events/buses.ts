import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { DEFAULT_BUS, type EventStore, type StoredBus } from './store.ts';

export function busOperations(store: EventStore): Operations {
  return {
    CreateEventBus: async ({ Name, Description }: sdk.CreateEventBusRequest): Promise<sdk.CreateEventBusResponse> => {
      const name = Name!;
      if (!/^[\w.\-/]{1,256}$/.test(name)) {
        throw new AwsError('ValidationException', `The bus name ${name} may have letters, digits and .-_/`);
      }
      if (store.buses.get(name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      }
      const bus = { name, arn: store.busArn(name), description: Description };
      store.buses.put(name, bus);
      return { EventBusArn: bus.arn, Description };
    },
    UpdateEventBus: async ({ Name, Description }: sdk.UpdateEventBusRequest) => {
      const bus = { ...store.bus(Name), description: Description };
      store.buses.put(bus.name, bus);
      return describe(bus);
    },
    DeleteEventBus: async ({ Name }: sdk.DeleteEventBusRequest) => {
      if (Name === DEFAULT_BUS) throw new AwsError('ValidationException', 'Cannot delete event bus default.');
      if (store.rules(Name!).length) {
        throw new AwsError('ValidationException', "Event bus can't be deleted since it has rules.");
      }
      store.buses.delete(Name!);
    },
    DescribeEventBus: async ({ Name }: sdk.DescribeEventBusRequest): Promise<sdk.DescribeEventBusResponse> =>
      describe(store.bus(Name)),
    ListEventBuses: async ({ NamePrefix }: sdk.ListEventBusesRequest): Promise<sdk.ListEventBusesResponse> => ({
      EventBuses: store.buses.entries(NamePrefix).map(([, bus]) => describe(bus)),
    }),
  };
}

function describe(bus: StoredBus): sdk.EventBus {
  return { Name: bus.name, Arn: bus.arn, Description: bus.description };
}
