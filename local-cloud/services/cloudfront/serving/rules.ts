/** A behaviour's policies as rules: what is in the cache key, what goes to the origin, how long things live. Pure. */
import type { CachePolicyConfig, OriginRequestPolicyConfig } from '@aws-sdk/client-cloudfront';
import type { Behaviour } from './behaviour.ts';

export interface Selection {
  mode: 'none' | 'all' | 'whitelist' | 'allExcept';
  names: string[];
}

export interface Rules {
  key: { queries: Selection; headers: Selection; cookies: Selection; gzip: boolean; brotli: boolean };
  forward: { queries: Selection; headers: Selection; cookies: Selection };
  /** Seconds. */
  ttl: { min: number; default: number; max: number };
}

const NONE: Selection = { mode: 'none', names: [] };

export function rulesOf(
  behaviour: Behaviour,
  cache: CachePolicyConfig | undefined,
  forward: OriginRequestPolicyConfig | undefined,
): Rules {
  const key = cache ? keyOf(cache) : legacyKey(behaviour);
  const from = cache ?? behaviour;
  return {
    key,
    forward: forward
      ? {
          queries: selection(forward.QueryStringsConfig?.QueryStringBehavior, forward.QueryStringsConfig?.QueryStrings),
          headers: lowerCase(selection(forward.HeadersConfig?.HeaderBehavior, forward.HeadersConfig?.Headers)),
          cookies: selection(forward.CookiesConfig?.CookieBehavior, forward.CookiesConfig?.Cookies),
        }
      : { queries: NONE, headers: NONE, cookies: NONE },
    ttl: { min: from.MinTTL ?? 0, default: from.DefaultTTL ?? 86_400, max: from.MaxTTL ?? 31_536_000 },
  };
}

function keyOf(cache: CachePolicyConfig): Rules['key'] {
  const parameters = cache.ParametersInCacheKeyAndForwardedToOrigin;
  return {
    queries: selection(
      parameters?.QueryStringsConfig?.QueryStringBehavior,
      parameters?.QueryStringsConfig?.QueryStrings,
    ),
    headers: lowerCase(selection(parameters?.HeadersConfig?.HeaderBehavior, parameters?.HeadersConfig?.Headers)),
    cookies: selection(parameters?.CookiesConfig?.CookieBehavior, parameters?.CookiesConfig?.Cookies),
    gzip: parameters?.EnableAcceptEncodingGzip ?? false,
    brotli: parameters?.EnableAcceptEncodingBrotli ?? false,
  };
}

/** ForwardedValues, the settings that policies replaced: what is forwarded is in the key. */
function legacyKey({ ForwardedValues: values, Compress }: Behaviour): Rules['key'] {
  const keys = values?.QueryStringCacheKeys?.Items ?? [];
  const queries: Selection = keys.length ? { mode: 'whitelist', names: keys } : { mode: 'all', names: [] };
  const headers = values?.Headers?.Items ?? [];
  return {
    queries: values?.QueryString ? queries : NONE,
    headers: lowerCase(headers.includes('*') ? { mode: 'all', names: [] } : { mode: 'whitelist', names: headers }),
    cookies: selection(values?.Cookies?.Forward, values?.Cookies?.WhitelistedNames),
    gzip: Compress ?? false,
    brotli: false,
  };
}

/** `allViewer…` of origin request policies is `all`; CloudFront's own headers are added by name before. */
function selection(behaviour: string | undefined, list: { Items?: string[] } | undefined): Selection {
  const names = list?.Items ?? [];
  if (behaviour === 'whitelist' || behaviour === 'allExcept') return { mode: behaviour, names };
  return behaviour === undefined || behaviour === 'none' ? NONE : { mode: 'all', names };
}

const lowerCase = ({ mode, names }: Selection): Selection => ({ mode, names: names.map((name) => name.toLowerCase()) });

export function selects({ mode, names }: Selection, name: string): boolean {
  if (mode === 'none') return false;
  return mode === 'all' || names.includes(name) === (mode === 'whitelist');
}

/** Set-Cookie reaches viewers only where cookies are forwarded. */
export const forwardsCookies = ({ key, forward }: Rules): boolean =>
  key.cookies.mode !== 'none' || forward.cookies.mode !== 'none';
