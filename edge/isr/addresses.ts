/** Where a page answers. Pure. */
import { withSlash } from '../../domain/trailing-slash.ts';
import type { Settings } from '../shared/settings.ts';
import { fileOf, type Part } from './page.ts';

// Delimiters are escaped in a page's name already.
const encode = (text: string) => encodeURI(text).replace(/%25(2F|23|3F)/gi, '%$1');

/** Path of the address of a part, encoded, base path included. The app router's parts share that of the page. */
export function pathOfPage(
  { key, part }: { key: string; part: Part },
  { basePath, trailingSlash, buildId }: Pick<Settings, 'basePath' | 'trailingSlash' | 'buildId'>,
): string {
  if (part === 'data') return `${basePath}/_next/data/${buildId}/${encode(fileOf(key, part))}`;
  const bare = key === '/' ? basePath || '/' : `${basePath}${encode(key)}`;
  return withSlash(bare, trailingSlash);
}

/** What Next escapes again in a decoded segment of a page's name. */
const escapeDelimiters = (segment: string) => segment.replace(/[/#?]/g, encodeURIComponent);

/** Undefined for malformed escapes. */
export function decodeSegments(path: string): string | undefined {
  try {
    return path
      .split('/')
      .map((segment) => escapeDelimiters(decodeURIComponent(segment)))
      .join('/');
  } catch {
    return undefined;
  }
}

export const localeOf = (key: string) => key.split('/', 2)[1] ?? '';

/** The page's name, of its path without base path. `locale`: of a path that names none. */
export function keyOfPath(
  path: string,
  i18n: Settings['edge']['i18n'],
  locale = i18n?.defaultLocale,
): string | undefined {
  const key = decodeSegments(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
  if (key === undefined || !i18n || i18n.locales.includes(localeOf(key))) return key;
  return `/${locale}${key === '/' ? '' : key}`;
}
