/**
 * How long the edge keeps a response. Pure; all times in seconds.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
import { type EdgeResponse, type HeaderMap, header } from './message.ts';

export interface Freshness {
  /** 0: not kept. */
  ttl: number;
  /** After `ttl`: how long a stale copy answers while a new one is fetched. */
  staleWhileRevalidate: number;
  /** After `ttl`: how long a stale copy answers instead of a 5xx. Infinity unless the origin said so. */
  staleIfError: number;
}

interface TtlRules {
  min: number;
  default: number;
  max: number;
}

const DEFAULT_ERROR_TTL = 10;
/** Kept whatever the headers say, but for `HONOUR_NO_STORE`. */
const ALWAYS_KEPT = [400, 403, 404, 405, 410, 414, 500, 501, 502, 503, 504];
/** Kept only with max-age or s-maxage. */
const KEPT_WITH_MAX_AGE = [412, 415];
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html */
const HONOUR_NO_STORE = [404, 410, 414, 501];
const CACHEABLE = [200, 203, 204, 300, 301, 302, 303, 307, 308];

const NOT_KEPT: Freshness = { ttl: 0, staleWhileRevalidate: 0, staleIfError: 0 };

/** `errorMinTtl`: ErrorCachingMinTTL of the response's status, where the distribution sets it. */
export function freshnessOf(
  response: EdgeResponse,
  rules: TtlRules,
  nowSeconds: number,
  errorMinTtl: number | undefined,
): Freshness {
  const directives = cacheControl(response.headers);
  const forbidden = directives.has('no-store') || directives.has('private') || directives.get('no-cache') === '';
  const lifetime = explicitLifetime(response.headers, directives, nowSeconds);

  if (response.status >= 400) {
    if (!ALWAYS_KEPT.includes(response.status)) {
      if (!KEPT_WITH_MAX_AGE.includes(response.status) || lifetime === undefined) return NOT_KEPT;
    }
    if (forbidden && HONOUR_NO_STORE.includes(response.status)) return NOT_KEPT;
    const asked = forbidden ? 0 : Math.min(lifetime ?? 0, rules.max);
    return { ttl: Math.max(errorMinTtl ?? DEFAULT_ERROR_TTL, asked), staleWhileRevalidate: 0, staleIfError: 0 };
  }
  if (!CACHEABLE.includes(response.status)) return NOT_KEPT;
  if (rules.max === 0) return NOT_KEPT;
  if (forbidden) return { ...NOT_KEPT, ttl: rules.min };
  const ttl = Math.min(Math.max(lifetime ?? Math.max(rules.default, rules.min), rules.min), rules.max);
  return {
    ttl,
    staleWhileRevalidate: Math.min(seconds(directives.get('stale-while-revalidate')) ?? 0, rules.max),
    staleIfError: seconds(directives.get('stale-if-error')) ?? Number.POSITIVE_INFINITY,
  };
}

/** Whether a response may be kept for use after a check with the origin only: ttl 0, but a validator to ask with. */
export function mayRevalidate(response: EdgeResponse): boolean {
  const directives = cacheControl(response.headers);
  const refused = directives.has('no-store') || directives.has('private') || directives.get('no-cache') === '';
  return response.status === 200 && !refused && Boolean(response.headers.etag ?? response.headers['last-modified']);
}

/** Directives in lower case; '' for one without a value. */
export function cacheControl(headers: HeaderMap): Map<string, string> {
  const directives = (header(headers, 'cache-control') ?? '').match(/[^\s,=]+(\s*=\s*("[^"]*"|[^\s,]*))?/g) ?? [];
  return new Map(
    directives.map((directive) => {
      const [name, value = ''] = directive.split('=', 2).map((part) => part.trim());
      return [name!.toLowerCase(), value.replace(/^"|"$/g, '')];
    }),
  );
}

function explicitLifetime(headers: HeaderMap, directives: Map<string, string>, nowSeconds: number): number | undefined {
  const age = seconds(directives.get('s-maxage')) ?? seconds(directives.get('max-age'));
  if (age !== undefined) return age;
  const expires = header(headers, 'expires');
  if (expires === undefined) return undefined;
  const at = Date.parse(expires);
  // An Expires that is no date, as `0` and `-1`, is in the past.
  return Number.isNaN(at) ? 0 : Math.max(0, Math.floor(at / 1000 - nowSeconds));
}

function seconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
