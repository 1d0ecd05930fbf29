import {
  CloudFrontClient,
  CloudFrontServiceException,
  CreateDistributionWithTagsCommand,
  CreateInvalidationCommand,
  DistributionAlreadyExists,
  type DistributionConfig,
  GetDistributionCommand,
  ListDistributionsCommand,
  NoSuchDistribution,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createDistributions } from '../../../aws/distributions.ts';

const cloudFront = mockClient(CloudFrontClient);
const distributions = createDistributions(new CloudFrontClient({}));
const config = { CallerReference: 'ref', Comment: 'ref', Enabled: true } as DistributionConfig;

const answer = (Id: string, CallerReference: string) => ({
  ETag: 'E1',
  Distribution: {
    Id,
    ARN: `arn:${Id}`,
    DomainName: 'd.cloudfront.net',
    Status: 'Deployed',
    LastModifiedTime: new Date(0),
    InProgressInvalidationBatches: 0,
    DistributionConfig: { ...config, CallerReference } as DistributionConfig,
  },
});

beforeEach(() => {
  cloudFront.reset();
});

test('an attempt that created the distribution before is found again by its reference', async () => {
  cloudFront
    .on(CreateDistributionWithTagsCommand)
    .rejects(new DistributionAlreadyExists({ message: '', $metadata: {} }));
  cloudFront.on(ListDistributionsCommand).resolves({
    DistributionList: {
      Marker: '',
      MaxItems: 100,
      IsTruncated: false,
      Quantity: 3,
      Items: [
        { Id: 'E1', Comment: 'another' },
        { Id: 'E2', Comment: 'ref' },
        { Id: 'E3', Comment: 'ref' },
      ] as never,
    },
  });
  cloudFront.on(GetDistributionCommand, { Id: 'E2' }).resolves(answer('E2', 'older'));
  cloudFront.on(GetDistributionCommand, { Id: 'E3' }).resolves(answer('E3', 'ref'));

  expect(await distributions.create([config], {})).toMatchObject({ id: 'E3', deployed: true, etag: 'E1' });
});

test.each(['TooManyDistributions', 'TooManyDistributionsAssociatedToCachePolicy'])(
  '%s is a quota that is used up, with what to do',
  async (name) => {
    const refused = new CloudFrontServiceException({ name, message: 'no more', $fault: 'client', $metadata: {} });
    cloudFront.on(CreateDistributionWithTagsCommand).rejects(refused);
    await expect(distributions.create([config], {})).rejects.toMatchObject({
      name: 'CLOUDFRONT_QUOTA',
      message: expect.stringContaining('no more'),
      remedy: expect.stringContaining('Service Quotas'),
    });
  },
);

test('what 100 distributions share already is left for the next set of it', async () => {
  const name = 'TooManyDistributionsAssociatedToOriginAccessControl';
  const refused = new CloudFrontServiceException({ name, message: 'no more', $fault: 'client', $metadata: {} });
  const other = { ...config, DefaultRootObject: 'second' };
  cloudFront
    .on(CreateDistributionWithTagsCommand)
    .rejectsOnce(refused)
    .resolves({ Distribution: { Id: 'E2' } as never });
  cloudFront.on(GetDistributionCommand, { Id: 'E2' }).resolves(answer('E2', 'ref'));
  expect(await distributions.create([config, other, config], {})).toMatchObject({ id: 'E2' });
  const created = cloudFront.commandCalls(CreateDistributionWithTagsCommand);
  expect(created.map(({ args: [{ input }] }) => input.DistributionConfigWithTags?.DistributionConfig)).toEqual([
    config,
    other,
  ]);
});

test('a reference that is taken and not found stays an error', async () => {
  cloudFront
    .on(CreateDistributionWithTagsCommand)
    .rejects(new DistributionAlreadyExists({ message: '', $metadata: {} }));
  cloudFront.on(ListDistributionsCommand).resolves({});
  await expect(distributions.create([config], {})).rejects.toMatchObject({ name: 'DistributionAlreadyExists' });
});

test('a distribution that is not there is no error to a question', async () => {
  cloudFront.on(GetDistributionCommand).rejects(new NoSuchDistribution({ message: '', $metadata: {} }));
  expect(await distributions.find('E1')).toBeUndefined();
});

test('an update is bound to what was read', async () => {
  cloudFront.on(UpdateDistributionCommand).resolves({});
  await distributions.update('E1', config, 'ETAG');
  expect(cloudFront.commandCalls(UpdateDistributionCommand)[0]?.args[0].input.IfMatch).toBe('ETAG');
});

test('a quota that an update meets says what to do, too', async () => {
  const name = 'TooManyDistributionsWithLambdaAssociations';
  const refused = new CloudFrontServiceException({ name, message: 'no more', $fault: 'client', $metadata: {} });
  cloudFront.on(UpdateDistributionCommand).rejects(refused);
  await expect(distributions.update('E1', config, 'ETAG')).rejects.toMatchObject({ name: 'CLOUDFRONT_QUOTA' });
});

test('an invalidation has its reference and counts its paths', async () => {
  cloudFront.on(CreateInvalidationCommand).resolves({ Invalidation: { Id: 'I1', Status: 'InProgress' } as never });
  expect(await distributions.invalidate('E1', 'r', ['/a', '/a?*'])).toEqual({ id: 'I1', completed: false });
  expect(cloudFront.commandCalls(CreateInvalidationCommand)[0]?.args[0].input.InvalidationBatch).toEqual({
    CallerReference: 'r',
    Paths: { Quantity: 2, Items: ['/a', '/a?*'] },
  });
});
