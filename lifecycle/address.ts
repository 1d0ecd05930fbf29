/** Where a site is reached. Pure. */
import { type SiteDomains, shownName } from '../domain/custom-domain.ts';

/** @param pattern the stack's parameter SiteUrlPattern: `https://{domain}` */
export const siteUrl = (pattern: string, domain: string) => pattern.replace('{domain}', domain);

/** By its own name, once that leads to it, else by its distribution's. Undefined while it has none. */
export function addressOf(pattern: string, domains: SiteDomains | undefined, distributionDomain: string | undefined) {
  const domain = (domains && shownName(domains)) ?? distributionDomain;
  return domain === undefined ? undefined : siteUrl(pattern, domain);
}
