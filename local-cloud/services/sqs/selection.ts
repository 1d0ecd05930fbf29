/** Which messages a receive may take. Pure. */
import type { MessageRecord } from './store.ts';

/**
 * In order of arrival. In a FIFO queue a group whose oldest message is invisible (in flight or delayed) gives nothing, so
 * that no message overtakes another of its group; and a group gives all that it has before the next one is asked:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function receivable(messages: readonly MessageRecord[], now: number, fifo: boolean): MessageRecord[] {
  const locked = new Set<string>();
  const free = messages.filter((message) => {
    const group = fifo ? (message.groupId ?? '') : undefined;
    const isFree = message.visibleAt <= now && (group === undefined || !locked.has(group));
    if (!isFree && group !== undefined) locked.add(group);
    return isFree;
  });
  return fifo ? [...Map.groupBy(free, ({ groupId }) => groupId).values()].flat() : free;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_IN_FLIGHT = 120_000;

/** How many more messages a receive may take out of sight. */
export const roomInFlight = (messages: readonly MessageRecord[], now: number): number =>
  MAX_IN_FLIGHT - counts(messages, now).inFlight;

/** When the next invisible message becomes visible. */
export function nextVisibleAt(messages: readonly MessageRecord[], now: number): number | undefined {
  const times = messages.map(({ visibleAt }) => visibleAt).filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

export function counts(messages: readonly MessageRecord[], now: number) {
  const invisible = messages.filter(({ visibleAt }) => visibleAt > now);
  const delayed = invisible.filter(({ receiveCount }) => receiveCount === 0).length;
  return { visible: messages.length - invisible.length, inFlight: invisible.length - delayed, delayed };
}
