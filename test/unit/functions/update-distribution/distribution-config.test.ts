import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { expect, test } from '@jest/globals';
import { covers } from '../../../../functions/update-distribution/covers.ts';
import { distributionConfig } from '../../../../functions/update-distribution/distribution-config.ts';
import { manifestOf } from '../../../support/pipeline-state.ts';

const shared = {
  staticCachePolicyId: 'static-policy',
  dynamicCachePolicyId: 'dynamic-policy',
  countryCachePolicyId: 'country',
  originRequestPolicyId: 'request-policy',
  responseHeadersPolicyId: 'headers-policy',
  previewHeadersPolicyId: 'preview',
  originAccessControlId: 'oac',
  viewerFunctionArn: 'arn:viewer',
  staticViewerFunctionArn: 'arn:static-viewer',
};

const current: DistributionConfig = {
  CallerReference: 'towpath-dev-shop-main',
  Comment: 'towpath-dev-shop-main',
  Enabled: true,
  Aliases: { Quantity: 1, Items: ['shop.example.com'] },
  PriceClass: 'PriceClass_100',
  WebACLId: 'acl',
  Origins: { Quantity: 1, Items: [{ Id: 'site', DomainName: 'placeholder' }] },
  DefaultCacheBehavior: { TargetOriginId: 'site', ViewerProtocolPolicy: 'redirect-to-https' },
};

const functions = { default: 'arn:default:3', image: 'arn:image:2' };
const bucketDomain = 'b.s3.eu-west-1.amazonaws.com';
const rendered = (rest = {}) =>
  distributionConfig(
    current,
    { release: 'R', bucketDomain, manifest: manifestOf({}, rest), functions: { ...functions } },
    shared,
  );

const origin = (Id: string, OriginPath: string) => ({
  Id,
  DomainName: bucketDomain,
  OriginPath,
  CustomHeaders: { Quantity: 0 },
  S3OriginConfig: { OriginAccessIdentity: '' },
  OriginAccessControlId: 'oac',
  ConnectionAttempts: 3,
  ConnectionTimeout: 10,
  OriginShield: { Enabled: false },
});
const withRelease = { Quantity: 1, Items: [{ HeaderName: 'x-towpath-release', HeaderValue: 'R' }] };
const READ = { Quantity: 2, Items: ['GET', 'HEAD'] };
const base = {
  ViewerProtocolPolicy: 'redirect-to-https',
  Compress: true,
  SmoothStreaming: false,
  FieldLevelEncryptionId: '',
  ResponseHeadersPolicyId: 'headers-policy',
};
const files = {
  ...base,
  AllowedMethods: { ...READ, CachedMethods: READ },
  CachePolicyId: 'static-policy',
  LambdaFunctionAssociations: { Quantity: 0 },
  FunctionAssociations: { Quantity: 0 },
};
const rendering = (arn: string) => ({
  ...base,
  TargetOriginId: 'site',
  AllowedMethods: {
    Quantity: 7,
    Items: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
    CachedMethods: READ,
  },
  CachePolicyId: 'dynamic-policy',
  OriginRequestPolicyId: 'request-policy',
  LambdaFunctionAssociations: {
    Quantity: 2,
    Items: [
      { LambdaFunctionARN: arn, EventType: 'origin-request', IncludeBody: true },
      { LambdaFunctionARN: arn, EventType: 'origin-response', IncludeBody: false },
    ],
  },
  FunctionAssociations: { Quantity: 1, Items: [{ EventType: 'viewer-request', FunctionARN: 'arn:viewer' }] },
});

test('a rendered site: hashed files from S3, the rest by the functions’ versions', () => {
  const { Origins, DefaultCacheBehavior, CacheBehaviors } = rendered();

  expect(Origins).toEqual({
    Quantity: 2,
    Items: [{ ...origin('site', ''), CustomHeaders: withRelease }, origin('static', '/static')],
  });
  expect(DefaultCacheBehavior).toEqual(rendering('arn:default:3'));
  expect(CacheBehaviors).toEqual({
    Quantity: 2,
    Items: [
      { PathPattern: '/_next/static/*', TargetOriginId: 'static', ...files },
      { PathPattern: '/_next/image*', ...rendering('arn:image:2') },
    ],
  });
});

test('functions that are told the visitor’s country have a cache for each', () => {
  const manifest = manifestOf({}, { seesCountry: true });
  const config = distributionConfig(current, { release: 'R', bucketDomain, manifest, functions }, shared);
  expect(config.DefaultCacheBehavior?.CachePolicyId).toBe('country');
});

