import { environment } from '../../middleware/environment.ts';
import type { SharedParts } from './distribution-config.ts';

/** The policies and viewer functions that serverless.yml made, of each pool of sites. */
export function sharedParts(): SharedParts[] {
  const named = environment(
    'STATIC_CACHE_POLICY_IDS',
    'DYNAMIC_CACHE_POLICY_IDS',
    'COUNTRY_CACHE_POLICY_IDS',
    'ORIGIN_REQUEST_POLICY_IDS',
    'RESPONSE_HEADERS_POLICY_IDS',
    'PREVIEW_HEADERS_POLICY_IDS',
    'ORIGIN_ACCESS_CONTROL_IDS',
    'VIEWER_FUNCTION_ARNS',
    'STATIC_VIEWER_FUNCTION_ARNS',
  );
  return named.ORIGIN_ACCESS_CONTROL_IDS.split(',').map((_, pool) => {
    const of = (name: keyof typeof named): string => named[name].split(',')[pool] ?? '';
    return {
      staticCachePolicyId: of('STATIC_CACHE_POLICY_IDS'),
      dynamicCachePolicyId: of('DYNAMIC_CACHE_POLICY_IDS'),
      countryCachePolicyId: of('COUNTRY_CACHE_POLICY_IDS'),
      originRequestPolicyId: of('ORIGIN_REQUEST_POLICY_IDS'),
      responseHeadersPolicyId: of('RESPONSE_HEADERS_POLICY_IDS'),
      previewHeadersPolicyId: of('PREVIEW_HEADERS_POLICY_IDS'),
      originAccessControlId: of('ORIGIN_ACCESS_CONTROL_IDS'),
      viewerFunctionArn: of('VIEWER_FUNCTION_ARNS'),
      staticViewerFunctionArn: of('STATIC_VIEWER_FUNCTION_ARNS'),
    };
  });
}
