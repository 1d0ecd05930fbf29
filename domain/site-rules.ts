/** What the app's owner wants of every answer, beside Next.js: rewrites, redirects and headers. */
import * as z from 'zod';
import { REWRITE_STATUSES } from './rewrites.ts';

export const RewriteRule = z.object({
  source: z.string(),
  target: z.string(),
  status: z.enum(REWRITE_STATUSES),
  country: z.string().optional(),
});

/** Headers of answers to paths that a glob matches. */
export const HeaderRule = z.object({
  pattern: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
});

export const SiteRules = z.object({ rewrites: z.array(RewriteRule), headers: z.array(HeaderRule) });
export type SiteRules = z.infer<typeof SiteRules>;

/** What a commit says of them; a part that it leaves out is the app's. */
export const RepositoryRules = SiteRules.partial();
export type RepositoryRules = z.infer<typeof RepositoryRules>;

/** Sent with everything, if the app asks for it; rules of its own come after them. */
export const SECURITY_HEADERS = [
  { name: 'strict-transport-security', value: 'max-age=31536000; includeSubDomains' },
  { name: 'x-content-type-options', value: 'nosniff' },
  { name: 'x-frame-options', value: 'SAMEORIGIN' },
  { name: 'referrer-policy', value: 'strict-origin-when-cross-origin' },
  { name: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()' },
];

/** What is in force for a deployment: the commit's own rules in place of the app's. */
export function rulesInForce(
  repository: RepositoryRules,
  app: RepositoryRules & { securityHeaders?: boolean },
): SiteRules {
  const security = app.securityHeaders ? [{ pattern: '**', headers: SECURITY_HEADERS }] : [];
  return {
    rewrites: repository.rewrites ?? app.rewrites ?? [],
    headers: [...security, ...(repository.headers ?? app.headers ?? [])],
  };
}

export const hasRules = ({ rewrites, headers }: SiteRules) => rewrites.length > 0 || headers.length > 0;
