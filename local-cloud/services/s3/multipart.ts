/** Uploads in parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
import { createHash, randomUUID } from 'node:crypto';
import type * as S3 from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { type ChecksumMembers, checkBody, md5 } from './checksums.ts';
import { checkAcl, checkKey, headersOf, parseTags } from './object-headers.ts';
import { bytesOf, checkCopySource, copySource, findObject, putRecord, type WithBody } from './objects.ts';
import { parseRange } from './reading.ts';
import { findBucket, type ObjectStore, type PartRecord, type UploadRecord } from './store.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PART_NUMBER = 10_000;

interface UploadInput {
  Bucket?: string;
  Key?: string;
  UploadId?: string;
}

function findUpload(store: ObjectStore, input: UploadInput): { id: string; upload: UploadRecord } {
  const id = input.UploadId ?? '';
  const upload = store.uploads.get(id);
  if (!upload || upload.bucket !== input.Bucket || upload.key !== input.Key) {
    const message =
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
    throw new AwsError('NoSuchUpload', message, 404, { UploadId: id });
  }
  return { id, upload };
}

const partKey = (id: string, part: number) => `${id}/${String(part).padStart(5, '0')}`;

async function storePart(
  store: ObjectStore,
  environment: Environment,
  input: UploadInput & { PartNumber?: number },
  body: Uint8Array,
  checksums: ChecksumMembers = {},
): Promise<PartRecord> {
  const { id } = findUpload(store, input);
  const number = input.PartNumber ?? 0;
  if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) {
    throw new AwsError('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PART_NUMBER}`, 400);
  }
  const part: PartRecord = {
    size: body.length,
    etag: `"${md5(body).toString('hex')}"`,
    modifiedAt: environment.now(),
    checksums,
    file: await store.writeBody(body),
  };
  let loser: string | undefined = part.file;
  try {
    findUpload(store, input);
    loser = store.parts.get(partKey(id, number))?.file;
    store.parts.put(partKey(id, number), part);
  } finally {
    await store.removeBody(loser);
  }
  return part;
}

/** The parts that a completion names, in its order, checked against what was uploaded. */
function chosenParts(store: ObjectStore, id: string, named: S3.CompletedPart[]): PartRecord[] {
  if (named.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part', 400);
  const parts = named.map(({ PartNumber = 0, ETag = '' }, index) => {
    if (index > 0 && PartNumber <= (named[index - 1]?.PartNumber ?? 0)) {
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.', 400);
    }
    const part = store.parts.get(partKey(id, PartNumber));
    if (!part || part.etag.replaceAll('"', '') !== ETag.replaceAll('"', '')) {
      const message = `Part ${PartNumber} could not be found, or its entity tag does not match`;
      throw new AwsError('InvalidPart', message, 400, { PartNumber });
    }
    return part;
  });
  if (parts.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES)) {
    const message = 'Your proposed upload is smaller than the minimum allowed size';
    throw new AwsError('EntityTooSmall', message, 400, { MinSizeAllowed: MIN_PART_BYTES });
  }
  return parts;
}

