import { responseToMiddlewareResult } from '@next/routing';

type MiddlewareResult = ReturnType<typeof responseToMiddlewareResult>;

export interface MiddlewareRoute {
  /** Path and query as the visitor sent them. */
  target: string;
  /** The same, as the router has them by now: with a locale, say. */
  routed: URL;
}

/** Runs the app's middleware: undefined when it has nothing to say about this request. */
export type RunMiddleware = (request: Request, route: MiddlewareRoute) => Promise<Response | undefined>;

export interface MiddlewareAnswer extends MiddlewareResult {
  /** What middleware itself said, where that is the answer. */
  response?: Response;
}

export type Middleware = (request: Request, route: MiddlewareRoute) => Promise<MiddlewareAnswer>;

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

export function createMiddleware(run: RunMiddleware): Middleware {
  return async (request, route) => {
    const response = await run(request, route);
    if (!response) return {};
    const url = new URL(request.url);
    toOwnAddress(response, url);
    const result = responseToMiddlewareResult(response, new Headers(request.headers), url);
    for (const name of [...(result.responseHeaders?.keys() ?? [])]) {
      if (INTERNAL.test(name)) result.responseHeaders?.delete(name);
    }
    return result.bodySent ? { ...result, response: withoutInternals(response) } : result;
  };
}
