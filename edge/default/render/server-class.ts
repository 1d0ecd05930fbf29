/** Next 9.3 to 13.3: Next's own server class with the configuration that the build froze. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import type { ServerClassStrategy } from '../../../domain/routing.ts';
import type { Incremental } from '../../isr/incremental.ts';
import type { Bucket } from '../../shared/bucket.ts';
import type { Settings } from '../../shared/settings.ts';
import { exchange } from './exchange.ts';
import { replaceIncrementalCache } from './incremental-cache.ts';
import { createPagesOnDemand, type PagesServer } from './pages-on-demand.ts';
import type { Renderer } from './strategy.ts';

/** From Next 12 on, a wrapper around Node's. */
type NextResponse = ServerResponse | { originalResponse: ServerResponse };
type ServeStatic = (request: IncomingMessage, response: NextResponse, file: string, url: unknown) => Promise<void>;

interface NextServer extends PagesServer {
  hostname?: string;
  port?: number;
  serveStatic: ServeStatic;
}

type NextServerClass = new (options: Record<string, unknown>) => NextServer;

/**
 * The function holds empty placeholders of public files, so that Next finds them (behind a rewrite, say, or with custom
 * headers); their content comes from the bucket.
 */
function serveFromBucket(server: NextServer, appFolder: string, bucket: Bucket, settings: Settings): ServeStatic {
  const original = server.serveStatic.bind(server);
  return async (request, response, file, url) => {
    const path = `/${relative(join(appFolder, 'public'), file)}`;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const key = `${settings.basePath}${path}`;
    if (!isRead || !settings.publicPaths.includes(key)) return original(request, response, file, url);
    const stored = await bucket.get(`releases/${settings.release}/public${key}`);
    if (!stored.ok) throw new Error(`S3 answered ${stored.status} for the public file ${key}`);
    const answer = 'originalResponse' in response ? response.originalResponse : response;
    for (const name of ['content-type', 'etag', 'last-modified']) {
      const value = stored.headers.get(name);
      if (value) answer.setHeader(name, value);
    }
    if (!answer.hasHeader('cache-control')) answer.setHeader('cache-control', 'public, max-age=0');
    answer.end(Buffer.from(await stored.arrayBuffer()));
  };
}

/** Next calls all of them `localhost`. */
const LOOPBACK = /^(127(\.\d+){3}|\[::1\])$/;

/** Middleware and edge functions are told this as the request's URL. A Lambda answers one request at a time. */
function knowAddress(server: NextServer, { protocol, hostname, port }: URL): void {
  server.hostname = LOOPBACK.test(hostname) ? 'localhost' : hostname;
  server.port = Number(port || (protocol === 'https:' ? 443 : 80));
}

/** Loads Next: tens to hundreds of milliseconds, so not before a request needs it. */
export function loadServerClass(
  functionFolder: string,
  strategy: ServerClassStrategy,
  settings: Settings,
  bucket: Bucket,
  incremental: Incremental,
): Renderer {
  const { appDir, configFile, serverModule } = strategy;
  const appFolder = join(functionFolder, appDir);
  process.chdir(appFolder);
  const conf = JSON.parse(readFileSync(join(appFolder, configFile), 'utf8')) as object;
  const require = createRequire(join(appFolder, 'towpath.cjs'));
  const { default: Server } = require(serverModule) as { default: NextServerClass };
  const place = settings.next.major >= 12 ? { hostname: 'localhost', port: 3000 } : {};
  const cache = replaceIncrementalCache(require, settings, incremental);
  const server = new Server({ dev: false, dir: appFolder, conf, quiet: false, customServer: false, ...place });
  server.serveStatic = serveFromBucket(server, appFolder, bucket, settings);
  const handler = server.getRequestHandler();
  const pages = cache && createPagesOnDemand(server, handler, cache, settings, incremental);
  return {
    render(request, { target }) {
      if (settings.next.major >= 12) knowAddress(server, new URL(request.url));
      return pages ? pages.answer(request, target) : exchange(handler, request, target);
    },
    ...(pages ? { renderAnew: pages.renderAnew } : {}),
  };
}
