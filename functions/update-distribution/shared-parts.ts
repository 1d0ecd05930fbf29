import { environment } from '../../middleware/environment.ts';
import type { SharedParts } from './distribution-config.ts';

/** The policies and viewer functions that serverless.yml made for all sites. */
export function sharedParts(): SharedParts {
  const named = environment(
    'STATIC_CACHE_POLICY_ID',
    'DYNAMIC_CACHE_POLICY_ID',
    'COUNTRY_CACHE_POLICY_ID',
    'ORIGIN_REQUEST_POLICY_ID',
    'RESPONSE_HEADERS_POLICY_ID',
    'PREVIEW_HEADERS_POLICY_ID',
    'ORIGIN_ACCESS_CONTROL_ID',
    'VIEWER_FUNCTION_ARN',
    'STATIC_VIEWER_FUNCTION_ARN',
  );
  return {
    staticCachePolicyId: named.STATIC_CACHE_POLICY_ID,
    dynamicCachePolicyId: named.DYNAMIC_CACHE_POLICY_ID,
    countryCachePolicyId: named.COUNTRY_CACHE_POLICY_ID,
    originRequestPolicyId: named.ORIGIN_REQUEST_POLICY_ID,
    responseHeadersPolicyId: named.RESPONSE_HEADERS_POLICY_ID,
    previewHeadersPolicyId: named.PREVIEW_HEADERS_POLICY_ID,
    originAccessControlId: named.ORIGIN_ACCESS_CONTROL_ID,
    viewerFunctionArn: named.VIEWER_FUNCTION_ARN,
    staticViewerFunctionArn: named.STATIC_VIEWER_FUNCTION_ARN,
  };
}
