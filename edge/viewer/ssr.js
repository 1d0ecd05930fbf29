// Viewer requests of server-rendered sites.
//
// Towards the origin, Host is S3's, so the visitor's host travels as x-forwarded-host. The cache key is path, query,
// x-forwarded-host, scheme and x-towpath-key: a hash of what Next varies on, for CloudFront ignores Vary.

const SPOOFABLE = /^(x-middleware-|x-invoke-|x-now-|x-towpath-|x-matched-path$|x-forwarded-host$)/;
const VARYING_HEADERS = [
  'rsc',
  'next-router-state-tree',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-url',
  'x-nextjs-data',
];
const PREVIEW_COOKIES = ['__prerender_bypass', '__next_preview_data'];

// Of an image, only whether the browser takes AVIF and WebP matters: the Accept header itself differs between them all.
function imageTypes(request) {
  if (request.uri.indexOf('/_next/image') < 0) return '';
  const accept = textOf(request.headers, 'accept');
  return (accept.indexOf('image/avif') >= 0 ? 'avif,' : '') + (accept.indexOf('image/webp') >= 0 ? 'webp' : '');
}

function cacheKey(request) {
  const parts = VARYING_HEADERS.map((name) => textOf(request.headers, name))
    .concat(PREVIEW_COOKIES.map((name) => textOf(request.cookies, name)))
    .concat(imageTypes(request));
  if (parts.every((part) => part === '')) return 'plain';
  return crypto.createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name.
function handler(event) {
  const refusal = refuse(event);
  if (refusal) return refusal;
  const request = event.request;
  const host = textOf(request.headers, 'host');
  Object.keys(request.headers).forEach((name) => {
    if (SPOOFABLE.test(name)) delete request.headers[name];
  });
  request.headers['x-forwarded-host'] = { value: host };
  request.headers['x-towpath-key'] = { value: cacheKey(request) };
  return request;
}
