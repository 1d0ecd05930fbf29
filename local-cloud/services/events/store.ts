/** Buses, rules with their targets, and deliveries that are not done, as they are kept. */
import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment } from '../../service.ts';
import type { DeliveredEvent, RuleIdentity } from './target-input.ts';

export const DEFAULT_BUS = 'default';

export interface StoredBus {
  name: string;
  arn: string;
  description?: string;
}

export interface StoredRule extends RuleIdentity {
  bus: string;
  pattern?: string;
  schedule?: string;
  enabled: boolean;
  description?: string;
  roleArn?: string;
  targets: Target[];
}

export interface StoredDelivery {
  id: string;
  rule: RuleIdentity;
  target: Target;
  event: DeliveredEvent;
  attempts: number;
  /** Milliseconds since the epoch. */
  firstAttemptAt: number;
}

export type EventStore = ReturnType<typeof createEventStore>;

export function createEventStore(environment: Environment) {
  const { accountId, region } = environment;
  const buses = environment.records.collection<StoredBus>('bus');
  const rules = environment.records.collection<StoredRule>('rule');
  const arn = (path: string) => `arn:aws:events:${region}:${accountId}:${path}`;
  if (!buses.get(DEFAULT_BUS)) buses.put(DEFAULT_BUS, { name: DEFAULT_BUS, arn: arn(`event-bus/${DEFAULT_BUS}`) });
  return {
    busArn: (name: string) => arn(`event-bus/${name}`),
    ruleArn: (bus: string, name: string) => arn(bus === DEFAULT_BUS ? `rule/${name}` : `rule/${bus}/${name}`),
    buses,
    deliveries: environment.records.collection<StoredDelivery>('delivery'),
    /** `reference` is a name or an ARN. */
    bus: (reference = DEFAULT_BUS): StoredBus => {
      const name = reference.replace(/^.*:event-bus\//, '');
      const bus = buses.get(name);
      if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
      return bus;
    },
    rules: (bus: string, prefix = '') => rules.entries(`${bus}/${prefix}`).map(([, rule]) => rule),
    allRules: () => rules.entries().map(([, rule]) => rule),
    findRule: (bus: string, name: string) => rules.get(`${bus}/${name}`),
    rule: (bus: string, name: string): StoredRule => {
      const rule = rules.get(`${bus}/${name}`);
      if (!rule) {
        throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
      }
      return rule;
    },
    putRule: (rule: StoredRule) => rules.put(`${rule.bus}/${rule.name}`, rule),
    deleteRule: (rule: StoredRule) => rules.delete(`${rule.bus}/${rule.name}`),
  };
}
