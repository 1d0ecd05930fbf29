/** What ACM refuses to make a certificate of. Pure. https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
import type { RequestCertificateRequest } from '@aws-sdk/client-acm';
import { AwsError } from '../../protocol/aws-error.ts';

/** https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html */
const MAX_DOMAINS = 10;
const MAX_FIRST_DOMAIN = 64;
const MAX_DOMAIN = 253;
const DOMAIN = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/;

/** The domains of the certificate, the first one first, each once, in lower case. */
export function checkRequest(input: RequestCertificateRequest): string[] {
  if (input.ValidationMethod !== 'DNS') {
    throw new AwsError('NotImplemented', 'ACM validates by DNS alone in the local cloud', 501);
  }
  if (input.CertificateAuthorityArn || input.Options?.Export === 'ENABLED') {
    throw new AwsError('NotImplemented', 'Private and exportable certificates are not emulated', 501);
  }
  const { IdempotencyToken: token } = input;
  if (token !== undefined && !/^\w{1,32}$/.test(token)) {
    throw new AwsError('ValidationException', `Value '${token}' at 'idempotencyToken' must have 1 to 32 of \\w`);
  }
  const all = [input.DomainName!, ...(input.SubjectAlternativeNames ?? [])].map((name) => name.toLowerCase());
  const domains = [...new Set(all)];
  const wrong = domains.find((name) => !DOMAIN.test(name) || name.length > MAX_DOMAIN);
  if (wrong !== undefined) throw new AwsError('ValidationException', `${wrong} is not a domain name`);
  if (domains[0]!.length > MAX_FIRST_DOMAIN) {
    throw new AwsError(
      'InvalidDomainValidationOptionsException',
      `The first domain name must have at most ${MAX_FIRST_DOMAIN} characters.`,
    );
  }
  if (domains.length > MAX_DOMAINS) {
    throw new AwsError('LimitExceededException', `Error: Your request has more than ${MAX_DOMAINS} domain names.`);
  }
  return domains;
}
