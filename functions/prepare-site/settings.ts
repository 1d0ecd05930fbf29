import type { Deployer } from '../../domain/site.ts';
import { deployer, environment } from '../../middleware/environment.ts';

export interface Settings {
  deployer: Deployer;
  artifactBucket: string;
  tableName: string;
  /** Name of the log group of all builds. */
  buildLogGroup: string;
  /** `https://{domain}` */
  siteUrlPattern: string;
  /** What a new distribution shares with others, of each pool of sites: the first that has room is taken. */
  pools: { originAccessControlId: string; cachePolicyId: string }[];
}

export function settings(): Settings {
  const named = environment(
    'TABLE_NAME',
    'ARTIFACT_BUCKET',
    'BUILD_LOG_GROUP',
    'SITE_URL_PATTERN',
    'ORIGIN_ACCESS_CONTROL_IDS',
    'STATIC_CACHE_POLICY_IDS',
  );
  const cachePolicies = named.STATIC_CACHE_POLICY_IDS.split(',');
  return {
    deployer: deployer(),
    artifactBucket: named.ARTIFACT_BUCKET,
    tableName: named.TABLE_NAME,
    buildLogGroup: named.BUILD_LOG_GROUP,
    siteUrlPattern: named.SITE_URL_PATTERN,
    pools: named.ORIGIN_ACCESS_CONTROL_IDS.split(',').map((originAccessControlId, index) => ({
      originAccessControlId,
      cachePolicyId: cachePolicies[index] ?? '',
    })),
  };
}
