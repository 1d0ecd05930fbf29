/**
 * S3 as an origin, behind an origin access control.
 * Gaps: sub-resources of buckets and objects (listings, acl, tagging) answer AccessDenied; multi-object requests too.
 * By design: `+` in a path is a space, as S3 reads it; a missing key's answer (403 or 404) is S3's own.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Call, Caller } from '../../../service.ts';
import { type EdgeResponse, EMPTY_BODY, type HeaderMap, header } from './message.ts';
import type { OriginRequest, S3OriginTarget } from './origin-request.ts';

interface S3Output {
  Body?: Uint8Array;
  ETag?: string;
  LastModified?: Date;
  ContentType?: string;
  ContentLength?: number;
  CacheControl?: string;
  ContentEncoding?: string;
  ContentDisposition?: string;
  ContentLanguage?: string;
  ContentRange?: string;
  Expires?: Date;
  VersionId?: string;
  Metadata?: Record<string, string>;
}

/** Statuses of errors that S3's model gives none. */
const STATUSES: Record<string, number> = {
  NoSuchKey: 404,
  NoSuchBucket: 404,
  NotFound: 404,
  AccessDenied: 403,
  NotModified: 304,
  PreconditionFailed: 412,
  InvalidRange: 416,
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax */
const OVERRIDES: Record<string, string> = {
  'response-cache-control': 'ResponseCacheControl',
  'response-content-disposition': 'ResponseContentDisposition',
  'response-content-encoding': 'ResponseContentEncoding',
  'response-content-language': 'ResponseContentLanguage',
  'response-content-type': 'ResponseContentType',
  'response-expires': 'ResponseExpires',
};

/** `signed`: the origin has an access control that signs. */
export async function askS3(
  request: OriginRequest,
  target: S3OriginTarget['s3'],
  signed: boolean,
  call: Call,
  caller: Caller,
): Promise<EdgeResponse> {
  try {
    const bucket = /^(.+?)\.s3[.-]/.exec(target.domainName)?.[1] ?? target.domainName;
    if (header(request.headers, 'host') !== target.domainName) {
      throw new AwsError(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        403,
      );
    }
    const key = keyOf(`${target.path}${request.uri}`);
    const query = new URLSearchParams(request.query);
    const subResource = [...query.keys()].some((name) => SUB_RESOURCES.has(name));
    if (!signed || key === '' || subResource) throw new AwsError('AccessDenied', 'Access Denied', 403);
    return await answer(request, bucket, key, query, call, caller);
  } catch (error) {
    return errorResponse(error, request.method);
  }
}

const SUB_RESOURCES = new Set([
  'acl',
  'attributes',
  'legal-hold',
  'list-type',
  'retention',
  'tagging',
  'torrent',
  'uploads',
  'uploadId',
]);

async function answer(
  { method, headers, body }: OriginRequest,
  Bucket: string,
  Key: string,
  query: URLSearchParams,
  call: Call,
  caller: Caller,
): Promise<EdgeResponse> {
  if (method === 'GET' || method === 'HEAD') {
    const overrides = Object.entries(OVERRIDES).flatMap(([name, member]) => {
      const value = query.get(name);
      return value === null ? [] : [[member, member === 'ResponseExpires' ? new Date(value) : value]];
    });
    const input = { Bucket, Key, ...conditions(headers), ...Object.fromEntries(overrides) };
    const output = await call<S3Output>('s3', method === 'GET' ? 'GetObject' : 'HeadObject', input, caller);
    return objectResponse(output);
  }
  if (method === 'PUT') {
    const input = { Bucket, Key, Body: new Uint8Array(body), ContentType: header(headers, 'content-type') };
    const { ETag } = await call<S3Output>('s3', 'PutObject', input, caller);
    return { status: 200, headers: { ...COMMON, etag: [ETag ?? ''], 'content-length': ['0'] }, body: EMPTY_BODY };
  }
  if (method === 'DELETE') {
    await call('s3', 'DeleteObject', { Bucket, Key }, caller);
    return { status: 204, headers: COMMON, body: EMPTY_BODY };
  }
  if (method === 'OPTIONS')
    throw new AwsError('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.', 403);
  throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
}

const COMMON: HeaderMap = { server: ['AmazonS3'] };

function conditions(headers: HeaderMap) {
  const modifiedSince = header(headers, 'if-modified-since');
  return {
    ...(headers.range && { Range: header(headers, 'range') }),
    ...(headers['if-match'] && { IfMatch: header(headers, 'if-match') }),
    ...(headers['if-none-match'] && { IfNoneMatch: header(headers, 'if-none-match') }),
    ...(modifiedSince && { IfModifiedSince: new Date(modifiedSince) }),
  };
}

function objectResponse(output: S3Output): EdgeResponse {
  const body = Buffer.from(output.Body ?? EMPTY_BODY);
  const fields: [string, string | undefined][] = [
    ['content-type', output.ContentType ?? 'binary/octet-stream'],
    ['content-length', String(output.ContentLength ?? body.length)],
    ['etag', output.ETag],
    ['last-modified', output.LastModified && new Date(output.LastModified).toUTCString()],
    ['cache-control', output.CacheControl],
    ['content-encoding', output.ContentEncoding],
    ['content-disposition', output.ContentDisposition],
    ['content-language', output.ContentLanguage],
    ['content-range', output.ContentRange],
    ['expires', output.Expires && new Date(output.Expires).toUTCString()],
    ['x-amz-version-id', output.VersionId],
    ['accept-ranges', 'bytes'],
    ...Object.entries(output.Metadata ?? {}).map(([name, value]): [string, string] => [`x-amz-meta-${name}`, value]),
  ];
  const headers = Object.fromEntries(fields.flatMap(([name, value]) => (value ? [[name, [value]]] : [])));
  return { status: output.ContentRange ? 206 : 200, headers: { ...COMMON, ...headers }, body };
}

function keyOf(path: string): string {
  try {
    return decodeURIComponent(path.slice(1).replace(/\+/g, ' '));
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
}

function errorResponse(error: unknown, method: string): EdgeResponse {
  const known = error instanceof AwsError;
  const code = known ? error.code : 'InternalError';
  const status = known ? (STATUSES[code] ?? error.status) : 500;
  if (status === 304) {
    const etag: HeaderMap = known && typeof error.members.ETag === 'string' ? { etag: [error.members.ETag] } : {};
    return { status, headers: { ...COMMON, ...etag }, body: EMPTY_BODY };
  }
  const message = (error instanceof Error ? error.message : String(error)).replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const body = method === 'HEAD' ? EMPTY_BODY : Buffer.from(xml);
  const headers = { ...COMMON, 'content-type': ['application/xml'], 'content-length': [String(body.length)] };
  return { status, headers, body };
}
