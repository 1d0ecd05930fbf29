/** The execution's history as GetExecutionHistory shows it. https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
import { ERRORS, StateError } from './errors.ts';
import type { Json } from './language.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions */
const MAX_EVENTS = 25_000;

export interface HistoryEvent {
  id: number;
  previousEventId: number;
  type: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  details?: Record<string, unknown>;
}

/** One execution's events: each is handed to `append` as it happens, nothing is kept here but the last id. */
export interface History {
  /** Adds an event after `previousId` (the last one when absent) and returns its id. */
  add(type: string, details?: Record<string, unknown>, previousId?: number): number;
  lastId(): number;
}

export function openHistory(
  lastId: number,
  now: () => number,
  append: (event: HistoryEvent) => void,
  signal: AbortSignal,
): History {
  let last = lastId;
  return {
    add: (type, details, previousId = last) => {
      if (signal.aborted) throw signal.reason;
      if (last >= MAX_EVENTS - 1 && !type.startsWith('Execution')) {
        throw new StateError(ERRORS.runtime, `The execution reached the maximum of ${MAX_EVENTS} history events.`);
      }
      last += 1;
      append({ id: last, previousEventId: previousId, type, timestamp: now(), ...(details && { details }) });
      return last;
    },
    lastId: () => last,
  };
}

/** The member of the SDK's HistoryEvent that holds the details of an event type. */
function detailsMember(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

const DATA_MEMBERS = new Set(['input', 'output', 'parameters']);

/** An event in the SDK's shape; without execution data its inputs, outputs and parameters are left out. */
export function describeEvent(event: HistoryEvent, includeExecutionData: boolean): object {
  const { details, timestamp, ...rest } = event;
  const shown =
    details &&
    Object.fromEntries(Object.entries(details).filter(([key]) => includeExecutionData || !DATA_MEMBERS.has(key)));
  return { ...rest, timestamp: new Date(timestamp), ...(shown && { [detailsMember(event.type)]: shown }) };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/** The JSON text of a payload. Throws States.DataLimitExceeded above 256 KiB. */
export function payload(value: Json, what: string): string {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw new StateError(
      ERRORS.dataLimit,
      `The ${what} has ${Buffer.byteLength(text)} bytes, more than the ${MAX_PAYLOAD_BYTES} that a state may pass.`,
    );
  }
  return text;
}
