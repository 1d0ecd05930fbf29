/** What is asked of every example with an app router: tables of requests, each answered as `next start` answers it. */
import { describe, expect, test } from '@jest/globals';
import { cookiesOf, type Example, get } from './example.ts';
import type { Ask } from './http.ts';
import { ONLY_NEXT_SAYS } from './poison.ts';

/** What is asked for, and its path and query. */
export type Table = Array<[what: string, target: string]>;

export const NOT_STORED = ['private, no-store'];

export function describeStored(example: () => Example, table: Table): void {
  describe('answered by S3, without loading Next', () => {
    test.each(table)('%s: GET and HEAD %s', async (_, target) => {
      expect((await example().expectAlike(get(target))).servedBy).toBe('bucket');
      expect((await example().expectAlike({ method: 'HEAD', target })).servedBy).toBe('bucket');
    });
  });
}

export function describeRendered(example: () => Example, table: Table): void {
  describe('rendered by Next', () => {
    test.each(table)('%s: GET %s', async (_, target) => {
      expect((await example().expectAlike(get(target))).servedBy).toBe('next');
    });
  });
}

/** As the app router's client asks for the flight data of a page. */
const askFlight = async (target: string, headers?: Record<string, string>) => get(target, { rsc: '1', ...headers });

/**
 * @param stored those of the targets that S3 answers
 * @param intercepted a page, the one it is shown above, and part of the answer
 */
export function describeFlight(
  example: () => Example,
  targets: string[],
  stored: string[],
  intercepted: { target: string; above: string; shown: string },
  flight: (target: string, headers?: Record<string, string>) => Promise<Ask> = askFlight,
): void {
  describe('flight data', () => {
    test.each(targets)('of %s', async (target) => {
      const answer = await example().expectAlike(await flight(target));
      if (stored.includes(target)) expect(answer.servedBy).toBe('bucket');
      await example().expectAlike(await flight(target, { 'next-router-prefetch': '1' }));
    });

    test('of a page that an intercepting route shows above another', async () => {
      const answer = await example().expectAlike(await flight(intercepted.target, { 'next-url': intercepted.above }));
      expect(answer.body.toString()).toContain(intercepted.shown);
    });
  });
}

const METHODS = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** @param always route handlers that have no HEAD of their own are left to `next start`'s whim */
export function describeMethods(example: () => Example, targets: string[], always: string): void {
  test.each(METHODS)('pages and handlers by %s', async (method) => {
    for (const target of targets) await example().expectAlike({ method, target });
    if (method !== 'HEAD') await example().expectAlike({ method, target: always });
  });
}

export interface MiddlewareExample {
  table: Table;
  /** A page that it listens to for visitors with a cookie, the cookie, and a header that it sets. */
  condition: { target: string; cookie: string; header: string };
  /** What a visitor must not be able to steer. */
  guarded: string[];
}

export function describeMiddleware(example: () => Example, { table, condition, guarded }: MiddlewareExample): void {
  describe('middleware', () => {
    test.each(table)('%s: GET %s', async (_, target) => {
      expect((await example().expectAlike(get(target))).headers['cache-control']).toEqual(NOT_STORED);
    });

    test('its condition on a cookie', async () => {
      const { target, cookie, header } = condition;
      expect((await example().expectAlike(get(target, { cookie }))).headers[header]).toBeDefined();
      expect((await example().expectAlike(get(target))).headers[header]).toBeUndefined();
    });

    test('headers that only Next may set change nothing', async () => {
      const poisoned = { ...ONLY_NEXT_SAYS, 'x-nextjs-data': '1' };
      // `next start` itself believes some of them.
      for (const target of guarded) await example().expectAlike(get(target, poisoned), get(target));
    });
  });
}

/** @param table what turns draft or preview mode on, a page, and what is seen there; of the first, by nobody else */
export function describeDraft(
  example: () => Example,
  table: Array<[enter: string, page: string, shown: string]>,
): void {
  test.each(table)('the mode that %s turns on: %s', async (enter, page, shown) => {
    const cookie = cookiesOf(await example().expectAlike(get(enter)));
    const { headers, body } = await example().edge.ask(get(page, { cookie }));
    expect([headers['cache-control'], body.toString().includes(shown)]).toEqual([NOT_STORED, true]);
  });

  test('and without it', async () => {
    const [[, page, shown] = ['', '', '']] = table;
    expect((await example().edge.ask(get(page))).body.toString()).not.toContain(shown);
  });
}

export interface VisitorsExample {
  /** Request headers of two visitors. */
  visitors: [Record<string, string>, Record<string, string>];
  /** Pages, and what each of the two finds there. */
  pages: Array<[target: string, first: string, second: string]>;
}

export function describeVisitors(example: () => Example, { visitors, pages }: VisitorsExample): void {
  test('two visitors, in both orders, each get their own', async () => {
    for (const order of [[0, 1] as const, [1, 0] as const]) {
      for (const index of order) {
        for (const [target, ...shown] of pages) {
          const { headers, body } = await example().expectAlike(get(target, visitors[index]));
          expect(body.toString()).toContain(shown[index]);
          expect(headers['cache-control']).toEqual(NOT_STORED);
        }
      }
    }
  });
}

/** @param table pages that are rendered in time, and their seconds */
export function describeFreshness(example: () => Example, table: Array<[target: string, seconds: number]>): void {
  test.each(table)('the CDN may keep %s for the rest of its %i seconds', async (target, seconds) => {
    const [cacheControl = ''] = (await example().edge.ask(get(target))).headers['cache-control'] ?? [];
    const [, left] = /^public, max-age=0, s-maxage=(\d+)$/.exec(cacheControl) ?? [];
    expect(Number(left)).toBeGreaterThan(0);
    expect(Number(left)).toBeLessThanOrEqual(seconds);
  });
}

export function describeCacheControl(
  example: () => Example,
  table: Array<[target: string, cacheControl: string]>,
): void {
  describe('what the CDN may keep', () => {
    test.each(table)('%s: %s', async (target, cacheControl) => {
      expect((await example().edge.ask(get(target))).headers['cache-control']).toEqual([cacheControl]);
    });
  });
}

/**
 * @param target leads to another site, which says 418 where it is asked for a teapot
 * @param slash at the end of the app's addresses
 */
export function describeElsewhere(example: () => Example, target: string, slash = ''): void {
  test('a rewrite to another site takes query, cookies and body there, and its answer back', async () => {
    const asked = await example().expectAlike(get(`${target}/a/b${slash}?x=1&x=2`, { cookie: 'a=1' }));
    expect(JSON.parse(asked.body.toString())).toMatchObject({
      url: expect.stringMatching(/^\/a\/b\/?\?x=1&x=2$/),
      cookie: 'a=1',
    });
    expect([asked.headers['x-elsewhere'], asked.headers['set-cookie']?.length]).toEqual([['yes'], 2]);
    expect(asked.headers['cache-control']).toEqual(NOT_STORED);
    const body = JSON.stringify({ tea: true });
    const headers = { 'content-type': 'application/json' };
    const refused = await example().expectAlike({ method: 'POST', target: `${target}/teapot${slash}`, headers, body });
    expect([refused.status, JSON.parse(refused.body.toString()).body]).toEqual([418, body]);
  });
}
