/**
 * The one place that knows which headers CloudFront lets a function touch.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
import type { CloudFrontHeaders } from 'aws-lambda';

/** A response that carries one of these becomes a 502. */
const FORBIDDEN =
  /^(connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache.*|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

/** Set by CloudFront itself, from the body it sends. */
const COMPUTED = /^(content-length|transfer-encoding|via|date)$/;

/** May not be added, changed or removed in a request to the origin. */
const READ_ONLY_IN_REQUEST =
  /^(accept-encoding|content-length|if-modified-since|if-none-match|if-range|if-unmodified-since|transfer-encoding|via)$/;

/** S3's own, of no use to a visitor. */
const INTERNAL = /^x-amz-|^server$/;

export const isAllowedInResponse = (name: string) => !FORBIDDEN.test(name) && !COMPUTED.test(name);

/** As Node's own server reads it. Browsers send cookies in UTF-8, a header's letters are bytes. */
const inBytes = (value: string) =>
  /[\u0100-\uffff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;

/** Request headers → `Headers`. Repeated ones are joined, cookies with a semicolon. */
export function fromCloudFrontHeaders(headers: CloudFrontHeaders): Headers {
  const result = new Headers();
  for (const [name, values] of Object.entries(headers)) {
    const separator = name === 'cookie' ? '; ' : ', ';
    result.set(name, values.map(({ value }) => inBytes(value)).join(separator));
  }
  return result;
}

/** `Headers` → a generated response's headers, without those CloudFront refuses or computes. */
export function toCloudFrontHeaders(headers: Headers): CloudFrontHeaders {
  const result: CloudFrontHeaders = {};
  for (const [name, value] of headers) {
    if (name === 'set-cookie' || !isAllowedInResponse(name)) continue;
    result[name] = [{ key: name, value }];
  }
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) result['set-cookie'] = cookies.map((value) => ({ key: 'set-cookie', value }));
  return result;
}

/** Of a request on its way to S3: what may not be removed, and nothing else. Cookies and credentials stay behind. */
export function headersForBucket(headers: CloudFrontHeaders, host: string): CloudFrontHeaders {
  const kept = Object.entries(headers).filter(([name]) => READ_ONLY_IN_REQUEST.test(name));
  return { ...Object.fromEntries(kept), host: [{ key: 'host', value: host }] };
}

/** Of S3's response, with `added` over them. Transfer-Encoding and Via are read-only and stay as they are. */
export function headersFromBucket(headers: CloudFrontHeaders, added: Record<string, string>): CloudFrontHeaders {
  const kept = Object.entries(headers).filter(([name]) => !INTERNAL.test(name));
  const extra = Object.entries(added)
    .filter(([name]) => isAllowedInResponse(name))
    .map(([name, value]) => [name, [{ key: name, value }]]);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(extra) };
}
