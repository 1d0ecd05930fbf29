/** Who is told of a deployment: a chat that listens, one that stumbles, one that is dead. */
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answer, connect } from '../../cli/api.ts';
import { type ChatSink, startChatSink } from '../support/chat-sink.ts';
import {
  beginJourney,
  commitAll,
  type Deployed,
  deployFolder,
  type Journey,
  makeRepository,
  ROOT,
} from '../support/journey.ts';
import { until } from '../support/until.ts';

const TIMEOUT = 300_000;
const APP = 'loud';
const SUBJECT = 'Say <hello> to <!channel> & *all*';
const execute = promisify(execFile);

let journey: Journey;
let sink: ChatSink;
let deployed: Deployed;
const ids: Record<string, string> = {};
let signingSecret: string;

/** `towpath notify …` as a person types it. */
async function notify(
  ...args: string[]
): Promise<{ id: string; kind: string; branches?: string[]; secret?: string; problem?: { message: string } }[]> {
  const cli = [join(ROOT, 'cli', 'towpath.ts'), 'notify', APP, ...args];
  const { stdout } = await execute(process.execPath, [...cli, '--json', '--data', join(journey.folder, 'data')]);
  return JSON.parse(stdout);
}

async function connectApp() {
  const { git, ...running } = journey.workspace.running;
  const repository = { host: 'git', name: APP, url: `${git}/${APP}.git` } as const;
  await answer(connect(running).apps[':app'].$put({ param: { app: APP }, json: { repository } } as never));
}

const client = <Client>(Type: new (options: object) => Client): Client => {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  return new Type({ endpoint, region, credentials });
};
const storedUrls = async () => {
  const Path = `/towpath/dev/apps/${APP}`;
  const { Parameters = [] } = await client(SSMClient).send(
    new GetParametersByPathCommand({ Path, Recursive: true, WithDecryption: true }),
  );
  return Parameters;
};

const deadLetterQueue = () => journey.workspace.cloud.outputs.NotificationDeadLettersUrl as string;
const notificationQueue = () => deadLetterQueue().replace(/-notification-dead-letters$/, '-notifications');

/** Looks at what comes to the dead-letter queue until so many are there that match, and leaves all of it there. */
async function deadLetters(count: number, matches: (message: Message) => boolean): Promise<Message[]> {
  const sqs = client(SQSClient);
  const QueueUrl = deadLetterQueue();
  const seen: Message[] = [];
  const options = {
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
    VisibilityTimeout: 300,
    MessageAttributeNames: ['All'],
  };
  await until(async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...options }));
    seen.push(...Messages);
    return seen.filter(matches).length >= count;
  });
  for (const { ReceiptHandle } of seen)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  return seen.filter(matches);
}
const isDelivery = ({ Body = '' }: Message) => Body.startsWith('{');
const reasons = (messages: Message[], id: string) =>
  messages
    .filter(({ Body }) => JSON.parse(Body ?? '').notification === id)
    .map(({ MessageAttributes }) => MessageAttributes?.ERROR_MESSAGE?.StringValue);

beforeAll(async () => {
  journey = await beginJourney();
  sink = await startChatSink({
    '/stumbling': [
      { status: 500, body: 'rollup_error' },
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 200 },
    ],
    '/dead': [{ status: 503 }],
    '/gone': [{ status: 410, body: 'channel_is_archived' }],
    '/mended': [{ status: 404, body: 'no_service' }, { status: 200 }],
    '/moved': [{ status: 302, headers: { location: '/elsewhere' } }],
  });
  await connectApp();

  const add = async (name: string, ...args: string[]) => {
    const [added] = await notify('--slack', sink.url(`/${name}`), ...args);
    ids[name] = added?.id as string;
  };
  await add('listening');
  for (const name of ['stumbling', 'dead', 'gone', 'mended', 'moved']) await add(name, '--event', 'failed');
  await add('other-branch', '--branch', 'develop');
  for (const kind of ['teams', 'discord']) {
    const [added] = await notify(`--${kind}`, sink.url(`/${kind}`), '--branch', 'ma*', '--event', 'failed');
    ids[kind] = added?.id as string;
  }
  const [program] = await notify('--webhook', sink.url('/webhook'), '--event', 'step-failed');
  ids.webhook = program?.id as string;
  signingSecret = program?.secret as string;

  const folder = await makeRepository(join(journey.folder, APP), { 'README.md': 'no package.json' });
  await commitAll(folder, SUBJECT);
  deployed = await deployFolder(journey, folder, { app: APP });
}, TIMEOUT);

afterAll(async () => {
  await journey?.end();
  await sink?.stop();
});

test('a chat hears that a deployment started and that it failed, and why', async () => {
  const received = await sink.until('/listening', 2);
  expect(received.map(({ contentType }) => contentType)).toEqual(Array(2).fill('application/json; charset=utf-8'));
  const headers = received.map(({ message: { blocks } }) => blocks[0]?.type === 'header' && blocks[0].text.text);
  expect(headers.sort()).toEqual(['❌ loud: deployment 1 failed in Detect', '🚀 loud: deployment 1 started']);
  const failed = received.find(({ message }) => message.text.includes('failed'));
  const shown = JSON.stringify(failed?.message);
  expect(deployed.status).toBe('failed');
  expect(shown).toContain('package.json');
  expect(shown).toContain('Say &lt;hello&gt; to &lt;!channel&gt; &amp; *all*');
  expect(shown).not.toContain('<!channel>');
  expect(shown).toContain(deployed.deploymentId);
});