test('behaviours are below the base path', () => {
  const config = distributionConfig(
    current,
    {
      release: 'R',
      bucketDomain,
      manifest: manifestOf({}, { basePath: '/docs' }),
      functions: { ...functions },
    },
    shared,
  );
  expect(config.CacheBehaviors?.Items?.map(({ PathPattern }) => PathPattern)).toEqual([
    '/docs/_next/static/*',
    '/docs/_next/image*',
  ]);
});

test('no error is ever kept', () => {
  const kept = rendered().CustomErrorResponses?.Items?.map(({ ErrorCode, ErrorCachingMinTTL }) => [
    ErrorCode,
    ErrorCachingMinTTL,
  ]);
  expect(kept).toEqual([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((code) => [code, 0]));
});

test('a static site: the release’s files, clean URLs, its own 404', () => {
  const manifest = manifestOf({ 'public/index.html': 'h', 'public/404.html': 'h' }, { rendering: 'static' });
  const config = distributionConfig(current, { release: 'R', bucketDomain, manifest, functions: {} }, shared);

  expect(config.Origins).toEqual({
    Quantity: 2,
    Items: [origin('site', '/releases/R/public'), origin('static', '/static')],
  });
  expect(config.DefaultCacheBehavior).toEqual({
    TargetOriginId: 'site',
    ...files,
    FunctionAssociations: { Quantity: 1, Items: [{ EventType: 'viewer-request', FunctionARN: 'arn:static-viewer' }] },
  });
  expect(config.CacheBehaviors).toEqual({
    Quantity: 1,
    Items: [{ PathPattern: '/_next/static/*', TargetOriginId: 'static', ...files }],
  });
  expect(config.CustomErrorResponses?.Items?.find(({ ErrorCode }) => ErrorCode === 404)).toEqual({
    ErrorCode: 404,
    ResponsePagePath: '/404.html',
    ResponseCode: '404',
    ErrorCachingMinTTL: 0,
  });
});

test('what a user set on the distribution stays', () => {
  expect(rendered()).toMatchObject({
    CallerReference: 'towpath-dev-shop-main',
    Aliases: { Quantity: 1, Items: ['shop.example.com'] },
    PriceClass: 'PriceClass_100',
    WebACLId: 'acl',
  });
});

test('a rendered site without its default function is a mistake', () => {
  const served = { release: 'R', bucketDomain, manifest: manifestOf({}), functions: {} };
  expect(() => distributionConfig(current, served, shared)).toThrow('default function');
});

test('a configuration covers itself as CloudFront gives it back, and no other', () => {
  const wanted = rendered();
  const answered = structuredClone(wanted);
  answered.DefaultCacheBehavior!.AllowedMethods!.Items!.reverse();
  answered.DefaultCacheBehavior!.TrustedSigners = { Enabled: false, Quantity: 0 };
  delete answered.DefaultCacheBehavior!.FieldLevelEncryptionId;
  delete answered.CacheBehaviors!.Items![0]!.LambdaFunctionAssociations;
  expect(covers(answered, wanted)).toBe(true);
  expect(covers(current, wanted)).toBe(false);

  const older = structuredClone(wanted);
  older.DefaultCacheBehavior!.LambdaFunctionAssociations!.Items![1]!.LambdaFunctionARN = 'arn:default:2';
  expect(covers(older, wanted)).toBe(false);
});

test('what is set and wanted empty is a difference', () => {
  expect(covers({ DefaultRootObject: 'index.html' }, { DefaultRootObject: '' })).toBe(false);
  expect(covers({ L: { Quantity: 1, Items: ['a'] } }, { L: { Quantity: 0 } })).toBe(false);
  expect(covers({ L: { Quantity: 1, Items: ['a'] } }, { L: { Quantity: 1, Items: ['b'] } })).toBe(false);
  expect(covers({ L: { Quantity: 2, Items: ['a', 'b'] } }, { L: { Quantity: 1, Items: ['a'] } })).toBe(false);
});

test('a preview keeps search engines out of every one of its paths; another site does not', () => {
  const policies = (isPreview: boolean) => {
    const served = { release: 'R', isPreview, bucketDomain, manifest: manifestOf({}), functions: { default: 'arn:1' } };
    const { DefaultCacheBehavior, CacheBehaviors } = distributionConfig(current, served, shared);
    const all = [DefaultCacheBehavior, ...(CacheBehaviors?.Items ?? [])];
    return new Set(all.map((behaviour) => behaviour?.ResponseHeadersPolicyId));
  };
  expect(policies(true)).toEqual(new Set([shared.previewHeadersPolicyId]));
  expect(policies(false)).toEqual(new Set([shared.responseHeadersPolicyId]));
});
