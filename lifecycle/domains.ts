/** A person gives a site names, or takes some away: the record changes, and an execution makes it so. */
import type { Executions } from '../aws/executions.ts';
import type { DomainStore } from '../aws/table/domains.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import { MAX_DOMAINS, MAX_FIRST_NAME, type SiteDomains, withNames } from '../domain/custom-domain.ts';
import {
  domainOfAnotherSite,
  domainsChanged,
  domainsTooLong,
  noSuchDomain,
  noSuchSite,
  siteNeverDeployed,
  tooManyDomains,
} from './errors.ts';

export interface DomainPorts {
  domains: Pick<DomainStore, 'get' | 'all' | 'put'>;
  sites: Pick<SiteStore, 'get'>;
  executions: Pick<Executions, 'start'>;
  now: () => Date;
}

/** Names that it has already are begun anew: that is how a failed one is tried again. */
export async function addDomains(siteId: string, names: string[], ports: DomainPorts): Promise<SiteDomains> {
  const site = await ports.sites.get(siteId);
  if (!site) throw noSuchSite(siteId);
  if (site.distributionId === undefined) throw siteNeverDeployed(siteId);
  const all = await ports.domains.all();
  for (const other of all) {
    const taken = other.site === siteId ? undefined : names.find((name) => other.names.includes(name));
    if (taken !== undefined) throw domainOfAnotherSite(taken, other.site);
  }
  const before = all.find((one) => one.site === siteId);
  const wanted = [...new Set([...(before?.names ?? []), ...names])];
  if (wanted.length > MAX_DOMAINS) throw tooManyDomains(siteId, MAX_DOMAINS);
  return change(before ?? empty(siteId, site.app, ports.now()), before?.revision, wanted, ports);
}

export async function removeDomain(siteId: string, name: string, ports: DomainPorts): Promise<SiteDomains> {
  const before = await ports.domains.get(siteId);
  if (!before?.names.includes(name)) throw noSuchDomain(siteId, name);
  const left = before.names.filter((one) => one !== name);
  return change(before, before.revision, left, ports);
}

const empty = (site: string, app: string, at: Date): SiteDomains => ({
  site,
  app,
  names: [],
  // Executions of an earlier life of the site had other names.
  revision: at.getTime(),
  status: 'requested',
  retiredCertificates: [],
  records: [],
  told: [],
  updatedAt: at.toISOString(),
});

async function change(before: SiteDomains, revision: number | undefined, names: string[], ports: DomainPorts) {
  if (names.length > 0 && names.every((name) => name.length > MAX_FIRST_NAME))
    throw domainsTooLong(before.site, names, MAX_FIRST_NAME);
  const next = withNames(before, names, ports.now().toISOString());
  if (!(await ports.domains.put(next, revision))) throw domainsChanged(before.site);
  await startChange(next, ports);
  return next;
}

type Change = Pick<SiteDomains, 'site' | 'revision'>;

/** The name of the execution that works on a revision. */
export const executionOf = ({ site, revision }: Change) => `${site}-${revision}`;

/** Repeated, it does nothing more. */
export const startChange = ({ site, revision }: Change, { executions }: Pick<DomainPorts, 'executions'>) =>
  executions.start('domain', executionOf({ site, revision }), { domains: { site, revision } });
