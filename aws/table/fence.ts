import type { Deployment } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
import type { Site } from '../../domain/site.ts';
import type { SiteStore } from './sites.ts';

const SUPERSEDED = {
  code: 'SUPERSEDED',
  fault: 'user',
  retryable: false,
  remedy:
    'Nothing is lost: a newer deployment of this site took over. To bring this commit back, promote its release or deploy it anew.',
} as const;

/** Before a state changes the site: fails once a newer deployment has begun to, so that replaying an old one harms nothing. */
export async function takeFence(
  sites: Pick<SiteStore, 'takeFence'>,
  { site, number }: Pick<Deployment, 'site' | 'number'>,
): Promise<void> {
  if (await sites.takeFence(site, number)) return;
  throw new TowpathError(SUPERSEDED, `deployment ${number} of site ${site} is older than the one that changes it now`);
}

const SITE_BUSY = {
  code: 'SITE_BUSY',
  fault: 'user',
  retryable: false,
  remedy: 'Replay the removal once the other deployment has ended, or remove the site anew.',
} as const;

/** Before a state takes something of the site away: a deployment that runs meanwhile would miss it. */
export async function takeSiteAway(
  sites: Pick<SiteStore, 'takeFence' | 'get'>,
  deployment: Pick<Deployment, 'id' | 'site' | 'number'>,
): Promise<Site> {
  await takeFence(sites, deployment);
  const site = await sites.get(deployment.site);
  if (!site) throw new Error(`site ${deployment.site} went while its fence was taken`);
  const { runningDeployment: running } = site;
  if (running === undefined || running === deployment.id) return site;
  throw new TowpathError(SITE_BUSY, `deployment ${running} of site ${site.id} runs`);
}
