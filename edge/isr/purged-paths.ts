/** What the CDN has to forget when tags are revalidated, or pages were rendered on demand. Pure. */
import type { Settings } from '../shared/settings.ts';
import { pathOfPage } from './addresses.ts';

/** Next's own tags, of a path or of what lies in a folder of `app/`; all others are the app's. */
const OF_PATH = '_N_T_';

export const isOfPath = (tag: string) => tag.startsWith(OF_PATH);

/** More wildcards than these are one: 15 may be in progress for a distribution. */
const MAX_WILDCARDS = 10;
export const EVERYTHING = ['/*'];

type Site = Pick<Settings, 'basePath' | 'trailingSlash' | 'buildId' | 'pages' | 'edge'>;

/** A path alone leaves its variants with a query in the cache. */
const withQueries = (path: string) => [path, `${path}?*`];

/** In the default locale, of the app or of a domain, a page answers without its name too. */
function addressesOf(key: string, site: Site): string[] {
  const { i18n } = site.edge;
  const unnamed = [i18n, ...(i18n?.domains ?? [])].map((one) => `/${one?.defaultLocale}`);
  const prefix = unnamed.find((one) => key === one || key.startsWith(`${one}/`));
  const keys = prefix ? [key, key.slice(prefix.length) || '/'] : [key];
  return keys.map((one) => pathOfPage({ key: one, part: 'html' }, site));
}

const pathsOfPage = (key: string, site: Site): string[] => {
  const known = site.pages[key];
  const data = known && !known.data ? [] : [pathOfPage({ key, part: 'data' }, site)];
  return [...addressesOf(key, site), ...data].flatMap(withQueries);
};

/** Folders that are no part of an address: `(group)`, `@slot`. */
const isSilent = (segment: string) => /^(\(.*\)|@.*)$/.test(segment);

/** `_N_T_/posts/[slug]/page` → `/posts/*`; `_N_T_/posts/layout` → `/posts*`; `_N_T_/posts/one` → that page. */
function pathsOfTag(tag: string, site: Site): string[] {
  const path = tag.slice(OF_PATH.length);
  const [, folder, leaf] = /^(.*)\/(layout|page|route)$/.exec(path) ?? [];
  if (folder === undefined) return pathsOfPage(path === '/index' ? '/' : path, site);
  const segments = folder.split('/').filter((segment) => !isSilent(segment));
  const dynamic = segments.findIndex((segment) => segment.includes('['));
  const fixed = (dynamic < 0 ? segments : segments.slice(0, dynamic)).join('/');
  if (leaf === 'layout' || dynamic >= 0) return [`${encodeURI(site.basePath + fixed)}${dynamic < 0 ? '' : '/'}*`];
  return pathsOfPage(fixed || '/', site);
}

export function purgedPaths(tags: string[], pages: string[], site: Site): string[] {
  const ofPages = Object.entries(site.pages).flatMap(([key, page]) =>
    page.tags?.some((tag) => tags.includes(tag)) ? [key] : [],
  );
  const paths = [
    ...tags.filter(isOfPath).flatMap((tag) => pathsOfTag(tag, site)),
    ...[...ofPages, ...pages].flatMap((key) => pathsOfPage(key, site)),
  ].map((path) => (path.startsWith('/') ? path : `/${path}`));
  const unique = [...new Set(paths)].sort();
  const isAll = unique.includes(`${site.basePath}*`) || unique.includes('/*');
  return isAll || unique.filter((path) => path.endsWith('*')).length > MAX_WILDCARDS ? EVERYTHING : unique;
}
