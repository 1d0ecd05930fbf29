import type { Deployer } from '../../domain/site.ts';
import { deployer, environment } from '../../middleware/environment.ts';

export interface Settings {
  deployer: Deployer;
  artifactBucket: string;
  tableName: string;
  /** Name of the log group of all builds. */
  buildLogGroup: string;
  originAccessControlId: string;
  cachePolicyId: string;
  /** `https://{domain}` */
  siteUrlPattern: string;
}

export function settings(): Settings {
  const named = environment(
    'TABLE_NAME',
    'ARTIFACT_BUCKET',
    'BUILD_LOG_GROUP',
    'ORIGIN_ACCESS_CONTROL_ID',
    'STATIC_CACHE_POLICY_ID',
    'SITE_URL_PATTERN',
  );
  return {
    deployer: deployer(),
    artifactBucket: named.ARTIFACT_BUCKET,
    tableName: named.TABLE_NAME,
    buildLogGroup: named.BUILD_LOG_GROUP,
    originAccessControlId: named.ORIGIN_ACCESS_CONTROL_ID,
    cachePolicyId: named.STATIC_CACHE_POLICY_ID,
    siteUrlPattern: named.SITE_URL_PATTERN,
  };
}
