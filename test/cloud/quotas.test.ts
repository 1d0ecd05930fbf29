/** Quotas that no other file is about. docs/reference/aws-limits.md lists all. */
import { join } from 'node:path';
import {
  CreateOriginAccessControlCommand,
  CreateFunctionCommand as CreateViewerFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { createDistributions } from '../../aws/distributions.ts';
import { openRecords } from '../../local-cloud/runtime/records.ts';
import { checkSharing } from '../../local-cloud/services/cloudfront/control/sharing-quotas.ts';
import { createS3Service } from '../../local-cloud/services/s3/index.ts';
import { distributionConfig, startSite } from '../support/cloudfront-site.ts';
import { serveService } from '../support/serve-service.ts';
import { eachTrapCloud } from '../support/trap-cloud.ts';

const here = eachTrapCloud();

describe('quotas', () => {
  test('of functions and access controls', async () => {
    const site = await startSite();
    try {
      const viewer = (index: number) =>
        site.client.send(
          new CreateViewerFunctionCommand({
            Name: `f${index}`,
            FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
            FunctionCode: Buffer.from('function handler(event) { return event.request; }'),
          }),
        );
      const control = (index: number) =>
        site.client.send(
          new CreateOriginAccessControlCommand({
            OriginAccessControlConfig: {
              Name: `c${index}`,
              OriginAccessControlOriginType: 's3',
              SigningBehavior: 'always',
              SigningProtocol: 'sigv4',
            },
          }),
        );
      for (let index = 0; index < 100; index++) await Promise.all([viewer(index), control(index)]);
      await expect(viewer(100)).rejects.toMatchObject({ name: 'TooManyFunctions' });
      await expect(control(100)).rejects.toMatchObject({ name: 'TooManyOriginAccessControls' });
    } finally {
      await site.stop();
    }
  });

  test('of distributions', async () => {
    const file = openRecords(join(here.folder, 'records.sqlite'));
    const records = file.records('service-0');
    const distributions = records.collection<object>('distribution');
    records.atomically(() => {
      for (let index = 0; index < 499; index++) {
        distributions.put(`E${index}`, { id: `E${index}`, config: { CallerReference: `${index}` }, changedAt: 0 });
      }
    });
    file.close();
    const site = await startSite({ folder: here.folder });
    try {
      await site.create();
      await expect(site.create()).rejects.toMatchObject({ name: 'TooManyDistributions' });
    } finally {
      await site.stop();
    }
  });

  test('of distributions that share a policy', () => {
    const config = distributionConfig('control', {}, { CachePolicyId: 'policy', OriginRequestPolicyId: 'managed' });
    const others = Array.from({ length: 99 }, () => config);
    const isManaged = (id: string) => id === 'managed';
    expect(() => checkSharing(config, others, isManaged)).not.toThrow();
    const codeOf = (one: typeof config) => {
      try {
        return checkSharing(one, [...others, config], isManaged);
      } catch (error) {
        return (error as Error).name;
      }
    };
    expect(codeOf(config)).toBe('TooManyDistributionsAssociatedToCachePolicy');
    expect(codeOf(distributionConfig('control', {}, { CachePolicyId: 'other' }))).toBe(
      'TooManyDistributionsAssociatedToOriginAccessControl',
    );
    expect(codeOf(distributionConfig('other', {}, { CachePolicyId: 'other', OriginRequestPolicyId: 'managed' }))).toBe(
      undefined,
    );
  });

  test('a site that finds the first pool full goes into the next', async () => {
    const before = await startSite({ folder: here.folder });
    const control = async (Name: string) => {
      const OriginAccessControlConfig = {
        Name,
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      } as const;
      const made = await before.client.send(new CreateOriginAccessControlCommand({ OriginAccessControlConfig }));
      return String(made.OriginAccessControl?.Id);
    };
    const pools = [await control('first'), await control('second')] as const;
    await before.stop();

    const file = openRecords(join(here.folder, 'records.sqlite'));
    const records = file.records('service-0');
    const distributions = records.collection<object>('distribution');
    records.atomically(() => {
      for (let index = 0; index < 99; index++) {
        const config = distributionConfig(pools[0], { CallerReference: `${index}` });
        distributions.put(`E${index}`, { id: `E${index}`, config, changedAt: 0 });
      }
    });
    file.close();
    const site = await startSite({ folder: here.folder });
    try {
      const { create } = createDistributions(site.client);
      const place = async (name: string) => {
        const reference = { CallerReference: name, Comment: name };
        const { config } = await create(
          pools.map((pool) => distributionConfig(pool, reference)),
          {},
        );
        return config.Origins?.Items?.[0]?.OriginAccessControlId;
      };
      expect([await place('a'), await place('b')]).toEqual(pools);
      // Asked again, as when the answer was lost: the one there is.
      expect([await place('a'), await place('b')]).toEqual(pools);
    } finally {
      await site.stop();
    }
  });

  test('of a bucket policy', async () => {
    const client = await here.start({});
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'small' }));
    const policyOf = (Sid: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid,
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::small/*',
          },
        ],
      });
    const put = (Policy: string) => s3.send(new PutBucketPolicyCommand({ Bucket: 'small', Policy }));
    await put(policyOf('x'));
    await expect(put(policyOf('x'.repeat(20_480)))).rejects.toMatchObject({ name: 'PolicyTooLarge' });
  });

  test('of buckets', async () => {
    const file = openRecords(join(here.folder, 'records.sqlite'));
    const records = file.records('service-0');
    const buckets = records.collection<object>('buckets');
    records.atomically(() => {
      for (let index = 0; index < 9_999; index++) {
        buckets.put(`b-${index}`, { name: `b-${index}`, region: 'eu-west-1', createdAt: 0, settings: {} });
      }
    });
    file.close();
    const served = await serveService(createS3Service, { folder: here.folder });
    try {
      const s3 = new S3Client({ ...served.client, forcePathStyle: true });
      await s3.send(new CreateBucketCommand({ Bucket: 'the-last' }));
      await expect(s3.send(new CreateBucketCommand({ Bucket: 'one-more' }))).rejects.toMatchObject({
        name: 'TooManyBuckets',
      });
    } finally {
      await served.stop();
    }
  });
});
