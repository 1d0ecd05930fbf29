import {
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createArtifactStore } from '../../../aws/artifacts.ts';

const s3 = mockClient(S3Client);
const artifacts = createArtifactStore(new S3Client({}));
const at = { bucket: 'b', key: 'k' };
const error = (name: string) => new S3ServiceException({ name, $fault: 'client', $metadata: {} });

beforeEach(() => {
  s3.reset();
});

test('a key is written once: the condition is sent, and a refusal is an answer', async () => {
  s3.on(PutObjectCommand).resolvesOnce({}).rejects(error('PreconditionFailed'));

  expect(await artifacts.putOnce(at, 'x', { contentType: 'text/plain', metadata: { sha256: 'h' } })).toBe('written');
  expect(await artifacts.putOnce(at, 'x')).toBe('exists');
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
    IfNoneMatch: '*',
    ContentType: 'text/plain',
    Metadata: { sha256: 'h' },
  });
});

test('any other refusal is an error', async () => {
  s3.on(PutObjectCommand).rejects(error('AccessDenied'));
  await expect(artifacts.putOnce(at, 'x')).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('a missing object is no error to a question', async () => {
  s3.on(HeadObjectCommand)
    .rejectsOnce(new NotFound({ message: '', $metadata: {} }))
    .resolves({ ContentLength: 3 });
  expect(await artifacts.head(at)).toBeUndefined();
  expect(await artifacts.head(at)).toEqual({ bytes: 3, metadata: {} });
});

test('a listing is followed to its end', async () => {
  s3.on(ListObjectsV2Command)
    .resolvesOnce({ Contents: [{ Key: 'a', Size: 1, ETag: '"1"' }], NextContinuationToken: 't', IsTruncated: true })
    .resolves({ Contents: [{ Key: 'b', Size: 2, ETag: '"2"' }] });
  expect(await artifacts.list('b', '')).toEqual([
    { key: 'a', bytes: 1, etag: '1' },
    { key: 'b', bytes: 2, etag: '2' },
  ]);
});
