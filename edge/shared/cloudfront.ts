/** CloudFront's events ⇄ web `Request` and `Response`. Pure. */
import { isUtf8 } from 'node:buffer';
import type { CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import { fromCloudFrontHeaders, toCloudFrontHeaders } from './headers.ts';

/** A visitor's request as it reached CloudFront. */
export interface Visit {
  request: Request;
  /** Path and query as sent, which `request.url` has normalised. */
  target: string;
  clientIp: string;
}

const BODYLESS_METHODS = new Set(['GET', 'HEAD']);

export const pathOf = (target: string) => target.split('?', 1)[0] as string;

const COUNTRY = 'cloudfront-viewer-country';
/** By which apps, and @vercel/functions in them, look for the visitor's place. A visitor must not say so himself. */
const GEO = 'x-vercel-ip-';

function tellCountry(headers: Headers): void {
  for (const name of [...headers.keys()]) if (name.startsWith(GEO)) headers.delete(name);
  const country = headers.get(COUNTRY);
  if (country !== null) headers.set(`${GEO}country`, country);
}

/** What the viewer function removed already. Next before its fix of CVE-2025-29927 believes such headers. */
const NEXTS_OWN = /^(x-middleware-|x-invoke-|x-now-|x-matched-path$)/;

/** Towards the origin, Host is the origin's: the visitor's is where the viewer function put it. */
export function toVisit(event: CloudFrontRequest): Visit {
  const headers = fromCloudFrontHeaders(event.headers);
  const host = headers.get('x-forwarded-host') ?? headers.get('host') ?? 'localhost';
  const scheme = headers.get('cloudfront-forwarded-proto') === 'http' ? 'http' : 'https';
  headers.set('host', host);
  headers.set('x-forwarded-host', host);
  headers.set('x-forwarded-proto', scheme);
  headers.set('x-forwarded-for', event.clientIp);
  for (const name of [...headers.keys()]) if (NEXTS_OWN.test(name)) headers.delete(name);
  tellCountry(headers);
  const target = event.querystring ? `${event.uri}?${event.querystring}` : event.uri;
  const hasBody = !BODYLESS_METHODS.has(event.method) && event.body?.data;
  const body = hasBody
    ? Buffer.from(event.body?.data ?? '', event.body?.encoding === 'text' ? 'utf8' : 'base64')
    : null;
  const url = new URL(`${scheme}://${host}`);
  url.pathname = event.uri;
  url.search = event.querystring;
  return { request: new Request(url, { method: event.method, headers, body }), target, clientIp: event.clientIp };
}

const TEXT = /^(text\/|application\/(json|javascript|xml|.*\+(json|xml))|image\/svg)/;

export async function toCloudFrontResponse(response: Response): Promise<CloudFrontResultResponse> {
  const body = Buffer.from(await response.arrayBuffer());
  const asText =
    TEXT.test(response.headers.get('content-type') ?? '') && !response.headers.has('content-encoding') && isUtf8(body);
  return {
    status: String(response.status),
    headers: toCloudFrontHeaders(response.headers),
    ...(body.length === 0
      ? {}
      : { bodyEncoding: asText ? 'text' : 'base64', body: body.toString(asText ? 'utf8' : 'base64') }),
  };
}

/** An answer of ours, for what neither the app nor Next can be blamed for. */
export function errorResponse(status: number, code: string, message: string): Response {
  return new Response(`${code}: ${message}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-towpath-error': code,
    },
  });
}
