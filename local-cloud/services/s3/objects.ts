/** Writing and removing objects. */
import type * as S3 from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { checkBody, md5 } from './checksums.ts';
import { checkRead, checkWrite, noSuchKey, type WriteConditions } from './conditions.ts';
import { checkAcl, checkKey, headersOf, parseTags } from './object-headers.ts';
import { findBucket, type ObjectRecord, type ObjectStore } from './store.ts';

/** Over the wire and in process alike. */
export type WithBody<Input> = Omit<Input, 'Body'> & { Body?: Uint8Array | string };

export const bytesOf = (body: Uint8Array | string | undefined): Uint8Array =>
  typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array());

/** Puts `object` at `key` if `conditions` allow it; the body that loses, old or new, is removed. */
export async function putRecord(
  store: ObjectStore,
  bucket: string,
  key: string,
  object: ObjectRecord,
  conditions: WriteConditions,
): Promise<void> {
  let loser: string | undefined = object.file;
  try {
    findBucket(store, bucket);
    const objects = store.objects(bucket);
    const replaced = objects.get(key);
    checkWrite(replaced, conditions, key);
    objects.put(key, object);
    loser = replaced?.file;
  } finally {
    await store.removeBody(loser);
  }
}

export function findObject(store: ObjectStore, bucket: string, key: string): ObjectRecord {
  const object = store.objects(bucket).get(key);
  if (!object) throw noSuchKey(key);
  return object;
}

/** `/bucket/key` or `bucket/key`, percent-encoded. */
export function copySource(source: string | undefined): { bucket: string; key: string } {
  const [path = '', version] = (source ?? '').split('?');
  const found = /^\/?([^/]+)\/([\s\S]+)$/.exec(decodeURIComponent(path));
  if (!found?.[1] || !found[2]) throw new AwsError('InvalidArgument', `Invalid copy source ${source}`, 400);
  if (version) throw new AwsError('NotImplemented', 'The local cloud keeps no object versions', 501);
  return { bucket: found[1], key: found[2] };
}

/** S3 says 412 where a plain read would say 304. */
export function checkCopySource(object: ObjectRecord, input: S3.CopyObjectRequest | S3.UploadPartCopyRequest): void {
  try {
    checkRead(object, {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
}

async function copyObject(store: ObjectStore, environment: Environment, input: S3.CopyObjectRequest) {
  const target = findBucket(store, input.Bucket).name;
  const key = checkKey(input.Key);
  const from = copySource(input.CopySource);
  const source = findObject(store, findBucket(store, from.bucket).name, from.key);
  checkCopySource(source, input);
  const replace = input.MetadataDirective === 'REPLACE';
  if (from.bucket === target && from.key === key && !replace) {
    const message =
      'This copy request is illegal because it is trying to copy an object to itself without changing its metadata.';
    throw new AwsError('InvalidRequest', message, 400);
  }
  const object: ObjectRecord = {
    ...source,
    file: await store.copyBody(source.file),
    modifiedAt: environment.now(),
    headers: replace ? headersOf(input) : source.headers,
    tags: input.TaggingDirective === 'REPLACE' ? parseTags(input.Tagging) : source.tags,
  };
  await putRecord(store, target, key, object, input);
  return { CopyObjectResult: { ETag: object.etag, LastModified: new Date(object.modifiedAt), ...object.checksums } };
}

export function objectOperations(store: ObjectStore, environment: Environment): Operations {
  const remove = async (bucket: string, key: string, conditions: WriteConditions) => {
    const objects = store.objects(bucket);
    const object = objects.get(key);
    checkWrite(object, { IfMatch: conditions.IfMatch }, key);
    if (!object) return;
    objects.delete(key);
    await store.removeBody(object.file);
  };

  return {
    PutObject: async (input: WithBody<S3.PutObjectRequest>): Promise<S3.PutObjectOutput> => {
      const { name } = findBucket(store, input.Bucket);
      const key = checkKey(input.Key);
      checkAcl(input.ACL);
      const body = bytesOf(input.Body);
      const object: ObjectRecord = {
        size: body.length,
        etag: `"${md5(body).toString('hex')}"`,
        modifiedAt: environment.now(),
        headers: headersOf(input),
        tags: parseTags(input.Tagging),
        checksums: checkBody(body, input),
        file: await store.writeBody(body),
      };
      await putRecord(store, name, key, object, input);
      return { ETag: object.etag, ServerSideEncryption: 'AES256', ...object.checksums };
    },

    CopyObject: async (input: S3.CopyObjectRequest): Promise<S3.CopyObjectOutput> =>
      copyObject(store, environment, input),

    DeleteObject: async (input: S3.DeleteObjectRequest): Promise<void> => {
      await remove(findBucket(store, input.Bucket).name, checkKey(input.Key), input);
    },

    DeleteObjects: async (input: S3.DeleteObjectsRequest): Promise<S3.DeleteObjectsOutput> => {
      const { name } = findBucket(store, input.Bucket);
      const { Objects = [], Quiet } = input.Delete ?? {};
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
      if (Objects.length === 0 || Objects.length > 1000) {
        throw new AwsError('MalformedXML', 'Between 1 and 1000 objects can be deleted by one request', 400);
      }
      const Deleted: S3.DeletedObject[] = [];
      const Errors: S3._Error[] = [];
      for (const { Key = '', ETag } of Objects) {
        try {
          await remove(name, Key, { IfMatch: ETag });
          Deleted.push({ Key });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Errors.push({ Key, Code: error.code, Message: error.message });
        }
      }
      return { ...(!Quiet && { Deleted }), ...(Errors.length > 0 && { Errors }) };
    },
  };
}

export function taggingOperations(store: ObjectStore): Operations {
  return {
    PutObjectTagging: async (input: S3.PutObjectTaggingRequest): Promise<void> => {
      const { name } = findBucket(store, input.Bucket);
      const key = checkKey(input.Key);
      store.objects(name).put(key, { ...findObject(store, name, key), tags: input.Tagging?.TagSet ?? [] });
    },

    GetObjectTagging: async (input: S3.GetObjectTaggingRequest): Promise<S3.GetObjectTaggingOutput> => ({
      TagSet: findObject(store, findBucket(store, input.Bucket).name, checkKey(input.Key)).tags,
    }),

    DeleteObjectTagging: async (input: S3.DeleteObjectTaggingRequest): Promise<void> => {
      const { name } = findBucket(store, input.Bucket);
      const key = checkKey(input.Key);
      store.objects(name).put(key, { ...findObject(store, name, key), tags: [] });
    },
  };
}
