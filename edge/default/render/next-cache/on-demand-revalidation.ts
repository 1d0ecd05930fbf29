/** `res.revalidate(path)`: the page is rendered and stored before the caller goes on, and the CDN forgets it. */
import { keyOfPath } from '../../../isr/addresses.ts';
import type { Incremental } from '../../../isr/incremental.ts';
import { purgedPaths } from '../../../isr/purged-paths.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { CachedPages } from './cached-pages.ts';

export type OnDemandRevalidation = (asked: {
  urlPath: string;
  opts: { unstable_onlyGenerated?: boolean };
}) => Promise<void>;

/** Next's own server takes a path with the base path and one without it. */
function pathBelow(basePath: string, urlPath: string): string {
  const path = urlPath.split(/[?#]/, 1)[0] as string;
  const isBelow = path === basePath || path.startsWith(`${basePath}/`);
  return (isBelow ? path.slice(basePath.length) : path) || '/';
}

export function createOnDemandRevalidation(
  settings: Settings,
  { pages: store, purge }: Incremental,
  pages: () => Pick<CachedPages, 'renderAnew'>,
): OnDemandRevalidation {
  return async ({ urlPath, opts }) => {
    const key = keyOfPath(pathBelow(settings.basePath, urlPath), settings.edge.i18n);
    if (key === undefined) throw new Error(`${urlPath} has escapes that cannot be decoded`);
    if (opts.unstable_onlyGenerated && !(await store.about(key, 'entry'))) return;
    const page = await pages().renderAnew(key, true);
    if (!page) throw new Error(`${urlPath} is no page that is rendered ahead`);
    const outcome = await store.writeNewer(page);
    console.log(JSON.stringify({ message: 'page revalidated on demand', key, outcome }));
    await purge?.soon(purgedPaths([], [key], settings));
  };
}
