import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  ListEventSourceMappingsCommand,
  PutFunctionEventInvokeConfigCommand,
  ResourceConflictException,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import { type LambdaCloud, startLambdaCloud } from '../support/lambda-cloud.ts';
import { until } from '../support/until.ts';

const QUEUES = 'arn:aws:sqs:eu-west-1:111122223333';
const FAILS = "export const handler = async () => { throw new Error('always'); };";

let cloud: LambdaCloud;
let sqs: SQSClient;
beforeAll(async () => {
  cloud = await startLambdaCloud({ beside: [createSqsService] });
  sqs = new SQSClient(cloud.client);
});
afterAll(async () => {
  sqs.destroy();
  await cloud.stop();
});

/** A queue's URL; its messages are visible again after three seconds unless `attributes` say otherwise. */
async function queue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const Attributes = { VisibilityTimeout: '3', ...(name.endsWith('.fifo') && { FifoQueue: 'true' }), ...attributes };
  return (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl!;
}

const receive = (QueueUrl: string): Promise<Message> =>
  until(async () => {
    const input = { QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ['All'] };
    return (await sqs.send(new ReceiveMessageCommand(input))).Messages?.[0];
  });

const map = (FunctionName: string, name: string, more: Partial<CreateEventSourceMappingCommandInput> = {}) =>
  cloud.lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: `${QUEUES}:${name}`, ...more }),
  );

/** A function that sends what it is given to a queue, through the SDK that the runtime brings. */
const forwarding = (url: string, answer = 'undefined') => `
  import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
  const sqs = new SQSClient({});
  export const handler = async (event) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: '${url}', MessageBody: JSON.stringify(event) }));
    return ${answer};
  };`;

test('an asynchronous invocation that fails is tried three times, then told to destination and dead-letter queue', async () => {
  const [failures, deadLetters] = [await queue('failures'), await queue('dead-letters')];
  await cloud.create('fails', FAILS, { DeadLetterConfig: { TargetArn: `${QUEUES}:dead-letters` } });
  const DestinationConfig = { OnFailure: { Destination: `${QUEUES}:failures` } };
  await cloud.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'fails', DestinationConfig }));
  const config = await cloud.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'fails' }));
  expect(config.LastModified).toBeInstanceOf(Date);
  const invocation = { FunctionName: 'fails', InvocationType: 'Event' as const, Payload: '{"a":1}' };
  expect((await cloud.lambda.send(new InvokeCommand(invocation))).StatusCode).toBe(202);
  expect(JSON.parse((await receive(failures)).Body!)).toMatchObject({
    version: '1.0',
    requestContext: {
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:fails:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: { a: 1 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'always' },
  });
  const deadLetter = await receive(deadLetters);
  expect(deadLetter.Body).toBe('{"a":1}');
  expect(deadLetter.MessageAttributes!.ErrorMessage!.StringValue).toBe('always');
});

test('an asynchronous invocation that succeeds is told, too', async () => {
  const successes = await queue('successes');
  await cloud.create('succeeds', 'export const handler = async () => "done";');
  const DestinationConfig = { OnSuccess: { Destination: `${QUEUES}:successes` } };
  await cloud.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'succeeds', DestinationConfig }));
  await cloud.lambda.send(new InvokeCommand({ FunctionName: 'succeeds', InvocationType: 'Event' }));
  const record = JSON.parse((await receive(successes)).Body!);
  expect(record).toMatchObject({ requestContext: { condition: 'Success' }, responsePayload: 'done' });
});

test('an accepted event survives a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'towpath-lambda-'));
  const first = await startLambdaCloud({ folder, beside: [createSqsService] });
  const { port } = new URL(first.endpoint);
  const client = new SQSClient(first.client);
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'restarted' }));
  client.destroy();
  const path = new URL(QueueUrl!).pathname;
  await first.create(
    'slow',
    forwarding(QueueUrl!).replace(`'${QueueUrl}'`, `process.env.AWS_ENDPOINT_URL + '${path}'`),
  );
  await first.lambda.send(new InvokeCommand({ FunctionName: 'slow', InvocationType: 'Event', Payload: '"kept"' }));
  await first.stop();

  const second = await startLambdaCloud({ folder, beside: [createSqsService] });
  expect(new URL(second.endpoint).port).not.toBe(port);
  const after = new SQSClient(second.client);
  const input = { QueueUrl: second.endpoint + path, WaitTimeSeconds: 10 };
  const { Messages } = await after.send(new ReceiveMessageCommand(input));
  expect(Messages?.[0]?.Body).toBe('"kept"');
  after.destroy();
  await second.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a queue feeds a function, which gets its messages in batches', async () => {
  const [input, output] = [await queue('input'), await queue('output')];
  await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: input,
      Entries: [
        { Id: 'a', MessageBody: 'one', MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } },
        { Id: 'b', MessageBody: 'two' },
      ],
    }),
  );
  await cloud.create('forwards', forwarding(output));
  expect(await map('forwards', 'input')).toMatchObject({ State: 'Creating', BatchSize: 10 });
  const bodies: string[] = [];
  while (bodies.length < 2) {
    const { Records } = JSON.parse((await receive(output)).Body!);
    expect(Records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: `${QUEUES}:input`,
      awsRegion: 'eu-west-1',
      attributes: { ApproximateReceiveCount: '1' },
    });
    bodies.push(...Records.map(({ body }: { body: string }) => body));
    if (Records[0].body === 'one') expect(Records[0].messageAttributes.kind.stringValue).toBe('x');
  }
  expect(bodies.sort()).toEqual(['one', 'two']);
});

