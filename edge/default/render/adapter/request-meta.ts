/** What Next's own server tells a page of the request. The page of 16.2 and later is handed it; those before look for it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { relative } from 'node:path';
import type { AdapterStrategy } from '../../../../domain/routing.ts';
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

type Message = IncomingMessage & { [METADATA]?: RequestMeta };

export function tellPage(message: IncomingMessage, meta: RequestMeta): void {
  Object.assign(message, { [METADATA]: meta });
}

/** What Next 16.0 and 16.1 have their server do for a page: in a global, by the app's folder in its repository. */
export function offerServer({ rootDir, appDir }: AdapterStrategy, revalidate: OnDemandRevalidation): void {
  const render404 = async (message: Message, reply: ServerResponse) => {
    const own = message[METADATA]?.render404;
    if (own) await own(message, reply);
    else reply.end();
  };
  Object.assign(globalThis, { [SERVER_METHODS]: { [relative(rootDir, appDir)]: { revalidate, render404 } } });
}

/** Which part of a page its client asks for. Next 16.4 looks for itself. */
export function flightAsked({ headers }: Request): RequestMeta {
  if (headers.get('rsc') !== '1') return {};
  if (headers.get('next-router-prefetch') !== '1') return { isRSCRequest: true };
  const segment = headers.get('next-router-segment-prefetch');
  const part = segment ? { segmentPrefetchRSCRequest: segment } : {};
  return { isRSCRequest: true, isPrefetchRSCRequest: true, ...part };
}
