import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { PatternError } from './matchers.ts';
import { compilePattern } from './pattern.ts';
import { type Schedules, scheduleInterval } from './schedules.ts';
import { DEFAULT_BUS, type EventStore, type StoredRule } from './store.ts';

export function ruleOperations(store: EventStore, schedules: Schedules): Operations {
  const named = ({ Name, EventBusName }: { Name: string | undefined; EventBusName?: string }) =>
    store.rule(store.bus(EventBusName).name, Name!);
  const setEnabled = (rule: StoredRule, enabled: boolean) => {
    store.putRule({ ...rule, enabled });
    schedules.follow({ ...rule, enabled });
  };
  return {
    PutRule: async (input: sdk.PutRuleRequest): Promise<sdk.PutRuleResponse> => {
      const bus = store.bus(input.EventBusName).name;
      checkRule(input, bus);
      const name = input.Name!;
      const rule: StoredRule = {
        name,
        bus,
        arn: store.ruleArn(bus, name),
        pattern: input.EventPattern,
        schedule: input.ScheduleExpression,
        enabled: input.State !== 'DISABLED',
        description: input.Description,
        roleArn: input.RoleArn,
        targets: store.findRule(bus, name)?.targets ?? [],
      };
      store.putRule(rule);
      schedules.follow(rule);
      return { RuleArn: rule.arn };
    },
    DescribeRule: async (input: sdk.DescribeRuleRequest): Promise<sdk.DescribeRuleResponse> => describe(named(input)),
    DeleteRule: async ({ Name, EventBusName }: sdk.DeleteRuleRequest) => {
      const rule = store.findRule(store.bus(EventBusName).name, Name!);
      if (!rule) return;
      if (rule.targets.length) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      schedules.forget(rule);
      store.deleteRule(rule);
    },
    EnableRule: async (input: sdk.EnableRuleRequest) => setEnabled(named(input), true),
    DisableRule: async (input: sdk.DisableRuleRequest) => setEnabled(named(input), false),
    ListRules: async ({ EventBusName, NamePrefix }: sdk.ListRulesRequest): Promise<sdk.ListRulesResponse> => ({
      Rules: store.rules(store.bus(EventBusName).name, NamePrefix).map(describe),
    }),
  };
}

function checkRule({ Name, EventPattern, ScheduleExpression }: sdk.PutRuleRequest, bus: string): void {
  if (!/^[\w.-]{1,64}$/.test(Name!)) {
    throw new AwsError('ValidationException', `The rule name ${Name} must be 1 to 64 letters, digits or .-_`);
  }
  if (!EventPattern && !ScheduleExpression) {
    const message = 'Parameter(s) EventPattern or ScheduleExpression must be specified.';
    throw new AwsError('ValidationException', message);
  }
  if (ScheduleExpression && bus !== DEFAULT_BUS) {
    throw new AwsError('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
  }
  if (ScheduleExpression) scheduleInterval(ScheduleExpression);
  if (EventPattern) checkPattern(EventPattern);
}

function checkPattern(pattern: string): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
  }
}

function describe(rule: StoredRule): sdk.Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    ScheduleExpression: rule.schedule,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.bus,
  };
}
