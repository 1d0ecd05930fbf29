import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as SQS from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSqsService } from '../../local-cloud/services/sqs/index.ts';
import { type ServedServices, serveService } from '../support/serve-service.ts';

let folder: string;
let served: ServedServices;
let client: SQS.SQSClient;
let queues = 0;
let now = Date.parse('2026-03-01T10:00:00Z');

async function open(): Promise<void> {
  served = await serveService(createSqsService, { folder, now: () => now });
  client = new SQS.SQSClient(served.client);
}
async function close(): Promise<void> {
  client.destroy();
  await served.stop();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-sqs-'));
  await open();
});
afterAll(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

async function create(Attributes: Record<string, string> = {}, name = `queue-${++queues}`): Promise<string> {
  const QueueName = Attributes.FifoQueue ? `${name}.fifo` : name;
  const { QueueUrl } = await client.send(new SQS.CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl ?? '';
}
const createFifo = (more: Record<string, string> = {}) =>
  create({ FifoQueue: 'true', ContentBasedDeduplication: 'true', ...more });

const send = (QueueUrl: string, MessageBody: string, more: Partial<SQS.SendMessageRequest> = {}) =>
  client.send(new SQS.SendMessageCommand({ QueueUrl, MessageBody, ...more }));

async function receive(QueueUrl: string, more: Partial<SQS.ReceiveMessageRequest> = {}): Promise<SQS.Message[]> {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const], ...more };
  return (await client.send(new SQS.ReceiveMessageCommand(input))).Messages ?? [];
}
const bodies = (messages: SQS.Message[]) => messages.map(({ Body }) => Body);
const remove = (QueueUrl: string, { ReceiptHandle }: SQS.Message) =>
  client.send(new SQS.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

async function attribute(QueueUrl: string, name: SQS.QueueAttributeName): Promise<string | undefined> {
  const input = { QueueUrl, AttributeNames: [name] };
  return (await client.send(new SQS.GetQueueAttributesCommand(input))).Attributes?.[name];
}

describe('queues', () => {
  test('creation is idempotent, but not with other attributes', async () => {
    const url = await create({ VisibilityTimeout: '60' }, 'again');
    expect(url).toBe(`${served.endpoint}/111122223333/again`);
    expect(await create({ VisibilityTimeout: '60' }, 'again')).toBe(url);
    expect(await create({ DelaySeconds: '0' }, 'again')).toBe(url);
    await expect(create({ VisibilityTimeout: '61' }, 'again')).rejects.toBeInstanceOf(SQS.QueueNameExists);
    await expect(create({ Nonsense: '1' }, 'other')).rejects.toBeInstanceOf(SQS.InvalidAttributeName);
    await expect(create({ DelaySeconds: '901' }, 'other')).rejects.toBeInstanceOf(SQS.InvalidAttributeValue);
    await expect(create({}, 'no spaces')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('a name can be used again a minute after its queue was deleted', async () => {
    const QueueUrl = await create({}, 'short-lived');
    await send(QueueUrl, 'gone');
    await client.send(new SQS.DeleteQueueCommand({ QueueUrl }));
    await expect(send(QueueUrl, 'x')).rejects.toBeInstanceOf(SQS.QueueDoesNotExist);
    now += 59_000;
    await expect(create({}, 'short-lived')).rejects.toBeInstanceOf(SQS.QueueDeletedRecently);
    now += 1000;
    expect(await receive(await create({}, 'short-lived'))).toEqual([]);
  });

  test('attributes, tags and look-up', async () => {
    const QueueUrl = await createFifo({ VisibilityTimeout: '45' });
    const QueueName = QueueUrl.split('/').at(-1);
    expect((await client.send(new SQS.GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
    expect(await attribute(QueueUrl, 'VisibilityTimeout')).toBe('45');
    expect(await attribute(QueueUrl, 'QueueArn')).toBe(`arn:aws:sqs:eu-west-1:111122223333:${QueueName}`);
    await client.send(new SQS.SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '5' } }));
    expect(await attribute(QueueUrl, 'VisibilityTimeout')).toBe('5');
    await client.send(new SQS.TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await client.send(new SQS.UntagQueueCommand({ QueueUrl, TagKeys: ['a'] }));
    expect((await client.send(new SQS.ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: '2' });
    const list = await client.send(new SQS.ListQueuesCommand({ QueueNamePrefix: QueueName }));
    expect(list.QueueUrls).toEqual([QueueUrl]);
    const missing = client.send(new SQS.GetQueueUrlCommand({ QueueName: 'none' }));
    await expect(missing).rejects.toBeInstanceOf(SQS.QueueDoesNotExist);
  });

  test('an operation that is not emulated says so', async () => {
    const permission = { QueueUrl: await create(), Label: 'l', AWSAccountIds: ['1'], Actions: ['*'] };
    const answer = client.send(new SQS.AddPermissionCommand(permission));
    await expect(answer).rejects.toThrow('sqs:AddPermission is not emulated');
  });
});

describe('messages', () => {
  test('carry body, attributes and what the queue knows', async () => {
    const url = await create();
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'page' },
      raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) },
      'trace.id': { DataType: 'Number', StringValue: '7' },
    };
    const sent = await send(url, 'héllo <&>', { MessageAttributes });
    // Both from Python's hashlib, by the algorithm in the developer guide.
    expect(sent.MD5OfMessageBody).toBe('d9e306cbb268c771bf3c1aaff37250c9');
    expect(sent.MD5OfMessageAttributes).toBe('5df7d1777f838d9452a1e55f930e4ae8');
    const [message] = await receive(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({ Body: 'héllo <&>', MessageId: sent.MessageId, MessageAttributes });
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SentTimestamp: String(now) });
    expect(await receive(url)).toEqual([]);
    expect(await attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
  });

  test('come again after the visibility time-out until they are deleted', async () => {
    const url = await create();
    await send(url, 'work');
    const [first] = await receive(url);
    now += 29_999;
    expect(await receive(url)).toEqual([]);
    now += 1;
    const [second] = await receive(url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    await remove(url, first ?? {});
    expect(await attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
    await remove(url, second ?? {});
    expect(await attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
    const invalid = client.send(new SQS.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: 'x' }));
    await expect(invalid).rejects.toBeInstanceOf(SQS.ReceiptHandleIsInvalid);
  });

  test('visibility can be changed while in flight only', async () => {
    const QueueUrl = await create();
    await send(QueueUrl, 'work');
    const [{ ReceiptHandle } = {}] = await receive(QueueUrl);
    const change = (VisibilityTimeout: number) =>
      client.send(new SQS.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    await change(100);
    now += 99_000;
    expect(await receive(QueueUrl)).toEqual([]);
    await change(0);
    expect(bodies(await receive(QueueUrl))).toEqual(['work']);
    await expect(change(1)).rejects.toBeInstanceOf(SQS.MessageNotInflight);
  });

  test('delays, and what must not be sent', async () => {
    const url = await create({ MaximumMessageSize: '1024' });
    await send(url, 'later', { DelaySeconds: 10 });
    expect(await attribute(url, 'ApproximateNumberOfMessagesDelayed')).toBe('1');
    expect(await receive(url)).toEqual([]);
    now += 10_000;
    expect(bodies(await receive(url))).toEqual(['later']);
    await expect(send(url, 'x'.repeat(1025))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send(url, '\u0001')).rejects.toBeInstanceOf(SQS.InvalidMessageContents);
  });

  test('a long poll ends when a message comes', async () => {
    const url = await create();
    const poll = receive(url, { WaitTimeSeconds: 20 });
    await send(url, 'here');
    expect(bodies(await poll)).toEqual(['here']);
  });

  test('batches: each entry by itself', async () => {
    const QueueUrl = await createFifo();
    const { Successful, Failed } = await client.send(
      new SQS.SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: '1', MessageGroupId: 'g' },
          { Id: 'b', MessageBody: '2' },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(Failed).toMatchObject([{ Id: 'b', Code: 'MissingParameter', SenderFault: true }]);
    const [message] = await receive(QueueUrl);
    const ReceiptHandle = message?.ReceiptHandle;
    const deletion = new SQS.DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'x', ReceiptHandle }] });
    expect((await client.send(deletion)).Successful).toEqual([{ Id: 'x' }]);
    const empty = client.send(new SQS.SendMessageBatchCommand({ QueueUrl, Entries: [] }));
    await expect(empty).rejects.toBeInstanceOf(SQS.EmptyBatchRequest);
  });

  test('a purge empties the queue', async () => {
    const QueueUrl = await create();
    await send(QueueUrl, 'x');
    await client.send(new SQS.PurgeQueueCommand({ QueueUrl }));
    expect(await receive(QueueUrl)).toEqual([]);
    const again = client.send(new SQS.PurgeQueueCommand({ QueueUrl }));
    await expect(again).rejects.toBeInstanceOf(SQS.PurgeQueueInProgress);
  });
});

