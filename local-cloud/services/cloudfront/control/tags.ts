/** Tags of distributions. */
import type { Tag } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Operations } from '../../../service.ts';
import type { DistributionRecord, Store } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/tagging.html */
const MAX_TAGS = 50;

export function tagOperations(store: Store): Operations {
  const find = (arn: string): DistributionRecord => {
    const record = store.distributions.get(arn.split('distribution/')[1] ?? '');
    if (!record) throw new AwsError('NoSuchResource', `The resource ${arn} does not exist.`, 404);
    return record;
  };
  const put = (record: DistributionRecord, tags: Tag[]) => {
    if (tags.length > MAX_TAGS) throw new AwsError('InvalidTagging', `A distribution can have ${MAX_TAGS} tags.`);
    store.distributions.put(record.id, { ...record, tags });
  };
  return {
    ListTagsForResource: async ({ Resource }) => ({ Tags: { Items: find(Resource).tags } }),
    TagResource: async ({ Resource, Tags }) => {
      const record = find(Resource);
      const given: Tag[] = Tags.Items ?? [];
      const kept = record.tags.filter(({ Key }) => !given.some((tag) => tag.Key === Key));
      put(record, [...kept, ...given]);
    },
    UntagResource: async ({ Resource, TagKeys }) => {
      const record = find(Resource);
      put(
        record,
        record.tags.filter(({ Key }) => !TagKeys.Items?.includes(Key)),
      );
    },
  };
}
