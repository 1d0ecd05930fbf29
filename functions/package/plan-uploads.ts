/** Which files of a bundle go where in the site's bucket, and how they are described there. Pure. */
import type { ObjectDescription } from '../../aws/artifacts.ts';
import type { Manifest } from '../../domain/release.ts';

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

/** File under `prerendered/` → the page that it belongs to. */
function pagesByFile({ pages }: Manifest) {
  const byFile = new Map<string, { revalidate: number | false; status: number }>();
  for (const { html, data, revalidate, status } of Object.values(pages)) {
    for (const file of [html, data]) if (file !== undefined) byFile.set(file, { revalidate, status });
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
      const metadata = {
        ...ofRelease,
        'towpath-status': String(page?.status ?? 200),
        // The first copy of a page that is rendered again: edge/isr/page.ts reads these.
        'towpath-revalidate': String(revalidate),
        ...(manifest.builtAt === undefined ? {} : { 'towpath-generated-at': String(manifest.builtAt) }),
      };
      const about = { contentType, cacheControl: revalidated(revalidate), metadata };
      return [{ ...file, key: `releases/${release}/isr/${name}`, shared: false, about }];
    }
    return [];
  });
}
