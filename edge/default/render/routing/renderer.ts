/** A renderer behind our own router: where a request leads, is decided here; how a page is rendered, is the strategy's. */
import type { Renderer } from '../strategy.ts';
import type { FileAnswers } from './files.ts';
import { proxy } from './proxy.ts';
import type { createRouter, PageRoute, Resolution } from './router.ts';

/** What a strategy does with requests that lead to none of the stored files. `headers` are for the answer. */
export interface Pages {
  /** `'passed'` when the page doesn't have what was asked for (`fallback: false`), so that the next route is tried. */
  answer(route: PageRoute & { headers: Headers }, request: Request, target: string): Promise<Response | 'passed'>;
  /** @param visitor the request as it was sent, before the router said in its headers what it is */
  notFound(headers: Headers, request: Request, target: string, visitor: Request): Promise<Response>;
  /** @param status 400 or 405 */
  refuse(status: number, headers: Headers, request: Request, target: string): Promise<Response>;
}

const FOREIGN_ORIGIN = 502;

/** As Next sends it: the address in the body too, and a Refresh for browsers that don't know 308. */
function redirect(location: string, status: number, headers: Headers): Response {
  const answer = new Headers(headers);
  answer.set('location', location);
  if (status === 308) answer.set('refresh', `0;url=${location}`);
  return new Response(Buffer.from(location), { status, headers: answer });
}

function fromElsewhere(url: URL, request: Request, headers: Headers): Promise<Response> {
  return proxy(url, request, headers).catch((cause: unknown) => {
    console.error(JSON.stringify({ message: 'rewrite failed', url: String(url), cause: String(cause) }));
    return new Response('Internal Server Error', { status: FOREIGN_ORIGIN, headers });
  });
}

export function createRoutedRenderer(router: ReturnType<typeof createRouter>, pages: Pages, files: FileAnswers) {
  async function answer(
    resolution: Resolution,
    request: Request,
    target: string,
    visitor: Request,
  ): Promise<Response | 'passed'> {
    const { headers } = resolution;
    switch (resolution.kind) {
      case 'response':
        return resolution.response;
      case 'redirect':
        return redirect(resolution.location, resolution.status, headers);
      case 'external':
        return fromElsewhere(resolution.url, request, headers);
      case 'file':
        if (request.method !== 'GET' && request.method !== 'HEAD') return pages.refuse(405, headers, request, target);
        return files.answer(resolution.path, headers);
      case 'page':
        return pages.answer(resolution, request, target);
      case 'malformed':
        return pages.refuse(400, headers, request, target);
      case 'not-found':
        return pages.notFound(headers, request, target, visitor);
    }
  }

  const render: Renderer['render'] = async (request, { target }) => {
    const body = Buffer.from(await request.arrayBuffer());
    const passedOver = new Set<string>();
    for (;;) {
      const { resolution, requestHeaders } = await router.resolve(request, target, body, passedOver);
      const onward = new Request(request.url, {
        method: request.method,
        headers: requestHeaders,
        body: body.length > 0 ? body : null,
      });
      const response = await answer(resolution, onward, target, request);
      if (response !== 'passed') return request.method === 'HEAD' ? new Response(null, response) : response;
      if (resolution.kind === 'page') passedOver.add(resolution.pathname);
    }
  };
  return { render } satisfies Renderer;
}