describe('FIFO', () => {
  test('a group is locked while one of its messages is in flight', async () => {
    const url = await createFifo();
    for (const body of ['a1', 'a2', 'a3']) await send(url, body, { MessageGroupId: 'a' });
    await send(url, 'b1', { MessageGroupId: 'b' });
    const [first] = await receive(url, { MaxNumberOfMessages: 1 });
    expect(first?.Body).toBe('a1');
    expect(bodies(await receive(url))).toEqual(['b1']);
    await remove(url, first ?? {});
    const rest = await receive(url);
    expect(bodies(rest)).toEqual(['a2', 'a3']);
    const numbers = rest.map(({ Attributes }) => Attributes?.SequenceNumber ?? '');
    expect(numbers).toEqual([...numbers].sort());
  });

  test('a receive takes as many messages of one group as there are before it turns to the next', async () => {
    const url = await createFifo();
    for (const body of ['a1', 'b1', 'a2', 'b2', 'a3']) await send(url, body, { MessageGroupId: body[0] });
    expect(bodies(await receive(url, { MaxNumberOfMessages: 4 }))).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  test('deduplicates for five minutes, by content or by id', async () => {
    const url = await createFifo();
    const first = await send(url, 'same', { MessageGroupId: 'g' });
    const second = await send(url, 'same', { MessageGroupId: 'g' });
    expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    await send(url, 'other', { MessageGroupId: 'g', MessageDeduplicationId: 'id' });
    await send(url, 'another', { MessageGroupId: 'g', MessageDeduplicationId: 'id' });
    const messages = await receive(url);
    expect(bodies(messages)).toEqual(['same', 'other']);
    for (const message of messages) await remove(url, message);
    now += 299_999;
    await send(url, 'same', { MessageGroupId: 'g' });
    expect(await receive(url)).toEqual([]);
    now += 1;
    await send(url, 'same', { MessageGroupId: 'g' });
    expect(bodies(await receive(url))).toEqual(['same']);
  });

  test('an expired receipt handle deletes nothing', async () => {
    const url = await createFifo();
    await send(url, 'x', { MessageGroupId: 'g' });
    const [message] = await receive(url);
    now += 30_000;
    await expect(remove(url, message ?? {})).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    expect(bodies(await receive(url))).toEqual(['x']);
  });
});

describe('dead letters', () => {
  test.each(['standard', 'FIFO'])(
    'a %s message that is received too often moves, and can be moved back',
    async (kind) => {
      const fifo = kind === 'FIFO';
      const dead = await (fifo ? createFifo() : create());
      const deadArn = await attribute(dead, 'QueueArn');
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 2 });
      const url = await (fifo ? createFifo({ RedrivePolicy }) : create({ RedrivePolicy }));
      const group = fifo ? { MessageGroupId: 'g' } : {};
      await send(url, 'poison', group);
      await send(url, 'next', group);
      for (let count = 0; count < 2; count++) {
        expect(bodies(await receive(url, { MaxNumberOfMessages: 1 }))).toEqual(['poison']);
        now += 30_000;
      }
      expect(bodies(await receive(url, { MaxNumberOfMessages: 1 }))).toEqual(['next']);
      expect(await attribute(dead, 'ApproximateNumberOfMessages')).toBe('1');
      const { TaskHandle } = await client.send(new SQS.StartMessageMoveTaskCommand({ SourceArn: deadArn }));
      expect(TaskHandle).toBeTruthy();
      const { Results } = await client.send(new SQS.ListMessageMoveTasksCommand({ SourceArn: deadArn }));
      expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
      now += 30_000;
      expect(bodies(await receive(url)).sort()).toEqual(['next', 'poison']);
    },
  );

  test('the target must exist and be of the same type', async () => {
    const arn = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
    const policy = (name: string) => JSON.stringify({ deadLetterTargetArn: arn(name), maxReceiveCount: 1 });
    const fifo = (await createFifo()).split('/').at(-1) ?? '';
    for (const name of ['missing', fifo]) {
      await expect(create({ RedrivePolicy: policy(name) })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    }
    const source = arn((await create()).split('/').at(-1) ?? '');
    const task = client.send(new SQS.StartMessageMoveTaskCommand({ SourceArn: source }));
    await expect(task).rejects.toBeInstanceOf(SQS.UnsupportedOperation);
  });
});

test('messages, locks and deduplication survive a restart', async () => {
  const url = await createFifo();
  const name = url.split('/').at(-1);
  await send(url, '1', { MessageGroupId: 'g' });
  await send(url, '2', { MessageGroupId: 'g' });
  const [first] = await receive(url, { MaxNumberOfMessages: 1 });
  await close();
  await open();
  const { QueueUrl = '' } = await client.send(new SQS.GetQueueUrlCommand({ QueueName: name }));
  expect(QueueUrl.startsWith(served.endpoint)).toBe(true);
  await send(QueueUrl, '2', { MessageGroupId: 'g' });
  expect(await receive(QueueUrl)).toEqual([]);
  await remove(QueueUrl, first ?? {});
  expect(bodies(await receive(QueueUrl))).toEqual(['2']);
});
