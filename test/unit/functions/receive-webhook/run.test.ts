import { createHmac } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import { type ReceiveWebhookPorts, run } from '../../../../functions/receive-webhook/run.ts';

const SECRET = 's3cret';
const SHA = 'a'.repeat(40);
const RECEIVED_AT = '2026-11-20T10:00:00.123Z';
const repository = { name: 'shop', url: 'http://127.0.0.1:4000/shop.git' };

function request(change: { body?: object; secret?: string; signature?: string; host?: string } = {}) {
  const body = {
    repository,
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: SHA,
    headCommit: { message: 'Hello' },
    ...change.body,
  };
  const rawBody = Buffer.from(JSON.stringify(body));
  const signature = `sha256=${createHmac('sha256', change.secret ?? SECRET)
    .update(rawBody)
    .digest('hex')}`;
  const headers = {
    'x-towpath-event': 'push',
    'x-towpath-delivery': 'd-1',
    'x-towpath-signature': 'signature' in change ? change.signature : signature,
  };
  return { host: change.host ?? 'git', headers, rawBody, receivedAt: new Date(RECEIVED_AT) };
}

const world = () => ({
  secret: jest.fn(async () => SECRET),
  hooks: { get: async () => undefined },
  queue: { send: jest.fn<ReceiveWebhookPorts['queue']['send']>(async () => undefined) },
  log: jest.fn<ReceiveWebhookPorts['log']>(),
});

test('a push is kept in the queue of its repository, with the time when it came, and accepted', async () => {
  const ports = world();
  expect(await run(request(), ports)).toEqual({ status: 202, body: { accepted: 1 } });
  const push = {
    kind: 'push',
    deliveryId: 'd-1',
    repository: { host: 'git', ...repository },
    branch: 'main',
    sha: SHA,
  };
  expect(ports.queue.send.mock.calls).toEqual([
    [
      { deliveryId: 'd-1', announcedAt: RECEIVED_AT, changes: [{ ...push, message: 'Hello', skip: undefined }] },
      'git#shop',
    ],
  ]);
});

test('a push that cannot be kept is not accepted: its host sends it again', async () => {
  const ports = world();
  ports.queue.send.mockRejectedValueOnce(new Error('throttled'));
  await expect(run(request(), ports)).rejects.toThrow('throttled');
});

test.each([
  ['wrong', { secret: 'other' }],
  ['missing', { signature: undefined }],
  ['empty', { signature: '' }],
])('a %s signature is 401, and nothing is kept', async (_, change) => {
  const ports = world();
  expect((await run(request(change), ports)).status).toBe(401);
  expect(ports.queue.send).not.toHaveBeenCalled();
});

test('a host that Towpath does not speak with is 404, and no secret is read', async () => {
  const ports = world();
  expect((await run(request({ host: 'sourceforge' }), ports)).status).toBe(404);
  expect(ports.secret).not.toHaveBeenCalled();
});

test.each([
  ['a body that is no push', { after: 1 }, 'the body has no usable after'],
  ['a note', { ref: 'refs/notes/commits' }, 'refs/notes/commits is neither branch nor tag'],
])('%s is 202, ignored and logged', async (_, body, reason) => {
  const ports = world();
  expect(await run(request({ body }), ports)).toEqual({ status: 202, body: { ignored: reason } });
  expect(ports.queue.send).not.toHaveBeenCalled();
  expect(ports.log).toHaveBeenCalledWith(expect.objectContaining({ message: 'delivery ignored', reason }));
});
