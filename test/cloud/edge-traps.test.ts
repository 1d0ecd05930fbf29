/** What surprises about functions and caches at the edge. docs/reference/aws-limits.md lists all. */
import {
  CloudFrontClient,
  CreateOriginAccessControlCommand,
  GetDistributionCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateFunctionCommand, DeleteFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../../local-cloud/service.ts';
import { distributionConfig, startSite } from '../support/cloudfront-site.ts';
import { createRole, eachTrapCloud, functionCode, root } from '../support/trap-cloud.ts';
import { until } from '../support/until.ts';

const here = eachTrapCloud();

describe('Lambda@Edge', () => {
  const behaviourWith = (arn: string) => ({
    CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    LambdaFunctionAssociations: {
      Quantity: 1,
      Items: [{ LambdaFunctionARN: arn, EventType: 'origin-request' as const }],
    },
  });

  async function functionAtTheEdge() {
    const client = await here.start({ propagationMilliseconds: 0, replicaRemovalMilliseconds: 300 });
    const Role = await createRole(client);
    const lambda = new LambdaClient(client);
    const made = await lambda.send(
      new CreateFunctionCommand({ FunctionName: 'edge', Role, Publish: true, ...(await functionCode()) }),
    );
    const cloudFront = new CloudFrontClient(client);
    const { OriginAccessControl } = await cloudFront.send(
      new CreateOriginAccessControlCommand({
        OriginAccessControlConfig: {
          Name: 'site',
          OriginAccessControlOriginType: 's3',
          SigningBehavior: 'always',
          SigningProtocol: 'sigv4',
        },
      }),
    );
    const config = distributionConfig(OriginAccessControl!.Id!, {}, behaviourWith(made.FunctionArn!));
    const { Distribution } = await here.cloud.call<{ Distribution: { Id: string } }>(
      'cloudfront',
      'CreateDistribution',
      { DistributionConfig: config },
      root,
    );
    return { client, lambda, cloudFront, id: Distribution.Id };
  }

  test('cannot be deleted before their copies are gone', async () => {
    const { lambda, cloudFront, id } = await functionAtTheEdge();
    const remove = () => lambda.send(new DeleteFunctionCommand({ FunctionName: 'edge' }));
    const refused = {
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('because it is a replicated function'),
    };
    await expect(remove()).rejects.toMatchObject(refused);
    const { Distribution, ETag } = await cloudFront.send(new GetDistributionCommand({ Id: id }));
    const config = Distribution!.DistributionConfig!;
    const DefaultCacheBehavior = { ...config.DefaultCacheBehavior!, LambdaFunctionAssociations: { Quantity: 0 } };
    await cloudFront.send(
      new UpdateDistributionCommand({
        Id: id,
        IfMatch: ETag,
        DistributionConfig: { ...config, DefaultCacheBehavior },
      }),
    );
    await expect(remove()).rejects.toMatchObject(refused);
    await until(() => remove().catch(() => undefined));
  });

  test('stay when the function goes', async () => {
    const client = await here.start({});
    const Role = await createRole(client);
    const lambda = new LambdaClient(client);
    const { FunctionArn } = await lambda.send(
      new CreateFunctionCommand({ FunctionName: 'edge', Role, Publish: true, ...(await functionCode()) }),
    );
    const edge: Caller = { ...root, arn: 'edgelambda.amazonaws.com', service: 'edgelambda.amazonaws.com' };
    await here.cloud.call('lambda', 'Invoke', { FunctionName: FunctionArn }, edge);
    const logs = new CloudWatchLogsClient(client);
    const group = () =>
      until(async () => {
        const logGroupNamePrefix = '/aws/lambda/us-east-1.edge';
        const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
        return logGroups[0]?.logGroupName;
      });
    await group();
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'edge' }));
    expect(await group()).toBe('/aws/lambda/us-east-1.edge');
  });

  test('may not change the method', async () => {
    const site = await startSite();
    try {
      const { url } = await site.create({}, behaviourWith('arn:aws:lambda:us-east-1:111122223333:function:edge:1'));
      site.onEdge((event) => ({ ...event.Records[0].cf.request, method: 'POST' }));
      const response = await fetch(`${url}/`);
      expect([response.status, response.headers.get('x-cache')]).toEqual([
        502,
        'LambdaValidationError from cloudfront',
      ]);
    } finally {
      await site.stop();
    }
  });

  test('may not have two kinds on viewer events', async () => {
    const site = await startSite();
    try {
      const mixed = {
        LambdaFunctionAssociations: {
          Quantity: 1,
          Items: [
            {
              LambdaFunctionARN: 'arn:aws:lambda:us-east-1:111122223333:function:edge:1',
              EventType: 'viewer-request' as const,
            },
          ],
        },
        FunctionAssociations: {
          Quantity: 1,
          Items: [
            {
              FunctionARN: 'arn:aws:cloudfront::111122223333:function/f',
              EventType: 'viewer-request' as const,
            },
          ],
        },
      };
      await expect(site.create({}, mixed)).rejects.toMatchObject({ name: 'InvalidFunctionAssociation' });
    } finally {
      await site.stop();
    }
  });
});

describe('the cache', () => {
  test('does not look at Vary', async () => {
    const site = await startSite();
    try {
      let count = 0;
      const { url } = await site.create(
        {},
        {
          CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
          LambdaFunctionAssociations: {
            Quantity: 1,
            Items: [
              {
                LambdaFunctionARN: 'arn:aws:lambda:us-east-1:111122223333:function:edge:1',
                EventType: 'origin-request',
              },
            ],
          },
        },
      );
      site.onEdge(() => ({
        status: '200',
        headers: { vary: [{ value: 'x-a' }], 'cache-control': [{ value: 's-maxage=60' }] },
        body: `answer ${++count}`,
      }));
      const get = async (value: string) => (await fetch(`${url}/`, { headers: { 'x-a': value } })).text();
      expect(await get('one')).toBe('answer 1');
      expect(await get('two')).toBe('answer 1');
    } finally {
      await site.stop();
    }
  });
});
