/** Calls of Next's handlers for pages, whatever the strategy. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOfPage } from '../../../isr/addresses.ts';
import { pathOf } from '../../../shared/cloudfront.ts';
import type { Settings } from '../../../shared/settings.ts';
import { cacheControlOfPage, STALE_SECONDS } from '../../cache-control.ts';
import { localeVariants } from '../../paths.ts';
import { exchange } from '../exchange.ts';
import { currentVisit } from '../next-cache/visit.ts';

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

/** 15.0 leaves the comma where nothing follows. */
const PRERENDERED = /^s-maxage=(\d+)(?:,(?: stale-while-revalidate(?:=\d+)?)?)?$/;

/** How long the CDN may keep what Next answered from its cache, or rendered for it. `own`: what Next itself says. */
function secondsOf(own: number, path: string, settings: Settings): number | false {
  const { served, rendered } = currentVisit();
  const keys = [...served.keys(), ...rendered.keys()];
  const addresses = keys.flatMap((key) =>
    (['html', 'data'] as const).map((part) => pathOfPage({ key, part }, settings)),
  );
  // Under another address than its own, on-demand revalidation would not find it.
  const isOwn = localeVariants(path, settings).some((one) => addresses.includes(one));
  if (keys.length > 0 && !isOwn) return STALE_SECONDS;
  const found = [...served.values()];
  if (found.some(({ isStale }) => isStale)) return STALE_SECONDS;
  if (found.length === 0) return own;
  const limited = found.flatMap(({ seconds }) => (seconds === false ? [] : [seconds]));
  return limited.length > 0 && Math.min(...limited);
}

/**
 * Of a page that Next keeps, browsers ask again each time. A stale one has just been rendered anew, in this function, or
 * is being rendered elsewhere: the CDN comes back for it.
 */
export function withPageCacheControl(response: Response, target: string, settings: Settings): Response {
  const state = response.headers.get('x-nextjs-cache');
  const seconds = PRERENDERED.exec(response.headers.get('cache-control') ?? '')?.[1];
  if (state === null || seconds === undefined) return response;
  const headers = new Headers(response.headers);
  const kept = state === 'STALE' ? STALE_SECONDS : secondsOf(Number(seconds), pathOf(target), settings);
  headers.set('cache-control', cacheControlOfPage(kept));
  return new Response(response.body, { status: response.status, headers });
}
