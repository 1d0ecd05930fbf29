/**
 * Next 9.5 to 13.3 keep rendered pages in memory and on disk, by a class of their own, IncrementalCache. Here it reads the
 * site's bucket instead, says of nothing that it is stale (so Next never renders behind an answer's back, where Lambda has
 * stopped the clock), and hands over what is rendered instead of keeping it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Incremental } from '../../isr/incremental.ts';
import { freshnessOf, type PageKind } from '../../isr/page.ts';
import type { StoredPage } from '../../isr/store.ts';
import type { Settings } from '../../shared/settings.ts';

/** Where Next keeps the class: from 12.2 on, 11 and 12, up to 10. */
const MODULES = [
  'next/dist/server/lib/incremental-cache',
  'next/dist/server/incremental-cache',
  'next/dist/next-server/server/incremental-cache',
];

/** A result of getStaticProps as Next renders it. `data` is the answer to the data request. */
export interface RenderResult {
  kind: PageKind;
  html: string;
  data: unknown;
  revalidate: number | false;
}

/** Next 11 and later: `value` null for not found. */
interface TaggedValue {
  kind: string;
  html?: string;
  pageData?: unknown;
  props?: unknown;
}
/** Before. */
interface FlatValue {
  html?: string;
  pageData?: unknown;
  isNotFound?: boolean;
  isRedirect?: boolean;
}

interface CacheClass {
  prototype: {
    get(key: string, ...rest: unknown[]): Promise<object | null | undefined>;
    set(
      key: string,
      value: TaggedValue | FlatValue | null,
      revalidate?: number | false,
      ...rest: unknown[]
    ): Promise<void>;
  };
}

/** What happens to pages while one request is answered. */
export interface Rendering {
  /** The page that is to be rendered, whatever is stored. */
  anew?: string;
  /** Pages that are known already, as if they were stored. */
  known: Map<string, RenderResult>;
  /** What Next rendered. */
  rendered: Map<string, RenderResult>;
}

export interface IncrementalCache {
  /** Runs `work` with a note of what it renders. */
  during<T>(rendering: Rendering, work: () => Promise<T>): Promise<T>;
  current(): Rendering | undefined;
}

const NOT_FOUND = { notFound: true };

const withData = (data: unknown) => typeof data === 'object' && data !== null;

/** Undefined for what is no page of the pages router. */
export function toResult(
  value: TaggedValue | FlatValue | null,
  revalidate: number | false | undefined,
): RenderResult | undefined {
  // Next's own default: https://github.com/vercel/next.js/blob/v11.1.4/packages/next/server/next-server.ts
  const seconds = revalidate === undefined ? 1 : revalidate;
  if (value === null || ('isNotFound' in value && value.isNotFound)) {
    return { kind: 'not-found', html: '', data: NOT_FOUND, revalidate: seconds };
  }
  const kind = 'kind' in value ? value.kind : (value as FlatValue).isRedirect ? 'REDIRECT' : 'PAGE';
  const data = kind === 'REDIRECT' && 'props' in value ? value.props : value.pageData;
  if (kind === 'REDIRECT' && withData(data)) return { kind: 'redirect', html: '', data, revalidate: seconds };
  if (kind === 'PAGE' && typeof value.html === 'string' && withData(data)) {
    return { kind: 'page', html: value.html, data, revalidate: seconds };
  }
  return undefined;
}

/** A cache entry as Next's callers want it, in the shape of its version. */
export function toEntry({ kind, html, data }: RenderResult, seconds: number | false, isTagged: boolean): object {
  const about = { curRevalidate: seconds, revalidateAfter: false, isStale: false };
  if (!isTagged) {
    return { html, pageData: data, isNotFound: kind === 'not-found', isRedirect: kind === 'redirect', ...about };
  }
  if (kind === 'not-found') return { value: null, ...about };
  const value = kind === 'redirect' ? { kind: 'REDIRECT', props: data } : { kind: 'PAGE', html, pageData: data };
  return { value, ...about };
}

const resultOf = ({ about, html, data }: StoredPage): RenderResult => ({
  kind: about.kind,
  html,
  data: JSON.parse(data),
  revalidate: about.revalidate,
});

function load(require: NodeJS.Require, name: string): { IncrementalCache?: CacheClass } | undefined {
  try {
    return require(name) as { IncrementalCache?: CacheClass };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Undefined when this Next has no such class (9.3 and 9.4). */
export function replaceIncrementalCache(
  require: NodeJS.Require,
  settings: Settings,
  { pages, queue, now }: Incremental,
): IncrementalCache | undefined {
  const found = MODULES.map((name) => load(require, name)?.IncrementalCache).find((one) => one !== undefined);
  if (!found) return undefined;
  const isTagged = settings.next.major >= 11;
  const storage = new AsyncLocalStorage<Rendering>();
  const { get, set } = found.prototype;
  const isFixed = (key: string) => settings.pages[key]?.revalidate === false;

  async function stored(key: string): Promise<object | undefined> {
    const page = await pages.read(key);
    if (!page) return undefined;
    const { isStale, seconds } = freshnessOf(page.about, now());
    const { generatedAt = 0 } = page.about;
    if (isStale) await queue?.report({ release: settings.release, key, generatedAt });
    return toEntry(resultOf(page), seconds, isTagged);
  }

  found.prototype.get = async function getStored(key, ...rest) {
    const rendering = storage.getStore();
    // Further arguments are for the fetch cache of 13's app router.
    if (!rendering || rest[0]) return get.call(this, key, ...rest);
    if (rendering.anew === key) return null;
    const known = rendering.known.get(key);
    if (known) return toEntry(known, known.revalidate, isTagged);
    if (isFixed(key)) return get.call(this, key, ...rest);
    const page = await stored(key).catch((error) => {
      console.error(JSON.stringify({ message: 'stored page not read', key, error: String(error) }));
    });
    if (page || !settings.pages[key]) return page ?? null;
    const built = await get.call(this, key, ...rest);
    return built ? { ...built, isStale: false } : null;
  };

  found.prototype.set = async function hand(key, value, revalidate, ...rest) {
    const rendering = storage.getStore();
    if (!rendering || rest[0]) return set.call(this, key, value, revalidate, ...rest);
    const result = toResult(value, revalidate);
    if (result && !key.endsWith('.amp')) rendering.rendered.set(key, result);
  };

  return { during: (rendering, work) => storage.run(rendering, work), current: () => storage.getStore() };
}
