import { describe, expect, test } from '@jest/globals';
import { DomainName, type SiteDomains, withNames } from '../../../domain/custom-domain.ts';

describe('a domain name', () => {
  test.each(['example.com', 'WWW.Example.com', '*.example.com', 'xn--bcher-kva.example', 'a.b.c.museum'])(
    '%s',
    (name) => expect(DomainName.parse(name)).toBe(name.toLowerCase()),
  );
  test.each([
    'example',
    'https://example.com',
    'example.com/x',
    'bücher.example',
    '127.0.0.1',
    '-a.example',
    'a..b',
    '',
  ])('not "%s"', (name) => expect(DomainName.safeParse(name).success).toBe(false));
});

describe('another set of names', () => {
  const before: SiteDomains = {
    site: 'shop-main',
    app: 'shop',
    names: ['a.example'],
    revision: 7,
    status: 'failed',
    certificateArn: 'arn:2',
    retiredCertificates: ['arn:1'],
    records: [],
    told: ['a.example'],
    error: { code: 'DOMAIN_TAKEN', message: 'm', remedy: 'r' },
    updatedAt: '2030-01-01T00:00:00.000Z',
  };
  test('is a new revision that needs a certificate of its own, and retires the old one', () => {
    expect(withNames(before, ['a.example', 'b.example'], '2030-01-02T00:00:00.000Z')).toEqual({
      ...before,
      names: ['a.example', 'b.example'],
      revision: 8,
      status: 'requested',
      certificateArn: undefined,
      retiredCertificates: ['arn:1', 'arn:2'],
      error: undefined,
      updatedAt: '2030-01-02T00:00:00.000Z',
    });
  });
  test('an empty one is a removal', () => expect(withNames(before, [], before.updatedAt).status).toBe('removing'));
});
