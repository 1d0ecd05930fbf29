/** Outputs of the edge runtime (`runtime = 'edge'`, middleware.js): run by the sandbox in which `next start` runs them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { RunMiddleware } from '../routing/middleware.ts';
import type { OutputHandler } from './outputs.ts';

interface File {
  name: string;
  /** Below `distDir`. */
  filePath: string;
}

/** In the build's middleware-manifest.json. */
interface EdgeFunction {
  name: string;
  page: string;
  /** Scripts, in the order of their evaluation. */
  files: string[];
  wasm?: File[];
  assets?: File[];
  /** What Next's own code finds in `process.env`. */
  env: Record<string, string>;
}

interface Manifest {
  middleware: Record<string, EdgeFunction>;
  functions: Record<string, EdgeFunction>;
}

interface Build {
  config: {
    [name: string]: unknown;
    i18n?: { locales: string[] } | null;
    experimental?: { fetchCacheKeyPrefix?: string };
  };
  prerenderManifest: { preview: object };
}

/** Read once by the sandbox, as a stream of Node's. */
interface Body {
  cloneBodyStream(): Readable;
  finalize(): Promise<void>;
}

type Query = Record<string, string | string[] | undefined>;

interface Asked {
  url: string;
  method: string;
  headers: Record<string, unknown>;
  isMiddleware?: boolean;
  page?: { params?: Query };
  body?: Body;
}

type WaitUntil = (promise: Promise<unknown>) => void;

interface Sandbox {
  run(options: object): Promise<{ response: Response; waitUntil?: Promise<unknown> }>;
}

const SANDBOX = 'next/dist/server/web/sandbox';
const INCREMENTAL_CACHE = 'next/dist/server/lib/incremental-cache';
const BODYLESS_STATUSES = new Set([204, 205, 304]);
const DATA = '/_next/data/';

const bodyOf = (bytes: Buffer): Body => ({
  cloneBodyStream: () => Readable.from(bytes.length > 0 ? [bytes] : []),
  finalize: async () => {},
});

const isRead = (method: string) => method === 'GET' || method === 'HEAD';

/** Page parameters are part of the query there, as for `next start`. */
function withQuery(url: string, parts: Query): string {
  const asked = new URL(url);
  const all: Query = { ...Object.fromEntries(asked.searchParams), ...parts };
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(all)) {
    for (const value of Array.isArray(values) ? values : [values ?? '']) search.append(name, String(value));
  }
  asked.search = search.toString();
  return asked.href;
}

/** The sandbox has classes of its own. */
async function ownResponse({ status, statusText, headers, body }: Response): Promise<Response> {
  const bytes = body && (await buffer(body as AsyncIterable<Uint8Array>));
  return new Response(BODYLESS_STATUSES.has(status) ? null : bytes, { status, statusText, headers: [...headers] });
}

type IncrementalCacheClass = new (options: object) => object;

/**
 * As the server class makes one for each request, around the cache that installCaches() has put in the place of Next's own:
 * the sandbox would have one in its memory.
 */
function cacheOf(require: NodeJS.Require, headers: Asked['headers'], { prerenderManifest, config }: Build): object {
  const { IncrementalCache } = require(INCREMENTAL_CACHE) as { IncrementalCache: IncrementalCacheClass };
  return new IncrementalCache({
    dev: false,
    minimalMode: false,
    flushToDisk: false,
    requestHeaders: headers,
    fetchCacheKeyPrefix: config.experimental?.fetchCacheKeyPrefix,
    // The next three from 16.4 on, the last before.
    locales: config.i18n?.locales,
    previewProps: prerenderManifest.preview,
    prerenderManifest,
    getPrerenderManifest: () => prerenderManifest,
  });
}

type Run = (name: string, asked: Asked, waitUntil: WaitUntil) => Promise<Response>;

