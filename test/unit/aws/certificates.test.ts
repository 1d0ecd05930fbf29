import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCertificates } from '../../../aws/certificates.ts';

test('a certificate is asked for by its shortest name: the first has at most 64 characters', async () => {
  const acm = mockClient(ACMClient);
  acm.on(RequestCertificateCommand).resolves({ CertificateArn: 'arn' });
  await createCertificates(new ACMClient({})).request(['www.shop.example', 'shop.example'], 'token', {});
  expect(acm.commandCalls(RequestCertificateCommand)[0]?.args[0].input).toMatchObject({
    DomainName: 'shop.example',
    SubjectAlternativeNames: ['www.shop.example'],
  });
});
