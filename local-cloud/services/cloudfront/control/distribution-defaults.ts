/** Fills in what CloudFront fills in when a distribution is created, so that Get answers a whole config. Pure. */
import type { CacheBehavior, DefaultCacheBehavior, DistributionConfig, Origin } from '@aws-sdk/client-cloudfront';

const NONE = { Quantity: 0 };

export function withDefaults(config: DistributionConfig): DistributionConfig {
  return {
    Aliases: NONE,
    DefaultRootObject: '',
    OriginGroups: NONE,
    CacheBehaviors: NONE,
    CustomErrorResponses: NONE,
    Logging: { Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '' },
    PriceClass: 'PriceClass_All',
    ViewerCertificate: {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: 'vip',
      MinimumProtocolVersion: 'TLSv1',
      CertificateSource: 'cloudfront',
    },
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: '',
    HttpVersion: 'http2',
    IsIPV6Enabled: true,
    ContinuousDeploymentPolicyId: '',
    Staging: false,
    ...defined(config),
    Origins: { ...config.Origins!, Items: config.Origins?.Items?.map(originWithDefaults) },
    DefaultCacheBehavior: behaviourWithDefaults(config.DefaultCacheBehavior!),
    ...(config.CacheBehaviors?.Items && {
      CacheBehaviors: { ...config.CacheBehaviors, Items: config.CacheBehaviors.Items.map(behaviourWithDefaults) },
    }),
  };
}

function originWithDefaults(origin: Origin): Origin {
  return {
    OriginPath: '',
    CustomHeaders: NONE,
    ConnectionAttempts: 3,
    ConnectionTimeout: 10,
    OriginShield: { Enabled: false },
    OriginAccessControlId: '',
    ...defined(origin),
  };
}

function behaviourWithDefaults<Behaviour extends CacheBehavior | DefaultCacheBehavior>(
  behaviour: Behaviour,
): Behaviour {
  const methods = { Quantity: 2, Items: ['HEAD' as const, 'GET' as const] };
  return {
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    SmoothStreaming: false,
    Compress: false,
    LambdaFunctionAssociations: NONE,
    FunctionAssociations: NONE,
    FieldLevelEncryptionId: '',
    ...defined(behaviour),
    AllowedMethods: { CachedMethods: methods, ...(defined(behaviour.AllowedMethods) ?? methods) },
  };
}

function defined<Value extends object | undefined>(value: Value): Value {
  return value && (Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value);
}
