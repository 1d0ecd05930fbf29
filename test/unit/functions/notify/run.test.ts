import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { App, type Notification } from '../../../../domain/app.ts';
import type { Answer } from '../../../../functions/notify/post.ts';
import { RefusedUrl } from '../../../../functions/notify/post.ts';
import { type NotifyPorts, run } from '../../../../functions/notify/run.ts';
import { signatureHeaders } from '../../../../functions/notify/webhook.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';

const URL = 'https://hooks.slack.com/services/T/B/secret';
const notification = (id: string, change: Partial<Notification> = {}): Notification => ({
  id,
  kind: 'slack',
  urlParameter: `/towpath/dev/apps/shop/notifications/${id}`,
  ...change,
});
const app = App.parse({
  id: 'shop',
  repository: eventDeployment().repository,
  createdAt: '2026-11-01T00:00:00Z',
  notifications: [
    notification('all'),
    notification('failures', { events: ['deployment.failed'] }),
    notification('release', { branches: ['release'] }),
    notification('program', { kind: 'webhook', events: ['deployment.aborted'] }),
    notification('pattern', { branches: ['m*'], events: ['deployment.queued'] }),
    notification('both', { branches: ['main'], events: ['deployment.started', 'deployment.failed'] }),
  ],
});
const event = (kind = 'deployment.started') => ({
  id: 'e-1',
  source: 'towpath',
  'detail-type': kind,
  time: '2026-11-20T10:00:02Z',
  detail: { version: 1, deployment: eventDeployment() },
});
const delivery = (id: string, kind?: string) => ({ version: 1, notification: id, event: event(kind) });
const record = (body: unknown, attempt = 1) => ({
  id: `m-${attempt}`,
  receiptHandle: 'r-1',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attempt,
});

let answer: () => Promise<Answer>;
let ports: ReturnType<typeof world>;
const world = () =>
  ({
    apps: {
      get: jest.fn<NotifyPorts['apps']['get']>(async (id) => (id === app.id ? app : undefined)),
      setNotificationProblem: jest.fn<NotifyPorts['apps']['setNotificationProblem']>(async () => undefined),
    },
    parameters: { secret: jest.fn<NotifyPorts['parameters']['secret']>(async () => URL) },
    post: jest.fn<NotifyPorts['post']>(() => answer()),
    queue: {
      send: jest.fn<NotifyPorts['queue']['send']>(async () => undefined),
      hide: jest.fn<NotifyPorts['queue']['hide']>(async () => undefined),
    },
    deadLetters: { send: jest.fn<NotifyPorts['deadLetters']['send']>(async () => undefined) },
    pauses: [5, 30],
    now: () => new Date('2026-11-20T10:00:05Z'),
    log: jest.fn<NotifyPorts['log']>(),
  }) satisfies NotifyPorts;

beforeEach(() => {
  answer = async () => ({ status: 200, body: 'ok' });
  ports = world();
});
/** The URL is in no log line, queue or dead letter. */
const expectSecrecy = () =>
  expect(
    JSON.stringify([ports.log, ports.queue.send, ports.deadLetters.send].map(({ mock }) => mock.calls)),
  ).not.toContain('hooks.slack.com');

describe('an event', () => {
  const announced = () => ports.queue.send.mock.calls.map(([body]) => JSON.parse(body).notification);

  test.each([
    ['deployment.started', ['all', 'both']],
    ['deployment.failed', ['all', 'failures', 'both']],
    ['deployment.aborted', ['all', 'program']],
    ['deployment.queued', ['pattern']],
    ['deployment.step_failed', []],
  ])('%s becomes a delivery for each notification that wants it', async (kind, wanted) => {
    expect(await run([record(event(kind))], ports)).toEqual([]);
    expect(announced()).toEqual(wanted);
    const sent = ports.queue.send.mock.calls.map(([body]) => JSON.parse(body));
    expect(sent).toEqual(wanted.map((id) => delivery(id, kind)));
    expect(ports.post).not.toHaveBeenCalled();
  });

  test('of an app that is gone is done with', async () => {
    const other = { ...event(), detail: { deployment: eventDeployment({ app: 'gone' }) } };
    expect(await run([record(other)], ports)).toEqual([]);
    expect(announced()).toEqual([]);
  });
});

