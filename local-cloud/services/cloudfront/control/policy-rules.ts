/** What CloudFront checks and fills in when a policy is created or updated. Pure. */
import { AwsError } from '../../../protocol/aws-error.ts';
import type { PolicyKind, PolicyRecord } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-policies */
const MAX_NAMES = 10;
const DAY_SECONDS = 86_400;
const YEAR_SECONDS = 31_536_000;

type Config = PolicyRecord['config'];
interface Names {
  Quantity?: number;
  Items?: string[];
}

export function checkPolicyConfig(kind: PolicyKind, config: Config): Config {
  if (!config?.Name || !/^[\w-]{1,128}$/.test(config.Name)) {
    throw new AwsError('InvalidArgument', `The name ${config?.Name} is not valid: use 1-128 of [A-Za-z0-9_-].`);
  }
  if (kind === 'CachePolicy') return cachePolicy(config);
  if (kind === 'OriginRequestPolicy') checkForwarding(config);
  if (kind === 'OriginAccessControl') checkAccessControl(config);
  return config;
}

function cachePolicy(config: Config): Config {
  const minTtl = Number(config.MinTTL ?? 0);
  const defaultTtl = Number(config.DefaultTTL ?? Math.max(DAY_SECONDS, minTtl));
  const maxTtl = Number(config.MaxTTL ?? Math.max(YEAR_SECONDS, defaultTtl));
  if (!(minTtl >= 0 && minTtl <= defaultTtl && defaultTtl <= maxTtl)) {
    throw new AwsError(
      'InvalidArgument',
      `MinTTL ${minTtl} <= DefaultTTL ${defaultTtl} <= MaxTTL ${maxTtl} must hold.`,
    );
  }
  const parameters = (config.ParametersInCacheKeyAndForwardedToOrigin ?? {}) as Record<string, unknown>;
  const headers = parameters.HeadersConfig as { HeaderBehavior?: string; Headers?: Names } | undefined;
  const keyed = headers?.HeaderBehavior === 'whitelist' || parameters.EnableAcceptEncodingGzip === true;
  if (maxTtl === 0 && keyed) {
    throw new AwsError(
      'InvalidArgument',
      'The parameter HeaderBehavior is invalid for policy with caching disabled: with MaxTTL 0 nothing may be in the key.',
    );
  }
  checkNames('CachePolicy', parameters);
  return { ...config, MinTTL: minTtl, DefaultTTL: defaultTtl, MaxTTL: maxTtl };
}

function checkForwarding(config: Config): void {
  checkNames('OriginRequestPolicy', config);
  const headers = config.HeadersConfig as { HeaderBehavior?: string; Headers?: Names } | undefined;
  if (headers?.HeaderBehavior === 'allExcept') return;
  const refused = headers?.Headers?.Items?.find((name) => /^(authorization|accept-encoding)$/i.test(name));
  if (refused) {
    throw new AwsError('InvalidArgument', `The parameter Headers contains ${refused} that is not allowed.`);
  }
}

function checkNames(kind: 'CachePolicy' | 'OriginRequestPolicy', config: Record<string, unknown>): void {
  const lists: [string, Names | undefined][] = [
    ['Headers', (config.HeadersConfig as { Headers?: Names } | undefined)?.Headers],
    ['Cookies', (config.CookiesConfig as { Cookies?: Names } | undefined)?.Cookies],
    ['QueryStrings', (config.QueryStringsConfig as { QueryStrings?: Names } | undefined)?.QueryStrings],
  ];
  for (const [noun, list] of lists) {
    const count = list?.Items?.length ?? 0;
    if (list && (list.Quantity ?? 0) !== count) {
      throw new AwsError('InconsistentQuantities', `Quantity ${list.Quantity} of ${noun} is not its ${count} items.`);
    }
    if (count > MAX_NAMES) {
      throw new AwsError(`TooMany${noun}In${kind}`, `A policy can name ${MAX_NAMES} ${noun}; this one names ${count}.`);
    }
  }
}

function checkAccessControl(config: Config): void {
  const { OriginAccessControlOriginType: type, SigningBehavior: behaviour, SigningProtocol: protocol } = config;
  if (!['s3', 'lambda', 'mediastore', 'mediapackagev2'].includes(String(type))) {
    throw new AwsError('InvalidArgument', `OriginAccessControlOriginType ${type} is not valid.`);
  }
  if (!['always', 'never', 'no-override'].includes(String(behaviour)) || protocol !== 'sigv4') {
    throw new AwsError(
      'InvalidArgument',
      `SigningBehavior ${behaviour} with SigningProtocol ${protocol} is not valid.`,
    );
  }
}
