import type * as sdk from '@aws-sdk/client-s3';
import { type Aws, createOrUpdate, type ResourceType } from '../resource-type.ts';
import { type CfnTag, jsonText } from '../shapes.ts';

interface LifecycleRuleProperties {
  Id?: string;
  Status: 'Enabled' | 'Disabled';
  Prefix?: string;
  ExpirationInDays?: number;
  NoncurrentVersionExpiration?: { NoncurrentDays: number };
  AbortIncompleteMultipartUpload?: { DaysAfterInitiation: number };
}

interface BucketProperties {
  BucketName?: string;
  LifecycleConfiguration?: { Rules: LifecycleRuleProperties[] };
  PublicAccessBlockConfiguration?: sdk.PublicAccessBlockConfiguration;
  BucketEncryption?: {
    ServerSideEncryptionConfiguration: { ServerSideEncryptionByDefault?: object; BucketKeyEnabled?: boolean }[];
  };
  OwnershipControls?: sdk.OwnershipControls;
  VersioningConfiguration?: sdk.VersioningConfiguration;
  Tags?: CfnTag[];
}

export const bucket: ResourceType<BucketProperties> = {
  put: async ({ properties, defaultName, aws }) => {
    const Bucket = properties.BucketName ?? defaultName.toLowerCase().slice(0, 63);
    await createOrUpdate<unknown>(
      () => aws('s3', 'CreateBucket', { Bucket }),
      async () => undefined,
    );
    await applySettings(aws, Bucket, properties);
    return {
      id: Bucket,
      attributes: {
        Arn: `arn:aws:s3:::${Bucket}`,
        DomainName: `${Bucket}.s3.amazonaws.com`,
        RegionalDomainName: `${Bucket}.s3.${aws.region}.amazonaws.com`,
      },
    };
  },
  delete: async ({ id }, aws) => void (await aws('s3', 'DeleteBucket', { Bucket: id })),
};

async function applySettings(aws: Aws, Bucket: string, properties: BucketProperties): Promise<void> {
  const { LifecycleConfiguration, BucketEncryption, Tags } = properties;
  const { PublicAccessBlockConfiguration, OwnershipControls, VersioningConfiguration } = properties;
  const put = async (operation: string, input: object, given: unknown) => {
    if (given !== undefined) await aws('s3', operation, { Bucket, ...input });
  };
  const Rules = LifecycleConfiguration?.Rules.map(lifecycleRule);
  await put('PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules } }, Rules);
  await put('PutPublicAccessBlock', { PublicAccessBlockConfiguration }, PublicAccessBlockConfiguration);
  await put('PutBucketOwnershipControls', { OwnershipControls }, OwnershipControls);
  await put('PutBucketVersioning', { VersioningConfiguration }, VersioningConfiguration);
  await put('PutBucketTagging', { Tagging: { TagSet: Tags } }, Tags);
  const encryption = BucketEncryption?.ServerSideEncryptionConfiguration.map((rule) => ({
    ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
    BucketKeyEnabled: rule.BucketKeyEnabled,
  }));
  await put('PutBucketEncryption', { ServerSideEncryptionConfiguration: { Rules: encryption } }, encryption);
}

function lifecycleRule(rule: LifecycleRuleProperties): sdk.LifecycleRule {
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix ?? '' },
    ...(rule.ExpirationInDays === undefined ? {} : { Expiration: { Days: Number(rule.ExpirationInDays) } }),
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}

export const bucketPolicy: ResourceType<{ Bucket: string; PolicyDocument: unknown }> = {
  put: async ({ properties: { Bucket, PolicyDocument }, aws }) => {
    await aws('s3', 'PutBucketPolicy', { Bucket, Policy: jsonText(PolicyDocument) });
    return { id: Bucket, attributes: {} };
  },
  delete: async ({ properties: { Bucket } }, aws) => void (await aws('s3', 'DeleteBucketPolicy', { Bucket })),
};