describe('a delivery', () => {
  test('is posted to its URL alone', async () => {
    expect(await run([record(delivery('all'))], ports)).toEqual([]);
    expect(ports.post.mock.calls).toEqual([
      [URL, expect.stringContaining('"text":"🚀 shop: deployment 3 started (main)"'), {}],
    ]);
    expect(ports.deadLetters.send).not.toHaveBeenCalled();
    expectSecrecy();
  });

  test('of a webhook is signed with its secret, under the id of the event', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    ports.parameters.secret.mockResolvedValue(JSON.stringify({ url: 'https://example.com/hook', secret }));
    await run([record(delivery('program'))], ports);
    const [[url, body, headers]] = ports.post.mock.calls as [[string, string, Record<string, string>]];
    expect(url).toBe('https://example.com/hook');
    expect(JSON.parse(body)).toMatchObject({
      type: 'deployment.started',
      data: { deployment: { id: eventDeployment().id } },
    });
    expect(headers).toEqual(signatureHeaders('e-1', body, secret, ports.now()));
  });

  test('that may succeed later is hidden for a while and comes again', async () => {
    answer = async () => ({ status: 429, retryAfter: '40', body: '' });
    const message = record(delivery('all'), 2);
    expect(await run([message], ports)).toEqual([message]);
    expect(ports.queue.hide.mock.calls).toEqual([[message, 40]]);
    expectSecrecy();
  });

  test('that was tried often enough is a dead letter', async () => {
    answer = async () => ({ status: 500, body: '' });
    const message = record(delivery('all'), 3);
    expect(await run([message], ports)).toEqual([]);
    const reason = 'the chat answered 500; given up after 3 attempts';
    expect(ports.deadLetters.send.mock.calls).toEqual([
      [message.body, { code: 'NOTIFICATION_FAILED', reason, attempts: 3 }],
    ]);
  });

  test('that is given up is remembered with its notification, until one arrives', async () => {
    const remembered = () => ports.apps.setNotificationProblem.mock.calls.map(([, id, problem]) => [id, problem]);
    answer = async () => ({ status: 404, body: 'no_service' });
    const problem = { message: 'the chat answered 404: no_service', since: '2026-11-20T10:00:05.000Z' };
    await run([record(delivery('all'))], ports);
    expect(remembered()).toEqual([['all', problem]]);
    ports.apps.get.mockResolvedValue({ ...app, notifications: [notification('all', { problem })] });
    await run([record(delivery('all'))], ports);
    expect(remembered()).toHaveLength(1);
    answer = async () => ({ status: 200, body: 'ok' });
    await run([record(delivery('all'))], ports);
    expect(remembered().at(-1)).toEqual(['all', undefined]);
    ports.apps.setNotificationProblem.mockRejectedValueOnce(new Error('throttled'));
    expect(await run([record(delivery('all'))], ports)).toEqual([]);
    ports.apps.get.mockResolvedValue(app);
    await run([record(delivery('all'))], ports);
    expect(remembered()).toHaveLength(3);
  });

  test('to a refused URL is a dead letter at once', async () => {
    answer = () => Promise.reject(new RefusedUrl('its address is not on the public Internet'));
    expect(await run([record(delivery('all'))], ports)).toEqual([]);
    expect(ports.deadLetters.send.mock.calls[0]?.[1].reason).toContain('not on the public Internet');
    expectSecrecy();
  });

  test('whose URL is gone is a dead letter', async () => {
    ports.parameters.secret.mockResolvedValue(undefined);
    await run([record(delivery('all'))], ports);
    expect(ports.deadLetters.send.mock.calls[0]?.[1].reason).toContain(
      '/towpath/dev/apps/shop/notifications/all is gone',
    );
  });

  test('to a notification that was removed is done with', async () => {
    expect(await run([record(delivery('removed'))], ports)).toEqual([]);
    expect(ports.post).not.toHaveBeenCalled();
    expect(ports.deadLetters.send).not.toHaveBeenCalled();
  });
});

test.each([
  'hello?',
  '7',
  'null',
  JSON.stringify({ ...event(), source: 'aws.states' }),
  JSON.stringify({ ...delivery('all'), event: {} }),
])('%s is a dead letter, with nothing done', async (body) => {
  expect(await run([record(body)], ports)).toEqual([]);
  expect(ports.deadLetters.send.mock.calls[0]?.[1].code).toBe('UNKNOWN_MESSAGE');
  expect(ports.post).not.toHaveBeenCalled();
  expect(ports.queue.send).not.toHaveBeenCalled();
});

test('one message that fails for our own reasons comes again; the others of its batch do not', async () => {
  ports.parameters.secret.mockRejectedValueOnce(new Error('ThrottlingException'));
  const [first, second] = [record(delivery('all'), 1), { ...record(delivery('failures'), 1), id: 'm-2' }];
  expect(await run([first, second], ports)).toEqual([first]);
  expect(ports.deadLetters.send).not.toHaveBeenCalled();
});
