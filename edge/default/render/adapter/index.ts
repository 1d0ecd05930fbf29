/** Next 16: the outputs of its build adapter, each a handler of its own, behind the router of `@next/routing`. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AdapterStrategy } from '../../../../domain/routing.ts';
import type { Bucket } from '../../../shared/bucket.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Renderer } from '../strategy.ts';
import { createFileAnswers } from './files.ts';
import { createMiddleware } from './middleware.ts';
import { createOutputs } from './outputs.ts';
import { proxy } from './proxy.ts';
import { createRouter, type Resolution } from './router.ts';

const FOREIGN_ORIGIN = 502;
const ENVIRONMENT_FILES = ['.env', '.env.local', '.env.production', '.env.production.local'];

interface EnvironmentLoader {
  loadEnvConfig(folder: string, isDevelopment: boolean, log: Pick<Console, 'info' | 'error'>): unknown;
}

/** As Next's server does when it starts: what is set already, wins. */
function loadEnvironment(require: NodeJS.Require, folder: string): void {
  if (!ENVIRONMENT_FILES.some((file) => existsSync(join(folder, file)))) return;
  const { loadEnvConfig } = require('@next/env') as EnvironmentLoader;
  loadEnvConfig(folder, false, { info() {}, error: console.error });
}

/** As Next sends it: the address in the body too, and a Refresh for browsers that don't know 308. */
function redirect(location: string, status: number, headers: Headers): Response {
  const answer = new Headers(headers);
  answer.set('location', location);
  if (status === 308) answer.set('refresh', `0;url=${location}`);
  return new Response(Buffer.from(location), { status, headers: answer });
}

/** Loads the modules that every page needs; a page's own when it is first asked for. */
export function loadAdapter(
  functionFolder: string,
  strategy: AdapterStrategy,
  settings: Settings,
  bucket: Bucket,
): Renderer {
  const root = join(functionFolder, strategy.rootDir);
  process.chdir(root);
  const require = createRequire(join(root, 'towpath.cjs'));
  loadEnvironment(require, join(functionFolder, strategy.appDir));
  require(join(root, strategy.setup));
  const load = (file: string) => require(join(root, file)) as unknown;
  const files = createFileAnswers(strategy, settings, bucket);
  const outputs = createOutputs(strategy, settings, load, files);
  const router = createRouter(strategy, settings, createMiddleware(strategy, load));

  async function answer(resolution: Resolution, request: Request, target: string): Promise<Response> {
    const { headers } = resolution;
    switch (resolution.kind) {
      case 'response':
        return resolution.response;
      case 'redirect':
        return redirect(resolution.location, resolution.status, headers);
      case 'external':
        return proxy(resolution.url, request, headers).catch((cause: unknown) => {
          console.error(
            JSON.stringify({ message: 'rewrite failed', url: String(resolution.url), cause: String(cause) }),
          );
          return new Response('Internal Server Error', { status: FOREIGN_ORIGIN, headers });
        });
      case 'file':
        if (request.method !== 'GET' && request.method !== 'HEAD') return outputs.refuse(405, headers, request, target);
        return files.answer(resolution.path, headers);
      case 'page':
        return outputs.answer(resolution, request, target);
      case 'malformed':
        return outputs.refuse(400, headers, request, target);
      case 'not-found':
        return outputs.notFound(resolution, request, target);
    }
  }

  return {
    async render(request, { target }) {
      const body = Buffer.from(await request.arrayBuffer());
      const routed = await router.resolve(request, target, body);
      const onward = new Request(request.url, {
        method: request.method,
        headers: routed.requestHeaders,
        body: body.length > 0 ? body : null,
      });
      const response = await answer(routed.resolution, onward, target);
      return request.method === 'HEAD' ? new Response(null, response) : response;
    },
  };
}
