/**
 * Asynchronous invocations: kept in durable records until they succeeded or failed for good, then told to the
 * function's destination or dead-letter queue. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */

import type { Collection } from '../../runtime/records.ts';
import type { Environment } from '../../service.ts';
import { type Conclusion, conclude } from './destinations.ts';
import type { FunctionReference } from './function-name.ts';
import type { Invocations } from './invocations.ts';
import { type EventInvokeConfig, getConfiguration, type LambdaStore, qualifiedKey } from './store.ts';

/** AWS waits one and two minutes. */
const RETRY_MILLISECONDS = [1000, 2000];
const THROTTLED_MILLISECONDS = 1000;
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const DEFAULT_RETRIES = 2;
const DEFAULT_MAX_AGE_SECONDS = 6 * 60 * 60;

export interface AsynchronousEvent {
  requestId: string;
  reference: FunctionReference;
  payload: Uint8Array;
}

export interface AsynchronousQueue {
  add(event: AsynchronousEvent): void;
  /** Takes up what an earlier process left. */
  start(): void;
  stop(): Promise<void>;
}

interface StoredEvent {
  reference: FunctionReference;
  payloadBase64: string;
  attempts: number;
  acceptedAt: number;
}

type End = Pick<Conclusion, 'requestId' | 'condition' | 'answer'>;

export function createAsynchronousQueue(
  environment: Environment,
  store: LambdaStore,
  invocations: Invocations,
): AsynchronousQueue {
  const events: Collection<StoredEvent> = environment.records.collection('asynchronous-events');
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let stopped = false;

  const schedule = (requestId: string, milliseconds: number): void => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      const work: Promise<void> = attempt(requestId)
        .catch((error) => {
          if (!stopped) environment.log(`lambda: an asynchronous invocation waits for the next start: ${error}`);
        })
        .finally(() => running.delete(work));
      running.add(work);
    }, milliseconds);
    timers.add(timer.unref());
  };

  const attempt = async (requestId: string): Promise<void> => {
    const event = events.get(requestId)!;
    if (!exists(store, event.reference)) return events.delete(requestId);
    const config = store.eventInvokeConfigs.get(qualifiedKey(event.reference)) ?? { lastModified: 0 };
    const maxAgeSeconds = config.MaximumEventAgeInSeconds ?? DEFAULT_MAX_AGE_SECONDS;
    if (environment.now() - event.acceptedAt > maxAgeSeconds * 1000) {
      return finish(event, config, { requestId, condition: 'EventAgeExceeded' });
    }
    const payload = Buffer.from(event.payloadBase64, 'base64');
    const answer = await invocations.run(event.reference, payload, { requestId }).catch(throttled);
    // An environment that ended because the local cloud stops says nothing about the function.
    if (stopped && (!answer || answer.functionError)) return;
    if (!answer) return schedule(requestId, THROTTLED_MILLISECONDS);
    const attempts = event.attempts + 1;
    if (!answer.functionError)
      return finish({ ...event, attempts }, config, { requestId, condition: 'Success', answer });
    if (attempts > (config.MaximumRetryAttempts ?? DEFAULT_RETRIES)) {
      return finish({ ...event, attempts }, config, { requestId, condition: 'RetriesExhausted', answer });
    }
    events.put(requestId, { ...event, attempts });
    schedule(requestId, RETRY_MILLISECONDS[attempts - 1]!);
  };

  const finish = async (event: StoredEvent, config: EventInvokeConfig, end: End): Promise<void> => {
    const { reference, payloadBase64, attempts } = event;
    const payload = Buffer.from(payloadBase64, 'base64').toString();
    await conclude(environment, getConfiguration(store, reference), config, { reference, payload, attempts, ...end });
    events.delete(end.requestId);
  };

  return {
    add: ({ requestId, reference, payload }) => {
      const payloadBase64 = Buffer.from(payload).toString('base64');
      events.put(requestId, { reference, payloadBase64, attempts: 0, acceptedAt: environment.now() });
      schedule(requestId, 0);
    },
    start: () => {
      for (const [requestId] of events.entries()) schedule(requestId, 0);
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

/** The function, and the version or alias that was invoked. */
function exists(store: LambdaStore, reference: FunctionReference): boolean {
  try {
    return getConfiguration(store, reference) !== undefined;
  } catch {
    return false;
  }
}

function throttled(error: unknown): undefined {
  if ((error as { code?: string }).code !== 'TooManyRequestsException') throw error;
}
