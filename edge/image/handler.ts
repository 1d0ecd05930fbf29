/** `/_next/image`: https://nextjs.org/docs/pages/api-reference/components/image */
import { createHash } from 'node:crypto';
import type {
  CloudFrontRequest,
  CloudFrontRequestEvent,
  CloudFrontResponseEvent,
  CloudFrontResultResponse,
} from 'aws-lambda';
import { RELEASE_HEADER } from '../../domain/release-header.ts';
import { toVisit } from '../shared/cloudfront.ts';
import { restoreSpilled } from '../shared/restore-spilled.ts';
import type { Settings } from '../shared/settings.ts';
import { isSpilled, withinLimit } from '../shared/spill.ts';
import { detectType, fileNameOf, isAnimated } from './image-type.ts';
import { type ImageParameters, parseParameters } from './parameters.ts';
import { ForbiddenAddressError } from './remote.ts';
import { loadSource, type SourceImage, type SourcePorts } from './source.ts';
import type { Wanted } from './transform.ts';

export interface ImagePorts extends SourcePorts {
  transform(bytes: Buffer, wanted: Wanted): Promise<Buffer>;
}

const NOT_VALID = "The requested resource isn't a valid image.";
const badSource = (source: 'upstream' | 'internal') => `"url" parameter is valid but ${source} response is invalid`;
/** Majors that take a page of the site for the image that isn't there, whatever its status. */
const TAKE_THEIR_OWN_ERROR_PAGE = new Set([9, 10, 11, 13, 14, 15]);
const NOT_ALLOWED = '"url" parameter is not allowed';
const TYPE_NOT_ALLOWED = '"url" parameter is valid but image type is not allowed';
const IMMUTABLE = 'public, max-age=315360000, immutable';

const refuse = (status: number, text: string) =>
  new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-store' },
  });

function isSince12({ version }: Settings['next'], since: number): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 12 || (major === 12 && minor >= since);
}

/** Before, a browser asks again as soon as the image's own headers say. */
const keepsImages = (next: Settings['next']) => isSince12(next, 2);

/** Before, they are sent to browsers that don't take them. */
const turnsModernTypes = (next: Settings['next']) => isSince12(next, 1);

/** The first format of the app's list that the browser takes; or the image's own, if all browsers do. */
function targetType(type: string, accept: string, { edge, next }: ImagePorts['settings']): string {
  const isModern = type === 'image/webp' || type === 'image/avif';
  const own = isModern && turnsModernTypes(next) ? 'image/jpeg' : type;
  return edge.images.formats.find((format) => accept.includes(format)) ?? own;
}

interface Image {
  bytes: Buffer;
  type: string;
  /** A vector or an animation: browsers may keep it for as long as its own origin says. */
  isOriginal?: true;
}

/** What is sent, or the text of a 400. Vectors, animations and what sharp can't read are passed on, as Next does. */
async function imageOf(
  source: SourceImage,
  wanted: ImageParameters,
  accept: string,
  ports: ImagePorts,
): Promise<Image | string> {
  const { edge } = ports.settings;
  const type = detectType(source.bytes) ?? source.contentType?.split(';')[0]?.trim() ?? '';
  const original = { bytes: source.bytes, type };
  if (type === 'image/svg+xml')
    return edge.images.dangerouslyAllowSVG ? { ...original, isOriginal: true } : TYPE_NOT_ALLOWED;
  if (!type.startsWith('image/')) return NOT_VALID;
  if (isAnimated(source.bytes, type)) return { ...original, isOriginal: true };
  const target = targetType(type, accept, ports.settings);
  try {
    return { bytes: await ports.transform(source.bytes, { ...wanted, type: target }), type: target };
  } catch (error) {
    console.warn(JSON.stringify({ message: 'image passed on as it is', url: wanted.url, reason: String(error) }));
    return original;
  }
}

