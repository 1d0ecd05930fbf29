/**
 * A site's names on their way: certificate, its validation, distribution, records. Each try goes as far as it can and then
 * throws `DomainsPending`; whatever is there already is found, not made again. The aliases are changed under the distribution's
 * ETag, and a deployment's UpdateDistribution keeps them, so that neither waits for the other.
 */
import { CNAMEAlreadyExists } from '@aws-sdk/client-cloudfront';
import { InvalidChangeBatch } from '@aws-sdk/client-route-53';
import * as z from 'zod';
import type { Certificates } from '../../aws/certificates.ts';
import type { Distribution, Distributions } from '../../aws/distributions.ts';
import type { DomainStore } from '../../aws/table/domains.ts';
import type { Zones } from '../../aws/zones.ts';
import type { DomainRecord, SiteDomains } from '../../domain/custom-domain.ts';
import { TowpathError } from '../../domain/errors.ts';
import { type LeadingPorts, withLeading } from '../../lifecycle/leading.ts';
import type { StepResult } from '../../middleware/step.ts';
import { answersTo, dropped, stillValidating, trafficRecords, validationRecords, withAliases } from './decide.ts';
import { domainTaken, noDistribution, notIssued, pending, recordInTheWay } from './errors.ts';

/** From statemachines/domain.asl.yml; in a teardown, where the site loses all its names, there is a deployment instead. */
export const Input = z.object({
  domains: z.object({ site: z.string(), revision: z.int() }).optional(),
  deployment: z.object({ site: z.string() }).optional(),
});

export interface Ports extends LeadingPorts {
  domains: Pick<DomainStore, 'get' | 'put' | 'remove'>;
  certificates: Certificates;
  zones: Zones;
  distributions: Pick<Distributions, 'find' | 'update'>;
  stage: string;
  now: () => Date;
}

type Result = StepResult<{ names: string[] }>;

/** Fails when a newer revision came: its own execution goes on with it. */
class Outdated extends Error {}

export async function run({ domains: asked, deployment }: z.output<typeof Input>, ports: Ports): Promise<Result> {
  const site = String(asked?.site ?? deployment?.site);
  const found = await ports.domains.get(site);
  const done = (names: string[]) => ({ output: { names }, figures: { names: names.length } });
  if (!found || (asked && asked.revision !== found.revision)) return done([]);
  try {
    const removing = !asked || found.names.length === 0;
    return done(removing ? await takeAway({ ...found, names: [] }, ports) : await settle(found, ports));
  } catch (error) {
    if (error instanceof Outdated) return done([]);
    if (asked && error instanceof TowpathError && !error.retryable) {
      const { code, message, remedy } = error;
      const latest = (await ports.domains.get(site)) ?? found;
      if (latest.revision === found.revision)
        await save({ ...latest, status: 'failed', error: { code, message, remedy } }, ports);
    }
    throw error;
  }
}

async function save(domains: SiteDomains, { domains: store, now }: Ports): Promise<SiteDomains> {
  const saved = { ...domains, updatedAt: now().toISOString() };
  if (!(await store.put(saved, domains.revision))) throw new Outdated();
  return saved;
}

async function settle(found: SiteDomains, ports: Ports): Promise<string[]> {
  const certified = await request(found, ports);
  const validated = await validate(certified, ports);
  const distribution = await distributionOf(validated.site, ports);
  if (!distribution?.config.Enabled) throw noDistribution(validated.site);
  await attach(validated, distribution, ports);

  const zoneOf = await zonesOf(validated.names, ports);
  const traffic = trafficRecords(validated, distribution.domain, zoneOf);
  await setAll(traffic, ports);
  const records = [...stillValidating(validated), ...traffic];
  await unsetAll(dropped(validated.records, records), ports);
  await removeCertificates(validated.retiredCertificates, ports);
  await save(await withLeading({ ...validated, records, retiredCertificates: [] }, ports), ports);
  return validated.names;
}

