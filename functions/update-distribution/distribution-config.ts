/** The whole configuration of a site's distribution for a release. Pure; what it leaves alone is kept from the current one. */
import type {
  CacheBehavior,
  CustomErrorResponse,
  DefaultCacheBehavior,
  DistributionConfig,
  Method,
  Origin,
} from '@aws-sdk/client-cloudfront';
import type { PublishedFunctions } from '../../domain/pipeline.ts';
import type { Manifest } from '../../domain/release.ts';
import { RELEASE_HEADER } from '../../domain/release-header.ts';

/** What all sites share, made with the control plane. */
export interface SharedParts {
  staticCachePolicyId: string;
  dynamicCachePolicyId: string;
  /** Like the former, by country too. */
  countryCachePolicyId: string;
  originRequestPolicyId: string;
  responseHeadersPolicyId: string;
  /** In its place for pull requests: keeps search engines out. */
  previewHeadersPolicyId: string;
  originAccessControlId: string;
  viewerFunctionArn: string;
  staticViewerFunctionArn: string;
}

/** Viewer functions that let nobody in without a password, in the place of the shared ones. */
export type GuardArns = Record<'ssr' | 'static', string>;

export interface ReleaseToServe {
  release: string;
  /** Whether it is a pull request's. */
  isPreview?: boolean;
  /** e.g. `bucket.s3.eu-west-1.amazonaws.com` */
  bucketDomain: string;
  manifest: Pick<Manifest, 'rendering' | 'basePath' | 'files' | 'rules' | 'seesCountry'>;
  functions: PublishedFunctions;
  /** Of a protected site. */
  guards?: GuardArns;
}

