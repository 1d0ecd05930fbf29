/**
 * The policies that AWS manages, for those that are used by id.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
import type { PolicyKind, PolicyRecord } from './store.ts';

const managed = (id: string, config: PolicyRecord['config']): PolicyRecord => ({
  id,
  config,
  etag: 'E23ZP02F085DFQ',
  changedAt: Date.UTC(2020, 6, 22),
  managed: true,
});

const cache = (id: string, name: string, ttl: [number, number, number], encodings: boolean, queries = 'none') =>
  managed(id, {
    Name: `Managed-${name}`,
    Comment: '',
    MinTTL: ttl[0],
    DefaultTTL: ttl[1],
    MaxTTL: ttl[2],
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: encodings,
      EnableAcceptEncodingBrotli: encodings,
      HeadersConfig: { HeaderBehavior: 'none' },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: queries },
    },
  });

const forward = (id: string, name: string, headers: object, cookies: string, queries: string) =>
  managed(id, {
    Name: `Managed-${name}`,
    Comment: '',
    HeadersConfig: headers,
    CookiesConfig: { CookieBehavior: cookies },
    QueryStringsConfig: { QueryStringBehavior: queries },
  });

const YEAR = 31_536_000;

export const MANAGED_POLICIES: Record<PolicyKind, PolicyRecord[]> = {
  CachePolicy: [
    cache('658327ea-f89d-4fab-a63d-7e88639e58f6', 'CachingOptimized', [1, 86_400, YEAR], true),
    cache('b2884449-e4de-46a7-ac36-70bc7f1ddd6d', 'CachingOptimizedForUncompressedObjects', [1, 86_400, YEAR], false),
    cache('4135ea2d-6df8-44a3-9df3-4b5a84be39ad', 'CachingDisabled', [0, 0, 0], false),
  ],
  OriginRequestPolicy: [
    forward('216adef6-5c7f-47e4-b989-5492eafa07d3', 'AllViewer', { HeaderBehavior: 'allViewer' }, 'all', 'all'),
    forward(
      'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      'AllViewerExceptHostHeader',
      { HeaderBehavior: 'allExcept', Headers: { Quantity: 1, Items: ['host'] } },
      'all',
      'all',
    ),
  ],
  ResponseHeadersPolicy: [
    managed('67f7725c-6f97-4210-82d7-5512b31e9d03', {
      Name: 'Managed-SecurityHeadersPolicy',
      Comment: '',
      SecurityHeadersConfig: {
        XSSProtection: { Override: false, Protection: true, ModeBlock: true },
        FrameOptions: { Override: false, FrameOption: 'SAMEORIGIN' },
        ReferrerPolicy: { Override: false, ReferrerPolicy: 'strict-origin-when-cross-origin' },
        ContentTypeOptions: { Override: true },
        StrictTransportSecurity: { Override: false, AccessControlMaxAgeSec: YEAR },
      },
    }),
  ],
  OriginAccessControl: [],
};
