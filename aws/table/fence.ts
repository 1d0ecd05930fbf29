import type { Deployment } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
import type { SiteStore } from './sites.ts';

const SUPERSEDED = {
  code: 'SUPERSEDED',
  fault: 'user',
  retryable: false,
  remedy:
    'Nothing is lost: a newer deployment of this site took over. To bring this commit back, promote its release or deploy it anew.',
} as const;

/** Before a state changes the site: fails once a newer deployment has begun to, so that replaying an old one harms nothing. */
export async function takeFence(sites: Pick<SiteStore, 'takeFence'>, { site, number }: Deployment): Promise<void> {
  if (await sites.takeFence(site, number)) return;
  throw new TowpathError(SUPERSEDED, `deployment ${number} of site ${site} is older than the one that changes it now`);
}
