/** The app's proxy on Node.js: an output of the build. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunMiddleware } from '../routing/middleware.ts';

type WaitUntil = (promise: Promise<unknown>) => void;

/** Next 16.2 on. */
type WebHandler = (request: Request, context: { waitUntil: WaitUntil }) => Promise<Response>;

/** Next 16.0 and 16.1: as for the server class of `next start`, `runMiddleware` of its server/next-server. */
type ServerHandler = (asked: {
  page: 'middleware';
  request: object;
}) => Promise<{ response: Response; waitUntil?: Promise<unknown> }>;

interface MiddlewareModule {
  handler?: WebHandler;
  default: ServerHandler;
}

const isRead = ({ method }: Request) => method === 'GET' || method === 'HEAD';

function asWebHandler(serve: ServerHandler, distFolder: string): WebHandler {
  const file = readFileSync(join(distFolder, 'required-server-files.json'), 'utf8');
  const { basePath, i18n, trailingSlash, experimental } = (JSON.parse(file) as { config: Record<string, unknown> })
    .config;
  const nextConfig = { basePath, i18n: i18n ?? undefined, trailingSlash, experimental };
  return async (request, { waitUntil }) => {
    const { url, method, headers } = request;
    const asked = {
      url,
      method,
      headers: Object.fromEntries(headers),
      nextConfig,
      page: {},
      body: isRead(request) ? undefined : request.body,
      signal: new AbortController().signal,
      waitUntil,
    };
    const { response, waitUntil: pending } = await serve({ page: 'middleware', request: asked });
    if (pending) waitUntil(pending);
    return response;
  };
}

/** What it leaves to be done afterwards is done before the answer: there is no afterwards. */
export function runNodeMiddleware(load: () => unknown, distFolder: string): RunMiddleware {
  let handler: WebHandler | undefined;
  const loaded = async () => {
    const module = (await load()) as MiddlewareModule;
    return module.handler ?? asWebHandler(module.default, distFolder);
  };
  return async (request) => {
    handler ??= await loaded();
    const pending: Array<Promise<unknown>> = [];
    const response = await handler(request, { waitUntil: (promise) => pending.push(promise) });
    await Promise.allSettled(pending);
    return response;
  };
}