test('only the messages that a batch reports as failed come again', async () => {
  const [input, output] = [await queue('partial', { VisibilityTimeout: '3' }), await queue('partial-output')];
  await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: input,
      Entries: ['good', 'bad', 'good'].map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  );
  const failures = `{ batchItemFailures: event.Records
    .filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1')
    .map(({ messageId }) => ({ itemIdentifier: messageId })) }`;
  await cloud.create('reports', forwarding(output, failures));
  await map('reports', 'partial', { FunctionResponseTypes: ['ReportBatchItemFailures'] });
  const seen: string[] = [];
  while (seen.filter((body) => body === 'bad').length < 2) {
    const { Records } = JSON.parse((await receive(output)).Body!);
    seen.push(...Records.map(({ body }: { body: string }) => body));
  }
  expect(seen.sort()).toEqual(['bad', 'bad', 'good', 'good']);
});

test('a message that keeps failing reaches the dead-letter queue of its queue', async () => {
  const dead = await queue('poison-dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `${QUEUES}:poison-dead`, maxReceiveCount: 1 });
  const QueueUrl = await queue('poison', { RedrivePolicy, VisibilityTimeout: '1' });
  await cloud.create('poisoned', FAILS, { Timeout: 1 });
  await map('poisoned', 'poison');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'bad' }));
  expect((await receive(dead)).Body).toBe('bad');
});

test('the messages of a FIFO group keep their order, one batch at a time', async () => {
  const [QueueUrl, output] = [await queue('ordered.fifo', { ContentBasedDeduplication: 'true' }), await queue('order')];
  const code = `
    import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
    const sqs = new SQSClient({});
    export const handler = async ({ Records }) => {
      const from = Date.now();
      const numbers = Records.map(({ body }) => Number(body));
      await new Promise((resolve) => setTimeout(resolve, 60 - 5 * numbers[0]));
      const MessageBody = JSON.stringify({ numbers, from, to: Date.now() });
      await sqs.send(new SendMessageCommand({ QueueUrl: '${output}', MessageBody }));
    };`;
  await cloud.create('ordered', code);
  for (let number = 0; number < 8; number++) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(number), MessageGroupId: 'g' }));
  }
  await map('ordered', 'ordered.fifo', { BatchSize: 2, ScalingConfig: { MaximumConcurrency: 5 } });
  const batches: { numbers: number[]; from: number; to: number }[] = [];
  while (batches.flatMap(({ numbers }) => numbers).length < 8) batches.push(JSON.parse((await receive(output)).Body!));
  batches.sort((a, b) => a.from - b.from);
  expect(batches.flatMap(({ numbers }) => numbers)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const [index, { from }] of batches.entries()) {
    if (index > 0) expect(from).toBeGreaterThanOrEqual(batches[index - 1]!.to);
  }
});

test('mappings are listed, disabled and deleted; wrong ones are refused', async () => {
  await queue('managed');
  await cloud.create('managed', 'export const handler = async () => {};');
  const { UUID } = await map('managed', 'managed', { Enabled: false });
  await expect(map('managed', 'managed')).rejects.toThrow(ResourceConflictException);
  await expect(map('managed', 'nowhere')).rejects.toThrow('ReceiveMessage on SQS');
  await cloud.create('patient', 'export const handler = async () => {};', { Timeout: 60 });
  await expect(map('patient', 'managed')).rejects.toThrow(
    'Queue visibility timeout: 3 seconds is less than Function timeout: 60 seconds',
  );
  const get = () => cloud.lambda.send(new GetEventSourceMappingCommand({ UUID }));
  expect(await get()).toMatchObject({ State: 'Disabled', LastModified: expect.any(Date) });
  await cloud.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true, BatchSize: 1 }));
  expect(await get()).toMatchObject({ State: 'Enabled', BatchSize: 1 });
  const list = () => cloud.lambda.send(new ListEventSourceMappingsCommand({ FunctionName: 'managed' }));
  expect((await list()).EventSourceMappings).toHaveLength(1);
  await cloud.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  expect((await list()).EventSourceMappings).toEqual([]);
});
