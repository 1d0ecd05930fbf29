/** SQS queues by ARN, as Lambda is given them. */
import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { Caller, Environment } from '../../service.ts';

/** Looked up by Lambda itself: a function's role needs no sqs:GetQueueUrl. */
export async function queueUrl(environment: Environment, queueArn: string): Promise<string> {
  const [, , , region, accountId, name] = queueArn.split(':');
  const input = { QueueName: name, QueueOwnerAWSAccountId: accountId };
  const asLambda = environment.asService('lambda.amazonaws.com', region);
  const answer = await environment.call<{ QueueUrl: string }>('sqs', 'GetQueueUrl', input, asLambda);
  return answer.QueueUrl;
}

export async function sendToQueue(
  environment: Environment,
  queueArn: string,
  message: Omit<SendMessageRequest, 'QueueUrl'>,
  caller: Caller,
): Promise<void> {
  const QueueUrl = await queueUrl(environment, queueArn);
  const region = queueArn.split(':')[3]!;
  await environment.call('sqs', 'SendMessage', { QueueUrl, ...message }, { ...caller, region });
}