const etagOf = (parts: PartRecord[]): string => {
  const digests = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`;
};

async function discard(store: ObjectStore, id: string): Promise<void> {
  const parts = store.parts.entries(`${id}/`);
  store.atomically(() => {
    store.uploads.delete(id);
    for (const [key] of parts) store.parts.delete(key);
  });
  for (const [, { file }] of parts) await store.removeBody(file);
}

async function complete(
  store: ObjectStore,
  environment: Environment,
  input: S3.CompleteMultipartUploadRequest,
): Promise<S3.CompleteMultipartUploadOutput> {
  const { id, upload } = findUpload(store, input);
  const parts = chosenParts(store, id, input.MultipartUpload?.Parts ?? []);
  const object = {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: etagOf(parts),
    modifiedAt: environment.now(),
    headers: upload.headers,
    tags: upload.tags,
    checksums: {},
    partSizes: parts.map(({ size }) => size),
    file: await store.joinBodies(parts.map(({ file }) => file)),
  };
  await putRecord(store, upload.bucket, upload.key, object, input);
  await discard(store, id);
  const Location = `${environment.endpoint()}/${upload.bucket}/${encodeURIComponent(upload.key)}`;
  return { Location, Bucket: upload.bucket, Key: upload.key, ETag: object.etag };
}

export function multipartOperations(store: ObjectStore, environment: Environment): Operations {
  return {
    CreateMultipartUpload: async (input: S3.CreateMultipartUploadRequest): Promise<S3.CreateMultipartUploadOutput> => {
      const { name } = findBucket(store, input.Bucket);
      const key = checkKey(input.Key);
      checkAcl(input.ACL);
      const UploadId = randomUUID();
      const about = { startedAt: environment.now(), headers: headersOf(input), tags: parseTags(input.Tagging) };
      store.uploads.put(UploadId, { bucket: name, key, ...about });
      return { Bucket: name, Key: key, UploadId };
    },

    UploadPart: async (input: WithBody<S3.UploadPartRequest>): Promise<S3.UploadPartOutput> => {
      const body = bytesOf(input.Body);
      const part = await storePart(store, environment, input, body, checkBody(body, input));
      return { ETag: part.etag, ...part.checksums };
    },

    UploadPartCopy: async (input: S3.UploadPartCopyRequest): Promise<S3.UploadPartCopyOutput> => {
      const from = copySource(input.CopySource);
      const source = findObject(store, findBucket(store, from.bucket).name, from.key);
      checkCopySource(source, input);
      const range = parseRange(input.CopySourceRange, source.size) ?? { start: 0, end: source.size - 1 };
      const part = await storePart(
        store,
        environment,
        input,
        await store.readRange(source.file, range.start, range.end),
      );
      return { CopyPartResult: { ETag: part.etag, LastModified: new Date(part.modifiedAt) } };
    },

    CompleteMultipartUpload: async (input: S3.CompleteMultipartUploadRequest) => complete(store, environment, input),

    AbortMultipartUpload: async (input: S3.AbortMultipartUploadRequest): Promise<void> => {
      await discard(store, findUpload(store, input).id);
    },
  };
}

export function uploadListingOperations(store: ObjectStore): Operations {
  return {
    ListParts: async (input: S3.ListPartsRequest): Promise<S3.ListPartsOutput> => {
      const { id, upload } = findUpload(store, input);
      const after = Number(input.PartNumberMarker ?? 0);
      const all = store.parts
        .entries(`${id}/`)
        .map(([key, part]) => ({ PartNumber: Number(key.slice(id.length + 1)), part }))
        .filter(({ PartNumber }) => PartNumber > after);
      const limit = Math.min(input.MaxParts ?? 1000, 1000);
      const Parts = all.slice(0, limit).map(({ PartNumber, part }) => ({
        PartNumber,
        ETag: part.etag,
        Size: part.size,
        LastModified: new Date(part.modifiedAt),
        ...part.checksums,
      }));
      const IsTruncated = all.length > limit;
      const next = IsTruncated ? { NextPartNumberMarker: String(Parts.at(-1)?.PartNumber ?? after) } : {};
      return { Bucket: upload.bucket, Key: upload.key, UploadId: id, MaxParts: limit, IsTruncated, Parts, ...next };
    },

    ListMultipartUploads: async (input: S3.ListMultipartUploadsRequest): Promise<S3.ListMultipartUploadsOutput> => {
      const { name } = findBucket(store, input.Bucket);
      const Uploads = store.uploads
        .entries()
        .filter(([, { bucket, key }]) => bucket === name && key.startsWith(input.Prefix ?? ''))
        .map(([UploadId, { key, startedAt }]) => ({ UploadId, Key: key, Initiated: new Date(startedAt) }))
        .sort((a, b) => (a.Key < b.Key ? -1 : 1));
      return { Bucket: name, IsTruncated: false, ...(Uploads.length > 0 && { Uploads }) };
    },
  };
}