/** The names are gone from the distribution first, or it is. */
async function takeAway(domains: SiteDomains, ports: Ports): Promise<string[]> {
  const distribution = await distributionOf(domains.site, ports);
  if (distribution) await attach(domains, distribution, ports);
  await unsetAll(domains.records, ports);
  const { certificateArn, retiredCertificates } = domains;
  await removeCertificates([...retiredCertificates, ...(certificateArn ? [certificateArn] : [])], ports);
  await ports.domains.remove(domains.site, domains.revision);
  return [];
}

async function request(domains: SiteDomains, ports: Ports): Promise<SiteDomains> {
  if (domains.certificateArn !== undefined) return domains;
  const { site, names, revision } = domains;
  const token = `${site}_${revision}`.replaceAll('-', '_').slice(-32);
  const tags = { 'towpath:site': site, 'towpath:stage': ports.stage };
  return save({ ...domains, certificateArn: await ports.certificates.request(names, token, tags) }, ports);
}

async function validate(domains: SiteDomains, ports: Ports): Promise<SiteDomains> {
  const { names, certificateArn } = domains;
  const certificate = await ports.certificates.describe(String(certificateArn));
  if (!certificate?.records) throw pending(`the certificate for ${names.join(', ')} is being prepared`);
  const zoneOf = await zonesOf(
    certificate.records.map(({ name }) => name),
    ports,
  );
  const records = validationRecords(certificate.records, zoneOf);
  const others = dropped(domains.records, records);
  const next = domains.status === 'requested' ? await begin() : domains;
  if (certificate.status === 'ISSUED') return next;
  if (certificate.status !== 'PENDING_VALIDATION') throw notIssued(names, certificate.failure ?? certificate.status);
  throw pending(`the certificate for ${names.join(', ')} waits for its records in DNS`);

  async function begin() {
    await setAll(records, ports);
    return save({ ...domains, records: [...others, ...records], status: 'validating' }, ports);
  }
}

async function attach(domains: SiteDomains, distribution: Distribution, ports: Ports): Promise<void> {
  const { names, site } = domains;
  if (!answersTo(distribution.config, domains)) {
    if (names.length > 0) await save({ ...domains, status: 'deploying' }, ports);
    const config = withAliases(distribution.config, domains);
    try {
      await ports.distributions.update(distribution.id, config, distribution.etag);
    } catch (error) {
      throw error instanceof CNAMEAlreadyExists ? domainTaken(names, error) : error;
    }
    throw pending(`distribution ${distribution.id} of ${site} gets its names`);
  }
  if (!distribution.deployed) throw pending(`distribution ${distribution.id} of ${site} is not everywhere yet`);
}

async function distributionOf(site: string, { sites, distributions }: Ports): Promise<Distribution | undefined> {
  const id = (await sites.get(site))?.distributionId;
  return id === undefined ? undefined : distributions.find(id);
}

/** A function to ask with, for what decides is pure. */
async function zonesOf(names: string[], { zones }: Ports) {
  const found = await Promise.all(names.map(async (name) => [name, await zones.holding(name)] as const));
  const byName = new Map(found);
  return (name: string) => byName.get(name);
}

async function setAll(records: DomainRecord[], { zones }: Ports): Promise<void> {
  for (const record of records) {
    if (record.zone === undefined) continue;
    await zones.set(record.zone, record).catch((error: unknown) => {
      throw error instanceof InvalidChangeBatch ? recordInTheWay(record.name, error) : error;
    });
  }
}

async function unsetAll(records: DomainRecord[], { zones }: Ports): Promise<void> {
  for (const record of records) if (record.zone !== undefined) await zones.unset(record.zone, record);
}

async function removeCertificates(arns: string[], { certificates }: Ports): Promise<void> {
  for (const arn of arns) {
    if (!(await certificates.remove(arn))) throw pending(`${arn} is still in use`);
  }
}
