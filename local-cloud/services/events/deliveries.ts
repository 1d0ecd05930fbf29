/**
 * Deliveries in the background: kept until they are done, tried again with growing pauses, and sent to the target's
 * dead-letter queue when they cannot be.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
import { randomUUID } from 'node:crypto';
import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment } from '../../service.ts';
import { sendToDeadLetterQueue, sendToTarget } from './send-to-target.ts';
import type { EventStore, StoredDelivery } from './store.ts';
import { type DeliveredEvent, type RuleIdentity, targetInput } from './target-input.ts';

const DEFAULT_MAX_AGE_SECONDS = 24 * 3600;
const DEFAULT_MAX_RETRIES = 185;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** Errors that another try cannot mend: the target is not there, or will not have it. */
const FINAL = /NotFound|DoesNotExist|NonExistent|AccessDenied|NotImplemented|Validation|Invalid/;

export interface Deliveries {
  add(rule: RuleIdentity, target: Target, event: DeliveredEvent): void;
  /** Takes up what an earlier process left. */
  resume(): void;
  stop(): Promise<void>;
}

export function createDeliveries(environment: Environment, store: EventStore): Deliveries {
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let stopped = false;

  const run = (delivery: StoredDelivery) => {
    const attempt = deliver(environment, store, delivery)
      .then((pauseMs) => {
        if (pauseMs !== undefined && !stopped) later(delivery.id, pauseMs);
      })
      .catch((error: Error) => environment.log(`events: a delivery failed: ${error.message}`))
      .finally(() => running.delete(attempt));
    running.add(attempt);
  };
  const later = (id: string, pauseMs: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const delivery = store.deliveries.get(id);
      if (delivery) run(delivery);
    }, pauseMs);
    timers.add(timer);
  };

  return {
    add: (rule, target, event) => {
      const delivery = { id: randomUUID(), rule, target, event, attempts: 0, firstAttemptAt: environment.now() };
      store.deliveries.put(delivery.id, delivery);
      run(delivery);
    },
    resume: () => {
      for (const [, delivery] of store.deliveries.entries()) run(delivery);
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

/** The pause before the next try, in milliseconds; undefined when the delivery is done one way or the other. */
async function deliver(
  environment: Environment,
  store: EventStore,
  delivery: StoredDelivery,
): Promise<number | undefined> {
  const { target, rule, event } = delivery;
  try {
    await sendToTarget(environment, target, targetInput(target, event, rule), rule.arn);
  } catch (error) {
    const attempts = delivery.attempts + 1;
    if (mayRetry(delivery, error, environment.now())) {
      store.deliveries.put(delivery.id, { ...delivery, attempts });
      return Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
    }
    await giveUp(environment, delivery, error as Error);
  }
  store.deliveries.delete(delivery.id);
  return undefined;
}

function mayRetry({ target, attempts, firstAttemptAt }: StoredDelivery, error: unknown, now: number): boolean {
  if (error instanceof AwsError && error.status < 500 && FINAL.test(error.code)) return false;
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy ?? {};
  const age = (now - firstAttemptAt) / 1000;
  return (
    attempts < (MaximumRetryAttempts ?? DEFAULT_MAX_RETRIES) &&
    age < (MaximumEventAgeInSeconds ?? DEFAULT_MAX_AGE_SECONDS)
  );
}

async function giveUp(environment: Environment, delivery: StoredDelivery, error: Error): Promise<void> {
  const { target, rule, event, attempts } = delivery;
  environment.log(`events: ${rule.name} could not deliver ${event['detail-type']} to ${target.Arn}: ${error.message}`);
  const queueArn = target.DeadLetterConfig?.Arn;
  if (!queueArn) return;
  await sendToDeadLetterQueue(environment, queueArn, JSON.stringify(event), {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn!,
    ERROR_CODE: error.name,
    ERROR_MESSAGE: error.message,
    RETRY_ATTEMPTS: String(attempts),
  });
}
