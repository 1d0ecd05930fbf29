/** Which files of a bundle go where in the site's bucket, and how they are described there. Pure. */
import type { ObjectDescription } from '../../aws/artifacts.ts';
import type { Manifest } from '../../domain/release.ts';
import { pageMetadata } from '../../domain/stored-page.ts';

export interface PlannedUpload {
  /** In the bundle. */
  path: string;
  /** In the site's bucket. */
  key: string;
  bytes: number;
  sha256: string;
  /** Shared by the releases of a site: written once, and never with other content. */
  shared: boolean;
  about: ObjectDescription;
}

const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Browsers ask each time; CloudFront keeps it until Invalidate, which knows every file that changed. */
const UNTIL_INVALIDATED = 'public, max-age=0, s-maxage=31536000, must-revalidate';

const revalidated = (seconds: number | false) =>
  seconds === false ? UNTIL_INVALIDATED : `public, max-age=0, s-maxage=${seconds}, must-revalidate`;

type Page = Manifest['pages'][string];

/** File under `prerendered/` → the page that it belongs to; what is for Next and its client has no status of its own. */
function pagesByFile({ pages }: Manifest) {
  const byFile = new Map<string, Page>();
  for (const page of Object.values(pages)) {
    const { html, data, rsc, entry, segments = [] } = page;
    const base = entry?.replace(/\.entry$/, '');
    const beside = [rsc, entry, ...segments.map((segment) => `${base}.segments${segment}.segment.rsc`)];
    for (const file of [html, data]) if (file !== undefined) byFile.set(file, page);
    for (const file of beside) if (file !== undefined) byFile.set(file, { ...page, status: 200 });
  }
  return byFile;
}

export function planUploads(manifest: Manifest, release: string): PlannedUpload[] {
  const pages = pagesByFile(manifest);

  return Object.entries(manifest.files).flatMap(([path, { sha256, bytes, contentType }]): PlannedUpload[] => {
    const file = { path, bytes, sha256 };
    const ofRelease = { sha256, 'towpath-release': release };
    if (path.startsWith('static/')) {
      const about = { contentType, cacheControl: IMMUTABLE, metadata: { sha256 } };
      return [{ ...file, key: path, shared: true, about }];
    }
    if (path.startsWith('public/')) {
      const about = { contentType, cacheControl: UNTIL_INVALIDATED, metadata: ofRelease };
      return [{ ...file, key: `releases/${release}/${path}`, shared: false, about }];
    }
    if (path.startsWith('prerendered/')) {
      const name = path.slice('prerendered/'.length);
      const page = pages.get(name);
      const revalidate = page?.revalidate ?? false;
      const { status = 200, expire, tags } = page ?? {};
      const headers = manifest.heads?.[name];
      const first = { release, generatedAt: manifest.builtAt, revalidate, expire, status, headers, tags };
      const metadata = { sha256, ...pageMetadata(first) };
      const about = { contentType, cacheControl: revalidated(revalidate), metadata };
      return [{ ...file, key: `releases/${release}/isr/${name}`, shared: false, about }];
    }
    return [];
  });
}
