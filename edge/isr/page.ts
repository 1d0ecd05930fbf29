/**
 * A page that is rendered again in the course of time, as the site's bucket holds it: an object for each of its parts,
 * each with what S3 has no place for in its metadata. Names of pages are Next's cache keys: without base path, with the
 * locale, `/` for the index. Pure.
 */
import { type PageMetadata, pageMetadata } from '../../domain/stored-page.ts';

/**
 * `html`: what the page's address answers, and `body`, where a route handler does. `data`: of the pages router's client.
 * `rsc`, `segment:<path>`: of the app router's. `entry`: all of it, for Next (domain/cache-entry.ts).
 */
export type Part = 'html' | 'body' | 'data' | 'rsc' | 'entry' | `segment:${string}`;

/** What Next answers under the page's address: `not-found` and `redirect` are results of getStaticProps. */
export type PageKind = 'page' | 'not-found' | 'redirect';

export interface About extends Omit<PageMetadata, 'release'> {
  kind: PageKind;
  headers: Record<string, string>;
  tags: string[];
  /** The answer had no content type. */
  isUntyped?: boolean;
  /** Headers and tags were too long for the metadata: the entry has them. */
  isAbridged?: boolean;
}

export interface RenderedPart {
  status: number;
  /** Next gives some answers no content type; S3 gives every object one. */
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** One render: all parts are of the same data. */
export interface RenderedPage {
  key: string;
  kind: PageKind;
  generatedAt: number;
  revalidate: number | false;
  expire?: number;
  tags?: string[];
  parts: Partial<Record<Part, RenderedPart>>;
}

const PREFIX = 'x-amz-meta-towpath-';
const EXTENSION: Record<string, string> = {
  html: '.html',
  body: '.body',
  data: '.json',
  rsc: '.rsc',
  entry: '.entry',
};
const SEGMENT = /^(.*)\.segments(\/.*)\.segment\.rsc$/;
const KINDS: PageKind[] = ['page', 'not-found', 'redirect'];

/** Name below `releases/<release>/isr/`, as Next names the files of its pages: `/` → `index.html`, `/index` → `index/index.html`. */
export function fileOf(key: string, part: Part): string {
  const base = key === '/' || key === '' ? '/index' : /^\/index(\/|$)/.test(key) ? `/index${key}` : key;
  const segment = part.startsWith('segment:') ? part.slice('segment:'.length) : undefined;
  return `${base.slice(1)}${segment === undefined ? EXTENSION[part] : `.segments${segment}.segment.rsc`}`;
}

/** The page behind such a name. */
export function pageOf(file: string): { key: string; part: Part } | undefined {
  const [, owner, segment] = SEGMENT.exec(file) ?? [];
  const named = Object.keys(EXTENSION).find((one) => file.endsWith(EXTENSION[one] as string)) as Part | undefined;
  const part: Part | undefined = segment === undefined ? named : `segment:${segment}`;
  if (!part) return undefined;
  const base = `/${owner ?? file.slice(0, -(EXTENSION[part] as string).length)}`;
  const key = base === '/index' ? '/' : base.startsWith('/index/') ? base.slice('/index'.length) : base;
  return { key, part };
}

const number = (text: string | null) => (text !== null && /^\d+$/.test(text) ? Number(text) : undefined);

/** From S3's response headers; undefined when they don't tell (a 304 has no metadata). */
export function aboutOf(headers: Headers): About | undefined {
  const at = (name: string) => headers.get(PREFIX + name);
  const revalidate = at('revalidate');
  if (revalidate === null) return undefined;
  const expire = number(at('expire'));
  return {
    generatedAt: number(at('generated-at')),
    revalidate: number(revalidate) ?? false,
    ...(expire === undefined ? {} : { expire }),
    status: number(at('status')) ?? 200,
    kind: KINDS.find((kind) => kind === at('kind')) ?? 'page',
    headers: JSON.parse(at('headers') ?? '{}') as Record<string, string>,
    tags: JSON.parse(at('tags') ?? '[]') as string[],
    ...(at('untyped') === null ? {} : { isUntyped: true }),
    ...(at('abridged') === null ? {} : { isAbridged: true }),
  };
}

/** Request headers of the PutObject that writes a part of the page. */
export function objectHeaders(page: RenderedPage, part: Part, release: string): Record<string, string> {
  const { status = 200, headers: sent = {} } = page.parts[part] ?? {};
  const { 'content-type': contentType, ...headers } = sent;
  const { generatedAt, revalidate, expire, tags } = page;
  const metadata = pageMetadata({ release, generatedAt, revalidate, expire, status, headers, tags });
  return {
    'content-type': contentType ?? 'application/octet-stream',
    'cache-control': 'public, max-age=0, must-revalidate',
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    [`${PREFIX}kind`]: page.kind,
    ...(contentType === undefined ? { [`${PREFIX}untyped`]: 'true' } : {}),
  };
}

export interface Freshness {
  isStale: boolean;
  /** How many seconds it may still be kept, at least 1; false for ever. */
  seconds: number | false;
}

/** Whether a copy may not be shown any more, not even while the next one is rendered. */
export const hasExpired = ({ generatedAt = 0, expire }: Pick<About, 'generatedAt' | 'expire'>, now: number): boolean =>
  expire !== undefined && generatedAt + expire * 1000 < now;

/** s-maxage counts whole seconds, and 0 would send each visitor to the origin: the last second is rounded up. */
export function freshnessOf(
  { generatedAt, revalidate }: Pick<About, 'generatedAt' | 'revalidate'>,
  now: number,
): Freshness {
  if (revalidate === false) return { isStale: false, seconds: false };
  if (generatedAt === undefined) return { isStale: false, seconds: Math.max(1, revalidate) };
  const left = revalidate - (now - generatedAt) / 1000;
  return { isStale: left <= 0, seconds: Math.max(1, Math.floor(Math.min(left, revalidate))) };
}
