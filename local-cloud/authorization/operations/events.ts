/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
import { type At, need, passRole, type ResourceOf, type Rows, rowsOf } from '../need.ts';

interface RuleInput {
  Name?: string;
  Rule?: string;
  EventBusName?: string;
}
interface Entry {
  EventBusName?: string;
  Source?: string;
  DetailType?: string;
}

const prefix = (at: At) => `arn:aws:events:${at.region}:${at.accountId}`;
const busArn = (bus: string | undefined, at: At) =>
  bus?.startsWith('arn:') ? bus : `${prefix(at)}:event-bus/${bus || 'default'}`;
const bus: ResourceOf = ({ Name, EventBusName }: RuleInput, at) => busArn(EventBusName ?? Name, at);

const rule: ResourceOf = ({ Name, Rule, EventBusName }: RuleInput, at) => {
  const name = Rule ?? Name;
  const of = EventBusName?.split('/').pop();
  return `${prefix(at)}:rule/${of && of !== 'default' ? `${of}/` : ''}${name}`;
};

export const events: Rows = {
  PutEvents: [
    need(
      'events:PutEvents',
      ({ Entries = [] }: { Entries?: Entry[] }, at) => [
        ...new Set(Entries.map(({ EventBusName }) => busArn(EventBusName, at))),
      ],
      {
        context: ({ Entries = [] }: { Entries?: Entry[] }, at, resource) => {
          const here = Entries.filter(({ EventBusName }) => busArn(EventBusName, at) === resource);
          return {
            'events:source': here.map(({ Source = '' }) => Source),
            'events:detail-type': here.map(({ DetailType = '' }) => DetailType),
          };
        },
      },
    ),
  ],
  ...rowsOf(['CreateEventBus', 'UpdateEventBus', 'DeleteEventBus', 'DescribeEventBus'], (name) => [
    need(`events:${name}`, bus),
  ]),
  ...rowsOf(
    ['PutRule', 'DescribeRule', 'DeleteRule', 'EnableRule', 'DisableRule', 'RemoveTargets', 'ListTargetsByRule'],
    (name) => [need(`events:${name}`, rule)],
  ),
  PutTargets: [
    need('events:PutTargets', rule, {
      context: ({ Targets = [] }: { Targets?: { Arn?: string }[] }) => ({
        'events:targetarn': Targets.map(({ Arn = '' }) => Arn),
      }),
    }),
    passRole(
      'events.amazonaws.com',
      ({ Targets = [] }: { Targets?: { RoleArn?: string }[] }) => Targets.find(({ RoleArn }) => RoleArn)?.RoleArn,
    ),
  ],
  ...rowsOf(['ListEventBuses', 'ListRules', 'ListRuleNamesByTarget', 'TestEventPattern'], (name) => [
    need(`events:${name}`),
  ]),
};
