/** What the build rendered of the app router, and what its routes and the pages router's can render. Pure but for reading notes. */
import type { Manifest } from '../../domain/release.ts';
import { headersOf } from './adapter-outputs.ts';
import type { AdapterPage } from './adapter-pages.ts';
import { isDynamic, type PagesManifest, type PrerenderManifest, pageFile, statusOf } from './pages.ts';

/** Module → URL path: app-path-routes-manifest.json. */
export type AppRoutes = Record<string, string>;

/** Beside each rendered page: what it is sent with. */
export interface Notes {
  status?: number;
  headers?: Record<string, string>;
  postponed?: string;
}

/** Of the build, below `server/`. */
export interface BuiltFiles {
  folder: string;
  /** What this Next calls the data of a page. */
  dataType: string;
  /** What this Next sends with everything that it keeps, of either router. */
  headers: Record<string, string>;
  /** Notes beside `<file>.html` or `<file>.body`, if there are any. */
  notesOf(file: string): Notes | undefined;
  has(file: string): boolean;
}

const HTML = 'text/html; charset=utf-8';
const FLIGHT = 'text/x-component';
const NOT_FOUND_PAGES = new Set(['/_not-found', '/not-found']);
const SPECIAL_PAGES = new Set(['/_app', '/_document', '/_error']);

type Rendered = PrerenderManifest['routes'][string];

const accountOf = (
  { initialRevalidateSeconds: revalidate, initialExpireSeconds }: Rendered,
  status: number,
  base: string,
) => ({
  revalidate,
  ...(revalidate === false || initialExpireSeconds === undefined ? {} : { expire: initialExpireSeconds }),
  status,
  entry: `${base}.entry`,
});

/** A page or route handler of the app router; undefined for what is completed for each request. */
function appPage(path: string, route: Rendered, vary: string | undefined, built: BuiltFiles): AdapterPage | undefined {
  const base = pageFile(path).slice(1);
  const name = [`${base}.html`, `${base}.body`].find((file) => built.has(`app/${file}`));
  const { status = route.initialStatus ?? 200, headers = {}, postponed } = built.notesOf(`app/${base}`) ?? {};
  if (!name || postponed !== undefined) return undefined;
  const isPage = name.endsWith('.html');
  const sent = { ...built.headers, ...(isPage && vary ? { vary } : {}), ...headersOf(headers) };
  const at = (file: string) => `${built.folder}/app/${file}`;
  const hasFlight = isPage && built.has(`app/${base}.rsc`);
  const flight = { name: `${base}.rsc`, filePath: at(`${base}.rsc`), contentType: FLIGHT, headers: sent };
  const isWhole = status === 200 && !NOT_FOUND_PAGES.has(path);
  return {
    path,
    kind: isPage ? 'APP_PAGE' : 'APP_ROUTE',
    page: {
      ...(isWhole ? { html: name } : {}),
      ...(isWhole && hasFlight ? { rsc: flight.name } : {}),
      ...accountOf(route, status, base),
    },
    main: {
      name,
      filePath: at(name),
      contentType: isPage ? HTML : (headers['content-type'] ?? 'application/octet-stream'),
      headers: sent,
    },
    ...(hasFlight ? { rsc: flight } : {}),
    segments: [],
  };
}

/** A page of the pages router with getStaticProps. */
function pagesPage(path: string, route: Rendered, buildId: string, built: BuiltFiles): AdapterPage | undefined {
  const base = pageFile(path).slice(1);
  const file = (name: string, contentType: string) => {
    return { name, filePath: `${built.folder}/pages/${name}`, contentType, headers: built.headers };
  };
  if (!built.has(`pages/${base}.html`) || !built.has(`pages/${base}.json`)) return undefined;
  const [main, data] = [file(`${base}.html`, HTML), file(`${base}.json`, built.dataType)];
  const account = accountOf(route, statusOf(path, []), base);
  const page = { html: main.name, data: data.name, dataPath: `/_next/data/${buildId}/${data.name}`, ...account };
  return { path, kind: 'PAGES', page, main, data, segments: [] };
}

/** What `fallback: true` shows until a page is rendered: it answers under no address of its own, but Next asks its cache for it. */
function shell(path: string, built: BuiltFiles): AdapterPage | undefined {
  const base = pageFile(path).slice(1);
  const name = `${base}.html`;
  if (!built.has(`pages/${name}`)) return undefined;
  const main = { name, filePath: `${built.folder}/pages/${name}`, contentType: HTML, headers: {} };
  const page = { revalidate: false as const, status: 200, entry: `${base}.entry` };
  return { path, kind: 'PAGES', page, main, segments: [] };
}

/** Pages and route handlers of both routers that the build rendered, once or for a while. */
export function renderedPages(
  { routes, dynamicRoutes }: PrerenderManifest,
  { appRoutes, buildId, vary }: { appRoutes: AppRoutes; buildId: string; vary: string | undefined },
  built: BuiltFiles,
): AdapterPage[] {
  const ofApp = new Set(Object.values(appRoutes));
  const rendered = Object.entries(routes).flatMap(([path, route]) => {
    const isOfApp = ofApp.has(route.srcRoute ?? path);
    return (isOfApp ? appPage(path, route, vary, built) : pagesPage(path, route, buildId, built)) ?? [];
  });
  const shells = Object.entries(dynamicRoutes).flatMap(([page, { fallback }]) =>
    typeof fallback === 'string' && !ofApp.has(page) ? (shell(page, built) ?? []) : [],
  );
  return [...rendered, ...shells];
}

/** What may be rendered when it is first asked for. */
export function renderedOnDemand(
  { routes, dynamicRoutes }: PrerenderManifest,
  appRoutes: AppRoutes,
  manifest: PagesManifest,
): NonNullable<Manifest['onDemand']> {
  const all = [...Object.values(appRoutes), ...Object.keys(manifest)].filter((page) => !SPECIAL_PAGES.has(page));
  return {
    pages: Object.entries(dynamicRoutes).flatMap(([page, { fallback }]) => (fallback === false ? [] : [page])),
    besides: [...new Set(all)].filter((page) => !isDynamic(page) && !routes[page]),
  };
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
  // A page without any data is there once for each locale, with that in its name.
  const hasLocale = (page: string) => locales.includes(page.split('/', 2)[1] ?? '');
  const inLocales = (page: string) => (hasLocale(page) ? [] : locales.map((locale) => inLocale(page, locale)));
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
