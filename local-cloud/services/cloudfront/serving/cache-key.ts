/**
 * What tells one cached object from another. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
 */
import { cookiePairs, type EdgeRequest, type HeaderMap, header, pieceName, queryPieces } from './message.ts';
import { type Rules, type Selection, selects } from './rules.ts';

export interface CacheKey {
  /** Equal for requests that the same object answers. */
  text: string;
  /** The path, with the query string that is in the key: what invalidations are matched with. */
  object: string;
}

export function cacheKey(request: EdgeRequest, { key, ttl }: Rules): CacheKey {
  if (ttl.max === 0) return { text: request.path, object: request.path };
  const query = selectQuery(request.query, [key.queries]);
  const object = query ? `${request.path}?${query}` : request.path;
  const headers = key.headers.mode === 'none' ? [] : selectHeaders(request.headers, key.headers);
  const cookies = selectCookies(request.headers, [key.cookies]);
  const encodings = acceptedEncodings(request.headers, key).join();
  const method = request.method === 'OPTIONS' ? 'OPTIONS' : '';
  return { text: JSON.stringify([method, object, headers, cookies, encodings]), object };
}

/** The pieces of a query string that any of the selections lets through, in their order. */
export function selectQuery(query: string, selections: Selection[]): string {
  return queryPieces(query)
    .filter((piece) => selections.some((selection) => selects(selection, pieceName(piece))))
    .join('&');
}

export function selectCookies(headers: HeaderMap, selections: Selection[]): string {
  return cookiePairs(headers)
    .filter((pair) => selections.some((selection) => selects(selection, pieceName(pair))))
    .join('; ');
}

function selectHeaders(headers: HeaderMap, selection: Selection): [string, string[]][] {
  return Object.entries(headers)
    .filter(([name]) => selects(selection, name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Accept-Encoding as the edge normalises it: what the policy enables of what the viewer takes, `br` first. */
export function acceptedEncodings(
  headers: HeaderMap,
  { gzip, brotli }: { gzip: boolean; brotli: boolean },
): ('br' | 'gzip')[] {
  const accepted = (header(headers, 'accept-encoding') ?? '').split(',').flatMap((item) => {
    const [coding, ...parameters] = item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return parameters.some((parameter) => /^q=0(\.0+)?$/.test(parameter)) ? [] : [coding];
  });
  const takes = (coding: string) => accepted.includes(coding) || accepted.includes('*');
  return [...(brotli && takes('br') ? ['br' as const] : []), ...(gzip && takes('gzip') ? ['gzip' as const] : [])];
}
