/**
 * The headers that CloudFront adds about the viewer, when a policy names them. Pure.
 * By design: every viewer is in the same made-up place, for all of them are on this machine.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 */
import { type EdgeRequest, type HeaderMap, header } from './message.ts';
import type { Rules } from './rules.ts';

const agent = (request: EdgeRequest): string => header(request.headers, 'user-agent') ?? '';
const isTablet = (request: EdgeRequest) => /ipad|tablet/i.test(agent(request));
const isMobile = (request: EdgeRequest) => /mobi/i.test(agent(request)) && !isTablet(request);

const VALUES: Record<string, (request: EdgeRequest) => string> = {
  'cloudfront-forwarded-proto': () => 'http',
  'cloudfront-is-android-viewer': (request) => String(/android/i.test(agent(request))),
  'cloudfront-is-desktop-viewer': (request) => String(!isMobile(request) && !isTablet(request)),
  'cloudfront-is-ios-viewer': (request) => String(/iphone|ipad/i.test(agent(request))),
  'cloudfront-is-mobile-viewer': (request) => String(isMobile(request)),
  'cloudfront-is-smarttv-viewer': () => 'false',
  'cloudfront-is-tablet-viewer': (request) => String(isTablet(request)),
  'cloudfront-viewer-address': (request) => request.clientAddress,
  'cloudfront-viewer-asn': () => '64496',
  'cloudfront-viewer-city': () => 'Seattle',
  'cloudfront-viewer-country': () => 'US',
  'cloudfront-viewer-country-name': () => 'United States',
  'cloudfront-viewer-country-region': () => 'WA',
  'cloudfront-viewer-country-region-name': () => 'Washington',
  'cloudfront-viewer-http-version': () => '1.1',
  'cloudfront-viewer-latitude': () => '47.60620',
  'cloudfront-viewer-longitude': () => '-122.33210',
  'cloudfront-viewer-postal-code': () => '98101',
  'cloudfront-viewer-time-zone': () => 'America/Los_Angeles',
};

/** The viewer's own headers of these names never count. */
export function withViewerHeaders(request: EdgeRequest, { key, forward }: Rules): HeaderMap {
  const named = new Set(
    [key.headers, forward.headers].filter(({ mode }) => mode === 'whitelist').flatMap(({ names }) => names),
  );
  const headers: HeaderMap = {};
  for (const [name, values] of Object.entries(request.headers)) {
    if (!name.startsWith('cloudfront-')) headers[name] = values;
  }
  for (const [name, value] of Object.entries(VALUES)) {
    if (named.has(name)) headers[name] = [value(request)];
  }
  return headers;
}
