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

/** The path, and the same in the default locale, which has its name only in Next's own routes and files. */
export function localeVariants(path: string, { basePath, edge: { i18n } }: Settings): string[] {
  if (!i18n) return [path];
  const rest = path.slice(basePath.length);
  return [path, `${basePath}/${i18n.defaultLocale}${rest === '/' ? '' : rest}`];
}
