/** Buckets and their policies. */
import type * as S3 from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import { checkPolicy } from './policy.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { findBucket, type ObjectStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html */
const MAX_BUCKETS = 10_000;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_POLICY_BYTES = 20 * 1024;

export function bucketOperations(store: ObjectStore, environment: Environment): Operations {
  return {
    CreateBucket: async (input: S3.CreateBucketRequest, caller: Caller): Promise<S3.CreateBucketOutput> => {
      const name = input.Bucket ?? '';
      if (!BUCKET_NAME.test(name)) {
        throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
      }
      const region = input.CreateBucketConfiguration?.LocationConstraint ?? caller.region;
      const existing = store.buckets.get(name);
      if (existing && existing.region !== 'us-east-1') {
        const message = 'Your previous request to create the named bucket succeeded and you already own it.';
        throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
      }
      if (!existing && store.buckets.entries().length >= MAX_BUCKETS) {
        throw new AwsError('TooManyBuckets', 'You have attempted to create more buckets than allowed', 400);
      }
      if (!existing) {
        const settings = structuredClone(DEFAULT_SETTINGS);
        store.buckets.put(name, { name, region, createdAt: environment.now(), settings });
      }
      return { Location: `/${name}`, BucketArn: `arn:aws:s3:::${name}` };
    },

    HeadBucket: async (input: S3.HeadBucketRequest): Promise<S3.HeadBucketOutput> => {
      const { region, name } = findBucket(store, input.Bucket);
      return { BucketRegion: region, BucketArn: `arn:aws:s3:::${name}` };
    },

    GetBucketLocation: async (input: S3.GetBucketLocationRequest): Promise<S3.GetBucketLocationOutput> => {
      const { region } = findBucket(store, input.Bucket);
      return region === 'us-east-1' ? {} : { LocationConstraint: region as S3.BucketLocationConstraint };
    },

    ListBuckets: async (input: S3.ListBucketsRequest): Promise<S3.ListBucketsOutput> => ({
      Owner: { ID: environment.accountId },
      Buckets: store.buckets.entries(input.Prefix).map(([Name, { createdAt, region }]) => ({
        Name,
        CreationDate: new Date(createdAt),
        BucketRegion: region,
      })),
    }),

    DeleteBucket: async (input: S3.DeleteBucketRequest): Promise<void> => {
      const { name } = findBucket(store, input.Bucket);
      if (store.objects(name).entries().length > 0) {
        throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, { BucketName: name });
      }
      const uploads = store.uploads.entries().filter(([, upload]) => upload.bucket === name);
      const parts = uploads.flatMap(([id]) => store.parts.entries(`${id}/`));
      store.atomically(() => {
        for (const [key] of parts) store.parts.delete(key);
        for (const [id] of uploads) store.uploads.delete(id);
        store.buckets.delete(name);
      });
      for (const [, part] of parts) await store.removeBody(part.file);
    },
  };
}

export function policyOperations(store: ObjectStore): Operations {
  return {
    PutBucketPolicy: async (input: S3.PutBucketPolicyRequest): Promise<void> => {
      const bucket = findBucket(store, input.Bucket);
      const policy = input.Policy ?? '';
      if (Buffer.byteLength(policy) > MAX_POLICY_BYTES) {
        throw new AwsError('PolicyTooLarge', 'Your policy exceeds the maximum allowed document size.', 400);
      }
      checkPolicy(policy, bucket.name);
      store.buckets.put(bucket.name, { ...bucket, policy });
    },

    GetBucketPolicy: async (input: S3.GetBucketPolicyRequest): Promise<S3.GetBucketPolicyOutput> => {
      const { policy, name } = findBucket(store, input.Bucket);
      if (policy === undefined) {
        throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: name });
      }
      return { Policy: policy };
    },

    DeleteBucketPolicy: async (input: S3.DeleteBucketPolicyRequest): Promise<void> => {
      const { policy: _, ...bucket } = findBucket(store, input.Bucket);
      store.buckets.put(bucket.name, bucket);
    },
  };
}

/** The policy of the bucket that an ARN names or is in, as the authorisation asks for it. */
export function bucketPolicy(store: ObjectStore, arn: string): string | undefined {
  const name = /^arn:aws:s3:::([^/]+)/.exec(arn)?.[1];
  return name === undefined ? undefined : store.buckets.get(name)?.policy;
}
