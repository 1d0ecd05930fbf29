/** What is next on a distribution's way out: disabled, deployed everywhere as such, deleted. Pure. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { Distribution } from '../../aws/distributions.ts';

export type Move = 'gone' | 'disable' | 'wait' | 'delete';

export function nextMove(found: Pick<Distribution, 'deployed' | 'config'> | undefined): Move {
  if (!found) return 'gone';
  if (found.config.Enabled) return 'disable';
  return found.deployed ? 'delete' : 'wait';
}

/** Without its functions: the sooner they have no association, the sooner the edge gives up its copies. Without its names, which are free from now on. */
export function disabledConfig(config: DistributionConfig): DistributionConfig {
  const { DefaultCacheBehavior: behaviour } = config;
  return {
    ...config,
    Enabled: false,
    CacheBehaviors: { Quantity: 0 },
    Aliases: { Quantity: 0 },
    ViewerCertificate: { CloudFrontDefaultCertificate: true },
    DefaultCacheBehavior: behaviour && { ...behaviour, LambdaFunctionAssociations: { Quantity: 0 } },
  };
}
