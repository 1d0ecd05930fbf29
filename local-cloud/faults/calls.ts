/** The AWS calls that the front answers, as they are recorded, and which of them a fault is meant for. Pure. */

export const FAULT_WAYS = ['throttle', 'error', 'timeout', 'lost'] as const;

/**
 * `throttle`: the service's own throttling error. `error`: a 500 of the service. `timeout`: the connection is held, then
 * cut, and nothing was done. `lost`: everything was done, and the connection is cut instead of an answer.
 */
export type FaultWay = (typeof FAULT_WAYS)[number];

export interface SignedCall {
  /** The credential scope's service name, e.g. `lambda`. */
  service: string;
  /** The SDK's name, e.g. `CreateFunction`. */
  operation: string;
  /** Name of the role that signed it; `root` for the root key. */
  caller: string;
  /** Counts the SDK's tries of one call from 1, by its `amz-sdk-request` header. */
  attempt: number;
  /** The same for all tries of one call, by its `amz-sdk-invocation-id` header; a new one where there is none. */
  invocation: string;
}

export interface RecordedCall extends SignedCall {
  /** From 1, in the order in which the calls arrived. */
  sequence: number;
  /** The way in which it was failed. */
  fault?: FaultWay;
  /** HTTP status of the answer; undefined while it is under way, and when there was none. */
  status?: number;
}

export interface Fault {
  way: FaultWay;
  /** What a call must have; what is left out fits every call. */
  service?: string;
  operation?: string;
  caller?: string;
  /** Which of the calls that fit, from 1 (the default) and from now; the tries of one call count once. */
  nth?: number;
  /** How many tries of that call fail: 1 unless said, so that the SDK's next try succeeds. */
  attempts?: number | 'all';
  /** That call and all that fit after it, however often they are tried, until the fault is removed. */
  lasting?: boolean;
  /**
   * How long the connection is held before it is cut: 300 unless said for a `timeout`, shorter than a client's own patience;
   * not at all unless said for a `lost` answer.
   */
  heldMilliseconds?: number;
}

/** Decides, call by call, and remembers what it has seen. */
export interface Watch {
  fault: Fault;
  /** Whether this call is to fail. */
  meets(call: SignedCall): boolean;
}

export function watch(fault: Fault): Watch {
  const { nth = 1, attempts = 1, lasting = false } = fault;
  let seen = 0;
  let chosen: string | undefined;
  let failed = 0;
  const known = new Set<string>();
  const fits = (call: SignedCall) =>
    (['service', 'operation', 'caller'] as const).every(
      (name) => fault[name] === undefined || fault[name] === call[name],
    );

  return {
    fault,
    meets(call) {
      if (!fits(call)) return false;
      if (chosen === undefined && !known.has(call.invocation)) {
        known.add(call.invocation);
        seen += 1;
        if (seen === nth) {
          chosen = call.invocation;
          known.clear();
        }
      }
      if (lasting) return chosen !== undefined;
      if (call.invocation !== chosen || (attempts !== 'all' && failed >= attempts)) return false;
      failed += 1;
      return true;
    },
  };
}
