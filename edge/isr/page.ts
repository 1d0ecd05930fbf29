/**
 * A page that is rendered again in the course of time, as the site's bucket holds it: two objects, HTML and data, each
 * with what S3 has no place for in its metadata. Names of pages are Next's cache keys: without base path, with the
 * locale, `/` for the index. Pure.
 */
export type Part = 'html' | 'data';

/** What Next answers under the page's address: `not-found` and `redirect` are results of getStaticProps. */
export type PageKind = 'page' | 'not-found' | 'redirect';

export interface About {
  /** When rendering began, in milliseconds since 1970. Undefined for what an older Towpath uploaded. */
  generatedAt?: number;
  /** Seconds, or false for never. */
  revalidate: number | false;
  status: number;
  kind: PageKind;
  /** Of a redirect. */
  location?: string;
  /** The answer had no content type. */
  isUntyped?: boolean;
}

export interface RenderedPart {
  status: number;
  /** Next gives some answers none; S3 gives every object one. */
  contentType?: string;
  body: string;
  location?: string;
}

/** One render: both parts are of the same data. */
export interface RenderedPage {
  key: string;
  kind: PageKind;
  generatedAt: number;
  revalidate: number | false;
  html: RenderedPart;
  data: RenderedPart;
}

const PREFIX = 'x-amz-meta-towpath-';
const EXTENSION: Record<Part, string> = { html: '.html', data: '.json' };
const KINDS: PageKind[] = ['page', 'not-found', 'redirect'];

/** Name below `releases/<release>/isr/`, as Next names the files of its pages: `/` → `index.html`, `/index` → `index/index.html`. */
export function fileOf(key: string, part: Part): string {
  const base = key === '/' || key === '' ? '/index' : /^\/index(\/|$)/.test(key) ? `/index${key}` : key;
  return `${base.slice(1)}${EXTENSION[part]}`;
}

/** The page behind such a name. */
export function pageOf(file: string): { key: string; part: Part } | undefined {
  const part = (['html', 'data'] as const).find((one) => file.endsWith(EXTENSION[one]));
  if (!part) return undefined;
  const base = `/${file.slice(0, -EXTENSION[part].length)}`;
  const key = base === '/index' ? '/' : base.startsWith('/index/') ? base.slice('/index'.length) : base;
  return { key, part };
}

const number = (text: string | null) => (text !== null && /^\d+$/.test(text) ? Number(text) : undefined);

/** From S3's response headers; undefined when they don't tell (a 304 has no metadata). */
export function aboutOf(headers: Headers): About | undefined {
  const at = (name: string) => headers.get(PREFIX + name);
  const revalidate = at('revalidate');
  if (revalidate === null) return undefined;
  const location = at('location');
  return {
    generatedAt: number(at('generated-at')),
    revalidate: number(revalidate) ?? false,
    status: number(at('status')) ?? 200,
    kind: KINDS.find((kind) => kind === at('kind')) ?? 'page',
    ...(location === null ? {} : { location }),
    ...(at('untyped') === null ? {} : { isUntyped: true }),
  };
}

/** Request headers of the PutObject that writes a part of the page. */
export function objectHeaders(page: RenderedPage, part: Part, release: string): Record<string, string> {
  const { status, contentType, location } = page[part];
  return {
    'content-type': contentType ?? 'application/octet-stream',
    'cache-control': 'public, max-age=0, must-revalidate',
    [`${PREFIX}release`]: release,
    [`${PREFIX}generated-at`]: String(page.generatedAt),
    [`${PREFIX}revalidate`]: String(page.revalidate),
    [`${PREFIX}status`]: String(status),
    [`${PREFIX}kind`]: page.kind,
    ...(location === undefined ? {} : { [`${PREFIX}location`]: location }),
    ...(contentType === undefined ? { [`${PREFIX}untyped`]: 'true' } : {}),
  };
}

export interface Freshness {
  isStale: boolean;
  /** How many seconds it may still be kept, at least 1; false for ever. */
  seconds: number | false;
}

/** s-maxage counts whole seconds, and 0 would send each visitor to the origin: the last second is rounded up. */
export function freshnessOf({ generatedAt, revalidate }: About, now: number): Freshness {
  if (revalidate === false) return { isStale: false, seconds: false };
  if (generatedAt === undefined) return { isStale: false, seconds: Math.max(1, revalidate) };
  const left = revalidate - (now - generatedAt) / 1000;
  return { isStale: left <= 0, seconds: Math.max(1, Math.floor(Math.min(left, revalidate))) };
}
