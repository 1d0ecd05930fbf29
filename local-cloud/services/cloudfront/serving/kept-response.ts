/** From what the origin answered to what the edge keeps and sends. */
import { acceptedEncodings } from './cache-key.ts';
import { compress } from './compression.ts';
import { isDisallowed } from './edge-headers.ts';
import type { FetchContext } from './fetch-object.ts';
import { cacheControl } from './freshness.ts';
import { type EdgeRequest, type EdgeResponse, isHopByHop, without } from './message.ts';
import { forwardsCookies } from './rules.ts';

/** Set-Cookie only where cookies are forwarded, nothing of the connection, compressed if the behaviour wants it. */
export async function viewerVersion(
  { behaviour, rules }: FetchContext,
  viewer: EdgeRequest,
  response: EdgeResponse,
): Promise<EdgeResponse> {
  const cookies = forwardsCookies(rules);
  const headers = without(
    response.headers,
    (name) => isHopByHop(name) || isDisallowed(name) || (name === 'set-cookie' && !cookies),
  );
  const [encoding] = behaviour.Compress ? acceptedEncodings(viewer.headers, rules.key) : [];
  const whole = { ...response, headers };
  return rules.ttl.max > 0 && viewer.method === 'GET' ? compress(whole, encoding) : whole;
}

/** The copy for others: without Set-Cookie when the origin says so. */
export function sharedVersion(response: EdgeResponse, now: number): EdgeResponse {
  const noCookie = cacheControl(response.headers).get('no-cache')?.toLowerCase().includes('set-cookie');
  const headers = without(response.headers, (name) => name === 'set-cookie' && noCookie === true);
  return { ...response, headers: { date: [new Date(now).toUTCString()], ...headers } };
}

/** A 304 from the origin: the kept body with the new headers. */
export function refreshed(kept: EdgeResponse, revalidation: EdgeResponse, now: number): EdgeResponse {
  const own = ['content-length', 'content-encoding', 'content-type', 'etag', 'vary', 'set-cookie'];
  const news = without(revalidation.headers, (name) => own.includes(name) || isHopByHop(name) || isDisallowed(name));
  return { ...kept, headers: { ...kept.headers, ...news, date: [new Date(now).toUTCString()] } };
}