const READ: Method[] = ['GET', 'HEAD'];
const ALL: Method[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** Every code that CloudFront can cache: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-custom-error-pages.html */
const ERROR_CODES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

const list = <T>(Items: T[]) => ({ Quantity: Items.length, Items });

/** Origin `site` is the bucket; origin `static` its folder of files that all releases share. */
function origin(Id: 'site' | 'static', path: string, bucketDomain: string, shared: SharedParts) {
  return {
    Id,
    DomainName: bucketDomain,
    OriginPath: path,
    CustomHeaders: { Quantity: 0 },
    S3OriginConfig: { OriginAccessIdentity: '' },
    OriginAccessControlId: shared.originAccessControlId,
    ConnectionAttempts: 3,
    ConnectionTimeout: 10,
    OriginShield: { Enabled: false },
  } satisfies Origin;
}

function behaviour(target: 'site' | 'static', methods: Method[], cachePolicyId: string, shared: SharedParts) {
  return {
    TargetOriginId: target,
    ViewerProtocolPolicy: 'redirect-to-https',
    AllowedMethods: { ...list(methods), CachedMethods: list(READ) },
    Compress: true,
    SmoothStreaming: false,
    FieldLevelEncryptionId: '',
    CachePolicyId: cachePolicyId,
    ResponseHeadersPolicyId: shared.responseHeadersPolicyId,
    LambdaFunctionAssociations: { Quantity: 0 },
    FunctionAssociations: { Quantity: 0 },
  } satisfies DefaultCacheBehavior;
}

/** Files of the bucket as they are; the viewer function, if given, turns clean URLs into keys. */
function fileBehaviour(
  target: 'site' | 'static',
  shared: SharedParts,
  viewerFunctionArn?: string,
): DefaultCacheBehavior {
  const files = behaviour(target, READ, shared.staticCachePolicyId, shared);
  if (viewerFunctionArn === undefined) return files;
  return {
    ...files,
    FunctionAssociations: list([{ EventType: 'viewer-request', FunctionARN: viewerFunctionArn }]),
  };
}

/** One version answers both origin events: it looks at the event's type. */
function functionBehaviour(
  versionArn: string,
  door: { viewerFunctionArn: string; cachePolicyId: string },
  shared: SharedParts,
): DefaultCacheBehavior {
  return {
    ...behaviour('site', ALL, door.cachePolicyId, shared),
    OriginRequestPolicyId: shared.originRequestPolicyId,
    LambdaFunctionAssociations: list([
      { LambdaFunctionARN: versionArn, EventType: 'origin-request', IncludeBody: true },
      { LambdaFunctionARN: versionArn, EventType: 'origin-response', IncludeBody: false },
    ]),
    FunctionAssociations: list([{ EventType: 'viewer-request', FunctionARN: door.viewerFunctionArn }]),
  };
}

function errorResponses(pages: Partial<Record<number, CustomErrorResponse>> = {}) {
  return list(
    ERROR_CODES.map((ErrorCode) => ({
      ErrorCode,
      ResponsePagePath: '',
      ResponseCode: '',
      ...pages[ErrorCode],
      ErrorCachingMinTTL: 0,
    })),
  );
}

type SiteParts = Required<
  Pick<DistributionConfig, 'Origins' | 'DefaultCacheBehavior' | 'CacheBehaviors' | 'CustomErrorResponses'>
>;

/** The files that all releases share, whatever serves the rest. */
const sharedOrigin = (bucketDomain: string, shared: SharedParts) => origin('static', '/static', bucketDomain, shared);
const sharedFiles = ({ manifest, functions, guards }: ReleaseToServe, shared: SharedParts): CacheBehavior => ({
  PathPattern: `${manifest.basePath}/_next/static/*`,
  ...fileBehaviour('static', shared, guards?.ssr),
  // Headers of the app's owner: nothing else has a say in these files.
  ...(manifest.rules?.headers.length &&
    functions.default && {
      LambdaFunctionAssociations: list([
        { LambdaFunctionARN: functions.default, EventType: 'origin-response' as const, IncludeBody: false },
      ]),
    }),
});

const isByCountry = ({ rules, seesCountry }: ReleaseToServe['manifest']) =>
  seesCountry || (rules?.rewrites.some(({ country }) => country !== undefined) ?? false);

function staticSite(served: ReleaseToServe, shared: SharedParts): SiteParts {
  const { release, bucketDomain, manifest, guards } = served;
  const candidates = [`${manifest.basePath}/404.html`, '/404.html'];
  const notFound = candidates.find((path) => manifest.files[`public${path}`] !== undefined);
  const page = (ErrorCode: number) => ({ ErrorCode, ResponsePagePath: notFound, ResponseCode: '404' });
  return {
    Origins: list([
      origin('site', `/releases/${release}/public`, bucketDomain, shared),
      sharedOrigin(bucketDomain, shared),
    ]),
    DefaultCacheBehavior: fileBehaviour('site', shared, guards?.static ?? shared.staticViewerFunctionArn),
    CacheBehaviors: list([sharedFiles(served, shared)]),
    CustomErrorResponses: errorResponses(notFound === undefined ? {} : { 403: page(403), 404: page(404) }),
  };
}

function renderedSite(served: ReleaseToServe, shared: SharedParts): SiteParts {
  const { release, bucketDomain, manifest, functions, guards } = served;
  const door = {
    viewerFunctionArn: guards?.ssr ?? shared.viewerFunctionArn,
    cachePolicyId: isByCountry(manifest) ? shared.countryCachePolicyId : shared.dynamicCachePolicyId,
  };
  if (functions.default === undefined) throw new Error('a rendered site needs its default function');
  const images = functions.image === undefined ? [] : [functionBehaviour(functions.image, door, shared)];
  // By which the image function, the same one for many releases, finds its files.
  const CustomHeaders = list([{ HeaderName: RELEASE_HEADER, HeaderValue: release }]);
  return {
    Origins: list([{ ...origin('site', '', bucketDomain, shared), CustomHeaders }, sharedOrigin(bucketDomain, shared)]),
    DefaultCacheBehavior: functionBehaviour(functions.default, door, shared),
    CacheBehaviors: list([
      sharedFiles(served, shared),
      ...images.map((rest) => ({ PathPattern: `${manifest.basePath}/_next/image*`, ...rest })),
    ]),
    CustomErrorResponses: errorResponses(),
  };
}

export function distributionConfig(
  current: DistributionConfig,
  served: ReleaseToServe,
  parts: SharedParts,
): DistributionConfig {
  const shared = served.isPreview ? { ...parts, responseHeadersPolicyId: parts.previewHeadersPolicyId } : parts;
  const own =
    served.manifest.rendering === 'static' && served.functions.default === undefined
      ? staticSite(served, shared)
      : renderedSite(served, shared);
  return { ...current, ...own, DefaultRootObject: '', Enabled: true, IsIPV6Enabled: true };
}
