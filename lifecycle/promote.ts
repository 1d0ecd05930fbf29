/** A person switches a site to a kept release. */
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { ReleaseStore } from '../aws/table/releases.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import { type BeginPorts, type Begun, begin } from './begin.ts';
import { refuseIfBeingRemoved } from './being-removed.ts';
import { alreadyLive, noSuchRelease, noSuchSite, nothingBefore } from './errors.ts';
import { promotionRecord, rollbackCandidates } from './promotion.ts';

export interface PromotePorts extends BeginPorts {
  sites: Pick<SiteStore, 'get' | 'nextNumber'>;
  deployments: Pick<DeploymentStore, 'create' | 'get' | 'advance'>;
  releases: Pick<ReleaseStore, 'get' | 'ofSite'>;
  newId: () => string;
}

export interface Promoted {
  deployment: string;
  release: string;
  status: Begun;
}

/** A number of its own: what was pushed before is older than what a person asks for now. */
export async function promote(siteId: string, release: string, ports: PromotePorts): Promise<Promoted> {
  const site = await ports.sites.get(siteId);
  if (!site) throw noSuchSite(siteId);
  if (site.liveRelease === release) throw alreadyLive(siteId, release);
  await refuseIfBeingRemoved(site, ports);
  return switchTo(siteId, release, ports);
}

/** Also to the release that is live: what is new then is how the site is served. */
export async function switchTo(siteId: string, release: string, ports: PromotePorts): Promise<Promoted> {
  const [kept, made] = await Promise.all([ports.releases.get(siteId, release), ports.deployments.get(release)]);
  if (!kept?.published || !made) throw noSuchRelease(siteId, release);
  const record = promotionRecord(made, {
    id: ports.newId(),
    number: await ports.sites.nextNumber(siteId),
    createdAt: ports.now().toISOString(),
  });
  await ports.deployments.create(record);
  return { deployment: record.id, release, status: await begin(record, ports) };
}

/** The release that was live before, or the newest older one, whose own deployment had passed Verify. */
export async function rollback(siteId: string, ports: PromotePorts): Promise<Promoted> {
  const site = await ports.sites.get(siteId);
  if (!site) throw noSuchSite(siteId);
  for (const release of rollbackCandidates(site, await ports.releases.ofSite(siteId))) {
    const made = await ports.deployments.get(release);
    if (made?.status === 'succeeded') return promote(siteId, release, ports);
  }
  throw nothingBefore(siteId);
}
