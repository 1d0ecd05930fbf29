/** How long a Git host is waited for, in a time that does not pass. */
import { expect, test } from '@jest/globals';
import { createSend } from '../../../githost/send.ts';
import { isThrottled, pauseAsked } from '../../../githost/throttling.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const request = { method: 'GET', url: 'https://api.github.com/x', headers: { authorization: 'Bearer t0ken' } } as const;
const ok = () => new Response('{}');
const answer =
  (status: number, headers: Record<string, string> = {}, body = '{}') =>
  () =>
    new Response(body, { status, headers });
const broken = (): Response => {
  throw new TypeError('fetch failed');
};
const silent = (): Response => {
  throw new DOMException('The operation timed out.', 'TimeoutError');
};

function world(...outcomes: (() => Response)[]) {
  const pauses: number[] = [];
  let calls = 0;
  const send = createSend({
    fetch: async () => (outcomes[Math.min(calls++, outcomes.length - 1)] as () => Response)(),
    pause: async (milliseconds) => pauses.push(milliseconds),
    now: () => NOW,
    chance: () => 1,
  });
  return { send, pauses, calls: () => calls };
}

const SECONDARY = JSON.stringify({
  message: 'You have exceeded a secondary rate limit.',
  documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
});

test.each([
  ['seconds', { 'retry-after': '2' }, 429, 2000],
  ['a date', { 'retry-after': 'Fri, 20 Nov 2026 10:00:07 GMT' }, 429, 7000],
  [
    "GitHub's reset of a spent limit",
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 9) },
    403,
    9000,
  ],
  ["GitLab's reset", { 'ratelimit-reset': String(NOW / 1000 + 3) }, 429, 3000],
  ['nothing, with 429', {}, 429, 60_000],
])('a host that throttles is left alone for as long as it says: %s', async (_, headers, status, pause) => {
  const { send, pauses } = world(answer(status, headers as Record<string, string>), ok);
  expect((await send(request, { timeoutMs: 1, patienceMs: 120_000 })).status).toBe(200);
  expect(pauses).toEqual([pause]);
});

test("GitHub's secondary limit without a header is a limit, another 403 is not", async () => {
  const limited = world(answer(403, {}, SECONDARY), ok);
  await limited.send(request, { timeoutMs: 1, patienceMs: 120_000 });
  expect(limited.pauses).toEqual([60_000]);
  const forbidden = world(
    answer(403, { 'x-ratelimit-remaining': '4999' }, '{"message":"Resource not accessible"}'),
    ok,
  );
  const response = await forbidden.send(request, { timeoutMs: 1, patienceMs: 120_000 });
  expect(response.status).toBe(403);
  expect(forbidden.pauses).toEqual([]);
  expect(await response.json()).toEqual({ message: 'Resource not accessible' });
});

test('a pause longer than the patience is not begun: the host has the last word', async () => {
  const { send, pauses } = world(answer(429, { 'retry-after': '31' }), ok);
  expect((await send(request, { timeoutMs: 1, patienceMs: 30_000 })).status).toBe(429);
  expect(pauses).toEqual([]);
});

test('a host that stumbles is asked again, ever later, until the patience is over', async () => {
  const { send, pauses, calls } = world(answer(502));
  expect((await send(request, { timeoutMs: 1, patienceMs: 5000 })).status).toBe(502);
  expect(pauses).toEqual([500, 1000, 2000]);
  expect(calls()).toBe(4);
  const mended = world(broken, answer(500), ok);
  expect((await mended.send(request, { timeoutMs: 1, patienceMs: 5000 })).status).toBe(200);
  expect(mended.pauses).toEqual([500, 1000]);
});

test('a host that stays silent has had its time, one that cannot be reached is an error in the end', async () => {
  const quiet = world(silent);
  await expect(quiet.send(request, { timeoutMs: 1, patienceMs: 5000 })).rejects.toThrow('timed out');
  expect(quiet.calls()).toBe(1);
  const down = world(broken);
  await expect(down.send(request, { timeoutMs: 1, patienceMs: 1000 })).rejects.toThrow('fetch failed');
  expect(down.calls()).toBe(2);
});

test('without patience each request is made once', async () => {
  const { send, calls } = world(answer(503));
  expect((await send(request, { timeoutMs: 1 })).status).toBe(503);
  expect(calls()).toBe(1);
});

test.each([[401], [404], [422], [200]])('%d is no throttling', (status) => {
  expect(isThrottled({ status, headers: new Headers({ 'retry-after': '1' }) })).toBe(false);
});

test('a reset that is over asks for no pause, nor does nonsense', () => {
  const pause = (headers: Record<string, string>) => pauseAsked({ status: 429, headers: new Headers(headers) }, NOW);
  expect(pause({ 'x-ratelimit-reset': '1' })).toBe(0);
  expect(pause({ 'retry-after': 'soon' })).toBe(0);
});

test('a host that stays silent is given up when its time is over', async () => {
  const send = createSend({
    fetch: (_, { signal } = {}) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    pause: async () => undefined,
    now: () => NOW,
    chance: () => 1,
  });
  await expect(send(request, { timeoutMs: 1 })).rejects.toMatchObject({ name: 'TimeoutError' });
}, 5_000);
