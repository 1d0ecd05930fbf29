/** ListObjectsV2 and ListObjects: pages of keys, rolled up at a delimiter. */
import type * as S3 from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { findBucket, type ObjectRecord, type ObjectStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_KEYS = 1000;

export interface Page {
  objects: [string, ObjectRecord][];
  commonPrefixes: string[];
  /** Last key or common prefix of this page, when there is more. */
  next?: string;
}

/** UTF-8 byte order, which is that of code points. */
const isAfter = (key: string, marker: string) => Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;

/** The keys of `entries` (sorted) after `after`; those with `delimiter` beyond `prefix` appear once, as their common prefix. */
function pageOf(
  entries: [string, ObjectRecord][],
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): Page {
  const page: Page = { objects: [], commonPrefixes: [] };
  let last = '';
  for (const [key, object] of entries) {
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const rolled = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (rolled !== undefined && (rolled === page.commonPrefixes.at(-1) || rolled === after)) continue;
    if (after && !isAfter(key, after)) continue;
    if (page.objects.length + page.commonPrefixes.length >= limit) {
      return { ...page, ...(limit > 0 && { next: last }) };
    }
    last = rolled ?? key;
    if (rolled === undefined) page.objects.push([key, object]);
    else page.commonPrefixes.push(rolled);
  }
  return page;
}

interface ListInput {
  Bucket?: string;
  Prefix?: string;
  Delimiter?: string;
  MaxKeys?: number;
  EncodingType?: S3.EncodingType;
}

export function listingOperations(store: ObjectStore, ownerId: string): Operations {
  const list = (input: ListInput, after: string, owner: boolean) => {
    const { name } = findBucket(store, input.Bucket);
    const { Prefix = '', Delimiter = '', EncodingType } = input;
    const limit = Math.min(input.MaxKeys ?? MAX_KEYS, MAX_KEYS);
    if (limit < 0) throw new AwsError('InvalidArgument', 'max-keys must be an integer between 0 and 2147483647', 400);
    const page = pageOf(store.objects(name).entries(Prefix), { prefix: Prefix, delimiter: Delimiter, after, limit });
    const encode = (text: string) =>
      EncodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+') : text;
    const Contents: S3._Object[] = page.objects.map(([key, object]) => ({
      Key: encode(key),
      ETag: object.etag,
      Size: object.size,
      LastModified: new Date(object.modifiedAt),
      StorageClass: (object.headers.StorageClass ?? 'STANDARD') as S3.ObjectStorageClass,
      ...(owner && { Owner: { ID: ownerId } }),
    }));
    const common = {
      Name: name,
      Prefix: encode(Prefix),
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      ...(EncodingType && { EncodingType }),
      MaxKeys: limit,
      IsTruncated: page.next !== undefined,
      ...(Contents.length > 0 && { Contents }),
      ...(page.commonPrefixes.length > 0 && {
        CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      }),
    };
    return { common, count: Contents.length + page.commonPrefixes.length, next: page.next, encode };
  };

  return {
    ListObjectsV2: async (input: S3.ListObjectsV2Request): Promise<S3.ListObjectsV2Output> => {
      const token = input.ContinuationToken;
      const after = token === undefined ? (input.StartAfter ?? '') : Buffer.from(token, 'base64url').toString();
      const { common, count, next, encode } = list(input, after, input.FetchOwner ?? false);
      return {
        ...common,
        KeyCount: count,
        ...(token !== undefined && { ContinuationToken: token }),
        ...(input.StartAfter !== undefined && { StartAfter: encode(input.StartAfter) }),
        ...(next !== undefined && { NextContinuationToken: Buffer.from(next).toString('base64url') }),
      };
    },

    ListObjects: async (input: S3.ListObjectsRequest): Promise<S3.ListObjectsOutput> => {
      const { common, next, encode } = list(input, input.Marker ?? '', true);
      const marker = next !== undefined && input.Delimiter ? { NextMarker: encode(next) } : {};
      return { ...common, Marker: encode(input.Marker ?? ''), ...marker };
    },
  };
}
