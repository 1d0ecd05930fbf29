import { responseToMiddlewareResult } from '@next/routing';
import type { AdapterStrategy } from '../../../../domain/routing.ts';

type MiddlewareResult = ReturnType<typeof responseToMiddlewareResult>;

/** An output of the build: answers a web request with a web response. */
type WebHandler = (request: Request, context: { waitUntil(promise: Promise<unknown>): void }) => Promise<Response>;

export interface MiddlewareAnswer extends MiddlewareResult {
  /** What middleware itself said, where that is the answer. */
  response?: Response;
}

export type Middleware = (url: URL, method: string, headers: Headers, body: Buffer) => Promise<MiddlewareAnswer>;

/** For Next's own eyes. */
const INTERNAL = /^x-middleware-/;

function withoutInternals(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const name of [...headers.keys()]) if (INTERNAL.test(name)) headers.delete(name);
  return new Response(response.body, { status: response.status, headers });
}

const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|localhost)$/;

/** Next calls every loopback address `localhost`: what leads there from the local cloud's port, leads to the site itself. */
function toOwnAddress(response: Response, url: URL): void {
  if (!LOOPBACK.test(url.hostname)) return;
  for (const name of ['x-middleware-rewrite', 'location']) {
    const value = response.headers.get(name);
    if (value === null || !URL.canParse(value)) continue;
    const { hostname, port, pathname, search, hash } = new URL(value);
    if (LOOPBACK.test(hostname) && port === url.port) response.headers.set(name, `${pathname}${search}${hash}`);
  }
}

/** Undefined for an app without. What it leaves to be done afterwards is done before the answer: there is no afterwards. */
export function createMiddleware(strategy: AdapterStrategy, load: (file: string) => unknown): Middleware | undefined {
  const { middleware } = strategy;
  if (!middleware) return undefined;
  let handler: WebHandler | undefined;
  return async (url, method, headers, body) => {
    handler ??= ((await load(middleware)) as { handler: WebHandler }).handler;
    const pending: Array<Promise<unknown>> = [];
    const request = new Request(url, { method, headers, body: body.length > 0 ? body : null });
    const response = await handler(request, { waitUntil: (promise) => pending.push(promise) });
    await Promise.allSettled(pending);
    toOwnAddress(response, url);
    const result = responseToMiddlewareResult(response, headers, url);
    for (const name of [...(result.responseHeaders?.keys() ?? [])]) {
      if (INTERNAL.test(name)) result.responseHeaders?.delete(name);
    }
    return result.bodySent ? { ...result, response: withoutInternals(response) } : result;
  };
}
