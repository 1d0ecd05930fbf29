/**
 * An entry of Next's own cache of rendered pages and route handlers, as one object of the site's bucket. The collector
 * writes the build's, edge/ those rendered since. Pure.
 */

/** A value that Next hands to a cache handler: `CachedRouteKind` in its server/response-cache/types. */
export interface CacheValue {
  kind: string;
  html?: string;
  /** Of the pages router. */
  pageData?: unknown;
  /** Of the app router: flight data of the page, and of each segment. */
  rscData?: Uint8Array;
  segmentData?: Map<string, Uint8Array>;
  postponed?: string;
  /** Of a route handler. */
  body?: Uint8Array;
  /** Of a redirect. */
  props?: unknown;
  headers?: Record<string, string | string[] | undefined>;
  status?: number;
}

export interface Head {
  status: number;
  headers: Record<string, string>;
}

export interface CacheEntry {
  /** Null for a page that says that it is not there. */
  value: CacheValue | null;
  /** In seconds. */
  cacheControl?: { revalidate: number | false; expire?: number };
  tags: string[];
  /** What each part of the page is answered with; the object of the part says so too, unless that is too long. */
  heads: Record<string, Head>;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytes = (text: string) => Buffer.from(text, 'base64');

const TAGS_HEADER = 'x-next-cache-tags';

const ROOT_PATH_TAG = '_N_T_/';

/** Next 13 and 14 tag a page's path with a slash at its end, and revalidate it without. */
export const plainTag = (tag: string) =>
  tag.startsWith(ROOT_PATH_TAG) && tag !== ROOT_PATH_TAG && tag.endsWith('/') ? tag.slice(0, -1) : tag;

/** Next 13.4 tags a page with its place in `app/`, and revalidates it by any folder above: here, as later versions tag it. */
export function tagsOfNext134(tags: string[]): string[] {
  const all = tags.flatMap((tag) => {
    if (!tag.startsWith('/')) return [tag];
    const folders = tag.split('/').slice(0, -1);
    const layouts = folders.map((_, index) => `_N_T_${folders.slice(0, index + 1).join('/')}/layout`);
    return [...layouts, `_N_T_${tag}`];
  });
  return [...new Set(all)];
}

/** What Next 13.4 is told to revalidate, as later versions would be. */
export function revalidatedOfNext134(tag: string): string {
  if (!tag.startsWith('/')) return tag;
  return /\/(page|route)$/.test(tag) ? `_N_T_${tag}` : `_N_T_${tag === '/' ? '' : tag}/layout`;
}

/** A page or route handler of Next 13.4, with its tags as later versions have them. */
export function withTagsOfNext134<Value extends CacheValue | null>(value: Value): Value {
  const tags = tagsOf(value);
  if (!value || tags.length === 0) return value;
  return { ...value, headers: { ...value.headers, [TAGS_HEADER]: tagsOfNext134(tags).join(',') } };
}

/** The tags that a value names in its headers. */
export function tagsOf(value: CacheValue | null): string[] {
  const named = value?.headers?.[TAGS_HEADER];
  return typeof named === 'string' ? [...new Set(named.split(',').filter(Boolean).map(plainTag))] : [];
}

export function encodeEntry({ value, ...rest }: CacheEntry): string {
  if (!value) return JSON.stringify({ ...rest, value });
  const { rscData, body, segmentData, ...plain } = value;
  return JSON.stringify({
    ...rest,
    value: plain,
    ...(rscData ? { rscData: base64(rscData) } : {}),
    ...(body ? { body: base64(body) } : {}),
    ...(segmentData ? { segments: [...segmentData].map(([path, data]) => [path, base64(data)]) } : {}),
  });
}

export function decodeEntry(text: string): CacheEntry {
  const { rscData, body, segments, value, ...rest } = JSON.parse(text) as CacheEntry & {
    rscData?: string;
    body?: string;
    segments?: Array<[string, string]>;
  };
  if (!value) return { ...rest, value };
  return {
    ...rest,
    value: {
      ...value,
      ...(rscData === undefined ? {} : { rscData: bytes(rscData) }),
      ...(body === undefined ? {} : { body: bytes(body) }),
      ...(segments ? { segmentData: new Map(segments.map(([path, data]) => [path, bytes(data)])) } : {}),
    },
  };
}
