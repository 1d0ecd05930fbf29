/**
 * How a certificate becomes ISSUED: each of its names has its CNAME in DNS, and no CAA record keeps Amazon from it. Pure but
 * for the look-ups. https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
import { createHash } from 'node:crypto';
import type { FailureReason } from '@aws-sdk/client-acm';

/** https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-timed-out.html */
const VALIDATION_TIMEOUT_MS = 72 * 3600 * 1000;
/** https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html */
const AMAZON = ['amazon.com', 'amazontrust.com', 'awstrust.com', 'amazonaws.com'];

export type LookUp = (name: string, type: 'CNAME' | 'CAA') => Promise<string[]>;

export type Verdict =
  | { status: 'ISSUED' | 'VALIDATION_TIMED_OUT' }
  | { status: 'FAILED'; reason: FailureReason }
  /** The names whose CNAME was seen. */
  | { status: 'PENDING_VALIDATION'; validated: string[] };

/** The same for a name and an account, whichever certificate: `*.example.com` is validated as `example.com`. */
export function validationRecord(accountId: string, domain: string): { Name: string; Value: string } {
  const base = domain.replace(/^\*\./, '');
  const token = (kind: string, length: number) =>
    createHash('sha256').update(`${accountId} ${base} ${kind}`).digest('hex').slice(0, length);
  return {
    Name: `_${token('name', 32)}.${base}.`,
    Value: `_${token('value', 32)}.${token('zone', 10)}.acm-validations.aws.`,
  };
}

export async function validate(
  { accountId, domains, ageMs }: { accountId: string; domains: string[]; ageMs: number },
  lookUp: LookUp,
): Promise<Verdict> {
  const validated: string[] = [];
  for (const domain of domains) {
    const { Name, Value } = validationRecord(accountId, domain);
    const values = await lookUp(Name, 'CNAME');
    if (values.some((value) => withoutDots(value) === withoutDots(Value))) validated.push(domain);
  }
  if (validated.length < domains.length) {
    return ageMs > VALIDATION_TIMEOUT_MS
      ? { status: 'VALIDATION_TIMED_OUT' }
      : { status: 'PENDING_VALIDATION', validated };
  }
  for (const domain of domains) if (await isForbidden(domain, lookUp)) return { status: 'FAILED', reason: 'CAA_ERROR' };
  return { status: 'ISSUED' };
}

/** DNS providers may refuse the value's underscore, and ACM takes it without. */
const withoutDots = (name: string) => name.toLowerCase().replace(/^_/, '').replace(/\.$/, '');

/** The nearest CAA records upwards count; those without a say on issuing forbid nothing. */
async function isForbidden(domain: string, lookUp: LookUp): Promise<boolean> {
  const labels = domain.replace(/^\*\./, '').split('.');
  for (let index = 0; index < labels.length; index++) {
    const records = await lookUp(labels.slice(index).join('.'), 'CAA');
    if (records.length === 0) continue;
    const all = records.map((record) => /^\d+\s+(\w+)\s+"?([^";]*)/.exec(record));
    const tag = domain.startsWith('*.') && all.some((one) => one?.[1] === 'issuewild') ? 'issuewild' : 'issue';
    const issuers = all.flatMap((one) => (one?.[1] === tag ? [(one[2] ?? '').trim().toLowerCase()] : []));
    return issuers.length > 0 && !issuers.some((issuer) => AMAZON.includes(issuer));
  }
  return false;
}