test('Teams hears by an Adaptive Card, Discord by an embed, of branches that match a pattern', async () => {
  const [card] = await sink.until('/teams', 1);
  expect(JSON.parse(card?.body ?? '')).toMatchObject({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } }],
  });
  const [embed] = await sink.until('/discord', 1);
  expect(JSON.parse(embed?.body ?? '')).toMatchObject({
    embeds: [{ title: '❌ loud: deployment 1 failed in Detect' }],
  });
});

test('a program hears the event itself, signed with the secret that was shown once', async () => {
  const [heard] = await sink.until('/webhook', 1);
  const { body = '', headers = {} } = heard ?? {};
  expect(JSON.parse(body)).toMatchObject({
    type: 'deployment.step_failed',
    data: { version: 1, deployment: { id: deployed.deploymentId, error: { step: 'Detect' } } },
  });
  const key = Buffer.from(signingSecret.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
});

test('a chat that answers 500 and 429 first is told again', async () => {
  const received = await sink.until('/stumbling', 3);
  expect(received.map(({ status }) => status)).toEqual([500, 429, 200]);
  expect(new Set(received.map(({ message }) => JSON.stringify(message))).size).toBe(1);
});

test(
  'what cannot be delivered is a dead letter with its reason; a refusal is not repeated, a redirect not followed',
  async () => {
    const messages = await deadLetters(4, isDelivery);
    expect(reasons(messages, ids.dead as string)).toEqual(['the chat answered 503; given up after 4 attempts']);
    expect(reasons(messages, ids.gone as string)).toEqual(['the chat answered 410: channel_is_archived']);
    expect(reasons(messages, ids.moved as string)).toEqual(['the chat answered 302: redirects are not followed']);
    expect(['/dead', '/gone', '/moved', '/elsewhere'].map((path) => sink.received(path).length)).toEqual([4, 1, 1, 0]);
    expect(JSON.stringify(messages)).not.toContain(sink.url(''));
  },
  TIMEOUT,
);

test('a chat of another branch hears nothing', () => {
  expect(sink.received('/other-branch')).toEqual([]);
});

test('a message that is none of ours ends as a dead letter, with nothing posted', async () => {
  const hello = new SendMessageCommand({ QueueUrl: notificationQueue(), MessageBody: 'hello?' });
  await client(SQSClient).send(hello);
  const [message] = await deadLetters(1, ({ Body }) => Body === 'hello?');
  expect(message?.MessageAttributes?.ERROR_CODE?.StringValue).toBe('UNKNOWN_MESSAGE');
});

describe('towpath notify', () => {
  test('lists who is told, without the URLs, which are SecureStrings', async () => {
    const listed = await notify();
    expect(listed.map(({ id }) => id)).toEqual(Object.values(ids));
    const problems = listed.flatMap(({ id, problem }) => (problem ? [`${id}: ${problem.message}`] : []));
    expect(problems).toEqual(
      expect.arrayContaining([
        `${ids.gone}: the chat answered 410: channel_is_archived`,
        `${ids.mended}: the chat answered 404: no_service`,
      ]),
    );
    expect(JSON.stringify(listed)).not.toContain('http');
    const stored = await storedUrls();
    expect(new Set(stored.map(({ Type }) => Type))).toEqual(new Set(['SecureString']));
    const urls = stored.map(({ Value = '' }) => (Value.startsWith('{') ? JSON.parse(Value).url : Value));
    expect(urls.sort()).toEqual(
      Object.keys(ids)
        .map((name) => sink.url(`/${name}`))
        .sort(),
    );
    expect(JSON.stringify(listed)).not.toContain('whsec_');
  });

  test('removes one with its URL', async () => {
    const { length } = await storedUrls();
    await notify('--remove', ids.gone as string);
    expect((await notify()).map(({ id }) => id)).not.toContain(ids.gone);
    expect(await storedUrls()).toHaveLength(length - 1);
  });

  test.each([
    [['--slack', 'http://169.254.169.254/latest/meta-data'], 'public Internet'],
    [['--slack', 'https://10.0.0.1/hook'], 'public Internet'],
    [['--slack', 'http://93.184.216.34/hook'], 'https'],
    [['--slack', 'https://hooks.example.com/x', '--event', 'exploded'], 'events'],
    [['--remove', 'nobody'], 'nobody'],
    [['--webhook', 'https://10.0.0.1/hook'], 'public Internet'],
  ])('refuses %j', async (args, reason) => {
    await expect(notify(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
  });
});

test('a dead letter that is moved back to the queue is posted again', async () => {
  const sqs = client(SQSClient);
  const arnOf = async (QueueUrl: string) => {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    return (await sqs.send(asked)).Attributes?.QueueArn;
  };
  await deadLetters(1, ({ Body }) => Body?.includes(ids.mended as string) ?? false);
  expect(sink.received('/mended')).toHaveLength(1);
  const [SourceArn, DestinationArn] = await Promise.all([deadLetterQueue(), notificationQueue()].map(arnOf));
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  expect((await sink.until('/mended', 2)).map(({ status }) => status)).toEqual([404, 200]);
  await until(async () => !(await notify()).find(({ id }) => id === ids.mended)?.problem);
});
