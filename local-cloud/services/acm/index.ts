/**
 * Certificate Manager: public certificates, validated by DNS.
 *
 * Gaps: validation by e-mail or HTTP, imported, private and exported certificates, renewal, key material (the local cloud has no
 * HTTPS), filters of lists.
 * By design: DNS is asked whenever somebody asks for the certificate, not every few minutes.
 */
import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-acm';
import { AwsError } from '../../protocol/aws-error.ts';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Collection } from '../../runtime/records.ts';
import type { Caller, Environment, Operations, Service } from '../../service.ts';
import { checkRequest } from './request-rules.ts';
import { validate, validationRecord } from './validation.ts';

/** The record to set is not told at once: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const PREPARING_MS = 300;
const IDEMPOTENCY_MS = 3600 * 1000;
const VALIDITY_MS = 198 * 24 * 3600 * 1000;
/** https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html */
const MAX_CERTIFICATES = 2_500;

interface Certificate {
  arn: string;
  domains: string[];
  status: sdk.CertificateStatus;
  reason?: sdk.FailureReason;
  validated: string[];
  idempotencyToken?: string;
  tags: sdk.Tag[];
  /** Milliseconds since the epoch. */
  createdAt: number;
  issuedAt?: number;
}

interface Context {
  environment: Environment;
  certificates: Collection<Certificate>;
}

export function createAcmService(environment: Environment): Service {
  const context = { environment, certificates: environment.records.collection<Certificate>('certificate') };
  return sdkService({
    scope: 'acm',
    module: sdk,
    client: new sdk.ACMClient({ region: environment.region }),
    operations: { ...certificateOperations(context), ...tagOperations(context) },
  });
}

function certificateOperations(context: Context): Operations {
  const { environment, certificates } = context;
  const inRegion = (region: string) =>
    certificates.entries(`arn:aws:acm:${region}:`).map(([, certificate]) => certificate);
  return {
    RequestCertificate: async (
      input: sdk.RequestCertificateRequest,
      { region }: Caller,
    ): Promise<sdk.RequestCertificateResponse> => {
      const domains = checkRequest(input);
      const now = environment.now();
      const same = inRegion(region).find(
        (one) =>
          input.IdempotencyToken !== undefined &&
          one.idempotencyToken === input.IdempotencyToken &&
          now - one.createdAt < IDEMPOTENCY_MS &&
          String(one.domains) === String(domains),
      );
      if (same) return { CertificateArn: same.arn };
      if (inRegion(region).length >= MAX_CERTIFICATES) {
        throw new AwsError(
          'LimitExceededException',
          `Error: you have reached your limit of ${MAX_CERTIFICATES} certificates.`,
        );
      }
      const arn = `arn:aws:acm:${region}:${environment.accountId}:certificate/${randomUUID()}`;
      const { IdempotencyToken: idempotencyToken, Tags: tags = [] } = input;
      certificates.put(arn, {
        arn,
        domains,
        status: 'PENDING_VALIDATION',
        validated: [],
        idempotencyToken,
        tags,
        createdAt: now,
      });
      return { CertificateArn: arn };
    },
    DescribeCertificate: async ({
      CertificateArn,
    }: sdk.DescribeCertificateRequest): Promise<sdk.DescribeCertificateResponse> => {
      const certificate = await refreshed(context, getCertificate(context, CertificateArn!));
      return { Certificate: describe(context, certificate, await usersOf(context, certificate.arn)) };
    },
    DeleteCertificate: async ({ CertificateArn }: sdk.DeleteCertificateRequest) => {
      const { arn } = getCertificate(context, CertificateArn!);
      if ((await usersOf(context, arn)).length) {
        throw new AwsError('ResourceInUseException', `Certificate ${arn} is in use.`);
      }
      certificates.delete(arn);
      return {};
    },
    ListCertificates: async (
      input: sdk.ListCertificatesRequest,
      { region }: Caller,
    ): Promise<sdk.ListCertificatesResponse> => {
      if (input.Includes || input.SortBy) {
        throw new AwsError('NotImplemented', 'acm:ListCertificates with filters or an order is not emulated', 501);
      }
      const all = await Promise.all(inRegion(region).map((one) => refreshed(context, one)));
      const wanted = all.filter(({ status }) => input.CertificateStatuses?.includes(status) ?? true);
      const start = Number(input.NextToken ?? 0);
      const end = start + (input.MaxItems ?? 1_000);
      return {
        CertificateSummaryList: wanted.slice(start, end).map(({ arn, domains, status }) => ({
          CertificateArn: arn,
          DomainName: domains[0],
          SubjectAlternativeNameSummaries: domains,
          Status: status,
          Type: 'AMAZON_ISSUED',
        })),
        NextToken: end < wanted.length ? String(end) : undefined,
      };
    },
  };
}

