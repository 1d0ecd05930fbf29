/** What a writer may say about an object, checked. */
import type { Tag } from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import type { ObjectHeaders } from './store.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;

const TEXT_HEADERS = [
  'ContentType',
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'WebsiteRedirectLocation',
  'StorageClass',
] as const;

type HeaderInput = { [Name in (typeof TEXT_HEADERS)[number]]?: string } & {
  Expires?: Date;
  Metadata?: Record<string, string>;
};

/** The `Content-Encoding` that only frames the request is not the object's. */
const withoutFraming = (encoding: string): string =>
  encoding
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each && each !== 'aws-chunked')
    .join(',');

export function headersOf(input: HeaderInput): ObjectHeaders {
  const headers: ObjectHeaders = {};
  for (const name of TEXT_HEADERS) {
    const value = name === 'ContentEncoding' ? withoutFraming(input[name] ?? '') : input[name];
    if (value) headers[name] = value;
  }
  if (input.Expires) headers.Expires = new Date(input.Expires).toISOString();
  const metadata = Object.entries(input.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const bytes = metadata.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > MAX_METADATA_BYTES) {
    const message = 'Your metadata headers exceed the maximum allowed metadata size';
    throw new AwsError('MetadataTooLarge', message, 400, { Size: bytes, MaxSizeAllowed: MAX_METADATA_BYTES });
  }
  if (metadata.length > 0) headers.Metadata = Object.fromEntries(metadata);
  return headers;
}

export function checkKey(key: string | undefined): string {
  if (!key) throw new AwsError('InvalidArgument', 'An object key is needed', 400);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long', 400);
  return key;
}

/** Buckets own their objects, so no access control list may be set. */
export function checkAcl(acl: string | undefined): void {
  if (acl && acl !== 'private' && acl !== 'bucket-owner-full-control') {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
  }
}

/** The `x-amz-tagging` header: `a=b&c=d`. */
export function parseTags(tagging: string | undefined): Tag[] {
  return [...new URLSearchParams(tagging ?? '')].map(([Key, Value]) => ({ Key, Value }));
}
