/** Addresses of a site that its manifest tells of: pages, their data, API routes, public files. Pure. */
import type { Manifest } from '../../../domain/release.ts';
import { EdgeContent } from '../../../domain/routing.ts';

/** `/posts/[slug]` → `/posts/visited`, `/[...a]` → `/visited/twice`, `/[[...a]]` → `/`. */
const filled = (page: string) =>
  page
    .replace(/\/\[\[\.\.\.[^\]]+\]\]/g, '')
    .replace(/\[\.\.\.[^\]]+\]/g, 'visited/twice')
    .replace(/\[[^\]]+\]/g, 'visited') || '/';

/** In the routes of Next 16. */
const LOCALE = '$nextLocale';

const PUBLIC_FILES = 3;

/** With base path. */
function renderable({ strategy }: EdgeContent): string[] {
  if (strategy.kind === 'adapter') return Object.keys(strategy.outputs);
  return strategy.kind === 'routed-server' ? strategy.pages : [];
}

/** An address of the example, where a variant of it has a base path and slashes. */
export function addressIn({ basePath, trailingSlash }: Manifest, address: string): string {
  const [path = '', query] = address.split('?', 2);
  const placed = path.startsWith(basePath) ? path : `${basePath}${path}`;
  return `${placed}${trailingSlash && !placed.endsWith('/') ? '/' : ''}${query === undefined ? '' : `?${query}`}`;
}

export function addressesOf(manifest: Manifest): string[] {
  const { basePath, trailingSlash, buildId, pages, onDemand, files } = manifest;
  const edge = EdgeContent.parse(manifest.edge);
  const withSlash = (path: string) => (trailingSlash && !path.endsWith('/') ? `${path}/` : path);
  const address = (page: string) => withSlash(`${basePath}${page === '/' && basePath ? '' : page}`);
  const inLocales = (page: string) =>
    page.includes(LOCALE) ? (edge.i18n?.locales ?? []).map((locale) => page.replace(LOCALE, locale)) : [page];
  const dynamic = edge.routing.dynamicRoutes.flatMap(({ destination = '' }) => {
    const page = filled((destination.split('?')[0] as string).slice(basePath.length));
    // That of data leads to what the page's own is made into.
    if (page.startsWith('/_next/data/')) return [];
    const hasData = !/^(\/\$nextLocale)?\/api(\/|$)/.test(page);
    return inLocales(page).flatMap((path) => [
      address(path),
      ...(hasData ? [`${basePath}/_next/data/${buildId}${path}.json`] : []),
    ]);
  });
  const outputs = renderable(edge).map((page) => (page.endsWith('.json') ? filled(page) : withSlash(filled(page))));
  const publicFiles = Object.keys(files)
    .filter((file) => file.startsWith('public/'))
    .slice(0, PUBLIC_FILES)
    .map((file) => encodeURI(file.slice('public'.length)));
  const all = [
    address('/'),
    // Shells of pages with parameters are among them.
    ...Object.keys(pages).map((page) => address(filled(page))),
    ...Object.values(pages).flatMap(({ dataPath }) => (dataPath ? [`${basePath}${dataPath}`] : [])),
    ...(onDemand?.besides ?? []).map(address),
    ...dynamic,
    ...outputs,
    ...publicFiles,
    address('/nowhere/at/all'),
  ];
  return [...new Set(all)];
}
