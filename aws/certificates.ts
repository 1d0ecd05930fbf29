import {
  type ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  RequestCertificateCommand,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-acm';

export type Certificates = ReturnType<typeof createCertificates>;

export interface Certificate {
  status: string;
  /** ACM's code, where it failed. */
  failure?: string;
  /** CNAMEs that prove whose the names are; undefined for some moments after the request. */
  records?: { name: string; value: string }[];
}

export function createCertificates(client: ACMClient) {
  return {
    /**
     * The same token asks for the same certificate, for an hour. `tags` say whose it is.
     *
     * @param names one of at most `MAX_FIRST_NAME` characters among them
     */
    async request(names: string[], token: string, tags: Record<string, string>): Promise<string> {
      const [first, ...others] = names.toSorted((one, other) => one.length - other.length);
      const { CertificateArn } = await client.send(
        new RequestCertificateCommand({
          DomainName: first,
          ...(others.length > 0 && { SubjectAlternativeNames: others }),
          ValidationMethod: 'DNS',
          IdempotencyToken: token,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      return String(CertificateArn);
    },

    async describe(arn: string): Promise<Certificate | undefined> {
      try {
        const { Certificate: found } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
        const records = (found?.DomainValidationOptions ?? []).map(({ ResourceRecord: record }) => record);
        const named = records.flatMap((record) =>
          record?.Name && record.Value ? [{ name: record.Name, value: record.Value }] : [],
        );
        return {
          status: String(found?.Status),
          failure: found?.FailureReason,
          ...(named.length === records.length && { records: named }),
        };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    /** False while a distribution has it. Nothing happens when it is gone. */
    async remove(arn: string): Promise<boolean> {
      try {
        await client.send(new DeleteCertificateCommand({ CertificateArn: arn }));
      } catch (error) {
        if (error instanceof ResourceInUseException) return false;
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      return true;
    },
  };
}
