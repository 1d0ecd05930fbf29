import type { Settings } from '../shared/settings.ts';

/** Undefined for malformed escapes, and for an escaped slash, which is no separator. */
export function decodedPath(path: string): string | undefined {
  try {
    const segments = path.split('/').map(decodeURIComponent);
    return segments.some((segment) => segment.includes('/')) ? undefined : segments.join('/');
  } catch {
    return undefined;
  }
}

type I18n = NonNullable<Settings['edge']['i18n']>;

const hostname = (host: string) => host.split(':', 1)[0]?.toLowerCase();

/** The locale of a path that names none: of the visited domain, else the app's. */
export const defaultLocaleAt = (host: string, { domains = [], defaultLocale }: I18n): string =>
  domains.find(({ domain }) => hostname(domain) === hostname(host))?.defaultLocale ?? defaultLocale;

export const inLocale = (path: string, locale: string, basePath: string): string => {
  const rest = path.slice(basePath.length);
  return `${basePath}/${locale}${rest === '/' ? '' : rest}`;
};

/** The path, and the same in every locale that some domain has without its name, which is in Next's own routes and files only. */
export function localeVariants(path: string, { basePath, edge: { i18n } }: Settings): string[] {
  if (!i18n) return [path];
  const unnamed = new Set([i18n.defaultLocale, ...(i18n.domains ?? []).map(({ defaultLocale }) => defaultLocale)]);
  return [path, ...[...unnamed].map((locale) => inLocale(path, locale, basePath))];
}
