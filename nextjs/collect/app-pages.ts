/** What the build rendered of the app router, and what its routes and the pages router's can render. Pure but for reading notes. */
import type { PrerenderedPage } from '../../domain/release.ts';
import { headersOf } from './adapter-outputs.ts';
import { isDynamic, type PagesManifest, type PrerenderManifest, pageFile } from './pages.ts';

/** Module → URL path: app-path-routes-manifest.json. */
export type AppRoutes = Record<string, string>;

/** Beside each rendered page: what it is sent with. */
export interface Notes {
  status?: number;
  headers?: Record<string, string>;
  postponed?: string;
}

export interface AppPage {
  /** Below `server/app`, and below `prerendered/`. */
  file: string;
  contentType: string;
  page: PrerenderedPage;
}

const HTML = 'text/html; charset=utf-8';
const NOT_FOUND_PAGES = new Set(['/_not-found', '/not-found']);
const SPECIAL_PAGES = new Set(['/_app', '/_document', '/_error']);

/**
 * Pages and route handlers that are rendered once and sent with 200, by path without base path; all others are Next's to answer.
 *
 * @param notesOf reads the notes of `server/app/<file>`, if there are any
 * @param has whether there is a file `server/app/<file>`
 */
export function appPages(
  { routes }: PrerenderManifest,
  appRoutes: AppRoutes,
  vary: string | undefined,
  { notesOf, has }: { notesOf: (file: string) => Notes | undefined; has: (file: string) => boolean },
): Record<string, AppPage> {
  const ofApp = new Set(Object.values(appRoutes));
  const pages: Record<string, AppPage> = {};
  for (const [path, { initialRevalidateSeconds, initialStatus = 200, srcRoute }] of Object.entries(routes)) {
    const isStored = initialRevalidateSeconds === false && ofApp.has(srcRoute ?? path) && !NOT_FOUND_PAGES.has(path);
    const base = pageFile(path).slice(1);
    const file = [`${base}.html`, `${base}.body`].find(has);
    const { status = initialStatus, headers = {}, postponed } = notesOf(base) ?? {};
    if (!isStored || !file || status !== 200 || postponed !== undefined) continue;
    const isPage = file.endsWith('.html');
    pages[path] = {
      file,
      contentType: isPage ? HTML : (headers['content-type'] ?? 'application/octet-stream'),
      page: {
        html: file,
        revalidate: false,
        status,
        headers: { ...(isPage && vary ? { vary } : {}), ...headersOf(headers) },
      },
    };
  }
  return pages;
}

export interface RenderedPaths {
  /** Without base path. */
  pages: string[];
  notFound: '/_not-found' | '/404';
}

/** Everything that an address can lead to: routes of both routers, and the data of the pages router's pages. */
export function renderedPaths(
  appRoutes: AppRoutes,
  manifest: PagesManifest,
  buildId: string,
  { locales, defaultLocale }: { locales: string[]; defaultLocale?: string } = { locales: [] },
): RenderedPaths {
  const ofApp = Object.values(appRoutes);
  const ofPages = Object.keys(manifest).filter((page) => !SPECIAL_PAGES.has(page));
  const isApi = (page: string) => page === '/api' || page.startsWith('/api/');
  const inLocale = (page: string, locale: string) => `/${locale}${page === '/' ? '' : page}`;
  const inLocales = (page: string) => locales.map((locale) => inLocale(page, locale));
  const shown = ofPages.filter((page) => !isApi(page)).flatMap((page) => [page, ...inLocales(page)]);
  const data = shown.filter((page) => !isDynamic(page)).map((page) => `/_next/data/${buildId}${pageFile(page)}.json`);
  const app = ofApp
    .filter((path) => !NOT_FOUND_PAGES.has(path))
    .flatMap((path) => (defaultLocale === undefined || isApi(path) ? [path] : [path, inLocale(path, defaultLocale)]));
  return {
    pages: [...new Set([...app, ...ofPages, ...shown, ...data])],
    notFound: ofApp.includes('/_not-found') ? '/_not-found' : '/404',
  };
}
