/** Calls of Next's handlers for pages, whatever the strategy. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { cacheControlOfPage, STALE_SECONDS } from '../../cache-control.ts';
import { exchange } from '../exchange.ts';

type WaitUntil = (promise: Promise<unknown>) => void;
type Handle = (message: IncomingMessage, reply: ServerResponse, waitUntil: WaitUntil) => unknown;

/** Waits for what a handler left to be done afterwards, and what that leaves in turn: there is no afterwards. */
async function allSettled(pending: Array<Promise<unknown>>): Promise<void> {
  for (let done = 0; done < pending.length; ) {
    const open = pending.slice(done);
    done = pending.length;
    await Promise.allSettled(open);
  }
}

/** The answer has the headers of the app's rules already when `handle` gets it. */
export async function respond(
  handle: Handle,
  request: Request,
  target: string,
  answer: { status?: number; headers: Headers },
): Promise<Response> {
  const pending: Array<Promise<unknown>> = [];
  const cookies = answer.headers.getSetCookie();
  const withHeaders = (message: IncomingMessage, reply: ServerResponse) => {
    for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.setHeader(name, value);
    if (cookies.length > 0) reply.setHeader('set-cookie', cookies);
    if (answer.status) reply.statusCode = answer.status;
    return handle(message, reply, (promise) => pending.push(promise));
  };
  try {
    return await exchange(withHeaders, request, target);
  } finally {
    await allSettled(pending);
  }
}

const PRERENDERED = /^s-maxage=(\d+)(?:, stale-while-revalidate(?:=\d+)?)?$/;

/**
 * Of a page that Next keeps, browsers ask again each time. A stale one has just been rendered anew, in this function: the
 * CDN comes back for it.
 */
export function withPageCacheControl(response: Response): Response {
  const state = response.headers.get('x-nextjs-cache');
  const seconds = PRERENDERED.exec(response.headers.get('cache-control') ?? '')?.[1];
  if (state === null || seconds === undefined) return response;
  const headers = new Headers(response.headers);
  headers.set('cache-control', cacheControlOfPage(state === 'STALE' ? STALE_SECONDS : Number(seconds)));
  return new Response(response.body, { status: response.status, headers });
}
