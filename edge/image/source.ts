/** Where the original comes from: the site's bucket, the site itself, or another host. */
import { isPublic } from '../../domain/outbound.ts';
import type { Bucket } from '../shared/bucket.ts';
import type { ImageSettings } from '../shared/settings.ts';
import type { ImageParameters } from './parameters.ts';
import { type FetchedImage, ForbiddenAddressError, fetchRemote } from './remote.ts';

/** Of files that only a deployment can change, which invalidates them at the CDN. */
const UNTIL_DEPLOYMENT_SECONDS = 31_536_000;
const MAX_REDIRECTS = 3;
const METADATA_ADDRESSES = ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254'];

export interface SourceImage extends FetchedImage {
  /** How long the CDN may keep what is made of it, beyond what the source says of itself. */
  storedSeconds: number;
}

export interface SourcePorts {
  settings: ImageSettings;
  bucket: Bucket;
  /** For addresses outside the site: by default all that are not public. For tests, something laxer. */
  isForbidden?: (address: string) => boolean;
}

function keyOf(path: string, release: string, { basePath, publicPaths }: ImageSettings): string | undefined {
  if (path.includes('/../') || path.endsWith('/..')) return undefined;
  if (path.startsWith(`${basePath}/_next/static/`)) return `static${path}`;
  return publicPaths.includes(path) ? `releases/${release}/public${path}` : undefined;
}

function decodedPath(url: string): string {
  const path = url.split(/[?#]/, 1)[0] as string;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function fromBucket(key: string, bucket: Bucket): Promise<SourceImage> {
  const answer = await bucket.get(key);
  return {
    status: answer.status,
    bytes: Buffer.from(await answer.arrayBuffer()),
    contentType: answer.headers.get('content-type') ?? undefined,
    storedSeconds: UNTIL_DEPLOYMENT_SECONDS,
  };
}

/**
 * CloudFront took the visitor's host for one of the site's own names, so it may resolve to anything but the address that
 * gives out credentials; a redirect could lead elsewhere.
 */
async function fromSite(url: string, siteUrl: string): Promise<FetchedImage> {
  const own = new URL(url, siteUrl);
  if (own.origin !== new URL(siteUrl).origin) throw new ForbiddenAddressError(`${url} leads to another site`);
  return fetchRemote(own.href, { isForbidden: (address) => METADATA_ADDRESSES.includes(address), maxRedirects: 0 });
}

export interface AskedSite {
  /** Whose files are shown. */
  release: string;
  /** The site's own address as the visitor used it: an image may come from one of its API routes or rewrites. */
  url: string;
}

export async function loadSource(
  { url, isAbsolute }: ImageParameters,
  site: AskedSite,
  { settings, bucket, isForbidden = (address) => !isPublic(address) }: SourcePorts,
): Promise<SourceImage> {
  const { minimumCacheTTL } = settings.edge.images;
  if (isAbsolute) {
    return {
      ...(await fetchRemote(url, { isForbidden, maxRedirects: MAX_REDIRECTS })),
      storedSeconds: minimumCacheTTL,
    };
  }
  const key = keyOf(decodedPath(url), site.release, settings);
  return key ? fromBucket(key, bucket) : { ...(await fromSite(url, site.url)), storedSeconds: minimumCacheTTL };
}
