/**
 * Who may see a protected site: one user, by HTTP's basic authentication. What is remembered cannot be turned back into the
 * password: HMAC-SHA-256, under a key of the site's own, of what browsers send. A CloudFront Function has no slower hash, so
 * passwords are long.
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { AppId, type Deployer, SiteId } from './site.ts';

export const SiteAccess = z.object({
  site: SiteId,
  /** Whose site it is, or will be: it may be protected before its first deployment. */
  app: AppId,
  user: z.string(),
  /** Base64url. Another one with each password. */
  key: z.string(),
  /** Base64url, of {@link credentials}. */
  digest: z.string(),
  /** Which of the shared guards has it. */
  guard: z.int().nonnegative(),
  since: z.iso.datetime(),
  /** Known once the site has one. */
  distributionId: z.string().optional(),
});
export type SiteAccess = z.infer<typeof SiteAccess>;

/** No colon: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export const UserName = z
  .string()
  .regex(/^[\x21-\x39\x3b-\x7e]{1,64}$/, 'a user name is 1–64 visible ASCII characters without a colon');

const MIN_PASSWORD_LENGTH = 12;
export const Password = z
  .string()
  .regex(/^[\x20-\x7e]+$/, 'a password has visible ASCII characters and spaces: browsers spell others differently')
  .min(MIN_PASSWORD_LENGTH, `a password has at least ${MIN_PASSWORD_LENGTH} characters`)
  .max(128, 'a password has at most 128 characters');

/** What follows `Basic ` in a browser's Authorization header. */
export const credentials = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');

export const digestOf = (sent: string, key: string) => createHmac('sha256', key).update(sent).digest('base64url');

/** Verify looks at a protected site too, with a password that follows from a secret of the stage: nothing keeps it. */
export const verifierCredentials = (secret: string, site: string) =>
  credentials('towpath-verify', createHmac('sha256', secret).update(`verify/${site}`).digest('base64url'));

/**
 * Sites for which one guard lets visitors in: its table of some 140 bytes a site has to fit into a CloudFront Function, beside
 * the code. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html: 10 KB, 100 distributions
 */
export const SITES_PER_GUARD = 40;

/** What the names of all guards begin with. */
export const guardPrefix = ({ stage, region }: Pick<Deployer, 'stage' | 'region'>) =>
  `towpath-${stage}-${region}-guard-`;

export const guardName = (deployer: Deployer, kind: 'ssr' | 'static', guard: number) =>
  `${guardPrefix(deployer)}${kind}-${guard}`;

/** The first guard with a place. */
export function freeGuard(all: Pick<SiteAccess, 'guard'>[]): number {
  for (let guard = 0; ; guard++) {
    if (all.filter((access) => access.guard === guard).length < SITES_PER_GUARD) return guard;
  }
}

/** Distribution → key and the digests that it lets in: edge/viewer/guard.js. */
export type GuardTable = Record<string, [key: string, ...digests: string[]]>;

export function guardTable(all: SiteAccess[], guard: number, secret: string): GuardTable {
  return Object.fromEntries(
    all.flatMap(({ site, guard: its, distributionId, key, digest }) =>
      its === guard && distributionId !== undefined
        ? [[distributionId, [key, digest, digestOf(verifierCredentials(secret, site), key)]]]
        : [],
    ),
  );
}
