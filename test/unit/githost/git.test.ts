import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { gitHost } from '../../../githost/index.ts';

const host = gitHost('git')!;
const SHA = 'a'.repeat(40);
const repository = { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:4000/shop.git' };
const headers = { 'x-towpath-event': 'push', 'x-towpath-delivery': 'd-1' };
const body = (change: object = {}) =>
  Buffer.from(
    JSON.stringify({
      repository: { name: 'shop', url: repository.url },
      ref: 'refs/heads/feature/x',
      before: '0'.repeat(40),
      after: SHA,
      headCommit: { message: 'Hello' },
      ...change,
    }),
  );

test('a signature over the raw body under the secret is genuine, any other is not', () => {
  const raw = body();
  const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
  const verify = (signature: string | undefined, secret = 'right') =>
    host.verify(raw, { 'x-towpath-signature': signature }, secret);
  expect(verify(sign('right'))).toBe(true);
  expect(verify(sign('wrong'))).toBe(false);
  expect(verify(undefined)).toBe(false);
  expect(verify('sha256=')).toBe(false);
  expect(verify(sign('right').toUpperCase())).toBe(false);
  expect(verify(sign(''), '')).toBe(false);
  expect(host.verify(Buffer.concat([raw, Buffer.from(' ')]), { 'x-towpath-signature': sign('right') }, 'right')).toBe(
    false,
  );
});

test('a push names repository, branch and commit', () => {
  expect(host.parsePush(headers, body())).toEqual([
    { kind: 'push', deliveryId: 'd-1', repository, branch: 'feature/x', sha: SHA, message: 'Hello' },
  ]);
});

test.each([
  ['no event', {}, body(), 'event "" is no push'],
  ['no delivery id', { 'x-towpath-event': 'push' }, body(), 'the delivery has no usable X-Towpath-Delivery'],
  [
    'an id too long',
    { ...headers, 'x-towpath-delivery': 'x'.repeat(129) },
    body(),
    'the delivery has no usable X-Towpath-Delivery',
  ],
  ['no JSON', headers, Buffer.from('{'), 'the body is no JSON'],
  ['no commit', headers, body({ after: 'main; rm -rf' }), 'the body has no usable after'],
  ['no repository', headers, body({ repository: 1 }), 'the body has no usable repository'],
  ['a tag', headers, body({ ref: 'refs/tags/v1' }), 'tag v1: the delivery does not tell its commit'],
  ['an empty branch', headers, body({ ref: 'refs/heads/' }), 'refs/heads/ is neither branch nor tag'],
])('%s is ignored with a reason', (_, given, raw, reason) => {
  expect(host.parsePush(given, raw)).toEqual([{ kind: 'ignored', reason }]);
});

test('archive and status requests are values; a token becomes a header', () => {
  expect(host.archiveRequest(repository, SHA)).toEqual({
    method: 'GET',
    url: `http://127.0.0.1:4000/shop.git/archive/${SHA}.tar.gz`,
    headers: {},
  });
  expect(host.archiveRequest(repository, SHA, 't').headers).toEqual({ authorization: 'Bearer t' });
  const status = { state: 'success', context: 'towpath/shop-main', description: 'Live' } as const;
  expect(host.statusRequest(repository, SHA, status)).toEqual({
    method: 'POST',
    url: `http://127.0.0.1:4000/shop.git/statuses/${SHA}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(status),
  });
});

test('an unknown kind, or one with the name of an object method, is no host', () => {
  expect(gitHost('sourceforge')).toBeUndefined();
  expect(gitHost('constructor')).toBeUndefined();
});
