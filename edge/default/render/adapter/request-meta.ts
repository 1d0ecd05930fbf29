/** What Next's own server tells a page of the request. The page of 16.2 and later is handed it; those before look for it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OnDemandRevalidation } from '../next-cache/on-demand-revalidation.ts';

/** https://nextjs.org/docs/app/api-reference/config/next-config-js/adapterPath#requestmeta */
export interface RequestMeta {
  [name: string]: unknown;
  /** For pages that find out themselves that there is nothing to show. */
  render404?(message: IncomingMessage, reply: ServerResponse): Promise<void>;
}

/** `NEXT_REQUEST_META` in its server/request-meta. */
const METADATA = Symbol.for('NextInternalRequestMeta');
/** `RouterServerContextSymbol` in its server/lib/router-utils/router-server-context. */
const SERVER_METHODS = Symbol.for('@next/router-server-methods');

/** The process is in the app's folder, wherever in its repository `next build` was called: not empty, so that this counts. */
const APP_FOLDER = '.';

type Message = IncomingMessage & { [METADATA]?: RequestMeta };

/** Where the build's files are, from the folder of the process, and what else Next's server would tell. */
export const metaOf = (meta: RequestMeta): RequestMeta => ({ ...meta, relativeProjectDir: APP_FOLDER });

export function tellPage(message: IncomingMessage, meta: RequestMeta): void {
  Object.assign(message, { [METADATA]: meta });
}

/** What Next 16.0 and 16.1 have their server do for a page: in a global, by the app's folder. */
export function offerServer(revalidate: OnDemandRevalidation): void {
  const render404 = async (message: Message, reply: ServerResponse) => {
    const own = message[METADATA]?.render404;
    if (own) await own(message, reply);
    else reply.end();
  };
  const methods = { revalidate, render404 };
  // Who does not look at what is told with the request takes the folder from the build, which was made in it.
  Object.assign(globalThis, { [SERVER_METHODS]: { [APP_FOLDER]: methods, '': methods } });
}

/** Which part of a page its client asks for. Next 16.4 looks for itself. */
export function flightAsked({ headers }: Request): RequestMeta {
  if (headers.get('rsc') !== '1') return {};
  if (headers.get('next-router-prefetch') !== '1') return { isRSCRequest: true };
  const segment = headers.get('next-router-segment-prefetch');
  const part = segment ? { segmentPrefetchRSCRequest: segment } : {};
  return { isRSCRequest: true, isPrefetchRSCRequest: true, ...part };
}
