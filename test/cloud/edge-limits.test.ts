/** Limits of CloudFront and Lambda@Edge that no other file is about. docs/reference/aws-limits.md lists all. */
import {
  CreateDistributionTenantCommand,
  CreateKeyValueStoreCommand,
  type DefaultCacheBehavior,
  type DistributionConfig,
} from '@aws-sdk/client-cloudfront';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DISABLED,
  EDGE_FUNCTION,
  type EdgeHandler,
  edgeFunctions,
  startSite,
  type TestSite,
} from '../support/cloudfront-site.ts';

let site: TestSite;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.stop());

const uncached = (...events: Parameters<typeof edgeFunctions>) => ({
  CachePolicyId: DISABLED,
  ...edgeFunctions(...events),
});

async function answerOf(handler: EdgeHandler, ...events: Parameters<typeof edgeFunctions>) {
  site.objects.set('page', { body: 'page', ContentType: 'text/html' });
  const { url } = await site.create({}, uncached(...events));
  site.onEdge(handler);
  const response = await fetch(`${url}/page`);
  return { status: response.status, xCache: response.headers.get('x-cache'), text: await response.text() };
}

describe('a function at the edge', () => {
  test.each<[what: string, configuration: object]>([
    ['environment variables', { Environment: { Variables: { A: '1' } } }],
    ['a VPC', { VpcConfig: { SubnetIds: ['subnet-1'] } }],
    ['layers', { Layers: [{ Arn: 'arn:aws:lambda:us-east-1:111122223333:layer:l:1' }] }],
    ['a dead-letter queue', { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:111122223333:q' } }],
    ['a container image', { PackageType: 'Image' }],
    ['the arm64 architecture', { Architectures: ['arm64'] }],
    ['a timeout over 30 seconds', { Timeout: 31 }],
    ['a package over 50 MB', { CodeSize: 50 * 1024 * 1024 + 1 }],
    ['more than 512 MB of /tmp', { EphemeralStorage: { Size: 513 } }],
    ['a runtime other than Node.js or Python', { Runtime: 'java21' }],
  ])('may not have %s', async (what, configuration) => {
    site.lambda.configuration = configuration as Record<string, unknown>;
    await expect(site.create({}, uncached('origin-request'))).rejects.toMatchObject({
      name: 'InvalidLambdaFunctionAssociation',
      message: expect.stringContaining(what),
    });
  });

  test.each(['$LATEST', 'live', ''])('is a numbered version, not "%s"', async (qualifier) => {
    const LambdaFunctionARN = EDGE_FUNCTION.replace(/:1$/, qualifier && `:${qualifier}`);
    const Items = [{ LambdaFunctionARN, EventType: 'origin-request' as const }];
    await expect(
      site.create({}, { CachePolicyId: DISABLED, LambdaFunctionAssociations: { Quantity: 1, Items } }),
    ).rejects.toMatchObject({ name: 'InvalidLambdaFunctionAssociation' });
  });

  test.each(
    `connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer upgrade
    x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amz-cf-anything x-amzn-auth x-amzn-cf-billing
    x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header-order
    x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-edge-anything x-forwarded-proto x-real-ip`.split(/\s+/),
  )('may not set the header %s', async (name) => {
    const headers = { [name]: [{ key: name, value: 'x' }] };
    const inResponse = await answerOf(() => ({ status: '200', headers, body: 'x' }), 'origin-request');
    expect([inResponse.status, inResponse.xCache]).toEqual([502, 'LambdaValidationError from cloudfront']);
    const inRequest = await answerOf(({ Records: [{ cf }] }) => {
      cf.request.headers[name] = [{ key: name, value: 'x' }];
      return cf.request;
    }, 'origin-request');
    expect(inRequest.status).toBe(502);
  });

  test.each([
    ...'accept-encoding content-length if-modified-since if-none-match if-range if-unmodified-since transfer-encoding via'
      .split(' ')
      .map((name) => ['origin-request', name] as const),
    ...['transfer-encoding', 'via'].map((name) => ['origin-response', name] as const),
  ])('on %s may not change the header %s', async (event, name) => {
    const { status } = await answerOf(({ Records: [{ cf }] }) => {
      const changed = cf.response ?? cf.request;
      changed.headers[name] = [{ key: name, value: 'changed' }];
      return changed;
    }, event);
    expect(status).toBe(502);
  });

  test('may choose another bucket, but changing the URI leads to no other behaviour', async () => {
    site.objects.set('static/x', { body: 'of the static behaviour' });
    site.objects.set('other/static/x', { body: 'of the other origin' });
    const behaviour = { TargetOriginId: 'static', ViewerProtocolPolicy: 'allow-all' as const, CachePolicyId: DISABLED };
    const { url } = await site.create(
      { CacheBehaviors: { Quantity: 1, Items: [{ PathPattern: '/static/*', ...behaviour }] } },
      uncached('origin-request'),
    );
    site.onEdge(({ Records: [{ cf }] }) => ({ ...cf.request, uri: '/static/x' }));
    // The origin of the behaviour /static/* has the path /static: its answer would be of static/static/x.
    expect(await (await fetch(`${url}/page`)).text()).toBe('of the static behaviour');
    site.onEdge(({ Records: [{ cf }] }) => {
      cf.request.uri = '/static/x';
      cf.request.origin.s3.path = '/other';
      return cf.request;
    });
    expect(await (await fetch(`${url}/page`)).text()).toBe('of the other origin');
  });

  test('answers whole: its answer is over 1 MB with its headers, or is given', async () => {
    const { status } = await answerOf(() => ({ status: '200', body: 'x'.repeat(1_048_577) }), 'origin-request');
    expect(status).toBe(502);
  });

  test('runs on viewer events nowhere here, and says so', async () => {
    const Items = [{ LambdaFunctionARN: EDGE_FUNCTION, EventType: 'viewer-request' as const }];
    await expect(
      site.create({}, { CachePolicyId: DISABLED, LambdaFunctionAssociations: { Quantity: 1, Items } }),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('a distribution', () => {
  test('has at most 100 functions', async () => {
    const associations = (index: number): Partial<DefaultCacheBehavior> => ({
      CachePolicyId: DISABLED,
      LambdaFunctionAssociations: {
        Quantity: 2,
        Items: (['origin-request', 'origin-response'] as const).map((EventType) => ({
          LambdaFunctionARN: `arn:aws:lambda:us-east-1:111122223333:function:f${index}-${EventType}:1`,
          EventType,
        })),
      },
    });
    const behaviours = (count: number): Partial<DistributionConfig> => ({
      CacheBehaviors: {
        Quantity: count,
        Items: Array.from({ length: count }, (_, index) => ({
          PathPattern: `/${index}/*`,
          TargetOriginId: 'site',
          ViewerProtocolPolicy: 'allow-all' as const,
          ...associations(index),
        })),
      },
    });
    await site.create(behaviours(50));
    await expect(site.create(behaviours(51))).rejects.toMatchObject({ name: 'TooManyLambdaFunctionAssociations' });
  });

  test('has at most 100 origins, which answer within 1 to 120 seconds', async () => {
    const origins = (count: number, OriginReadTimeout = 30): Partial<DistributionConfig> => ({
      Origins: {
        Quantity: count,
        Items: Array.from({ length: count }, (_, index) => ({
          Id: index === 0 ? 'site' : `origin-${index}`,
          DomainName: 'origin.example',
          CustomOriginConfig: {
            HTTPPort: 80,
            HTTPSPort: 443,
            OriginProtocolPolicy: 'https-only' as const,
            OriginReadTimeout,
          },
        })),
      },
    });
    await site.create(origins(100, 120));
    await expect(site.create(origins(101))).rejects.toMatchObject({ name: 'TooManyOrigins' });
    for (const seconds of [0, 121]) {
      await expect(site.create(origins(1, seconds))).rejects.toMatchObject({
        name: 'InvalidArgument',
        message: expect.stringContaining(`OriginReadTimeout of origin site is ${seconds}`),
      });
    }
  });

  test('compresses from 1,000 to 10,000,000 bytes', async () => {
    const sizes = [999, 1_000, 10_000_000, 10_000_001];
    for (const size of sizes) {
      site.objects.set(`${size}.js`, {
        body: Buffer.alloc(size, 'x'),
        ContentType: 'text/javascript',
        ETag: `"${size}"`,
      });
    }
    const { url } = await site.create();
    const encodings = sizes.map(async (size) => {
      const response = await fetch(`${url}/${size}.js`, { headers: { 'accept-encoding': 'gzip' } });
      await response.arrayBuffer();
      return response.headers.get('content-encoding');
    });
    expect(await Promise.all(encodings)).toEqual([null, 'gzip', 'gzip', null]);
  });

  test('has no key value store and no tenants here, and says so', async () => {
    const store = new CreateKeyValueStoreCommand({ Name: 'store' });
    const tenant = new CreateDistributionTenantCommand({
      DistributionId: 'E1',
      Name: 't',
      Domains: [{ Domain: 'a.b' }],
    });
    for (const asked of [site.client.send(store), site.client.send(tenant)]) {
      await expect(asked).rejects.toMatchObject({ name: 'NotImplemented' });
    }
  });
});
