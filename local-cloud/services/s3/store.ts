/**
 * Buckets, objects and uploads as they are kept: descriptions in the records, bodies in files. A body is written to a file
 * of its own before any record names it, so a killed process leaves at worst a file that nothing names.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tag } from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection, Records } from '../../runtime/records.ts';
import type { ChecksumMembers } from './checksums.ts';

export interface BucketRecord {
  name: string;
  region: string;
  createdAt: number;
  policy?: string;
  tags?: Tag[];
  /** What was put by operations that are kept and read back but have no effect, by sub-resource. */
  settings: Record<string, unknown>;
}

/** What the writer of an object says about it, in the SDK's names. */
export interface ObjectHeaders {
  ContentType?: string;
  CacheControl?: string;
  ContentDisposition?: string;
  ContentEncoding?: string;
  ContentLanguage?: string;
  Expires?: string;
  WebsiteRedirectLocation?: string;
  StorageClass?: string;
  Metadata?: Record<string, string>;
}

export interface ObjectRecord {
  /** Name of the body's file. */
  file: string;
  size: number;
  /** Quoted. */
  etag: string;
  modifiedAt: number;
  headers: ObjectHeaders;
  tags: Tag[];
  checksums: ChecksumMembers;
  /** Sizes of the parts of an object that was uploaded in parts. */
  partSizes?: number[];
}

export interface UploadRecord {
  bucket: string;
  key: string;
  startedAt: number;
  headers: ObjectHeaders;
  tags: Tag[];
}

export interface PartRecord {
  file: string;
  size: number;
  etag: string;
  modifiedAt: number;
  checksums: ChecksumMembers;
}

export interface ObjectStore {
  buckets: Collection<BucketRecord>;
  /** By key, in the order S3 lists them: that of the keys' UTF-8 bytes. */
  objects(bucket: string): Collection<ObjectRecord>;
  uploads: Collection<UploadRecord>;
  /** By `<upload id>/<five-digit part number>`. */
  parts: Collection<PartRecord>;
  atomically: Records['atomically'];
  writeBody(body: Uint8Array): Promise<string>;
  /** One body made of those of `files`. */
  joinBodies(files: string[]): Promise<string>;
  copyBody(file: string): Promise<string>;
  readBody(file: string): Promise<Uint8Array>;
  /** Reads bytes `start` to `end`, both included. */
  readRange(file: string, start: number, end: number): Promise<Uint8Array>;
  removeBody(file: string | undefined): Promise<void>;
  /** Removes the files of earlier processes that no record names. */
  sweep(): Promise<void>;
}

export function openObjectStore(records: Records, folder: string): ObjectStore {
  const bodies = join(folder, 'bodies');
  const openedAt = Date.now();
  const buckets = records.collection<BucketRecord>('buckets');
  const objects = (bucket: string) => records.collection<ObjectRecord>(`objects/${bucket}`);
  const uploads = records.collection<UploadRecord>('uploads');
  const parts = records.collection<PartRecord>('parts');
  const pathOf = (file: string) => join(bodies, file.slice(0, 2), file);

  /** `fill` writes the temporary file; only a whole one gets the body's name. */
  const newBody = async (fill: (path: string) => Promise<void>): Promise<string> => {
    const file = randomUUID();
    const path = pathOf(file);
    await mkdir(dirname(path), { recursive: true });
    try {
      await fill(`${path}.tmp`);
      await rename(`${path}.tmp`, path);
    } catch (error) {
      await rm(`${path}.tmp`, { force: true });
      throw error;
    }
    return file;
  };

  const store: ObjectStore = {
    buckets,
    objects,
    uploads,
    parts,
    atomically: records.atomically,
    writeBody: (body) => newBody((path) => writeAll(path, [async () => body])),
    joinBodies: (files) =>
      newBody((path) =>
        writeAll(
          path,
          files.map((file) => () => readFile(pathOf(file))),
        ),
      ),
    copyBody: (file) => newBody((path) => copyFile(pathOf(file), path)),
    readBody: async (file) => new Uint8Array(await readFile(pathOf(file))),
    readRange: async (file, start, end) => {
      const handle = await open(pathOf(file));
      try {
        const bytes = new Uint8Array(end - start + 1);
        await handle.read(bytes, 0, bytes.length, start);
        return bytes;
      } finally {
        await handle.close();
      }
    },
    removeBody: async (file) => {
      if (file) await rm(pathOf(file), { force: true });
    },
    sweep: () => sweep(store, bodies, openedAt),
  };
  return store;
}

async function sweep(store: ObjectStore, bodies: string, openedAt: number): Promise<void> {
  const named = new Set(store.parts.entries().map(([, part]) => part.file));
  for (const [bucket] of store.buckets.entries()) {
    for (const [, object] of store.objects(bucket).entries()) named.add(object.file);
  }
  for (const path of await readdir(bodies, { recursive: true }).catch(() => [])) {
    const file = path.slice(3);
    if (!file || named.has(file)) continue;
    const { mtimeMs } = await stat(join(bodies, path));
    if (mtimeMs < openedAt) await rm(join(bodies, path), { force: true });
  }
}

export function findBucket(store: ObjectStore, name: string | undefined): BucketRecord {
  const bucket = store.buckets.get(name ?? '');
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  return bucket;
}

async function writeAll(path: string, pieces: (() => Promise<Uint8Array>)[]): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (const piece of pieces) await handle.writeFile(await piece());
  } finally {
    await handle.close();
  }
}
