/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
import { type At, need, passRole, type Rows, rowsOf } from '../need.ts';

interface MachineInput {
  name?: string;
  stateMachineArn?: string;
  definition?: string;
  roleArn?: string;
  loggingConfiguration?: { level?: string };
}

const byName = ({ name }: MachineInput, at: At) => `arn:aws:states:${at.region}:${at.accountId}:stateMachine:${name}`;
const machine = ({ stateMachineArn = '' }: MachineInput) => stateMachineArn;
const execution = ({ executionArn = '' }: { executionArn?: string }) => executionArn;
const tagged = ({ resourceArn = '' }: { resourceArn?: string }) => resourceArn;

const toStates = passRole('states.amazonaws.com', ({ roleArn }: MachineInput) => roleArn);

/**
 * `.sync` jobs are followed by rules that Step Functions makes as the machine's role.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
 */
const MANAGED_RULES: Record<string, string> = {
  'codebuild:startBuild.sync': 'StepFunctionsGetEventForCodeBuildStartBuildRule',
  'states:startExecution.sync': 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
};

const managedRules = ({ definition = '' }: MachineInput, at: At) =>
  Object.entries(MANAGED_RULES).flatMap(([resource, rule]) =>
    definition.includes(`:::${resource}`) ? `arn:aws:events:${at.region}:${at.accountId}:rule/${rule}` : [],
  );

const ofItsRole = ({ roleArn }: MachineInput) => roleArn;
const ruleNeeds = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'].map((action) =>
  need(action, managedRules, { ofRole: ofItsRole }),
);

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const logNeeds = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
].map((action) =>
  need(
    action,
    ({ loggingConfiguration: logging }: MachineInput) => (logging?.level && logging.level !== 'OFF' ? '*' : []),
    { ofRole: ofItsRole },
  ),
);

export const states: Rows = {
  CreateStateMachine: [need('states:CreateStateMachine', byName), toStates, ...ruleNeeds, ...logNeeds],
  UpdateStateMachine: [need('states:UpdateStateMachine', machine), toStates, ...ruleNeeds, ...logNeeds],
  ...rowsOf(['DescribeStateMachine', 'DeleteStateMachine', 'ListExecutions', 'StartExecution'], (name) => [
    need(`states:${name}`, machine),
  ]),
  ...rowsOf(
    [
      'DescribeExecution',
      'GetExecutionHistory',
      'DescribeStateMachineForExecution',
      'StopExecution',
      'RedriveExecution',
    ],
    (name) => [need(`states:${name}`, execution)],
  ),
  ...rowsOf(['TagResource', 'UntagResource', 'ListTagsForResource'], (name) => [need(`states:${name}`, tagged)]),
  ...rowsOf(
    ['ListStateMachines', 'ValidateStateMachineDefinition', 'SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'],
    (name) => [need(`states:${name}`)],
  ),
};
