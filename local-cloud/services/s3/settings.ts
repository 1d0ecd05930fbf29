/** Sub-resources of a bucket that are kept and read back. None has an effect here; the service's header says so. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { findBucket, type ObjectStore } from './store.ts';

interface Setting {
  /** Operation names without their verb. */
  noun: string;
  deleteNoun?: string;
  /** The input member of Put, and where Get answers not that member itself, the members inside it. */
  member: string;
  flat?: true;
  /** Error of Get when there is none; without one, Get answers with nothing. */
  missing?: string;
}

interface BucketInput {
  Bucket?: string;
  [member: string]: unknown;
}

const SETTINGS: Setting[] = [
  { noun: 'BucketTagging', member: 'Tagging', flat: true, missing: 'NoSuchTagSet' },
  {
    noun: 'PublicAccessBlock',
    member: 'PublicAccessBlockConfiguration',
    missing: 'NoSuchPublicAccessBlockConfiguration',
  },
  {
    noun: 'BucketLifecycleConfiguration',
    deleteNoun: 'BucketLifecycle',
    member: 'LifecycleConfiguration',
    flat: true,
    missing: 'NoSuchLifecycleConfiguration',
  },
  {
    noun: 'BucketEncryption',
    member: 'ServerSideEncryptionConfiguration',
    missing: 'ServerSideEncryptionConfigurationNotFoundError',
  },
  { noun: 'BucketOwnershipControls', member: 'OwnershipControls', missing: 'OwnershipControlsNotFoundError' },
  { noun: 'BucketVersioning', member: 'VersioningConfiguration', flat: true },
];

/** What a new bucket has. https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html */
export const DEFAULT_SETTINGS: Record<string, unknown> = {
  PublicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
  BucketEncryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  BucketOwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
};

/** Records are JSON: a lifecycle rule's Date comes back as text. */
const reviveDates = (value: object): object =>
  JSON.parse(JSON.stringify(value), (key, each) => (key === 'Date' ? new Date(each as string) : each)) as object;

export function settingOperations(store: ObjectStore): Operations {
  const change = (input: BucketInput, noun: string, value: unknown) => {
    const bucket = findBucket(store, input.Bucket);
    store.buckets.put(bucket.name, { ...bucket, settings: { ...bucket.settings, [noun]: value } });
  };
  const operations: Operations = {};
  for (const { noun, deleteNoun, member, flat, missing } of SETTINGS) {
    operations[`Put${noun}`] = async (input: BucketInput) => change(input, noun, input[member] ?? {});
    operations[`Get${noun}`] = async (input: BucketInput) => {
      const { settings, name } = findBucket(store, input.Bucket);
      const value = settings[noun] as object | undefined;
      if (!value && missing) {
        throw new AwsError(missing, `The bucket has no ${member}`, 404, { BucketName: name });
      }
      const revived = reviveDates(value ?? {});
      return flat ? revived : { [member]: revived };
    };
    if (missing) {
      operations[`Delete${deleteNoun ?? noun}`] = async (input: BucketInput) => change(input, noun, undefined);
    }
  }
  return operations;
}
