/**
 * What CloudFront refuses in a distribution's config. Pure: what exists is asked through `Known`.
 * Limits: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
import type { CacheBehavior, DistributionConfig, Origin } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';
import { checkFunctions } from './association-rules.ts';
import type { PolicyKind } from './store.ts';

const MAX_BEHAVIOURS = 75;
const MAX_ORIGINS = 100;
const MAX_COMMENT = 128;
const MAX_PATH_PATTERN = 255;
/** Seconds, and tries: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html */
const ORIGIN_RANGES: [name: string, min: number, max: number, of: (origin: Origin) => number | undefined][] = [
  ['OriginReadTimeout', 1, 120, ({ CustomOriginConfig }) => CustomOriginConfig?.OriginReadTimeout],
  ['OriginKeepaliveTimeout', 1, 120, ({ CustomOriginConfig }) => CustomOriginConfig?.OriginKeepaliveTimeout],
  ['ConnectionTimeout', 1, 10, ({ ConnectionTimeout }) => ConnectionTimeout],
  ['ConnectionAttempts', 1, 3, ({ ConnectionAttempts }) => ConnectionAttempts],
];
/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html */
const ERROR_CODES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
const METHOD_SETS = ['GET,HEAD', 'GET,HEAD,OPTIONS', 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'];
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-overview-required-fields.html */
const REQUIRED_FOR_UPDATE: (keyof DistributionConfig)[] = [
  'Aliases',
  'DefaultRootObject',
  'CacheBehaviors',
  'CustomErrorResponses',
  'Logging',
  'PriceClass',
  'ViewerCertificate',
  'Restrictions',
  'WebACLId',
];

export interface Known {
  policy(kind: PolicyKind, id: string): boolean;
  /** Whether a CloudFront Function exists, and has been published. */
  viewerFunction(arn: string): 'missing' | 'development' | 'live';
}

const invalid = (message: string): AwsError => new AwsError('InvalidArgument', message);

export function checkDistributionConfig(config: DistributionConfig, known: Known): void {
  checkQuantities(config, 'DistributionConfig');
  if ((config.Comment ?? '').length > MAX_COMMENT) throw invalid(`Comment has more than ${MAX_COMMENT} characters.`);
  if (config.DefaultRootObject?.startsWith('/')) {
    throw new AwsError('InvalidDefaultRootObject', 'The default root object file name must not start with a slash.');
  }
  if (config.OriginGroups?.Quantity) {
    throw new AwsError('NotImplemented', 'Origin groups are not emulated by the local cloud.', 501);
  }
  const origins = config.Origins?.Items ?? [];
  if (origins.length === 0) throw invalid('A distribution needs at least one origin.');
  if (origins.length > MAX_ORIGINS)
    throw new AwsError('TooManyOrigins', `A distribution can have ${MAX_ORIGINS} origins.`);
  if (new Set(origins.map(({ Id }) => Id)).size < origins.length) throw invalid('Two origins have the same Id.');
  for (const origin of origins) checkOrigin(origin, known);

  const behaviours = config.CacheBehaviors?.Items ?? [];
  if (behaviours.length > MAX_BEHAVIOURS) {
    throw new AwsError('TooManyCacheBehaviors', `A distribution can have ${MAX_BEHAVIOURS} cache behaviors.`);
  }
  const patterns = behaviours.map(({ PathPattern }) => PathPattern?.replace(/^\//, ''));
  const twice = patterns.find((pattern, index) => patterns.indexOf(pattern) < index);
  if (twice !== undefined) throw invalid(`Two cache behaviors have the path pattern ${twice}.`);
  for (const behaviour of behaviours) {
    if (!behaviour.PathPattern || behaviour.PathPattern.length > MAX_PATH_PATTERN) {
      throw invalid(`PathPattern ${behaviour.PathPattern} must have 1-${MAX_PATH_PATTERN} characters.`);
    }
    checkBehaviour(behaviour, config, known);
  }
  checkBehaviour({ PathPattern: '*', ...config.DefaultCacheBehavior! }, config, known);
  checkErrorResponses(config);
}

/** An update must give what a creation may leave out: send back what GetDistributionConfig answered, changed. */
export function checkUpdate(config: DistributionConfig, before: DistributionConfig): void {
  const missing = REQUIRED_FOR_UPDATE.find((member) => config[member] === undefined);
  if (missing) throw invalid(`The parameter ${missing} is required: an update needs the whole DistributionConfig.`);
  if (config.CallerReference !== before.CallerReference) {
    throw new AwsError('IllegalUpdate', 'CallerReference cannot be changed.');
  }
}

function checkOrigin(origin: Origin, known: Known): void {
  const { Id, OriginPath, S3OriginConfig, CustomOriginConfig, OriginAccessControlId, DomainName } = origin;
  if (OriginPath && (!OriginPath.startsWith('/') || OriginPath.endsWith('/'))) {
    throw invalid(`OriginPath ${OriginPath} of origin ${Id} must start with a slash and not end with one.`);
  }
  if (Boolean(S3OriginConfig) === Boolean(CustomOriginConfig)) {
    throw invalid(`Origin ${Id} needs either S3OriginConfig or CustomOriginConfig.`);
  }
  if (S3OriginConfig && !/\.s3[.-].*amazonaws\.com$/.test(DomainName ?? '')) {
    throw new AwsError('InvalidOrigin', `${DomainName} of origin ${Id} does not refer to a valid S3 bucket.`);
  }
  for (const [name, min, max, of] of ORIGIN_RANGES) {
    const value = of(origin) ?? min;
    if (value < min || value > max) throw invalid(`${name} of origin ${Id} is ${value}; ${min} to ${max} are allowed.`);
  }
  if (!OriginAccessControlId) return;
  if (S3OriginConfig?.OriginAccessIdentity) throw invalid(`Origin ${Id} has both an access control and an identity.`);
  if (!known.policy('OriginAccessControl', OriginAccessControlId)) {
    throw new AwsError(
      'InvalidOriginAccessControl',
      `The origin access control ${OriginAccessControlId} does not exist.`,
    );
  }
}

function checkBehaviour(behaviour: CacheBehavior, config: DistributionConfig, known: Known): void {
  const { PathPattern, TargetOriginId, CachePolicyId, ForwardedValues } = behaviour;
  if (!config.Origins?.Items?.some(({ Id }) => Id === TargetOriginId)) {
    throw new AwsError(
      'NoSuchOrigin',
      `The behavior ${PathPattern} targets origin ${TargetOriginId}, which isn't defined.`,
    );
  }
  if (Boolean(CachePolicyId) === Boolean(ForwardedValues)) {
    throw invalid(`The behavior ${PathPattern} needs either CachePolicyId or ForwardedValues.`);
  }
  if (!['allow-all', 'https-only', 'redirect-to-https'].includes(behaviour.ViewerProtocolPolicy ?? '')) {
    throw invalid(`ViewerProtocolPolicy ${behaviour.ViewerProtocolPolicy} of ${PathPattern} is not valid.`);
  }
  for (const kind of ['CachePolicy', 'OriginRequestPolicy', 'ResponseHeadersPolicy'] as const) {
    const id = behaviour[`${kind}Id`];
    if (id && !known.policy(kind, id)) throw new AwsError(`NoSuch${kind}`, `The ${kind} ${id} does not exist.`, 404);
  }
  const methods = behaviour.AllowedMethods?.Items;
  if (methods && !METHOD_SETS.includes([...methods].sort().join())) {
    throw invalid(`AllowedMethods of ${PathPattern} must be one of ${METHOD_SETS.join(' | ')}.`);
  }
  checkFunctions(behaviour, known);
}

function checkErrorResponses(config: DistributionConfig): void {
  for (const { ErrorCode, ResponseCode, ResponsePagePath } of config.CustomErrorResponses?.Items ?? []) {
    if (!ERROR_CODES.includes(ErrorCode ?? 0)) {
      throw new AwsError('InvalidErrorCode', `ErrorCode ${ErrorCode} is none of ${ERROR_CODES.join(', ')}.`);
    }
    if (Boolean(ResponseCode) !== Boolean(ResponsePagePath)) {
      throw new AwsError('InvalidResponseCode', 'ResponsePagePath and ResponseCode go together.');
    }
    if (ResponsePagePath && !ResponsePagePath.startsWith('/')) {
      throw invalid(`ResponsePagePath ${ResponsePagePath} must start with a slash.`);
    }
  }
}

/** Every list's Quantity is its number of Items. */
function checkQuantities(value: unknown, path: string): void {
  if (!value || typeof value !== 'object') return;
  const { Quantity, Items } = value as { Quantity?: number; Items?: unknown[] };
  if (typeof Quantity === 'number' && Quantity !== (Items?.length ?? 0)) {
    throw new AwsError('InconsistentQuantities', `${path} has Quantity ${Quantity} and ${Items?.length ?? 0} Items.`);
  }
  for (const [name, member] of Object.entries(value)) checkQuantities(member, `${path}.${name}`);
}
