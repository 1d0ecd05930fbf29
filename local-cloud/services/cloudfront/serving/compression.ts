/**
 * Compression at the edge.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type EdgeResponse, header } from './message.ts';

const MIN_BYTES = 1_000;
const MAX_BYTES = 10_000_000;
const STATUSES = [200, 403, 404];

const TYPES = new Set(
  `application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
  application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf application/rss+xml
  application/truetype application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile
  application/vnd.ms-fontobject application/wasm application/xhtml+xml application/xml application/x-font-opentype
  application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript
  application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf font/eot
  font/opentype font/otf font/ttf image/svg+xml text/css text/csv text/html text/javascript text/js text/plain
  text/richtext text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script`.split(/\s+/),
);

function isCompressible(response: EdgeResponse): boolean {
  const type = header(response.headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return (
    STATUSES.includes(response.status) &&
    !response.headers['content-encoding'] &&
    TYPES.has(type) &&
    response.body.length >= MIN_BYTES &&
    response.body.length <= MAX_BYTES
  );
}

/** `encoding`: what the edge picked for the viewer, `br` before `gzip`. A strong ETag becomes weak. */
export async function compress(response: EdgeResponse, encoding: 'br' | 'gzip' | undefined): Promise<EdgeResponse> {
  if (!encoding || !isCompressible(response)) return response;
  const body =
    encoding === 'br'
      ? await promisify(brotliCompress)(response.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      : await promisify(gzip)(response.body);
  const { 'accept-ranges': _, ...headers } = response.headers;
  const etag = header(headers, 'etag');
  const vary = header(headers, 'vary');
  const varies = vary?.toLowerCase().includes('accept-encoding');
  return {
    ...response,
    body,
    headers: {
      ...headers,
      'content-encoding': [encoding],
      'content-length': [String(body.length)],
      vary: [varies ? vary! : vary ? `${vary}, Accept-Encoding` : 'Accept-Encoding'],
      ...(etag && { etag: [etag.startsWith('W/') ? etag : `W/${etag}`] }),
    },
  };
}
