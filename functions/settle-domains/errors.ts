import { TowpathError } from '../../domain/errors.ts';

/** The state machine's Retry on this name is the loop that waits. */
const PENDING = {
  code: 'DomainsPending',
  fault: 'provider',
  retryable: true,
  remedy: 'DNS, certificates and CloudFront take their time: the step waits by itself.',
} as const;
export const pending = (message: string) => new TowpathError(PENDING, message);

const AGAIN = 'then ask for the domain again with "towpath domain add"';
const REMEDIES: Record<string, string> = {
  CAA_ERROR: `A CAA record of the domain, or of one above it, does not let Amazon issue certificates: add 0 issue "amazon.com" to it, ${AGAIN}.`,
  VALIDATION_TIMED_OUT: `The CNAME records of "towpath domain status" were not found within 72 hours: set them at your DNS host, ${AGAIN}.`,
  ADDITIONAL_VERIFICATION_REQUIRED: `AWS wants to verify the domain by hand: ask AWS Support, ${AGAIN}.`,
};

/** @param failure ACM's code */
export function notIssued(names: string[], failure: string): TowpathError {
  const remedy = REMEDIES[failure] ?? `See why in the ACM console of us-east-1, ${AGAIN}.`;
  const about = { code: 'CERTIFICATE_NOT_ISSUED', fault: 'user', retryable: false, remedy } as const;
  return new TowpathError(about, `no certificate was issued for ${names.join(', ')}: ${failure}`);
}

const DOMAIN_TAKEN = {
  code: 'DOMAIN_TAKEN',
  fault: 'user',
  retryable: false,
  remedy: `Another CloudFront distribution has one of the names, in this or another account: remove it there, or move it (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/alternate-domain-names-move.html), ${AGAIN}.`,
} as const;
export const domainTaken = (names: string[], cause: unknown) =>
  new TowpathError(DOMAIN_TAKEN, `CloudFront refuses ${names.join(', ')}: CNAMEAlreadyExists`, { cause });

const NO_DISTRIBUTION = {
  code: 'SITE_WITHOUT_DISTRIBUTION',
  fault: 'user',
  retryable: false,
  remedy: `Deploy the site first, ${AGAIN}.`,
} as const;
export const noDistribution = (site: string) => new TowpathError(NO_DISTRIBUTION, `site ${site} has no distribution`);

/** @param cause Route 53's reason */
export const recordInTheWay = (name: string, cause: Error) =>
  new TowpathError(
    {
      code: 'DNS_RECORD_IN_THE_WAY',
      fault: 'user',
      retryable: false,
      remedy: `A record of another kind has that name, such as a CNAME to where the site was before: delete it, ${AGAIN}.`,
    },
    `Route 53 refuses a record for ${name}: ${cause.message}`,
    { cause },
  );
