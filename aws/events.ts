import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

export type Events = ReturnType<typeof createEvents>;

/** What Towpath tells the world: notifications and the user's own rules listen to source `towpath`. */
const TOWPATH_SOURCE = 'towpath';

export function createEvents(client: EventBridgeClient, busName: string) {
  return {
    /** `kind` is the event's detail-type, e.g. `Deployment Succeeded`. */
    async emit(kind: string, detail: object): Promise<void> {
      const entry = {
        EventBusName: busName,
        Source: TOWPATH_SOURCE,
        DetailType: kind,
        Detail: JSON.stringify(detail),
      };
      const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount) throw new Error(`event "${kind}" was refused: ${Entries?.[0]?.ErrorMessage}`);
    },
  };
}
