/**
 * A function's response may have 1 MB, headers included
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge).
 * What is larger goes to S3 under a random key, with status and headers in a second object beside it; the request is
 * rewritten to it, and the origin-response event puts status and headers back.
 */
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { CloudFrontHeaders, CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import type { Bucket } from './bucket.ts';
import { errorResponse, toCloudFrontResponse } from './cloudfront.ts';
import { headersForBucket, toCloudFrontHeaders } from './headers.ts';

const MAX_RESPONSE_BYTES = 1024 * 1024;
const PREFIX = 'spill/';

interface Head {
  status: string;
  headers: CloudFrontHeaders;
}

const gzip = promisify(gzipCallback);

const fits = (response: CloudFrontResultResponse) => Buffer.byteLength(JSON.stringify(response)) <= MAX_RESPONSE_BYTES;

const isCompressible = (response: Response) =>
  !response.headers.has('content-encoding') &&
  /^(text\/|application\/(json|javascript|xml|.*\+(json|xml))|image\/svg)/.test(
    response.headers.get('content-type') ?? '',
  );

async function compressed(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.set('content-encoding', 'gzip');
  headers.append('vary', 'Accept-Encoding');
  return new Response(await gzip(Buffer.from(await response.arrayBuffer())), { status: response.status, headers });
}

/** What the origin-request event answers with: the response itself, or the request for its copy in S3. */
export async function withinLimit(
  response: Response,
  request: CloudFrontRequest,
  bucket: Bucket,
): Promise<CloudFrontResultResponse | CloudFrontRequest> {
  const plain = await toCloudFrontResponse(response.clone());
  if (fits(plain)) return plain;
  const acceptsGzip = /\bgzip\b/.test(request.headers['accept-encoding']?.[0]?.value ?? '');
  const smaller = acceptsGzip && isCompressible(response) ? await compressed(response) : response;
  if (smaller !== response) {
    const result = await toCloudFrontResponse(smaller.clone());
    if (fits(result)) return result;
  }
  if (request.method !== 'GET') {
    const message = `${request.method} ${request.uri} was answered with more than 1 MB, which CloudFront allows for GET only.`;
    return toCloudFrontResponse(errorResponse(500, 'RESPONSE_TOO_LARGE', message));
  }
  return spill(smaller, request, bucket);
}

async function spill(response: Response, request: CloudFrontRequest, bucket: Bucket): Promise<CloudFrontRequest> {
  const key = `${PREFIX}${randomUUID()}`;
  const head: Head = { status: String(response.status), headers: toCloudFrontHeaders(response.headers) };
  const body = Buffer.from(await response.arrayBuffer());
  const contentType = response.headers.get('content-type') ?? 'application/octet-stream';
  await Promise.all([
    bucket.put(key, body, contentType),
    bucket.put(`${key}.json`, Buffer.from(JSON.stringify(head)), 'application/json'),
  ]);
  console.log(JSON.stringify({ message: 'response spilled to S3', path: request.uri, bytes: body.length, key }));
  return toBucket(request, `/${key}`);
}

/** The same request, for an object of the site's bucket. `uri` is the encoded path of the key. */
export function toBucket(request: CloudFrontRequest, uri: string): CloudFrontRequest {
  const host = request.origin?.s3?.domainName ?? request.headers.host?.[0]?.value ?? '';
  return { ...request, uri, querystring: '', headers: headersForBucket(request.headers, host) };
}

/** Of a file, a part may be asked for: Safari plays no film whose first answer is the whole. */
export function fileInBucket(request: CloudFrontRequest, uri: string): CloudFrontRequest {
  const asked = toBucket(request, uri);
  const { range } = request.headers;
  return range ? { ...asked, headers: { ...asked.headers, range } } : asked;
}

export const isSpilled = (uri: string) => uri.startsWith(`/${PREFIX}`);

export async function headOfSpilled(uri: string, bucket: Bucket): Promise<Head> {
  const answer = await bucket.get(`${uri.slice(1)}.json`);
  if (!answer.ok) throw new Error(`S3 answered ${answer.status} to GetObject ${uri.slice(1)}.json`);
  return (await answer.json()) as Head;
}
