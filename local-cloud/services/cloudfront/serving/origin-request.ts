/**
 * The request that goes towards the origin: only what the policies let through, and what CloudFront adds. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html
 */
import type { Origin } from '@aws-sdk/client-cloudfront';
import { acceptedEncodings, selectCookies, selectQuery } from './cache-key.ts';
import { isDisallowed } from './edge-headers.ts';
import { type EdgeRequest, type HeaderMap, header, isHopByHop } from './message.ts';
import type { CachedObject } from './object-cache.ts';
import { type Rules, selects } from './rules.ts';

/** `origin` as functions at the edge see it, and may change it. */
export interface S3OriginTarget {
  s3: {
    domainName: string;
    path: string;
    region: string;
    authMethod: 'none' | 'origin-access-identity';
    customHeaders: EventHeaders;
  };
}
export interface CustomOriginTarget {
  custom: {
    domainName: string;
    path: string;
    port: number;
    protocol: 'http' | 'https';
    readTimeout: number;
    keepaliveTimeout: number;
    sslProtocols: string[];
    customHeaders: EventHeaders;
  };
}
export type OriginTarget = S3OriginTarget | CustomOriginTarget;

/** Headers as Lambda@Edge shows them. */
export type EventHeaders = Record<string, { key?: string; value: string }[]>;

export interface OriginRequest {
  method: string;
  /** Without the origin's path. */
  uri: string;
  query: string;
  headers: HeaderMap;
  body: Buffer;
  clientIp: string;
  target: OriginTarget;
}

/** Sent by CloudFront to every origin, whatever the policies. */
const AUTOMATIC = new Set(['host', 'user-agent', 'via', 'x-forwarded-for', 'accept-encoding', 'cookie']);
/** The edge asks with its own validators; a viewer's reach the origin only where nothing is cached. */
const VALIDATORS = new Set(['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range']);

export function originRequest(
  viewer: EdgeRequest,
  rules: Rules,
  target: OriginTarget,
  edgeName: string,
  stale?: CachedObject,
): OriginRequest {
  const { key, forward, ttl } = rules;
  const wanted = (name: string) => selects(key.headers, name) || selects(forward.headers, name);
  const headers: HeaderMap = {};
  const cacheable = ttl.max > 0 && (viewer.method === 'GET' || viewer.method === 'HEAD');
  for (const [name, values] of Object.entries(viewer.headers)) {
    const excluded = AUTOMATIC.has(name) || isHopByHop(name) || isDisallowed(name) || name === 'content-length';
    if (!excluded && wanted(name) && !(cacheable && VALIDATORS.has(name))) headers[name] = values;
  }
  const encodings = acceptedEncodings(viewer.headers, key);
  const raw = header(viewer.headers, 'accept-encoding');
  if (key.gzip || key.brotli) {
    if (encodings.length) headers['accept-encoding'] = [encodings.join(',')];
  } else if (raw && wanted('accept-encoding')) headers['accept-encoding'] = [raw];

  const cookies = selectCookies(viewer.headers, [key.cookies, forward.cookies]);
  if (cookies) headers.cookie = [cookies];
  headers.host = [(wanted('host') && header(viewer.headers, 'host')) || domainOf(target)];
  headers['user-agent'] = [(wanted('user-agent') && header(viewer.headers, 'user-agent')) || 'Amazon CloudFront'];
  headers['x-forwarded-for'] = [[...(viewer.headers['x-forwarded-for'] ?? []), viewer.clientIp].join(', ')];
  headers.via = [[...(viewer.headers.via ?? []), `1.1 ${edgeName}.cloudfront.net (CloudFront)`].join(', ')];
  if (viewer.headers.range && viewer.method === 'GET' && !stale) headers.range = viewer.headers.range;
  if (viewer.body.length > 0 || ['POST', 'PUT', 'PATCH'].includes(viewer.method)) {
    headers['content-length'] = [String(viewer.body.length)];
  }
  if (stale) Object.assign(headers, validatorsOf(stale));
  return {
    method: viewer.method,
    uri: viewer.path,
    query: selectQuery(viewer.query, [key.queries, forward.queries]),
    headers,
    body: viewer.body,
    clientIp: viewer.clientIp,
    target,
  };
}

function validatorsOf({ response }: CachedObject): HeaderMap {
  const etag = header(response.headers, 'etag');
  const modified = header(response.headers, 'last-modified');
  // The edge made a strong ETag weak when it compressed; the origin knows the strong one.
  const original = response.headers['content-encoding'] ? etag?.replace(/^W\//, '') : etag;
  return { ...(original && { 'if-none-match': [original] }), ...(modified && { 'if-modified-since': [modified] }) };
}

export const domainOf = (target: OriginTarget): string =>
  's3' in target ? target.s3.domainName : target.custom.domainName;

/** An origin of the config as a target. */
export function targetOf(origin: Origin): OriginTarget {
  const customHeaders: EventHeaders = Object.fromEntries(
    (origin.CustomHeaders?.Items ?? []).map(({ HeaderName = '', HeaderValue = '' }) => [
      HeaderName.toLowerCase(),
      [{ key: HeaderName, value: HeaderValue }],
    ]),
  );
  const domainName = origin.DomainName!;
  const path = origin.OriginPath ?? '';
  const custom = origin.CustomOriginConfig;
  if (!custom) {
    const region = /\.s3[.-](.+)\.amazonaws\.com$/.exec(domainName)?.[1] ?? 'us-east-1';
    const identity = origin.S3OriginConfig?.OriginAccessIdentity;
    const authMethod = identity ? 'origin-access-identity' : 'none';
    return { s3: { domainName, path, region, authMethod, customHeaders } };
  }
  const https = custom.OriginProtocolPolicy === 'https-only';
  return {
    custom: {
      domainName,
      path,
      port: (https ? custom.HTTPSPort : custom.HTTPPort) ?? (https ? 443 : 80),
      protocol: https ? 'https' : 'http',
      readTimeout: custom.OriginReadTimeout ?? 30,
      keepaliveTimeout: custom.OriginKeepaliveTimeout ?? 5,
      sslProtocols: custom.OriginSslProtocols?.Items ?? ['TLSv1.2'],
      customHeaders,
    },
  };
}
