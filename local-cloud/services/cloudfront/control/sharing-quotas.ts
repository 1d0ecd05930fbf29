/**
 * How many distributions may share a policy, an access control or a CloudFront Function. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';

const MAX_DISTRIBUTIONS_SHARING = 100;

const behavioursOf = ({ DefaultCacheBehavior, CacheBehaviors }: DistributionConfig) => [
  DefaultCacheBehavior,
  ...(CacheBehaviors?.Items ?? []),
];

/** Error code → what a distribution has of that kind, by id. */
const SHARED: Record<string, (config: DistributionConfig) => (string | undefined)[]> = {
  TooManyDistributionsAssociatedToCachePolicy: (config) =>
    behavioursOf(config).map((behaviour) => behaviour?.CachePolicyId),
  TooManyDistributionsAssociatedToOriginRequestPolicy: (config) =>
    behavioursOf(config).map((behaviour) => behaviour?.OriginRequestPolicyId),
  TooManyDistributionsAssociatedToResponseHeadersPolicy: (config) =>
    behavioursOf(config).map((behaviour) => behaviour?.ResponseHeadersPolicyId),
  TooManyDistributionsAssociatedToOriginAccessControl: (config) =>
    (config.Origins?.Items ?? []).map(({ OriginAccessControlId }) => OriginAccessControlId),
  TooManyDistributionsWithSingleFunctionARN: (config) =>
    behavioursOf(config).flatMap((behaviour) =>
      (behaviour?.FunctionAssociations?.Items ?? []).map(({ FunctionARN }) => FunctionARN),
    ),
};

/** `others`: the configurations of all other distributions. Policies that AWS made are shared by everybody. */
export function checkSharing(
  config: DistributionConfig,
  others: DistributionConfig[],
  isManaged: (id: string) => boolean,
): void {
  for (const [code, idsOf] of Object.entries(SHARED)) {
    for (const id of new Set(idsOf(config))) {
      if (!id || isManaged(id)) continue;
      const sharing = others.filter((other) => idsOf(other).includes(id)).length;
      if (sharing < MAX_DISTRIBUTIONS_SHARING) continue;
      throw new AwsError(code, `${MAX_DISTRIBUTIONS_SHARING} distributions can share ${id}.`);
    }
  }
}
