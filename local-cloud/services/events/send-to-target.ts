/** One delivery to one target, by the service that its ARN names. */
import { randomUUID } from 'node:crypto';
import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment } from '../../service.ts';

type Send = (environment: Environment, target: Target, input: string, caller: Caller) => Promise<unknown>;

const SENDERS: Record<string, Send> = {
  lambda: (environment, target, input, caller) =>
    environment.call(
      'lambda',
      'Invoke',
      { FunctionName: target.Arn, InvocationType: 'Event', Payload: Buffer.from(input) },
      caller,
    ),
  sqs: async (environment, target, input, caller) => {
    const QueueUrl = await queueUrl(environment, target.Arn!);
    const MessageGroupId = target.SqsParameters?.MessageGroupId;
    const group = MessageGroupId ? { MessageGroupId, MessageDeduplicationId: randomUUID() } : {};
    await environment.call('sqs', 'SendMessage', { QueueUrl, MessageBody: input, ...group }, caller);
  },
  states: (environment, target, input, caller) =>
    environment.call('states', 'StartExecution', { stateMachineArn: target.Arn, input }, caller),
  logs: async (environment, target, input, caller) => {
    const logGroupName = target.Arn!.replace(/^.*:log-group:/, '').replace(/:\*$/, '');
    const stream = { logGroupName, logStreamName: randomUUID() };
    await environment.call('logs', 'CreateLogStream', stream, caller);
    const logEvents = [{ timestamp: environment.now(), message: input }];
    await environment.call('logs', 'PutLogEvents', { ...stream, logEvents }, caller);
  },
};

/** Whether events can be delivered to that ARN here. */
export function isTargetSupported(arn: string): boolean {
  return serviceOf(arn) in SENDERS;
}

export async function sendToTarget(
  environment: Environment,
  target: Target,
  input: string,
  ruleArn: string,
): Promise<void> {
  const send = SENDERS[serviceOf(target.Arn!)];
  if (!send) throw new AwsError('NotImplemented', `Events cannot be delivered to ${target.Arn} here`, 501);
  const caller = target.RoleArn ? environment.asRole(target.RoleArn) : asRule(environment, ruleArn);
  await send(environment, target, input, caller);
}

/** The dead-letter queue gets the event itself, and why it came there as attributes. */
export async function sendToDeadLetterQueue(
  environment: Environment,
  queueArn: string,
  body: string,
  attributes: { RULE_ARN: string } & Record<string, string>,
): Promise<void> {
  const caller = asRule(environment, attributes.RULE_ARN);
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  const QueueUrl = await queueUrl(environment, queueArn);
  await environment.call('sqs', 'SendMessage', { QueueUrl, MessageBody: body, MessageAttributes }, caller);
}

/** EventBridge, for one rule: what policies of queues and functions compare with `aws:SourceArn`. */
const asRule = (environment: Environment, sourceArn: string): Caller => ({
  ...environment.asService('events.amazonaws.com'),
  sourceArn,
});

async function queueUrl(environment: Environment, arn: string): Promise<string> {
  const QueueName = arn.split(':').pop();
  const caller = environment.asService('events.amazonaws.com');
  const { QueueUrl } = await environment.call<{ QueueUrl: string }>('sqs', 'GetQueueUrl', { QueueName }, caller);
  return QueueUrl;
}

const serviceOf = (arn: string) => arn.split(':')[2] ?? '';
