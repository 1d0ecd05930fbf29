/**
 * EventBridge: buses, rules, targets, delivery.
 *
 * Gaps: archives, pipes, API destinations, cross-account buses, partner sources, cron schedules, cidr patterns;
 * targets other than Lambda, SQS, Step Functions and Logs. By design: deliveries are kept until they are done, so a
 * killed process delivers them after its restart (at least once, as AWS); an entry for a bus that does not exist
 * fails, where AWS drops it without a word.
 */
import * as sdk from '@aws-sdk/client-eventbridge';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { type BestEffortOptions, createBestEffort } from './best-effort.ts';
import { busOperations } from './buses.ts';
import { createDeliveries } from './deliveries.ts';
import { putEventsOperations, scheduledEvent } from './put-events.ts';
import { ruleOperations } from './rules.ts';
import { createSchedules } from './schedules.ts';
import { createEventStore } from './store.ts';
import { targetOperations } from './targets.ts';

export interface EventsOptions {
  /** Chance for events that AWS services send without a guarantee; they always come when it is not given. */
  bestEffort?: BestEffortOptions;
}

export function createEventsService(environment: Environment): Service {
  return createEventsServiceWith({}, environment);
}

export function createEventsServiceWith(options: EventsOptions, environment: Environment): Service {
  const bestEffort = createBestEffort(options.bestEffort);
  const store = createEventStore(environment);
  const deliveries = createDeliveries(environment, store);
  const schedules = createSchedules(store, (rule) => {
    const event = scheduledEvent(environment, rule);
    for (const target of rule.targets) deliveries.add({ name: rule.name, arn: rule.arn }, target, event);
  });
  const service = sdkService({
    scope: 'events',
    module: sdk,
    client: new sdk.EventBridgeClient({ region: environment.region }),
    operations: {
      ...busOperations(store),
      ...ruleOperations(store, schedules),
      ...targetOperations(store),
      ...putEventsOperations(environment, store, deliveries, bestEffort),
    },
  });
  return {
    ...service,
    start: async () => {
      deliveries.resume();
      for (const rule of store.allRules()) schedules.follow(rule);
    },
    stop: async () => {
      schedules.stop();
      bestEffort.stop();
      await deliveries.stop();
    },
  };
}