const maxAgeOf = (cacheControl = '') => {
  const seconds = /s-maxage=(\d+)/.exec(cacheControl)?.[1] ?? /max-age=(\d+)/.exec(cacheControl)?.[1];
  return Number(seconds ?? 0);
};

function cacheControlOf(url: string, source: SourceImage, { isOriginal }: Image, ports: ImagePorts): string {
  const { basePath, next, edge } = ports.settings;
  if (url.startsWith(`${basePath}/_next/static/`)) return IMMUTABLE;
  const own = maxAgeOf(source.cacheControl);
  const browserSeconds = keepsImages(next) && !isOriginal ? Math.max(own, edge.images.minimumCacheTTL) : own;
  return `public, max-age=${browserSeconds}, s-maxage=${Math.max(own, source.storedSeconds)}, must-revalidate`;
}

function toResponse(
  { bytes, type }: Image,
  cacheControl: string,
  { url }: ImageParameters,
  request: Request,
  release: string,
  ports: ImagePorts,
): Response {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  const name = fileNameOf(url, type);
  const headers: Record<string, string> = {
    vary: 'Accept',
    etag,
    'cache-control': cacheControl,
    'content-type': type,
    'content-security-policy': ports.settings.edge.images.contentSecurityPolicy ?? "script-src 'none'; sandbox;",
    [RELEASE_HEADER]: release,
    ...(name
      ? {
          'content-disposition': `${ports.settings.edge.images.contentDispositionType ?? 'inline'}; filename="${name}"`,
        }
      : {}),
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(bytes), { headers });
}

async function optimize(request: Request, release: string, ports: ImagePorts): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Method Not Allowed');
  const url = new URL(request.url);
  const parameters = parseParameters(url.searchParams, ports.settings.edge.images, ports.settings.next);
  if ('refusal' in parameters) return refuse(400, parameters.refusal);
  // Next 16 tells its own images from others'.
  const isOwn = !parameters.isAbsolute && ports.settings.next.major >= 16;
  const badResponse = badSource(isOwn ? 'internal' : 'upstream');
  let source: SourceImage;
  try {
    source = await loadSource(parameters, { release, url: url.origin }, ports);
  } catch (error) {
    console.warn(JSON.stringify({ message: 'image source failed', url: parameters.url, reason: String(error) }));
    return error instanceof ForbiddenAddressError ? refuse(400, NOT_ALLOWED) : refuse(500, badResponse);
  }
  if (source.status !== 200) {
    const takesOwnErrorPage = !parameters.isAbsolute && TAKE_THEIR_OWN_ERROR_PAGE.has(ports.settings.next.major);
    return takesOwnErrorPage ? refuse(400, NOT_VALID) : refuse(source.status >= 400 ? source.status : 500, badResponse);
  }
  const image = await imageOf(source, parameters, request.headers.get('accept') ?? '', ports);
  if (typeof image === 'string') return refuse(400, image);
  return toResponse(image, cacheControlOf(parameters.url, source, image, ports), parameters, request, release, ports);
}

/** The distribution says it with each request to its bucket. */
function releaseOf({ origin }: CloudFrontRequest): string {
  const release = origin?.s3?.customHeaders[RELEASE_HEADER]?.[0]?.value;
  if (release === undefined) throw new Error(`The origin's custom header ${RELEASE_HEADER} is missing.`);
  return release;
}

export function createImageHandler(ports: ImagePorts) {
  return async (
    event: CloudFrontRequestEvent | CloudFrontResponseEvent,
  ): Promise<CloudFrontRequest | CloudFrontResultResponse> => {
    const cf = event.Records[0]?.cf;
    if (!cf) throw new Error('The event holds no CloudFront record.');
    if ('response' in cf) {
      return isSpilled(cf.request.uri) ? restoreSpilled(cf.request.uri, cf.response, ports.bucket) : cf.response;
    }
    return withinLimit(
      await optimize(toVisit(cf.request).request, releaseOf(cf.request), ports),
      cf.request,
      ports.bucket,
    );
  };
}
