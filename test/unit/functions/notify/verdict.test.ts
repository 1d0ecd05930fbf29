import { expect, test } from '@jest/globals';
import { CHANNELS } from '../../../../functions/notify/channels.ts';
import { RefusedUrl } from '../../../../functions/notify/post.ts';
import { retryAfterSeconds, verdictOn, verdictOnError } from '../../../../functions/notify/verdict.ts';

const now = new Date('2026-11-20T10:00:00Z');
const attempt = (number = 1) => ({ number, pauses: [5, 30], errorCode: CHANNELS.slack.errorCode, now });
const answer = (status: number, body = '', retryAfter?: string) => ({ status, body, retryAfter });

test.each([200, 204])('%i is delivered', (status) => {
  expect(verdictOn(answer(status), attempt())).toEqual({ kind: 'delivered' });
});

test.each([408, 429, 500, 502, 503])('%i is tried again, with growing pauses, and then given up', (status) => {
  expect(verdictOn(answer(status), attempt(1))).toMatchObject({ kind: 'retry', afterSeconds: 5 });
  expect(verdictOn(answer(status), attempt(2))).toMatchObject({ kind: 'retry', afterSeconds: 30 });
  expect(verdictOn(answer(status), attempt(3))).toEqual({
    kind: 'dead',
    reason: `the chat answered ${status}; given up after 3 attempts`,
  });
});

test.each([
  [400, 'invalid_blocks', 'the chat answered 400: invalid_blocks'],
  [404, 'no_service', 'the chat answered 404: no_service'],
  [410, 'channel_is_archived', 'the chat answered 410: channel_is_archived'],
  [403, '<html>https://hooks.slack.com/services/secret</html>', 'the chat answered 403'],
  [301, '', 'the chat answered 301: redirects are not followed'],
])('%i is final', (status, body, reason) => {
  expect(verdictOn(answer(status, body), attempt())).toEqual({ kind: 'dead', reason });
});

test('Retry-After is waited for, in seconds or as a date, up to an hour', () => {
  expect(verdictOn(answer(429, '', '60'), attempt())).toMatchObject({ afterSeconds: 60 });
  expect(verdictOn(answer(429, '', '1'), attempt())).toMatchObject({ afterSeconds: 5 });
  expect(verdictOn(answer(503, '', '999999'), attempt())).toMatchObject({ afterSeconds: 3600 });
  expect(retryAfterSeconds('Fri, 20 Nov 2026 10:00:30 GMT', now)).toBe(30);
  expect(retryAfterSeconds('Fri, 20 Nov 2026 09:00:00 GMT', now)).toBe(0);
  expect(retryAfterSeconds('soon', now)).toBe(0);
});

test('a connection that fails is tried again, and its message, which may hold the address, is not repeated', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  expect(verdictOnError(refused, attempt())).toEqual({
    kind: 'retry',
    afterSeconds: 5,
    reason: 'the chat could not be reached: ECONNREFUSED',
  });
  const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  expect(verdictOnError(late, attempt())).toMatchObject({ reason: 'the chat could not be reached: no answer in time' });
});

test('a refused URL is final', () => {
  expect(verdictOnError(new RefusedUrl('it is not https'), attempt())).toEqual({
    kind: 'dead',
    reason: "the chat's URL is refused: it is not https",
  });
});
