/** Objects in S3: sources, tools, bundles and zips of the control plane; files of the sites. */
import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

export type ArtifactStore = ReturnType<typeof createArtifactStore>;

export interface ObjectAddress {
  bucket: string;
  key: string;
}

export interface ObjectDescription {
  contentType?: string;
  cacheControl?: string;
  /** `x-amz-meta-…`, names without that prefix. */
  metadata?: Record<string, string>;
}

export interface ListedObject {
  key: string;
  bytes: number;
  /** Without quotes. The MD5 of what one PutObject wrote, unless encrypted by KMS. */
  etag: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_DELETED = 1000;

export interface Removal {
  /** How many objects went. */
  removed: number;
  /** False when there are more. */
  done: boolean;
}

const describe = ({ contentType, cacheControl, metadata }: ObjectDescription) => ({
  ContentType: contentType,
  CacheControl: cacheControl,
  Metadata: metadata,
});

export function createArtifactStore(client: S3Client) {
  const body = async ({ bucket, key }: ObjectAddress, range?: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
    if (!Body) throw new Error(`s3://${bucket}/${key} came without a body`);
    return Body;
  };

  async function deleteObjects(bucket: string, keys: string[]): Promise<void> {
    const Objects = keys.map((Key) => ({ Key }));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [failed] = Errors;
    if (failed) throw new Error(`s3://${bucket}/${failed.Key} could not be deleted: ${failed.Message}`);
  }

  return {
    async get(at: ObjectAddress): Promise<Uint8Array> {
      return (await body(at)).transformToByteArray();
    },

    async getText(at: ObjectAddress): Promise<string> {
      return (await body(at)).transformToString();
    },

    /** The object as a stream, or its bytes from `start` to before `end`. */
    async stream(at: ObjectAddress, part?: { start: number; end: number }): Promise<Readable> {
      return (await body(at, part && `bytes=${part.start}-${part.end - 1}`)) as Readable;
    },

    async put(at: ObjectAddress, content: Uint8Array | string, about: ObjectDescription = {}): Promise<void> {
      await client.send(new PutObjectCommand({ Bucket: at.bucket, Key: at.key, Body: content, ...describe(about) }));
    },

    /** Writes a key that nobody has written; `exists` when somebody has. */
    async putOnce(
      at: ObjectAddress,
      content: Uint8Array | string,
      about: ObjectDescription = {},
    ): Promise<'written' | 'exists'> {
      const put = { Bucket: at.bucket, Key: at.key, Body: content, IfNoneMatch: '*', ...describe(about) };
      try {
        await client.send(new PutObjectCommand(put));
        return 'written';
      } catch (error) {
        if (error instanceof S3ServiceException && error.name === 'PreconditionFailed') return 'exists';
        throw error;
      }
    },

    /** Writes a stream of unknown length, part by part; nothing is left behind when it breaks off. */
    async putStream(at: ObjectAddress, content: Readable, about: ObjectDescription = {}): Promise<void> {
      const params = { Bucket: at.bucket, Key: at.key, Body: content, ...describe(about) };
      await new Upload({ client, params, leavePartsOnError: false }).done();
    },

    async copy(from: ObjectAddress, to: ObjectAddress): Promise<void> {
      const CopySource = `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`;
      await client.send(new CopyObjectCommand({ Bucket: to.bucket, Key: to.key, CopySource }));
    },

    /** What an object says about itself, or undefined when there is none. */
    async head(at: ObjectAddress): Promise<{ bytes: number; metadata: Record<string, string> } | undefined> {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket: at.bucket, Key: at.key }));
        return { bytes: found.ContentLength ?? 0, metadata: found.Metadata ?? {} };
      } catch (error) {
        if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async remove(bucket: string, keys: string[]): Promise<void> {
      for (let from = 0; from < keys.length; from += MAX_DELETED) {
        await deleteObjects(bucket, keys.slice(from, from + MAX_DELETED));
      }
    },

    /** Deletes what lies under a prefix, a thousand at a time, until nothing is left or `isLate` says so. */
    async removeAll(bucket: string, prefix: string, isLate: () => boolean = () => false): Promise<Removal> {
      let removed = 0;
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        if (Contents.length === 0) continue;
        if (isLate()) return { removed, done: false };
        await deleteObjects(
          bucket,
          Contents.map(({ Key = '' }) => Key),
        );
        removed += Contents.length;
      }
      return { removed, done: true };
    },

    async list(bucket: string, prefix: string): Promise<ListedObject[]> {
      const listed: ListedObject[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
          listed.push({ key: Key, bytes: Size, etag: ETag.replaceAll('"', '') });
        }
      }
      return listed;
    },
  };
}
