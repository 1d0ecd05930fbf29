import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENTS, type EventInput, type EventKind, TOWPATH_SOURCE } from '../domain/events.ts';

export type Events = ReturnType<typeof createEvents>;

export function createEvents(client: EventBridgeClient, busName: string) {
  return {
    /** What Towpath tells the world: notifications and the user's own rules listen to source `towpath`. */
    async emit<Kind extends EventKind>(kind: Kind, detail: EventInput<Kind>): Promise<void> {
      const entry = {
        EventBusName: busName,
        Source: TOWPATH_SOURCE,
        DetailType: kind,
        Detail: JSON.stringify(EVENTS[kind].parse(detail)),
      };
      const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount) throw new Error(`event "${kind}" was refused: ${Entries?.[0]?.ErrorMessage}`);
    },
  };
}
