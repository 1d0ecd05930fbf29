/** Where the end of an asynchronous invocation is told: a destination, and the function's dead-letter queue. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Caller, Environment } from '../../service.ts';
import { type FunctionReference, functionArn } from './function-name.ts';
import type { Answer } from './invocations.ts';
import { sendToQueue } from './queues.ts';
import type { EventInvokeConfig } from './store.ts';

export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

export interface Conclusion {
  requestId: string;
  reference: FunctionReference;
  payload: string;
  attempts: number;
  condition: Condition;
  /** Of the last attempt, if there was one. */
  answer?: Answer;
}

/** Acts with the function's role. What cannot be delivered is logged, as the invocation itself is over. */
export async function conclude(
  environment: Environment,
  configuration: FunctionConfiguration,
  config: EventInvokeConfig,
  conclusion: Conclusion,
): Promise<void> {
  const role = environment.asRole(configuration.Role!, conclusion.reference.region);
  const failed = conclusion.condition !== 'Success';
  const destination = config.DestinationConfig?.[failed ? 'OnFailure' : 'OnSuccess']?.Destination;
  const deadLetterQueue = failed ? configuration.DeadLetterConfig?.TargetArn : undefined;
  const deliveries: Promise<unknown>[] = [];
  if (destination) deliveries.push(deliver(environment, destination, recordOf(environment.now(), conclusion), role));
  if (deadLetterQueue) deliveries.push(deliverDeadLetter(environment, deadLetterQueue, conclusion, role));
  for (const result of await Promise.allSettled(deliveries)) {
    if (result.status === 'fulfilled') continue;
    environment.log(`lambda: ${configuration.FunctionName}: the destination refused the record: ${result.reason}`);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#destinations-example-payload */
function recordOf(now: number, conclusion: Conclusion) {
  const { requestId, reference, payload, attempts, condition, answer } = conclusion;
  const arn = functionArn({ ...reference, qualifier: reference.qualifier ?? '$LATEST' });
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: { requestId, functionArn: arn, condition, approximateInvokeCount: attempts },
    requestPayload: payload === '' ? {} : JSON.parse(payload),
    ...(answer && {
      responseContext: {
        statusCode: 200,
        executedVersion: answer.executedVersion,
        ...(answer.functionError && { functionError: answer.functionError }),
      },
      responsePayload: JSON.parse(answer.payload.toString()),
    }),
  };
}

async function deliver(
  environment: Environment,
  destination: string,
  record: ReturnType<typeof recordOf>,
  role: Caller,
): Promise<void> {
  const [, , service, , , ...resource] = destination.split(':');
  const body = JSON.stringify(record);
  if (service === 'sqs') await sendToQueue(environment, destination, { MessageBody: body }, role);
  else if (service === 'lambda') {
    const input = { FunctionName: destination, InvocationType: 'Event', Payload: Buffer.from(body) };
    await environment.call('lambda', 'Invoke', input, role);
  } else if (service === 'events') {
    const entry = {
      EventBusName: resource.join(':').replace(/^event-bus\//, ''),
      Source: 'lambda',
      DetailType: `Lambda Function Invocation Result - ${record.requestContext.condition === 'Success' ? 'Success' : 'Failure'}`,
      Detail: body,
      Resources: [destination, record.requestContext.functionArn],
    };
    await environment.call('events', 'PutEvents', { Entries: [entry] }, role);
  } else throw new Error(`a destination of ${service} is not emulated: ${destination}`);
}

async function deliverDeadLetter(environment: Environment, queue: string, conclusion: Conclusion, role: Caller) {
  const { requestId, payload, answer } = conclusion;
  const message = answer ? JSON.parse(answer.payload.toString()).errorMessage : 'EventAgeExceeded';
  const text = (value: unknown) => ({ DataType: 'String', StringValue: String(value) });
  const attributes = {
    RequestID: text(requestId),
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: text(String(message).slice(0, 1024) || 'none'),
  };
  await sendToQueue(environment, queue, { MessageBody: payload || '{}', MessageAttributes: attributes }, role);
}
