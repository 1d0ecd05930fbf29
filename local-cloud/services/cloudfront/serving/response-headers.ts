/**
 * The response headers policy. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
 */
import type { ResponseHeadersPolicyConfig } from '@aws-sdk/client-cloudfront';
import { type EdgeRequest, type HeaderMap, header } from './message.ts';

type Security = NonNullable<ResponseHeadersPolicyConfig['SecurityHeadersConfig']>;
type Cors = NonNullable<ResponseHeadersPolicyConfig['CorsConfig']>;
/** name, value, whether it overrides the origin's. */
type Rule = [string, string, boolean];

export function applyResponseHeadersPolicy(
  headers: HeaderMap,
  policy: ResponseHeadersPolicyConfig | undefined,
  request: EdgeRequest,
): HeaderMap {
  if (!policy) return headers;
  const removed = new Set((policy.RemoveHeadersConfig?.Items ?? []).map(({ Header }) => Header!.toLowerCase()));
  const result: HeaderMap = Object.fromEntries(Object.entries(headers).filter(([name]) => !removed.has(name)));
  const rules: Rule[] = [
    ...(policy.SecurityHeadersConfig ? securityRules(policy.SecurityHeadersConfig) : []),
    ...(policy.CorsConfig ? corsRules(policy.CorsConfig, request) : []),
    ...(policy.CustomHeadersConfig?.Items ?? []).map(
      ({ Header = '', Value = '', Override = false }): Rule => [Header.toLowerCase(), Value, Override],
    ),
  ];
  for (const [name, value, override] of rules) {
    if (override || !result[name]) result[name] = [value];
  }
  return result;
}

function securityRules(security: Security): Rule[] {
  const rules: Rule[] = [];
  const {
    ContentSecurityPolicy: csp,
    ContentTypeOptions: types,
    FrameOptions: frame,
    ReferrerPolicy: referrer,
    StrictTransportSecurity: hsts,
    XSSProtection: xss,
  } = security;
  if (csp) rules.push(['content-security-policy', csp.ContentSecurityPolicy ?? '', csp.Override ?? false]);
  if (types) rules.push(['x-content-type-options', 'nosniff', types.Override ?? false]);
  if (frame) rules.push(['x-frame-options', frame.FrameOption ?? '', frame.Override ?? false]);
  if (referrer) rules.push(['referrer-policy', referrer.ReferrerPolicy ?? '', referrer.Override ?? false]);
  if (hsts) {
    const parts = [`max-age=${hsts.AccessControlMaxAgeSec}`];
    if (hsts.IncludeSubdomains) parts.push('includeSubDomains');
    if (hsts.Preload) parts.push('preload');
    rules.push(['strict-transport-security', parts.join('; '), hsts.Override ?? false]);
  }
  if (xss) {
    const mode = xss.ModeBlock ? '; mode=block' : xss.ReportUri ? `; report=${xss.ReportUri}` : '';
    rules.push(['x-xss-protection', xss.Protection ? `1${mode}` : '0', xss.Override ?? false]);
  }
  return rules;
}

function corsRules(cors: Cors, request: EdgeRequest): Rule[] {
  const origin = header(request.headers, 'origin');
  const allowed = cors.AccessControlAllowOrigins?.Items ?? [];
  const override = cors.OriginOverride ?? false;
  const matches = (pattern: string) =>
    new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace(/\*/g, '.*')}$`).test(
      pattern.includes('://') ? (origin ?? '') : (origin ?? '').replace(/^https?:\/\//, ''),
    );
  if (!origin || !allowed.some(matches)) return [];
  const rules: Rule[] = [['access-control-allow-origin', allowed.includes('*') ? '*' : origin, override]];
  const exposed = cors.AccessControlExposeHeaders?.Items ?? [];
  if (cors.AccessControlAllowCredentials) rules.push(['access-control-allow-credentials', 'true', override]);
  if (exposed.length) rules.push(['access-control-expose-headers', exposed.join(', '), override]);
  if (request.method !== 'OPTIONS') return rules;
  const allowedMethods = cors.AccessControlAllowMethods?.Items ?? [];
  const methods = allowedMethods.includes('ALL') ? ['GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS'] : allowedMethods;
  rules.push(['access-control-allow-methods', methods.join(', '), override]);
  rules.push(['access-control-allow-headers', (cors.AccessControlAllowHeaders?.Items ?? []).join(', '), override]);
  if (cors.AccessControlMaxAgeSec !== undefined) {
    rules.push(['access-control-max-age', String(cors.AccessControlMaxAgeSec), override]);
  }
  return rules;
}
