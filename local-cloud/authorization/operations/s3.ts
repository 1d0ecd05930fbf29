/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
import { need, type Rows, rowsOf } from '../need.ts';
import type { Context } from '../pattern.ts';

interface ObjectInput {
  Bucket?: string;
  Key?: string;
  VersionId?: string;
}

const bucket = ({ Bucket }: ObjectInput) => `arn:aws:s3:::${Bucket}`;
const object = ({ Bucket, Key }: ObjectInput) => `arn:aws:s3:::${Bucket}/${Key}`;
const when = (given: unknown, arn: string) => (given === undefined ? [] : arn);

/** `bucket/key?versionId=…`, percent-encoded. */
const copySource = ({ CopySource = '' }: { CopySource?: string }) =>
  `arn:aws:s3:::${decodeURIComponent(CopySource.split('?')[0] ?? '').replace(/^\//, '')}`;

const location = (input: { CreateBucketConfiguration?: { LocationConstraint?: string } }): Context => {
  const region = input.CreateBucketConfiguration?.LocationConstraint;
  return region ? { 's3:locationconstraint': region } : {};
};

const listing = (input: { Prefix?: string; Delimiter?: string; MaxKeys?: number }): Context => ({
  ...(input.Prefix !== undefined && { 's3:prefix': input.Prefix }),
  ...(input.Delimiter !== undefined && { 's3:delimiter': input.Delimiter }),
  ...(input.MaxKeys !== undefined && { 's3:max-keys': String(input.MaxKeys) }),
});

const writing = (input: { ServerSideEncryption?: string; ACL?: string; StorageClass?: string }): Context => ({
  ...(input.ServerSideEncryption && { 's3:x-amz-server-side-encryption': input.ServerSideEncryption }),
  ...(input.ACL && { 's3:x-amz-acl': input.ACL }),
  ...(input.StorageClass && { 's3:x-amz-storage-class': input.StorageClass }),
});

/** Who may not list a bucket is not told that a key is missing. */
const tellMissing = need('s3:ListBucket', bucket, { toBeTold: ['NoSuchKey', 'NotFound'] });
const putObject = need('s3:PutObject', object, { context: writing });
const putTags = need('s3:PutObjectTagging', (input: ObjectInput & { Tagging?: string }) =>
  when(input.Tagging || undefined, object(input)),
);
const read = [
  need('s3:GetObject', (input: ObjectInput) => (input.VersionId === undefined ? object(input) : [])),
  need('s3:GetObjectVersion', (input: ObjectInput) => when(input.VersionId, object(input))),
  tellMissing,
];

/** Sub-resources of a bucket: noun of the operations → noun of the actions that read and write them. */
const SETTINGS: Record<string, [read: string, write: string]> = {
  PublicAccessBlock: ['GetBucketPublicAccessBlock', 'PutBucketPublicAccessBlock'],
  BucketLifecycleConfiguration: ['GetLifecycleConfiguration', 'PutLifecycleConfiguration'],
  BucketLifecycle: ['GetLifecycleConfiguration', 'PutLifecycleConfiguration'],
  BucketEncryption: ['GetEncryptionConfiguration', 'PutEncryptionConfiguration'],
  BucketOwnershipControls: ['GetBucketOwnershipControls', 'PutBucketOwnershipControls'],
  BucketVersioning: ['GetBucketVersioning', 'PutBucketVersioning'],
  BucketTagging: ['GetBucketTagging', 'PutBucketTagging'],
};

const settings: Rows = Object.fromEntries(
  Object.entries(SETTINGS).flatMap(([noun, [reading, changing]]) => [
    [`Get${noun}`, [need(`s3:${reading}`, bucket)]],
    [`Put${noun}`, [need(`s3:${changing}`, bucket)]],
    [`Delete${noun}`, [need(`s3:${changing}`, bucket)]],
  ]),
);

export const s3: Rows = {
  ...settings,
  CreateBucket: [need('s3:CreateBucket', bucket, { context: location })],
  HeadBucket: [need('s3:ListBucket', bucket)],
  GetBucketLocation: [need('s3:GetBucketLocation', bucket)],
  ListBuckets: [need('s3:ListAllMyBuckets')],
  DeleteBucket: [need('s3:DeleteBucket', bucket)],
  ...rowsOf(['PutBucketPolicy', 'GetBucketPolicy', 'DeleteBucketPolicy'], (name) => [need(`s3:${name}`, bucket)]),

  ListObjectsV2: [need('s3:ListBucket', bucket, { context: listing })],
  ListObjects: [need('s3:ListBucket', bucket, { context: listing })],
  GetObject: read,
  HeadObject: read,
  GetObjectAttributes: [...read, need('s3:GetObjectAttributes', object)],
  // A write under If-Match tells what is there.
  PutObject: [
    putObject,
    putTags,
    need('s3:GetObject', (input: ObjectInput & { IfMatch?: string }) => when(input.IfMatch, object(input))),
  ],
  CopyObject: [
    need('s3:GetObject', copySource),
    need('s3:ListBucket', (input) => copySource(input).split('/')[0] ?? '', { toBeTold: ['NoSuchKey', 'NotFound'] }),
    putObject,
    putTags,
  ],
  DeleteObject: [need('s3:DeleteObject', object)],
  DeleteObjects: [
    need('s3:DeleteObject', ({ Bucket, Delete }: { Bucket?: string; Delete?: { Objects?: { Key?: string }[] } }) =>
      (Delete?.Objects ?? []).map(({ Key }) => object({ Bucket, Key })),
    ),
  ],
  ...rowsOf(['PutObjectTagging', 'GetObjectTagging', 'DeleteObjectTagging'], (name) => [need(`s3:${name}`, object)]),

  CreateMultipartUpload: [putObject, putTags],
  UploadPart: [putObject],
  UploadPartCopy: [need('s3:GetObject', copySource), putObject],
  CompleteMultipartUpload: [putObject],
  AbortMultipartUpload: [need('s3:AbortMultipartUpload', object)],
  ListParts: [need('s3:ListMultipartUploadParts', object)],
  ListMultipartUploads: [need('s3:ListBucketMultipartUploads', bucket)],
};
