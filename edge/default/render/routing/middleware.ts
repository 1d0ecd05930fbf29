import { responseToMiddlewareResult } from '@next/routing';

type MiddlewareResult = ReturnType<typeof responseToMiddlewareResult>;

/** Runs the app's middleware: undefined when it has nothing to say about this request. */
export type RunMiddleware = (request: Request, target: string) => Promise<Response | undefined>;

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

export function createMiddleware(run: RunMiddleware): Middleware {
  return async (url, method, headers, body) => {
    const request = new Request(url, { method, headers, body: body.length > 0 ? body : null });
    const response = await run(request, `${url.pathname}${url.search}`);
    if (!response) return {};
    toOwnAddress(response, url);
    const result = responseToMiddlewareResult(response, headers, url);
    for (const name of [...(result.responseHeaders?.keys() ?? [])]) {
      if (INTERNAL.test(name)) result.responseHeaders?.delete(name);
    }
    return result.bodySent ? { ...result, response: withoutInternals(response) } : result;
  };
}
