/** A site's own domain names. CloudFront gives a site one certificate, so that its names change as a set. Pure. */
import * as z from 'zod';

/** https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html */
export const MAX_DOMAINS = 10;

/** Of the name that a certificate is asked for by. https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
export const MAX_FIRST_NAME = 64;

export const DomainName = z
  .string()
  .toLowerCase()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'a domain is like www.example.com, in punycode where it is not ASCII, without https:// and path',
  );

/** `pointing`: the site answers to its names, and not all of them lead to it yet. */
export const DOMAIN_STATUSES = [
  'requested',
  'validating',
  'deploying',
  'pointing',
  'live',
  'removing',
  'failed',
] as const;
export type DomainStatus = (typeof DOMAIN_STATUSES)[number];

/** A record of DNS; `set` by Towpath in a zone of the account, or else by whoever has the zone. */
export const DomainRecord = z.object({
  name: z.string(),
  /** `ALIAS`: A and AAAA to the distribution; where a DNS host has no aliases, CNAME (not at the top of a zone). */
  type: z.enum(['CNAME', 'ALIAS']),
  value: z.string(),
  purpose: z.enum(['validation', 'traffic']),
  zone: z.string().optional().describe('The hosted zone of the account that it was set in.'),
});
export type DomainRecord = z.infer<typeof DomainRecord>;

/** Whether it leads visitors to the site. */
export const isTraffic = ({ purpose }: DomainRecord) => purpose === 'traffic';

export const SiteDomains = z.object({
  site: z.string(),
  app: z.string(),
  /** What the site is to answer to. */
  names: z.array(DomainName).max(MAX_DOMAINS),
  /** Goes up with each change of the names: what works on an older one ends. */
  revision: z.int().positive(),
  status: z.enum(DOMAIN_STATUSES),
  certificateArn: z.string().optional().describe('Covers the names.'),
  retiredCertificates: z
    .array(z.string())
    .default([])
    .describe('To be deleted, once the distribution has let them go.'),
  records: z.array(DomainRecord).default([]),
  /** Names that were seen to lead to the site, and `domain.ready` was told of. */
  told: z.array(z.string()).default([]),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).optional(),
  updatedAt: z.iso.datetime(),
});
export type SiteDomains = z.infer<typeof SiteDomains>;

/** The name to show a site by: its first that leads there. */
export const shownName = ({ names, told }: SiteDomains): string | undefined =>
  names.find((name) => !name.startsWith('*.') && told.includes(name));

/** The next revision, with these names. */
export function withNames(before: SiteDomains, names: string[], updatedAt: string): SiteDomains {
  const { certificateArn, retiredCertificates } = before;
  return {
    ...before,
    names,
    updatedAt,
    revision: before.revision + 1,
    status: names.length === 0 ? 'removing' : 'requested',
    certificateArn: undefined,
    retiredCertificates: certificateArn === undefined ? retiredCertificates : [...retiredCertificates, certificateArn],
    error: undefined,
  };
}
