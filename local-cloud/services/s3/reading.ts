/** GetObject, HeadObject and GetObjectAttributes: ranges and conditions. */
import type * as S3 from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { checkRead, noSuchKey } from './conditions.ts';
import { checkKey } from './object-headers.ts';
import { findObject } from './objects.ts';
import { findBucket, type ObjectRecord, type ObjectStore } from './store.ts';

/** Both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** `undefined` when there is no range or it is none that S3 understands: then the whole object is given. */
export function parseRange(range: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === '' && last === '0')) {
    const members = { RangeRequested: range, ActualObjectSize: size };
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, members);
  }
  return { start, end };
}

function partRange(object: ObjectRecord, part: number | undefined): ByteRange | undefined {
  if (part === undefined) return undefined;
  const sizes = object.partSizes ?? [object.size];
  const size = sizes[part - 1];
  if (size === undefined) throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416);
  const start = sizes.slice(0, part - 1).reduce((sum, each) => sum + each, 0);
  return size === 0 ? undefined : { start, end: start + size - 1 };
}

function lookUp(store: ObjectStore, input: S3.GetObjectRequest | S3.HeadObjectRequest): ObjectRecord {
  const bucket = findBucket(store, input.Bucket);
  const key = checkKey(input.Key);
  if (input.VersionId && input.VersionId !== 'null') {
    throw new AwsError('NotImplemented', 'The local cloud keeps no object versions', 501);
  }
  const object = store.objects(bucket.name).get(key);
  if (!object) throw noSuchKey(key);
  checkRead(object, input);
  return object;
}

function describe(
  object: ObjectRecord,
  input: S3.GetObjectRequest | S3.HeadObjectRequest,
  range: ByteRange | undefined,
): S3.HeadObjectOutput {
  const { Expires, ...headers } = object.headers;
  const { ContentType = 'binary/octet-stream', StorageClass, ...more } = headers;
  return {
    AcceptRanges: 'bytes',
    ContentType,
    ...more,
    ...(StorageClass && StorageClass !== 'STANDARD' && { StorageClass: StorageClass as S3.StorageClass }),
    ...(Expires && { Expires: new Date(Expires) }),
    ContentLength: range ? range.end - range.start + 1 : object.size,
    ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${object.size}` }),
    ETag: object.etag,
    LastModified: new Date(object.modifiedAt),
    ServerSideEncryption: 'AES256',
    ...(object.tags.length > 0 && { TagCount: object.tags.length }),
    ...(input.PartNumber !== undefined && { PartsCount: object.partSizes?.length ?? 1 }),
    ...(input.ChecksumMode === 'ENABLED' && !range && object.checksums),
    ...(input.ResponseContentType && { ContentType: input.ResponseContentType }),
    ...(input.ResponseCacheControl && { CacheControl: input.ResponseCacheControl }),
    ...(input.ResponseContentDisposition && { ContentDisposition: input.ResponseContentDisposition }),
    ...(input.ResponseContentEncoding && { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseContentLanguage && { ContentLanguage: input.ResponseContentLanguage }),
    ...(input.ResponseExpires && { Expires: new Date(input.ResponseExpires) }),
  };
}

const isGone = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

export function readingOperations(store: ObjectStore): Operations {
  const get = async (input: S3.GetObjectRequest, retry = true) => {
    const object = lookUp(store, input);
    const range = partRange(object, input.PartNumber) ?? parseRange(input.Range, object.size);
    try {
      const { file } = object;
      const Body = range ? await store.readRange(file, range.start, range.end) : await store.readBody(file);
      return { ...describe(object, input, range), Body };
    } catch (error) {
      // The object was replaced between the look-up and the reading of its file.
      if (retry && isGone(error)) return get(input, false);
      throw error;
    }
  };

  return {
    GetObject: async (input: S3.GetObjectRequest) => get(input),

    HeadObject: async (input: S3.HeadObjectRequest): Promise<S3.HeadObjectOutput> => {
      const object = lookUp(store, input);
      return describe(object, input, partRange(object, input.PartNumber) ?? parseRange(input.Range, object.size));
    },

    GetObjectAttributes: async (input: S3.GetObjectAttributesRequest): Promise<S3.GetObjectAttributesOutput> => {
      const object = findObject(store, findBucket(store, input.Bucket).name, checkKey(input.Key));
      const asked = new Set<string>(input.ObjectAttributes);
      const parts = object.partSizes?.map((Size, index) => ({ PartNumber: index + 1, Size }));
      return {
        LastModified: new Date(object.modifiedAt),
        ...(asked.has('ETag') && { ETag: object.etag.replaceAll('"', '') }),
        ...(asked.has('ObjectSize') && { ObjectSize: object.size }),
        ...(asked.has('StorageClass') && {
          StorageClass: (object.headers.StorageClass ?? 'STANDARD') as S3.StorageClass,
        }),
        ...(asked.has('Checksum') && { Checksum: object.checksums }),
        ...(asked.has('ObjectParts') && parts && { ObjectParts: { TotalPartsCount: parts.length, Parts: parts } }),
      };
    },
  };
}
