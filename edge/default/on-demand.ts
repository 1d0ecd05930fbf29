/**
 * Addresses whose page may have been rendered since the build, because somebody asked for it (`fallback: true` or
 * `'blocking'`). Whether it has been, the bucket knows; a name that Next would spell otherwise is just not found there. Pure.
 */
import { isAddress } from '../../domain/trailing-slash.ts';
import { decodeSegments, keyOfPath, localeOf } from '../isr/addresses.ts';
import { fileOf, type Part, pageOf } from '../isr/page.ts';
import { encodeKey } from '../shared/bucket.ts';
import type { Settings } from '../shared/settings.ts';
import { defaultLocaleAt } from './paths.ts';

export interface OnDemandPage {
  key: string;
  part: Part;
}

export const uriOf = (release: string, key: string, part: Part) =>
  `/releases/${release}/isr/${encodeKey(fileOf(key, part))}`;

/** The page behind such a URI. */
export function pageAt(uri: string, release: string): OnDemandPage | undefined {
  const prefix = `/releases/${release}/isr/`;
  return uri.startsWith(prefix) ? pageOf(decodeURIComponent(uri.slice(prefix.length))) : undefined;
}

export function createOnDemandPages(settings: Settings): (path: string, host: string) => OnDemandPage | undefined {
  const { basePath, trailingSlash, buildId, onDemand, edge } = settings;
  const { i18n, routing } = edge;
  const pages = new Set(onDemand?.pages);
  const besides = new Set(onDemand?.besides);
  const locales = new Set(i18n?.locales);
  const dataPrefix = `/_next/data/${buildId}/`;
  const dynamic = routing.dynamicRoutes.map(({ sourceRegex, destination = '' }) => ({
    regex: new RegExp(sourceRegex),
    page: destination.slice(basePath.length).split('?')[0] as string,
  }));

  /** The first route that takes the path is the one that Next renders. */
  const isOnDemand = (key: string) => {
    const bare = i18n ? key.slice(localeOf(key).length + 1) || '/' : key;
    if (besides.has(bare)) return false;
    return pages.has(dynamic.find(({ regex }) => regex.test(`${basePath}${bare}`))?.page ?? '');
  };

  function pageOfPath(path: string, host: string): OnDemandPage | undefined {
    if (path.startsWith(dataPrefix)) {
      const page = pageOf(decodeSegments(path.slice(dataPrefix.length)) ?? '');
      return page?.part === 'data' && (!i18n || locales.has(localeOf(page.key))) ? page : undefined;
    }
    if (!isAddress(path, trailingSlash)) return undefined;
    const key = keyOfPath(path, i18n, i18n && defaultLocaleAt(host, i18n));
    return key === undefined ? undefined : { key, part: 'html' };
  }

  return (path, host) => {
    if (pages.size === 0 || !path.startsWith(basePath)) return undefined;
    const page = pageOfPath(path.slice(basePath.length) || '/', host);
    return page && isOnDemand(page.key) ? page : undefined;
  };
}
