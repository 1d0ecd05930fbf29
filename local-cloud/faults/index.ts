/**
 * AWS on a bad day: AWS calls of the local cloud's users, recorded and failed to order. It stands at the front, where
 * SDK clients meet AWS; what one AWS service asks of another inside the local cloud is never failed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, type RecordedCall, type SignedCall, type Watch, watch } from './calls.ts';
import { ConnectionCut, saidBy } from './errors.ts';

export { FAULT_WAYS, type Fault, type FaultWay, type RecordedCall } from './calls.ts';

const HELD_MILLISECONDS = 300;

export interface Recording {
  /** Grows until it is stopped. */
  calls: RecordedCall[];
  stop(): void;
}

export interface InjectedFault {
  /** The tries that it has failed so far. */
  failed: RecordedCall[];
  remove(): void;
}

export interface Faults {
  /** Keeps every call from now on. */
  record(): Recording;
  /** Fails what fits from now on. */
  inject(fault: Fault): InjectedFault;
}

export interface FaultyFront extends Faults {
  /** Answers a call by `perform`, or fails it. Throws AwsError or ConnectionCut. */
  around<Answer extends { status: number }>(call: SignedCall, perform: () => Promise<Answer>): Promise<Answer>;
}

export function createFaults(first: Fault[] = []): FaultyFront {
  const recordings = new Set<Recording>();
  const injected = new Map<InjectedFault, Watch>();
  let sequence = 0;

  const inject = (fault: Fault): InjectedFault => {
    const entry: InjectedFault = { failed: [], remove: () => void injected.delete(entry) };
    injected.set(entry, watch(fault));
    return entry;
  };

  /** Every watch sees every call; the first that wants it has it. */
  const faultOf = (call: RecordedCall) => {
    const wanting = [...injected].filter(([, { meets }]) => meets(call));
    const [entry, watching] = wanting[0] ?? [];
    entry?.failed.push(call);
    return watching?.fault;
  };

  for (const fault of first) inject(fault);
  return {
    inject,
    record() {
      const recording: Recording = { calls: [], stop: () => void recordings.delete(recording) };
      recordings.add(recording);
      return recording;
    },
    async around(call, perform) {
      sequence += 1;
      const recorded: RecordedCall = { ...call, sequence };
      const fault = faultOf(recorded);
      recorded.fault = fault?.way;
      for (const { calls } of recordings) calls.push(recorded);
      if (recorded.fault === 'timeout') {
        await delay(fault?.heldMilliseconds ?? HELD_MILLISECONDS, undefined, { ref: false });
        throw new ConnectionCut();
      }
      if (recorded.fault === 'throttle' || recorded.fault === 'error') {
        const error = saidBy(call.service, recorded.fault);
        recorded.status = error.status;
        throw error;
      }
      const answer = await perform();
      if (recorded.fault === 'lost') {
        await delay(fault?.heldMilliseconds ?? 0, undefined, { ref: false });
        throw new ConnectionCut();
      }
      recorded.status = answer.status;
      return answer;
    },
  };
}
