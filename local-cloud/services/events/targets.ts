import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { isTargetSupported } from './send-to-target.ts';
import type { EventStore } from './store.ts';

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_TARGETS = 5;

export function targetOperations(store: EventStore): Operations {
  const named = ({ Rule, EventBusName }: { Rule: string | undefined; EventBusName?: string }) =>
    store.rule(store.bus(EventBusName).name, Rule!);
  return {
    PutTargets: async (input: sdk.PutTargetsRequest): Promise<sdk.PutTargetsResponse> => {
      const rule = named(input);
      const added = input.Targets ?? [];
      for (const target of added) checkTarget(target);
      const kept = rule.targets.filter(({ Id }) => !added.some((target) => target.Id === Id));
      if (kept.length + added.length > MAX_TARGETS) {
        throw new AwsError('LimitExceededException', `A rule has at most ${MAX_TARGETS} targets.`);
      }
      store.putRule({ ...rule, targets: [...kept, ...added] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: async (input: sdk.RemoveTargetsRequest): Promise<sdk.RemoveTargetsResponse> => {
      const rule = named(input);
      store.putRule({ ...rule, targets: rule.targets.filter(({ Id }) => !input.Ids?.includes(Id!)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: async (input: sdk.ListTargetsByRuleRequest): Promise<sdk.ListTargetsByRuleResponse> => ({
      Targets: named(input).targets,
    }),
    ListRuleNamesByTarget: async ({
      TargetArn,
      EventBusName,
    }: sdk.ListRuleNamesByTargetRequest): Promise<sdk.ListRuleNamesByTargetResponse> => ({
      RuleNames: store
        .rules(store.bus(EventBusName).name)
        .filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn))
        .map(({ name }) => name),
    }),
  };
}

function checkTarget(target: sdk.Target): void {
  if (!isTargetSupported(target.Arn!)) {
    throw new AwsError('NotImplemented', `events:PutTargets: the target ${target.Arn} is not emulated`, 501);
  }
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1) {
    const message = `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`;
    throw new AwsError('ValidationException', message);
  }
  if (target.Arn!.split(':')[2] === 'states' && !target.RoleArn) {
    throw new AwsError('ValidationException', `RoleArn is required for target ${target.Arn}.`);
  }
}