/** @param distFolder of the build, inside the function. Nothing is loaded before the first call. */
function createSandbox(require: NodeJS.Require, distFolder: string) {
  const readJson = <T>(file: string) => JSON.parse(readFileSync(join(distFolder, file), 'utf8')) as T;
  const place = (file: File) => ({ ...file, filePath: join(distFolder, file.filePath) });
  const load = () => {
    const { middleware, functions } = readJson<Manifest>('server/middleware-manifest.json');
    const all = [...Object.values(middleware), ...Object.values(functions)];
    const { config } = readJson<Pick<Build, 'config'>>('required-server-files.json');
    const prerenderManifest = readJson<Build['prerenderManifest']>('prerender-manifest.json');
    return { functions: new Map(all.map((one) => [one.name, one])), config, prerenderManifest };
  };
  let loaded: ReturnType<typeof load> | undefined;

  const run: Run = async (name, { page, isMiddleware, ...asked }, waitUntil) => {
    loaded ??= load();
    const found = loaded.functions.get(name);
    if (!found) throw new Error(`server/middleware-manifest.json has no function ${name}.`);
    const { basePath, i18n, trailingSlash, experimental } = loaded.config;
    const sandbox = require(SANDBOX) as Sandbox;
    const { response, waitUntil: pending } = await sandbox.run({
      distDir: distFolder,
      name,
      paths: found.files.map((file) => join(distFolder, file)),
      edgeFunctionEntry: { ...found, wasm: found.wasm?.map(place), assets: found.assets?.map(place) },
      request: {
        ...asked,
        page: isMiddleware ? {} : { name: found.page, ...page },
        nextConfig: { basePath, i18n: i18n ?? undefined, trailingSlash, ...(isMiddleware ? { experimental } : {}) },
        signal: new AbortController().signal,
        waitUntil,
      },
      useCache: true,
      incrementalCache: cacheOf(require, asked.headers, loaded),
    });
    if (pending) waitUntil(pending);
    return ownResponse(response);
  };
  return run;
}

/** As the server class of `next start` calls it: `runEdgeFunction` of its server/next-server. */
const handlerOf =
  (run: Run, name: string): OutputHandler =>
  async (message, reply, { waitUntil, requestMeta }) => {
    const { initURL, query, params } = requestMeta as { initURL: string; query?: Query; params?: Query };
    const { method = 'GET' } = message;
    const data = new URL(initURL).pathname.includes(DATA) ? { 'x-nextjs-data': '1' } : {};
    const asked = {
      method,
      url: withQuery(initURL, { ...query, ...params }),
      headers: { ...message.headers, ...data },
      page: params ? { params } : {},
      ...(isRead(method) ? {} : { body: bodyOf(await buffer(message)) }),
    };
    const response = await run(name, asked, waitUntil);
    if (reply.statusCode < 400) reply.statusCode = response.status;
    for (const [header, value] of response.headers) {
      if (header !== 'x-middleware-set-cookie') reply.appendHeader(header, value);
    }
    reply.end(Buffer.from(await response.arrayBuffer()));
  };

const middlewareOf =
  (run: Run, name: string): RunMiddleware =>
  async (request) => {
    const { url, method, headers } = request;
    const pending: Array<Promise<unknown>> = [];
    const asked = {
      url,
      method,
      headers: Object.fromEntries(headers),
      isMiddleware: true,
      ...(isRead(method) ? {} : { body: bodyOf(Buffer.from(await request.arrayBuffer())) }),
    };
    const response = await run(name, asked, (promise) => pending.push(promise));
    await Promise.allSettled(pending);
    return response;
  };

export interface EdgeRuntime {
  handler(name: string): OutputHandler;
  middleware(name: string): RunMiddleware;
}

export function createEdgeRuntime(require: NodeJS.Require, distFolder: string): EdgeRuntime {
  const run = createSandbox(require, distFolder);
  return { handler: (name) => handlerOf(run, name), middleware: (name) => middlewareOf(run, name) };
}
