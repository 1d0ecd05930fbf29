import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import * as S3 from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createS3Service } from '../../local-cloud/services/s3/index.ts';
import { type ServedServices, serveService } from '../support/serve-service.ts';

let folder: string;
let served: ServedServices;
let client: S3.S3Client;
let Bucket: string;
let buckets = 0;
const now = Date.parse('2026-03-01T10:00:00Z');

async function open(): Promise<void> {
  served = await serveService(createS3Service, { folder, now: () => now });
  client = new S3.S3Client(served.client);
}
async function close(): Promise<void> {
  client.destroy();
  await served.stop();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-s3-'));
  await open();
});
afterAll(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  Bucket = `bucket-${++buckets}`;
  await client.send(new S3.CreateBucketCommand({ Bucket }));
});

const put = (Key: string, Body: string | Uint8Array, more: Partial<S3.PutObjectRequest> = {}) =>
  client.send(new S3.PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: Partial<S3.GetObjectRequest> = {}) =>
  client.send(new S3.GetObjectCommand({ Bucket, Key, ...more }));
const text = async (Key: string) => (await get(Key)).Body?.transformToString();

describe('buckets', () => {
  test('are created, listed, located and deleted when empty', async () => {
    const list = await client.send(new S3.ListBucketsCommand({}));
    expect(list.Buckets?.find((each) => each.Name === Bucket)?.CreationDate).toEqual(new Date(now));
    const location = await client.send(new S3.GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBe('eu-west-1');
    await put('a', 'b');
    await expect(client.send(new S3.DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await client.send(new S3.DeleteObjectCommand({ Bucket, Key: 'a' }));
    await client.send(new S3.DeleteBucketCommand({ Bucket }));
    await expect(client.send(new S3.HeadBucketCommand({ Bucket }))).rejects.toBeInstanceOf(S3.NotFound);
    await expect(put('a', 'b')).rejects.toBeInstanceOf(S3.NoSuchBucket);
  });

  test('a second creation is refused as already owned', async () => {
    await expect(client.send(new S3.CreateBucketCommand({ Bucket }))).rejects.toBeInstanceOf(
      S3.BucketAlreadyOwnedByYou,
    );
    await expect(client.send(new S3.CreateBucketCommand({ Bucket: 'Upper_Case' }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });

  test('policy is read back as it was put, and a broken one is refused', async () => {
    const noPolicy = client.send(new S3.GetBucketPolicyCommand({ Bucket }));
    await expect(noPolicy).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
    });
    await client.send(new S3.PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await client.send(new S3.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    for (const broken of ['{', Policy.replaceAll(Bucket, 'another-bucket')]) {
      const refused = client.send(new S3.PutBucketPolicyCommand({ Bucket, Policy: broken }));
      await expect(refused).rejects.toMatchObject({ name: 'MalformedPolicy' });
    }
    await client.send(new S3.DeleteBucketPolicyCommand({ Bucket }));
    await expect(client.send(new S3.GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    });
  });

  test('settings are kept and read back', async () => {
    const TagSet = [{ Key: 'site', Value: 'shop-main' }];
    await client.send(new S3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await client.send(new S3.GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await client.send(new S3.DeleteBucketTaggingCommand({ Bucket }));
    await expect(client.send(new S3.GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchTagSet',
    });
    const rule: S3.LifecycleRule = {
      ID: 'spill',
      Status: 'Enabled',
      Filter: { Prefix: 'spill/' },
      Expiration: { Days: 1 },
    };
    const LifecycleConfiguration = { Rules: [rule] };
    await client.send(new S3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    const lifecycle = await client.send(new S3.GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(lifecycle.Rules).toEqual([rule]);
    await client.send(new S3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect((await client.send(new S3.GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const access = await client.send(new S3.GetPublicAccessBlockCommand({ Bucket }));
    expect(access.PublicAccessBlockConfiguration?.BlockPublicPolicy).toBe(true);
    const ownership = await client.send(new S3.GetBucketOwnershipControlsCommand({ Bucket }));
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const encryption = await client.send(new S3.GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toHaveLength(1);
  });

  test('an operation that is not emulated says so', async () => {
    const website = client.send(new S3.GetBucketWebsiteCommand({ Bucket }));
    await expect(website).rejects.toThrow('s3:GetBucketWebsite is not emulated');
    const response = await fetch(`${served.endpoint}/${Bucket}/key?nonsense`, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(501);
    expect(await response.text()).toContain('nonsense');
    await expect(get('key')).rejects.toBeInstanceOf(S3.NoSuchKey);
  });
});

describe('objects', () => {
  test('keep their bytes, headers and metadata', async () => {
    const Body = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
    await put('path/to an/ü+&<é>.bin', Body, {
      ContentType: 'application/x-test',
      CacheControl: 'public, max-age=60',
      ContentEncoding: 'br',
      ContentDisposition: 'inline',
      Expires: new Date('2030-01-01T00:00:00Z'),
      Metadata: { Release: 'r1', note: 'two words' },
      Tagging: 'a=b&c=d',
    });
    const object = await get('path/to an/ü+&<é>.bin');
    expect(await object.Body?.transformToByteArray()).toEqual(Body);
    expect(object).toMatchObject({
      ContentType: 'application/x-test',
      CacheControl: 'public, max-age=60',
      ContentEncoding: 'br',
      ContentDisposition: 'inline',
      ContentLength: 300,
      Metadata: { release: 'r1', note: 'two words' },
      LastModified: new Date(now),
      TagCount: 2,
    });
    const head = await client.send(new S3.HeadObjectCommand({ Bucket, Key: 'path/to an/ü+&<é>.bin' }));
    expect(head).toMatchObject({ ContentLength: 300, ETag: object.ETag, Metadata: { release: 'r1' } });
  });

  test('keys are not normalised', async () => {
    for (const key of ['a//b', 'a/../b', './c', 'd/']) await put(key, key);
    const list = await client.send(new S3.ListObjectsV2Command({ Bucket }));
    expect(list.Contents?.map(({ Key }) => Key)).toEqual(['./c', 'a/../b', 'a//b', 'd/']);
    expect(await text('a/../b')).toBe('a/../b');
  });

  test('a missing one is NoSuchKey for GET and NotFound for HEAD', async () => {
    await expect(get('nothing')).rejects.toBeInstanceOf(S3.NoSuchKey);
    const head = client.send(new S3.HeadObjectCommand({ Bucket, Key: 'nothing' }));
    await expect(head).rejects.toBeInstanceOf(S3.NotFound);
  });

  test('ranges and response overrides', async () => {
    await put('digits', '0123456789');
    const range = await get('digits', { Range: 'bytes=2-4', ResponseContentType: 'text/csv' });
    expect(range).toMatchObject({ ContentRange: 'bytes 2-4/10', ContentLength: 3, ContentType: 'text/csv' });
    expect(range.$metadata.httpStatusCode).toBe(206);
    expect(await range.Body?.transformToString()).toBe('234');
    expect(await (await get('digits', { Range: 'bytes=-2' })).Body?.transformToString()).toBe('89');
    expect(await (await get('digits', { Range: 'bytes=7-' })).Body?.transformToString()).toBe('789');
    await expect(get('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  test('conditional reads', async () => {
    const { ETag } = await put('page', 'one');
    await expect(get('page', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get('page', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(get('page', { IfModifiedSince: new Date(now) })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    expect((await get('page', { IfNoneMatch: '"other"' })).ETag).toBe(ETag);
  });

  test('of forty writers with If-None-Match one wins', async () => {
    const writes = Array.from({ length: 40 }, (_, index) => put('once', `${index}`, { IfNoneMatch: '*' }));
    const results = await Promise.allSettled(writes);
    const losers = results.filter((result) => result.status === 'rejected');
    expect(losers).toHaveLength(39);
    for (const loser of losers) expect(loser.reason).toMatchObject({ name: 'PreconditionFailed' });
    expect(await text('once')).toBe(String(results.findIndex((result) => result.status === 'fulfilled')));
  });

  test('If-Match writes only over the object it names', async () => {
    const { ETag } = await put('page', 'one');
    await expect(put('page', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('missing', 'two', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await put('page', 'two', { IfMatch: ETag });
    expect(await text('page')).toBe('two');
  });

  test('a body that is not what its sender hashed is refused', async () => {
    const wrong = Buffer.alloc(16).toString('base64');
    await expect(put('page', 'x', { ContentMD5: wrong })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('page', 'x', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
    await put('page', 'x', { ChecksumAlgorithm: 'SHA256' });
    const kept = await get('page', { ChecksumMode: 'ENABLED' });
    expect(kept.ChecksumSHA256).toBe('LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=');
  });

  test('copies keep or replace what is said about them', async () => {
    await put('from/ä b', 'body', { ContentType: 'text/css', Metadata: { a: '1' } });
    const CopySource = encodeURIComponent(`${Bucket}/from/ä b`);
    await client.send(new S3.CopyObjectCommand({ Bucket, Key: 'kept', CopySource }));
    expect(await get('kept')).toMatchObject({ ContentType: 'text/css', Metadata: { a: '1' } });
    const replaced = { MetadataDirective: 'REPLACE', Metadata: { b: '2' }, IfNoneMatch: '*' } as const;
    const copy = await client.send(new S3.CopyObjectCommand({ Bucket, Key: 'replaced', CopySource, ...replaced }));
    expect(copy.CopyObjectResult?.LastModified).toEqual(new Date(now));
    expect(await get('replaced')).toMatchObject({ Metadata: { b: '2' } });
    const again = client.send(new S3.CopyObjectCommand({ Bucket, Key: 'replaced', CopySource, ...replaced }));
    await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const self = client.send(new S3.CopyObjectCommand({ Bucket, Key: 'from/ä b', CopySource }));
    await expect(self).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  test('many are deleted at once, missing ones too', async () => {
    await put('a', '1');
    await put('b<&>', '2');
    const Objects = [{ Key: 'a' }, { Key: 'b<&>' }, { Key: 'never' }];
    const { Deleted } = await client.send(new S3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['a', 'b<&>', 'never']);
    expect((await client.send(new S3.ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('tags and attributes', async () => {
    await put('page', 'one');
    const TagSet = [{ Key: 'k', Value: 'v' }];
    await client.send(new S3.PutObjectTaggingCommand({ Bucket, Key: 'page', Tagging: { TagSet } }));
    expect((await client.send(new S3.GetObjectTaggingCommand({ Bucket, Key: 'page' }))).TagSet).toEqual(TagSet);
    expect(await text('page')).toBe('one');
    const attributes = await client.send(
      new S3.GetObjectAttributesCommand({ Bucket, Key: 'page', ObjectAttributes: ['ETag', 'ObjectSize'] }),
    );
    expect(attributes).toMatchObject({ ETag: 'f97c5d29941bfb1b2fdab0874906ab82', ObjectSize: 3 });
  });
});

test('presigned headers in the query count as headers', async () => {
  const query = new URLSearchParams({ 'x-amz-meta-note': 'hoisted', 'X-Amz-Signature': 'x', 'x-id': 'PutObject' });
  const url = `${served.endpoint}/${Bucket}/signed`;
  const response = await fetch(`${url}?${query}`, { method: 'PUT', body: 'body' });
  expect(response.status).toBe(200);
  expect((await get('signed')).Metadata).toEqual({ note: 'hoisted' });
  const download = await fetch(`${url}?response-content-disposition=attachment&X-Amz-Signature=x`);
  expect(download.headers.get('content-disposition')).toBe('attachment');
});

describe('listing', () => {
  const keys = ['a.txt', 'dir/1', 'dir/2', 'dir/sub/3', 'dir2/x', 'z'];

  test('rolls keys up at the delimiter', async () => {
    for (const key of keys) await put(key, key);
    const root = await client.send(new S3.ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect(root.Contents?.map(({ Key }) => Key)).toEqual(['a.txt', 'z']);
    expect(root.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['dir/', 'dir2/']);
    const inside = await client.send(new S3.ListObjectsV2Command({ Bucket, Delimiter: '/', Prefix: 'dir/' }));
    expect(inside.Contents?.map(({ Key }) => Key)).toEqual(['dir/1', 'dir/2']);
    expect(inside.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['dir/sub/']);
  });

  test.each([1, 2, 3])('pages of %i give everything once', async (MaxKeys) => {
    for (const key of keys) await put(key, key);
    const seen: (string | undefined)[] = [];
    for await (const page of S3.paginateListObjectsV2({ client }, { Bucket, Delimiter: '/', MaxKeys })) {
      expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    }
    expect(seen.sort()).toEqual(['a.txt', 'dir/', 'dir2/', 'z']);
    const after = await client.send(new S3.ListObjectsCommand({ Bucket, Marker: 'dir/2', MaxKeys: 2 }));
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['dir/sub/3', 'dir2/x']);
    expect(after.IsTruncated).toBe(true);
  });
});

describe('uploads in parts', () => {
  const part = (fill: number, size: number) => new Uint8Array(size).fill(fill);
  const MEBIBYTE = 1024 * 1024;

  test('lib-storage uploads a stream', async () => {
    const chunks = [part(1, 4 * MEBIBYTE), part(2, 4 * MEBIBYTE), part(3, 1000)];
    const upload = new Upload({
      client,
      params: { Bucket, Key: 'big', Body: Readable.from(chunks, { objectMode: false }), ContentType: 'text/x' },
    });
    const { ETag } = await upload.done();
    expect(ETag).toMatch(/-2"$/);
    const object = await get('big');
    expect(object.ContentType).toBe('text/x');
    const bytes = await object.Body?.transformToByteArray();
    expect(Buffer.compare(Buffer.from(bytes ?? []), Buffer.concat(chunks))).toBe(0);
    const second = await get('big', { PartNumber: 2 });
    expect(second).toMatchObject({ ContentLength: 3 * MEBIBYTE + 1000, PartsCount: 2 });
  });

  test('bad completions are refused, and an aborted upload leaves nothing', async () => {
    const { UploadId } = await client.send(new S3.CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const ids = { Bucket, Key: 'k', UploadId };
    const { ETag } = await client.send(new S3.UploadPartCommand({ ...ids, PartNumber: 1, Body: 'one' }));
    const { ETag: second } = await client.send(new S3.UploadPartCommand({ ...ids, PartNumber: 2, Body: 'two' }));
    const complete = (...Parts: S3.CompletedPart[]) =>
      client.send(new S3.CompleteMultipartUploadCommand({ ...ids, MultipartUpload: { Parts } }));
    const [one, two] = [
      { PartNumber: 1, ETag },
      { PartNumber: 2, ETag: second },
    ];
    await expect(complete(two, one)).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete({ PartNumber: 1, ETag: second })).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(complete(one, two)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    const listed = await client.send(new S3.ListPartsCommand(ids));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 3],
      [2, 3],
    ]);
    const uploads = await client.send(new S3.ListMultipartUploadsCommand({ Bucket }));
    expect(uploads.Uploads?.map((upload) => upload.UploadId)).toEqual([UploadId]);
    await client.send(new S3.AbortMultipartUploadCommand(ids));
    await expect(complete(one)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('If-None-Match holds at completion', async () => {
    await put('k', 'first');
    const { UploadId } = await client.send(new S3.CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const ids = { Bucket, Key: 'k', UploadId };
    const { ETag } = await client.send(new S3.UploadPartCommand({ ...ids, PartNumber: 1, Body: 'second' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const completion = client.send(
      new S3.CompleteMultipartUploadCommand({ ...ids, MultipartUpload, IfNoneMatch: '*' }),
    );
    await expect(completion).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await text('k')).toBe('first');
    await client.send(new S3.AbortMultipartUploadCommand(ids));
  });
});

describe('in process', () => {
  const distribution = 'arn:aws:cloudfront::111122223333:distribution/E1';
  const read = (Key: string, arn: string) =>
    served.call<{ Body: Uint8Array }>(
      's3',
      'GetObject',
      { Bucket, Key },
      { ...served.environment.asService('cloudfront.amazonaws.com'), sourceArn: arn },
    );
  const policy = (Action: string, Resource: string) => ({
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action,
    Resource,
    Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
  });
  const allow = (...Statement: object[]) =>
    client.send(new S3.PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));

  test('CloudFront reads what the bucket policy grants its distribution, and nothing else', async () => {
    await put('page', 'hello');
    await expect(read('page', distribution)).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
    await allow(policy('s3:GetObject', `arn:aws:s3:::${Bucket}/*`));
    expect(Buffer.from((await read('page', distribution)).Body).toString()).toBe('hello');
    await expect(read('page', `${distribution}X`)).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(read('missing', distribution)).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
  });

  test('with s3:ListBucket a missing key is 404', async () => {
    await allow(policy('s3:GetObject', `arn:aws:s3:::${Bucket}/*`), policy('s3:ListBucket', `arn:aws:s3:::${Bucket}`));
    await expect(read('missing', distribution)).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
  });
});

test('objects survive a restart, and files that nothing names go', async () => {
  await put('kept', 'still here');
  await put('kept', 'newer');
  await close();
  const orphan = join(folder, 'service-0', 'bodies', 'ab', 'abandoned.tmp');
  await mkdir(dirname(orphan), { recursive: true });
  await writeFile(orphan, 'half a body');
  await utimes(orphan, 1, 1);
  await open();
  expect(await text('kept')).toBe('newer');
  const files = await readdir(join(folder, 'service-0', 'bodies'), { recursive: true, withFileTypes: true });
  let objects = 0;
  for (const { Name } of (await client.send(new S3.ListBucketsCommand({}))).Buckets ?? []) {
    objects += (await client.send(new S3.ListObjectsV2Command({ Bucket: Name }))).KeyCount ?? 0;
  }
  expect(files.filter((file) => file.isFile())).toHaveLength(objects);
});