function tagOperations(context: Context): Operations {
  return {
    AddTagsToCertificate: async ({ CertificateArn, Tags = [] }: sdk.AddTagsToCertificateRequest) => {
      const certificate = getCertificate(context, CertificateArn!);
      const others = certificate.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      context.certificates.put(certificate.arn, { ...certificate, tags: [...others, ...Tags] });
      return {};
    },
    ListTagsForCertificate: async ({ CertificateArn }: sdk.ListTagsForCertificateRequest) => ({
      Tags: getCertificate(context, CertificateArn!).tags,
    }),
  };
}

function getCertificate({ certificates }: Context, arn: string): Certificate {
  const certificate = certificates.get(arn);
  if (certificate) return certificate;
  const account = arn.split(':')[4];
  throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn} in account ${account}.`);
}

/** With what DNS says by now. */
async function refreshed({ environment, certificates }: Context, certificate: Certificate): Promise<Certificate> {
  if (certificate.status !== 'PENDING_VALIDATION') return certificate;
  const now = environment.now();
  const { domains, arn, createdAt } = certificate;
  const verdict = await validate({ accountId: environment.accountId, domains, ageMs: now - createdAt }, (name, type) =>
    environment.call('route53', 'LookUp', { name, type }, environment.asService('acm.amazonaws.com')),
  );
  const next: Certificate = {
    ...certificate,
    status: verdict.status,
    validated: verdict.status === 'PENDING_VALIDATION' ? verdict.validated : verdict.status === 'ISSUED' ? domains : [],
    ...(verdict.status === 'FAILED' && { reason: verdict.reason }),
    ...(verdict.status === 'ISSUED' && { issuedAt: now }),
  };
  // It may have been deleted meanwhile.
  if (certificates.get(arn)) certificates.put(arn, next);
  return next;
}

async function usersOf({ environment }: Context, arn: string): Promise<string[]> {
  const { DistributionList } = await environment.call<{
    DistributionList: { Items: { ARN: string; ViewerCertificate?: { ACMCertificateArn?: string } }[] };
  }>('cloudfront', 'ListDistributions', { MaxItems: 1_000 }, environment.asService('acm.amazonaws.com'));
  return DistributionList.Items.filter((one) => one.ViewerCertificate?.ACMCertificateArn === arn).map(({ ARN }) => ARN);
}

function describe({ environment }: Context, certificate: Certificate, users: string[]): sdk.CertificateDetail {
  const { arn, domains, status, reason, createdAt, issuedAt } = certificate;
  const isPrepared = environment.now() >= createdAt + PREPARING_MS;
  const failed = status === 'FAILED' || status === 'VALIDATION_TIMED_OUT';
  return {
    CertificateArn: arn,
    DomainName: domains[0],
    SubjectAlternativeNames: domains,
    Status: status,
    FailureReason: reason,
    Type: 'AMAZON_ISSUED',
    KeyAlgorithm: 'RSA_2048',
    CreatedAt: new Date(createdAt),
    InUseBy: users,
    RenewalEligibility: users.length ? 'ELIGIBLE' : 'INELIGIBLE',
    ...(issuedAt !== undefined && {
      IssuedAt: new Date(issuedAt),
      NotBefore: new Date(issuedAt),
      NotAfter: new Date(issuedAt + VALIDITY_MS),
    }),
    DomainValidationOptions: domains.map((DomainName) => ({
      DomainName,
      ValidationDomain: DomainName,
      ValidationMethod: 'DNS',
      ValidationStatus: failed
        ? 'FAILED'
        : certificate.validated.includes(DomainName)
          ? 'SUCCESS'
          : 'PENDING_VALIDATION',
      ...(isPrepared && {
        ResourceRecord: { ...validationRecord(environment.accountId, DomainName), Type: 'CNAME' as const },
      }),
    })),
  };
}
