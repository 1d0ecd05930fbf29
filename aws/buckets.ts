import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  type LifecycleRule,
  NoSuchBucket,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

export type Buckets = ReturnType<typeof createBuckets>;

/** An IAM policy document. */
export interface Policy {
  Version: '2012-10-17';
  Statement: object[];
}

const PRIVATE = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

export function createBuckets(client: S3Client) {
  return {
    /** `refused`: the name belongs to another account, or its bucket is ours and may not be looked at. */
    async find(bucket: string, accountId: string): Promise<'ours' | 'refused' | undefined> {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: accountId }));
        return 'ours';
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        if (status === 404) return undefined;
        if (status === 403) return 'refused';
        throw error;
      }
    },

    /** `ours`: it was there already. In us-east-1 that counts as created. */
    async create(bucket: string, region: string): Promise<'created' | 'ours' | 'foreign'> {
      const LocationConstraint = region as BucketLocationConstraint;
      // us-east-1 is the one Region that may not be named: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
      const CreateBucketConfiguration = region === 'us-east-1' ? undefined : { LocationConstraint };
      try {
        await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
        return 'created';
      } catch (error) {
        if (error instanceof BucketAlreadyOwnedByYou) return 'ours';
        if (error instanceof BucketAlreadyExists) return 'foreign';
        throw error;
      }
    },

    async blockPublicAccess(bucket: string): Promise<void> {
      await client.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration: PRIVATE }));
    },

    async putLifecycle(bucket: string, rules: LifecycleRule[]): Promise<void> {
      await client.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules: rules } }),
      );
    },

    /** Deletes a bucket that has no objects any more. Nothing happens when it is not there. */
    async remove(bucket: string): Promise<void> {
      try {
        await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      } catch (error) {
        if (!(error instanceof NoSuchBucket)) throw error;
      }
    },

    async putPolicy(bucket: string, policy: Policy): Promise<void> {
      await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }));
    },
  };
}
