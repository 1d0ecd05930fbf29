/** What a site's names ask of DNS and of its distribution. Pure. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { DomainRecord, SiteDomains } from '../../domain/custom-domain.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html */
const PROTOCOL = 'TLSv1.2_2021';

type Zoned = (name: string) => string | undefined;

export const validationRecords = (found: { name: string; value: string }[], zoneOf: Zoned): DomainRecord[] => {
  // A wildcard is validated by the record of the name below it.
  const once = new Map(found.map((one) => [one.name, one]));
  return [...once.values()].map(({ name, value }) => ({
    name,
    value,
    type: 'CNAME',
    purpose: 'validation',
    zone: zoneOf(name),
  }));
};

export const trafficRecords = ({ names }: SiteDomains, distributionDomain: string, zoneOf: Zoned): DomainRecord[] =>
  names.map((name) => ({ name, value: distributionDomain, type: 'ALIAS', purpose: 'traffic', zone: zoneOf(name) }));

/** ACM renews a certificate as long as its records stay. */
export const stillValidating = ({ names, records }: SiteDomains): DomainRecord[] => {
  const bases = names.map((name) => `${name.replace(/^\*\./, '')}.`);
  return records.filter(
    ({ name, purpose }) => purpose === 'validation' && bases.includes(name.replace(/^[^.]+\./, '')),
  );
};

/** Set once and asked for no more. */
export const dropped = (before: DomainRecord[], wanted: DomainRecord[]): DomainRecord[] =>
  before.filter(
    (one) => !wanted.some(({ name, type, value }) => name === one.name && type === one.type && value === one.value),
  );

/** The distribution's configuration with these names, or with CloudFront's own certificate for none. */
export function withAliases(
  config: DistributionConfig,
  { names, certificateArn }: Pick<SiteDomains, 'names' | 'certificateArn'>,
): DistributionConfig {
  return {
    ...config,
    Aliases: { Quantity: names.length, ...(names.length > 0 && { Items: names }) },
    ViewerCertificate:
      names.length > 0
        ? { ACMCertificateArn: certificateArn, SSLSupportMethod: 'sni-only', MinimumProtocolVersion: PROTOCOL }
        : { CloudFrontDefaultCertificate: true },
  };
}

export function answersTo(
  config: DistributionConfig,
  { names, certificateArn }: Pick<SiteDomains, 'names' | 'certificateArn'>,
): boolean {
  const has = (config.Aliases?.Items ?? []).toSorted();
  const same = has.length === names.length && names.toSorted().every((name, index) => name === has[index]);
  return same && (names.length === 0 || config.ViewerCertificate?.ACMCertificateArn === certificateArn);
}
