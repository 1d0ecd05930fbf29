/** What Next's build adapter rendered: the parts of each page, and what Next's cache has to know of it. Pure. */
import type { PrerenderedPage } from '../../domain/release.ts';
import type { BuildOutputs, Prerender } from '../adapter/outputs.ts';
import { headersOf, isDynamic, withoutBasePath } from './adapter-outputs.ts';
import { pageFile } from './pages.ts';

export type RouteKind = 'PAGES' | 'APP_PAGE' | 'APP_ROUTE';

/** A file of the build on its way into the bucket. */
export interface PrerenderedFile {
  /** Below `prerendered/`. */
  name: string;
  filePath: string;
  contentType?: string;
  headers: Record<string, string>;
}

export interface AdapterPage {
  /** URL path without base path: Next's cache key. */
  path: string;
  kind: RouteKind;
  page: PrerenderedPage;
  /** What answers under the address; `data`, `rsc` and segments beside it. */
  main: PrerenderedFile;
  data?: PrerenderedFile;
  rsc?: PrerenderedFile;
  segments: Array<PrerenderedFile & { path: string }>;
  /** Of a page that is completed for each request. */
  postponed?: string;
}

const FLIGHT = /\.rsc$/;
const SEGMENT = /^(.*)\.segments(\/.*)\.segment\.rsc$/;

function kinds({ outputs }: BuildOutputs): Map<string, RouteKind> {
  const of = (pages: Array<{ pathname: string }>, kind: RouteKind) =>
    pages.map(({ pathname }): [string, RouteKind] => [pathname, kind]);
  return new Map([
    ...of(outputs.pages, 'PAGES'),
    ...of(outputs.appPages, 'APP_PAGE'),
    ...of(outputs.appRoutes, 'APP_ROUTE'),
  ]);
}

function toFile({ fallback }: Prerender, name: string): PrerenderedFile {
  const contentType = fallback?.initialHeaders?.['content-type'];
  return {
    name,
    filePath: fallback?.filePath ?? '',
    ...(contentType === undefined ? {} : { contentType: String(contentType) }),
    headers: headersOf(fallback?.initialHeaders),
  };
}

/** Next's server tells it of whole pages only. */
function withoutStaleTime({
  headers: { 'x-nextjs-stale-time': _, ...headers },
  ...file
}: PrerenderedFile): PrerenderedFile {
  return { ...file, headers };
}

/** Segments by the path of their page, as the address of its flight data has it. */
function segmentsByPage(prerenders: Prerender[], pathOf: (prerender: Prerender) => string) {
  const found = new Map<string, Array<{ path: string; prerender: Prerender }>>();
  for (const prerender of prerenders) {
    const [, page, path] = SEGMENT.exec(pathOf(prerender)) ?? [];
    if (page === undefined || path === undefined) continue;
    found.set(page, [...(found.get(page) ?? []), { path, prerender }]);
  }
  return found;
}

/** The part of the account that decides what is answered without Next: only what is the same for all, and complete. */
function accountOf(found: Omit<AdapterPage, 'page'>, { fallback }: Prerender): PrerenderedPage {
  const { path, main, data, rsc, segments, postponed, kind } = found;
  const status = fallback?.initialStatus ?? 200;
  const isPage = !isDynamic(path);
  const isWhole = isPage && status === 200 && postponed === undefined;
  const revalidate = fallback?.initialRevalidate ?? false;
  const expire = revalidate === false ? undefined : fallback?.initialExpiration;
  return {
    ...(isWhole ? { html: main.name } : {}),
    ...(isWhole && data ? { data: data.name, dataPath: data.name } : {}),
    ...(isWhole && rsc ? { rsc: rsc.name } : {}),
    ...(isPage && segments.length > 0 ? { segments: segments.map((segment) => segment.path) } : {}),
    ...(kind === 'PAGES' && !isPage ? { revalidate: false } : { revalidate }),
    ...(expire === undefined ? {} : { expire }),
    status,
    entry: `${pageFile(path).slice(1)}.entry`,
  };
}

/** Pages and route handlers that the build rendered, and the shells of pages with parameters. */
export function adapterPages(build: BuildOutputs, basePath: string): AdapterPage[] {
  const { prerenders } = build.outputs;
  const kindOf = kinds(build);
  const pathOf = ({ pathname }: Prerender) => withoutBasePath(pathname, basePath);
  const byPath = new Map(prerenders.map((prerender) => [pathOf(prerender), prerender]));
  const segments = segmentsByPage(prerenders, pathOf);
  const dataPrefix = `/_next/data/${build.buildId}/`;
  const existing = (path: string) => {
    const prerender = byPath.get(path);
    return prerender?.fallback?.filePath ? prerender : undefined;
  };

  return prerenders.flatMap((prerender): AdapterPage[] => {
    const path = pathOf(prerender);
    const kind = kindOf.get(prerender.parentOutputId);
    if (!kind || !prerender.fallback?.filePath || FLIGHT.test(path) || path.startsWith(dataPrefix)) return [];
    const base = pageFile(path).slice(1);
    const dataPath = `${dataPrefix}${base}.json`;
    const data = kind === 'PAGES' ? existing(dataPath) : undefined;
    const rsc = kind === 'APP_PAGE' ? existing(`/${base}.rsc`) : undefined;
    const found = {
      path,
      kind,
      main: toFile(prerender, `${base}${kind === 'APP_ROUTE' ? '.body' : '.html'}`),
      ...(data ? { data: toFile(data, `${base}.json`) } : {}),
      ...(rsc ? { rsc: toFile(rsc, `${base}.rsc`) } : {}),
      segments: (segments.get(`/${base}`) ?? []).map((segment) => ({
        ...withoutStaleTime(toFile(segment.prerender, `${base}.segments${segment.path}.segment.rsc`)),
        path: segment.path,
      })),
      postponed: prerender.fallback.postponedState,
    };
    const page = accountOf(found, prerender);
    return [{ ...found, page: page.data ? { ...page, dataPath } : page }];
  });
}
