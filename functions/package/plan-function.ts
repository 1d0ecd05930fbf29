/** What is inside a function's ZIP, and whether it fits. Pure. */
import { TowpathError } from '../../domain/errors.ts';
import { type EdgeSettings, ImageSettings, type Manifest } from '../../domain/release.ts';
import type { EdgeFunctionName } from '../../domain/site.ts';
import type { Bundle } from './bundle.ts';

/** Lambda@Edge, zipped: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const MAX_ZIPPED_BYTES = 50 * 1024 * 1024;
/** Lambda, unzipped: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;
const WARN_AT = 0.8;
const NAMED_PACKAGES = 5;

const FUNCTION_TOO_LARGE = {
  code: 'FUNCTION_TOO_LARGE',
  fault: 'user',
  retryable: false,
  remedy:
    'Make the largest packages smaller or leave them out: import only what the server needs, move build-time packages to devDependencies, read large files from S3 at request time.',
} as const;

export interface FunctionSite {
  site: string;
  release: string;
  bucket: string;
  bucketRegion: string;
  environment: Record<string, string>;
  secrets?: EdgeSettings['secrets'];
  regeneration?: EdgeSettings['regeneration'];
}

/** towpath.json of a function. Holds the app's environment: never log it. */
export function edgeSettings(site: FunctionSite, manifest: Manifest): EdgeSettings {
  const { rendering, next, buildId, basePath, trailingSlash, onDemand, edge, files, rules } = manifest;
  const publicPaths = Object.keys(files)
    .filter((path) => path.startsWith('public/'))
    .map((path) => path.slice('public'.length))
    .sort();
  // Next's own tags are the page's address, and all of them stand in the page's object.
  const pages = Object.fromEntries(
    Object.entries(manifest.pages).map(([path, { tags = [], ...page }]) => {
      const named = tags.filter((tag) => !tag.startsWith('_N_T_'));
      return [path, named.length > 0 ? { ...page, tags: named } : page];
    }),
  );
  return {
    ...site,
    rendering,
    next,
    buildId,
    basePath,
    trailingSlash,
    pages,
    onDemand,
    publicPaths,
    ...(rules && { rules }),
    edge,
  };
}

/** Images are made of addresses and files: their function sees no variable, and hears of the release from CloudFront. */
export function settingsOf(name: EdgeFunctionName, settings: EdgeSettings): EdgeSettings | ImageSettings {
  if (name !== 'image') return settings;
  return ImageSettings.parse({ ...settings, edge: { images: settings.edge.images } });
}

/** Path in the ZIP → path in the bundle, of the app's own files in a function; the image function has none. */
export function appFiles(name: EdgeFunctionName, bundle: Pick<Bundle, 'entries'>): Map<string, string> {
  const prefix = `functions/${name}/`;
  const own = [...bundle.entries.keys()].filter((path) => path.startsWith(prefix));
  return new Map(own.map((path) => [path.slice(prefix.length), path]));
}

/** `node_modules/@scope/name` of a path, the innermost one; the app's own files are summed up by their first folder. */
function packageOf(path: string): string {
  const inPackage = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return inPackage?.[1] ?? path.split('/').slice(0, 2).join('/');
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** The largest packages of a function, e.g. `next (12.3 MB)`. */
export function largestPackages(name: EdgeFunctionName, bundle: Pick<Bundle, 'entries'>): string[] {
  const sums = new Map<string, number>();
  for (const [inZip, path] of appFiles(name, bundle)) {
    const owner = packageOf(inZip);
    sums.set(owner, (sums.get(owner) ?? 0) + (bundle.entries.get(path)?.compressedBytes ?? 0));
  }
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED_PACKAGES)
    .map(([owner, bytes]) => `${owner} (${megabytes(bytes)})`);
}

/** A warning near the limit, an error above it, with what weighs most. Sizes in bytes. */
export function checkSize(
  name: EdgeFunctionName,
  size: { zipped: number; unzipped: number },
  largest: string[],
): string | undefined {
  const heaviest = largest.length > 0 ? ` Largest: ${largest.join(', ')}.` : '';
  for (const [kind, bytes, limit] of [
    ['zipped', size.zipped, MAX_ZIPPED_BYTES],
    ['unzipped', size.unzipped, MAX_UNZIPPED_BYTES],
  ] as const) {
    const found = `function ${name} has ${megabytes(bytes)} ${kind}; Lambda@Edge takes ${megabytes(limit)}.${heaviest}`;
    if (bytes > limit) throw new TowpathError(FUNCTION_TOO_LARGE, found);
    if (bytes > limit * WARN_AT) return found;
  }
  return undefined;
}
