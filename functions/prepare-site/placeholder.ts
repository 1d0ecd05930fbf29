import type { DistributionConfig } from '@aws-sdk/client-cloudfront';

export interface PlaceholderSite {
  reference: string;
  bucketDomain: string;
  originAccessControlId: string;
  cachePolicyId: string;
}

/**
 * What a new distribution serves while the first build runs: the empty bucket. CloudFront needs minutes to spread it over
 * the world, and UpdateDistribution puts the real behaviours in its place. Pure: the same site gives the same
 * configuration, as the idempotence of CallerReference needs.
 */
export function placeholderConfig(site: PlaceholderSite): DistributionConfig {
  return {
    CallerReference: site.reference,
    Comment: site.reference,
    Enabled: true,
    HttpVersion: 'http2and3',
    IsIPV6Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'site',
          DomainName: site.bucketDomain,
          OriginPath: '',
          S3OriginConfig: { OriginAccessIdentity: '' },
          OriginAccessControlId: site.originAccessControlId,
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 'site',
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: site.cachePolicyId,
      Compress: true,
    },
    CustomErrorResponses: {
      Quantity: 2,
      Items: [403, 404].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    },
  };
}
