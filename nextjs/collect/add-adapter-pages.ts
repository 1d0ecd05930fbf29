/** Brings the build's rendered pages into the bundle: each part as a file, and all of it as an entry of Next's cache. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheValue, encodeEntry, tagsOf } from '../../domain/cache-entry.ts';
import type { Manifest } from '../../domain/release.ts';
import type { AdapterPage, PrerenderedFile } from './adapter-pages.ts';
import { parseJsonFile } from './app.ts';
import type { Bundle } from './bundle.ts';

interface Added {
  pages: Manifest['pages'];
  heads: NonNullable<Manifest['heads']>;
  /** Files of the build that the function needs no more. */
  sources: Set<string>;
}

const partsOf = ({ main, data, rsc, segments }: AdapterPage): PrerenderedFile[] => [
  main,
  ...(data ? [data] : []),
  ...(rsc ? [rsc] : []),
  ...segments,
];

const metaFileOf = ({ main }: AdapterPage) => main.filePath.replace(/\.[^./]+$/, '.meta');

/** Up to Next 14, of both routers alike; flight data is text. */
export function inOlderForm({ kind, rscData, segmentData: _, ...value }: CacheValue): CacheValue {
  if (kind === 'APP_ROUTE') return { ...value, kind: 'ROUTE' };
  return { ...value, kind: 'PAGE', ...(rscData ? { pageData: Buffer.from(rscData).toString('utf8') } : {}) };
}

/** What Next itself would read from its files. */
function cacheValueOf(found: AdapterPage): CacheValue {
  const { kind, main, data, rsc, segments, postponed } = found;
  const metaFile = metaFileOf(found);
  const { headers = main.headers, status = found.page.status } = existsSync(metaFile)
    ? parseJsonFile<Pick<CacheValue, 'headers' | 'status'>>(metaFile)
    : {};
  const head = { kind, headers, status };
  if (kind === 'APP_ROUTE') return { ...head, body: readFileSync(main.filePath) };
  const html = readFileSync(main.filePath, 'utf8');
  if (kind === 'PAGES') return { ...head, html, pageData: data ? parseJsonFile(data.filePath) : {} };
  return {
    ...head,
    html,
    ...(rsc ? { rscData: readFileSync(rsc.filePath) } : {}),
    ...(postponed === undefined ? {} : { postponed }),
    ...(segments.length > 0
      ? { segmentData: new Map(segments.map(({ path, filePath }) => [path, readFileSync(filePath)])) }
      : {}),
  };
}

/** The app router's not-found page, which the adapter is not told of: it answers under no address of its own. */
export function notFoundPage(serverFolder: string, files: string[]): AdapterPage[] {
  const html = files.find((file) => /(^|\/)_not-found\.html$/.test(file));
  if (!html) return [];
  const base = join(serverFolder, html.replace(/\.html$/, ''));
  const { segmentPaths = [] } = parseJsonFile<{ segmentPaths?: string[] }>(`${base}.meta`);
  const file = (suffix: string): PrerenderedFile => ({
    name: `_not-found${suffix}`,
    filePath: `${base}${suffix}`,
    headers: {},
  });
  return [
    {
      path: '/_not-found',
      kind: 'APP_PAGE',
      page: { entry: '_not-found.entry', revalidate: false, status: 404 },
      main: file('.html'),
      rsc: file('.rsc'),
      segments: segmentPaths.map((path) => ({ ...file(`.segments${path}.segment.rsc`), path })),
    },
  ];
}

/** @param inForm of the app's version of Next */
export async function addPages(
  found: AdapterPage[],
  bundle: Bundle,
  inForm: (value: CacheValue) => CacheValue = (value) => value,
): Promise<Added> {
  const added: Added = { pages: {}, heads: {}, sources: new Set() };
  for (const one of found) {
    const value = inForm(cacheValueOf(one));
    const tags = tagsOf(value);
    const { page, path } = one;
    for (const { name, filePath, contentType, headers } of partsOf(one)) {
      await bundle.addFile(`prerendered/${name}`, filePath, contentType);
      added.heads[name] = headers;
      added.sources.add(filePath);
    }
    added.sources.add(metaFileOf(one));
    const heads = Object.fromEntries(partsOf(one).map(({ name, headers }) => [name, { status: page.status, headers }]));
    const entry = encodeEntry({
      value,
      cacheControl: { revalidate: page.revalidate, expire: page.expire },
      tags,
      heads,
    });
    await bundle.addText(`prerendered/${page.entry}`, entry, 'application/json');
    added.pages[path] = { ...page, ...(tags.length > 0 ? { tags } : {}) };
  }
  return added;
}
