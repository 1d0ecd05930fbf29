/**
 * Which of a site's own names lead to it, once its distribution answers to them. Those that Towpath set in a zone of the account do;
 * of the others the world's DNS is asked. A name that leads to CloudFront leads to the site: one distribution alone can have it. One that leads
 * elsewhere may have a proxy before it, as DNS hosts offer: then the name itself is asked which release answers.
 */
import type { Events } from '../aws/events.ts';
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import { type DomainRecord, isTraffic, type SiteDomains } from '../domain/custom-domain.ts';
import { isPublic } from '../domain/outbound.ts';
import type { Dns } from './dns.ts';
import type { ReleaseAt } from './release-at.ts';

export interface LeadingPorts {
  sites: Pick<SiteStore, 'get'>;
  deployments: Pick<DeploymentStore, 'get'>;
  emit: Events['emit'];
  dns: Dns;
  releaseAt: ReleaseAt;
}

const MAX_ALIASES = 5;
/** Of all that a wildcard stands for, one is asked for. */
const hostOf = (name: string) => name.replace(/^\*\./, 'any.');
const isCloudFront = (name: string) => name.endsWith('.cloudfront.net');

async function leadsTo(distribution: string, name: string, dns: Dns): Promise<boolean> {
  let host = hostOf(name);
  for (let alias = 0; alias < MAX_ALIASES; alias++) {
    const [next] = await dns.aliases(host);
    if (next === undefined) break;
    if (next === distribution || isCloudFront(next)) return true;
    host = next;
  }
  // An ALIAS, or a flattened CNAME, shows the addresses alone; whoever asks elsewhere is told others of CloudFront's.
  const [addresses, its] = await Promise.all([dns.addresses(host), dns.addresses(distribution)]);
  if (addresses.some((address) => its.includes(address))) return true;
  const names = await Promise.all(addresses.map((address) => dns.namesOf(address)));
  return names.flat().some(isCloudFront);
}

/** Whatever is before the site passes its headers on. */
async function answers(site: string, name: string, { dns, releaseAt, deployments }: LeadingPorts): Promise<boolean> {
  const host = hostOf(name);
  const address = (await dns.addresses(host)).find(isPublic);
  const release = address && (await releaseAt(host, address));
  return release !== undefined && (await deployments.get(release))?.site === site;
}

async function leads(site: string, { name, zone, value }: DomainRecord, ports: LeadingPorts): Promise<boolean> {
  if (zone !== undefined) return true;
  // The local cloud's distributions have a port in their names, which DNS has not.
  return (await leadsTo(value.replace(/:\d+$/, ''), name, ports.dns)) || answers(site, name, ports);
}

/**
 * With the status that its names deserve by now. Those that are new are told of first, so that a failure tells it twice rather
 * than never.
 */
export async function withLeading(domains: SiteDomains, ports: LeadingPorts): Promise<SiteDomains> {
  const { site, names, records, told } = domains;
  const waiting = records.filter((record) => isTraffic(record) && !told.includes(record.name));
  const led = await Promise.all(waiting.map((record) => leads(site, record, ports)));
  const fresh = waiting.flatMap(({ name }, index) => (led[index] ? [name] : []));
  const live = (await ports.sites.get(site))?.liveRelease;
  const deployment = live === undefined ? undefined : await ports.deployments.get(live);
  if (fresh.length > 0 && deployment) await ports.emit('domain.ready', { deployment, names: fresh });
  const leading = names.filter((name) => told.includes(name) || fresh.includes(name));
  return { ...domains, told: leading, status: leading.length === names.length ? 'live' : 'pointing' };
}
