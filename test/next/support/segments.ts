/** How the client of Next 16 asks for flight data: with a hash of its headers in the address, and for parts of a page. */
import { expect, test } from '@jest/globals';
import { type Example, get } from './example.ts';
import type { Ask } from './http.ts';

type Flight = (target: string, headers?: Record<string, string>) => Promise<Ask>;

/** `next start` names the hash if it's wrong. */
export const flightOf =
  (example: () => Example): Flight =>
  async (target, headers = {}) => {
    const ask = get(target, { rsc: '1', ...headers });
    const { status, headers: answered } = await example().next.ask(ask);
    const location = answered.location?.[0] ?? '';
    return status === 307 && location.includes('_rsc') ? { ...ask, target: location } : ask;
  };

const PREFETCH = { 'next-router-prefetch': '1' };

/** @param table pages, and who answers for those of their segments that the build made */
export function describeSegments(
  example: () => Example,
  flight: Flight,
  table: Array<[target: string, servedBy: 'bucket' | 'next']>,
): void {
  test.each(table)('flight data of %s, prefetched: by %s', async (target, servedBy) => {
    expect((await example().expectAlike(await flight(target, PREFETCH))).servedBy).toBe(servedBy);
    const segment = { ...PREFETCH, 'next-router-segment-prefetch': '/_tree' };
    expect((await example().expectAlike(await flight(target, segment))).servedBy).toBe(servedBy);
    const none = { ...PREFETCH, 'next-router-segment-prefetch': '/none' };
    await example().expectAlike(await flight(target, none));
  });
}
