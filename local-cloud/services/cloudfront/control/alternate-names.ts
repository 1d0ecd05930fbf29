/**
 * Alternate domain names: who may have one, and whose site answers under it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements
 */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Environment } from '../../../service.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-web-distributions */
const MAX_NAMES = 100;
const CERTIFICATE_REGION = 'us-east-1';
const NAME = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const REQUIREMENTS =
  'For more details, see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements';

export const alternateNames = (config: DistributionConfig): string[] =>
  (config.Aliases?.Items ?? []).map((name) => name.toLowerCase());

interface IssuedCertificate {
  Status?: string;
  SubjectAlternativeNames?: string[];
}

export async function checkAlternateNames(
  config: DistributionConfig,
  others: DistributionConfig[],
  environment: Environment,
): Promise<void> {
  const names = alternateNames(config);
  const certificate = await certificateOf(config, environment);
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined)
    throw new AwsError('InvalidArgument', `The parameter CNAME contains an invalid name: ${wrong}.`);
  if (names.length > MAX_NAMES) {
    throw new AwsError('TooManyDistributionCNAMEs', `A distribution can have ${MAX_NAMES} alternate domain names.`);
  }
  if (names.length && !certificate) {
    throw new AwsError(
      'InvalidViewerCertificate',
      `To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your authorization to use the domain name. ${REQUIREMENTS}`,
    );
  }
  if (names.some((name) => !certificate?.some((covered) => covers(covered, name)))) {
    throw new AwsError(
      'InvalidViewerCertificate',
      `The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that you're trying to add. ${REQUIREMENTS}`,
    );
  }
  const taken = others.flatMap(alternateNames);
  if (names.some((name) => taken.includes(name)) || new Set(names).size < names.length) {
    throw new AwsError(
      'CNAMEAlreadyExists',
      'One or more of the CNAMEs you provided are already associated with a different resource.',
      409,
    );
  }
}

/** The names of its certificate; undefined for CloudFront's own. */
async function certificateOf(config: DistributionConfig, environment: Environment): Promise<string[] | undefined> {
  const { ACMCertificateArn, IAMCertificateId, SSLSupportMethod } = config.ViewerCertificate ?? {};
  if (IAMCertificateId) throw new AwsError('NotImplemented', 'Certificates of IAM are not emulated.', 501);
  if (!ACMCertificateArn) return undefined;
  if (!SSLSupportMethod)
    throw new AwsError('InvalidArgument', 'SSLSupportMethod is required with a certificate of ACM.');
  const found =
    ACMCertificateArn.split(':')[3] === CERTIFICATE_REGION
      ? await environment
          .call<{ Certificate: IssuedCertificate }>(
            'acm',
            'DescribeCertificate',
            { CertificateArn: ACMCertificateArn },
            environment.asService('cloudfront.amazonaws.com'),
          )
          .catch((error: unknown) => {
            if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
            throw error;
          })
      : undefined;
  if (found?.Certificate.Status === 'ISSUED') return found.Certificate.SubjectAlternativeNames ?? [];
  throw new AwsError(
    'InvalidViewerCertificate',
    `The specified SSL certificate doesn't exist, isn't in ${CERTIFICATE_REGION} region, isn't valid, or doesn't include a valid certificate chain.`,
  );
}

/** `*.example.com` stands for one label: `www.example.com`, and not `a.b.example.com`. */
function covers(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && name.slice(name.indexOf('.')) === pattern.slice(1));
}

/** The distribution that answers for a Host; an exact name goes before one with an asterisk. */
export function distributionOf(host: string, served: [id: string, DistributionConfig][]): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const having = (isWanted: (alias: string) => boolean) =>
    served.find(([, config]) => alternateNames(config).some(isWanted));
  return (having((alias) => alias === name) ?? having((alias) => covers(alias, name)))?.[0];
}
