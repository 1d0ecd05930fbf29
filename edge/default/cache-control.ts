/**
 * What the CDN may keep. The cache key is path, query, `x-forwarded-host`, scheme and `x-towpath-key`; CloudFront ignores Vary.
 * Pure. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
import { isInCacheKey } from './cache-key.ts';

/** For everything whose makings are not all in the cache key. It also keeps CloudFront from collapsing requests. */
export const NOT_STORED = 'private, no-store';

const ONE_YEAR_SECONDS = 31_536_000;

/**
 * Of a prerendered page. Browsers ask again each time, since a deployment can invalidate only what the CDN holds. No
 * stale-while-revalidate, which browsers obey too: they would show the page of before the deployment once more.
 *
 * @param freshSeconds how much longer it is fresh; false for ever
 */
export function cacheControlOfPage(freshSeconds: number | false): string {
  const fresh = freshSeconds === false ? ONE_YEAR_SECONDS : freshSeconds;
  return `public, max-age=0, s-maxage=${fresh}`;
}

/** How long the CDN keeps a stale page: the next one is being rendered. */
export const STALE_SECONDS = 1;

/** Of a file in public/: kept by the CDN until a deployment changes and invalidates it. */
export const CACHE_CONTROL_OF_PUBLIC_FILE = `public, max-age=0, s-maxage=${ONE_YEAR_SECONDS}`;

export interface RenderedResponse {
  method: string;
  status: number;
  /** As Next sent it. */
  cacheControl: string | null;
  /** Names of request headers, as the app sent them. */
  vary: string | null;
  setsCookies: boolean;
  /** Whether the request has credentials in its Authorization. */
  isAuthorized: boolean;
  hasPreviewCookie: boolean;
  /** Whether a rule that looks at headers or cookies, middleware, or locale detection had a say. */
  dependsOnVisitor: boolean;
}

/** What Next itself says of a page it may render again: no number behind stale-while-revalidate. */
const NEXT_ISR = /^s-maxage=(\d+), stale-while-revalidate$/;

/** By a header that CloudFront would not tell its copies apart by. Of Accept-Encoding the cache policy makes a part of the key. */
const variesBeyondKey = (vary: string) =>
  vary.split(',').some((name) => !/^\s*(accept-encoding)?\s*$/i.test(name) && !isInCacheKey(name.trim()));

/** What a cache may share although it was asked for with credentials. https://www.rfc-editor.org/rfc/rfc9111#section-3.5 */
const SHARED = /\b(public|s-maxage|must-revalidate)\b/;

export function cacheControlOf(response: RenderedResponse): string {
  const { method, status, cacheControl, vary, setsCookies, isAuthorized, hasPreviewCookie, dependsOnVisitor } =
    response;
  const mayStore = (method === 'GET' || method === 'HEAD') && status < 400 && !setsCookies && !hasPreviewCookie;
  if (!mayStore || dependsOnVisitor || !cacheControl || variesBeyondKey(vary ?? '')) return NOT_STORED;
  if (isAuthorized && !SHARED.test(cacheControl)) return NOT_STORED;
  const isr = NEXT_ISR.exec(cacheControl);
  if (isr) return cacheControlOfPage(Number(isr[1]));
  return /\b(no-store|private|no-cache)\b/.test(cacheControl) ? NOT_STORED : cacheControl;
}
