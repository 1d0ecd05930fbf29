/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html */
import type { RequestCertificateRequest, Tag } from '@aws-sdk/client-acm';
import { type At, isEmpty, listedTags, need, type ResourceOf, type Rows, rowsOf, tagContext } from '../need.ts';
import type { Context } from '../pattern.ts';

const certificate: ResourceOf = ({ CertificateArn = '' }: { CertificateArn?: string }) => CertificateArn;
const newCertificate = (at: At) => `arn:aws:acm:${at.region}:${at.accountId}:certificate/*`;
const tags = ({ Tags }: { Tags?: Tag[] }) => tagContext(listedTags(Tags));

async function ownTags({ CertificateArn }: { CertificateArn?: string }, at: At): Promise<Context> {
  const found = await at.look<{ Tags: Tag[] }>('acm', 'ListTagsForCertificate', { CertificateArn });
  const own = Object.entries(listedTags(found?.Tags));
  return Object.fromEntries(own.map(([key, value]) => [`aws:resourcetag/${key.toLowerCase()}`, value]));
}

export const acm: Rows = {
  RequestCertificate: [
    need('acm:RequestCertificate', undefined, {
      context: (input: RequestCertificateRequest) => ({
        ...tags(input),
        'acm:validationmethod': input.ValidationMethod ?? 'EMAIL',
        'acm:domainnames': [input.DomainName ?? '', ...(input.SubjectAlternativeNames ?? [])],
      }),
    }),
    need(
      'acm:AddTagsToCertificate',
      (input: RequestCertificateRequest, at) => (isEmpty(input.Tags) ? [] : newCertificate(at)),
      { context: tags },
    ),
  ],
  ...rowsOf(['DescribeCertificate', 'DeleteCertificate', 'ListTagsForCertificate'], (name) => [
    need(`acm:${name}`, certificate, { context: ownTags }),
  ]),
  AddTagsToCertificate: [
    need('acm:AddTagsToCertificate', certificate, {
      context: async (input, at) => ({ ...(await ownTags(input, at)), ...tags(input) }),
    }),
  ],
  ListCertificates: [need('acm:ListCertificates')],
};
