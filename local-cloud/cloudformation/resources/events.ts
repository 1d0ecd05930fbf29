import type * as sdk from '@aws-sdk/client-eventbridge';
import { createOrUpdate, type ResourceType } from '../resource-type.ts';
import { jsonText } from '../shapes.ts';

interface RuleProperties {
  Name?: string;
  EventBusName?: string;
  Description?: string;
  EventPattern?: unknown;
  ScheduleExpression?: string;
  State?: sdk.RuleState;
  RoleArn?: string;
  Targets?: sdk.Target[];
}

export const rule: ResourceType<RuleProperties> = {
  put: async ({ properties, defaultName, previous, aws }) => {
    const { Name: given, Targets = [], EventPattern, ...rest } = properties;
    const Name = given ?? defaultName.slice(0, 64);
    const { RuleArn } = await aws<sdk.PutRuleResponse>('events', 'PutRule', {
      ...rest,
      Name,
      EventPattern: EventPattern === undefined ? undefined : jsonText(EventPattern),
    });
    const place = { Rule: Name, EventBusName: properties.EventBusName };
    const before = previous?.id === Name ? (previous.properties.Targets ?? []) : [];
    const Ids = before.map(({ Id }) => Id).filter((id) => !Targets.some(({ Id }) => Id === id));
    if (Ids.length) await aws('events', 'RemoveTargets', { ...place, Ids });
    if (Targets.length) await aws('events', 'PutTargets', { ...place, Targets });
    return { id: Name, attributes: { Arn: RuleArn! } };
  },
  delete: async ({ id, properties: { EventBusName, Targets = [] } }, aws) => {
    const Ids = Targets.map((target) => target.Id);
    if (Ids.length) await aws('events', 'RemoveTargets', { Rule: id, EventBusName, Ids });
    await aws('events', 'DeleteRule', { Name: id, EventBusName });
  },
};

export const eventBus: ResourceType<{ Name: string; Description?: string }> = {
  put: async ({ properties: { Name, Description }, aws }) => {
    await createOrUpdate<unknown>(
      () => aws('events', 'CreateEventBus', { Name, Description }),
      () => aws('events', 'UpdateEventBus', { Name, Description }),
    );
    const { Arn } = await aws<sdk.DescribeEventBusResponse>('events', 'DescribeEventBus', { Name });
    return { id: Name, attributes: { Arn: Arn!, Name } };
  },
  delete: async ({ id }, aws) => void (await aws('events', 'DeleteEventBus', { Name: id })),
};
