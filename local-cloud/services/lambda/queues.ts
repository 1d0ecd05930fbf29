/** SQS queues by ARN, as Lambda is given them. */
import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { Caller, Environment } from '../../service.ts';

export async function queueUrl(environment: Environment, queueArn: string, caller: Caller): Promise<string> {
  const [, , , region, accountId, name] = queueArn.split(':');
  const input = { QueueName: name, QueueOwnerAWSAccountId: accountId };
  const answer = await environment.call<{ QueueUrl: string }>('sqs', 'GetQueueUrl', input, {
    ...caller,
    region: region!,
  });
  return answer.QueueUrl;
}

export async function sendToQueue(
  environment: Environment,
  queueArn: string,
  message: Omit<SendMessageRequest, 'QueueUrl'>,
  caller: Caller,
): Promise<void> {
  const QueueUrl = await queueUrl(environment, queueArn, caller);
  await environment.call('sqs', 'SendMessage', { QueueUrl, ...message }, caller);
}
