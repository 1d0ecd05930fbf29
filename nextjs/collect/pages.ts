/** Which pages the build rendered, and where their files are. Pure. */
import type { Manifest, PrerenderedPage } from '../../domain/release.ts';

export interface PrerenderManifest {
  routes: Record<
    string,
    {
      initialRevalidateSeconds: number | false;
      /** 200 where it says nothing. */
      initialStatus?: number;
      /** Next 15. */
      initialExpireSeconds?: number;
      srcRoute: string | null;
      dataRoute: string | null;
    }
  >;
  dynamicRoutes: Record<string, { routeRegex: string; fallback: string | false | null; dataRoute?: string | null }>;
}

/** Page → file below `server/`. */
export type PagesManifest = Record<string, string>;

export const isDynamic = (page: string) => /\/\[[^/]+\](?=\/|$)/.test(page);

/** `/` → `/index`, `/index` → `/index/index`: how Next names the files of a page. */
export const pageFile = (path: string) =>
  path === '/' ? '/index' : /^\/index(\/|$)/.test(path) ? `/index${path}` : path;

const STATUS_PAGES: Record<string, number> = { '/404': 404, '/500': 500 };

export function statusOf(path: string, locales: string[]): number {
  const [, first = '', ...rest] = path.split('/');
  const bare = locales.includes(first) ? `/${rest.join('/')}` : path;
  return STATUS_PAGES[bare] ?? 200;
}

/** Which addresses without a file of the build may become pages: those of getStaticPaths with `fallback: true` or `'blocking'`. */
export function onDemandPages(
  prerender: PrerenderManifest,
  manifest: PagesManifest,
): NonNullable<Manifest['onDemand']> {
  const pages = Object.entries(prerender.dynamicRoutes).flatMap(([page, { fallback }]) =>
    fallback === false ? [] : [page],
  );
  const isRendered = ([page, file]: [string, string]) =>
    !isDynamic(page) && !file.endsWith('.html') && !prerender.routes[page] && !/^\/_(app|document|error)$/.test(page);
  return {
    pages,
    besides: Object.entries(manifest)
      .filter(isRendered)
      .map(([page]) => page),
  };
}

export interface PageSource {
  page: PrerenderedPage;
  /** File below the `server` folder → file below `prerendered/`. */
  files: Array<[source: string, target: string]>;
}

/** Where pages are, below the `server` folder: Next 9.3 and 9.4 keep them apart by build. */
const pagesFolder = (manifest: PagesManifest): string =>
  /^(static\/[^/]+\/)?pages\//.exec(Object.values(manifest)[0] ?? '')?.[0] ?? 'pages/';

/**
 * Pages by URL path, without base path: those of getStaticProps with HTML and data, those without any data with HTML only.
 * A page whose address has parameters is no page of its own here: its HTML is a fallback that Next itself serves.
 */
export function prerenderedPages(
  prerender: PrerenderManifest,
  manifest: PagesManifest,
  buildId: string,
  locales: string[] = [],
): Record<string, PageSource> {
  const pages: Record<string, PageSource> = {};
  const folder = pagesFolder(manifest);
  for (const [page, file] of Object.entries(manifest)) {
    if (!file.endsWith('.html') || isDynamic(page)) continue;
    const target = file.slice(folder.length);
    pages[page] = {
      page: { html: target, revalidate: false, status: statusOf(page, locales) },
      files: [[file, target]],
    };
  }
  for (const [path, route] of Object.entries(prerender.routes)) {
    const base = pageFile(path).slice(1);
    const [html, data] = [`${base}.html`, `${base}.json`];
    pages[path] = {
      page: {
        html,
        data,
        // Next's own dataRoute leaves the locale out.
        dataPath: route.dataRoute === null ? undefined : `/_next/data/${buildId}/${data}`,
        revalidate: route.initialRevalidateSeconds,
        status: statusOf(path, locales),
      },
      files: [
        [`${folder}${html}`, html],
        [`${folder}${data}`, data],
      ],
    };
  }
  return pages;
}
