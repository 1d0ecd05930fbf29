import { expect, test } from '@jest/globals';
import type { DomainRecord, SiteDomains } from '../../../domain/custom-domain.ts';
import type { Dns } from '../../../lifecycle/dns.ts';
import { withLeading } from '../../../lifecycle/leading.ts';

const DISTRIBUTION = 'd1.cloudfront.net';
const EDGE = '13.32.99.10';

/** A world whose DNS says so. */
const world = (said: Record<string, string>): Dns => {
  const one = (key: string) => [said[key] ?? []].flat();
  return {
    aliases: async (name) => one(`${name} CNAME`),
    addresses: async (name) => one(`${name} A`),
    namesOf: async (address) => one(`${address} PTR`),
  };
};
/** `answered`: by address, the release that a name's answer tells. */
const statusOf = async (
  name: string,
  said: Record<string, string>,
  change: Partial<DomainRecord> = {},
  answered: Record<string, string> = {},
) => {
  const record = { name, type: 'ALIAS', value: DISTRIBUTION, purpose: 'traffic', ...change } as DomainRecord;
  const domains = {
    site: 'shop-main',
    app: 'shop',
    names: [name],
    revision: 1,
    status: 'deploying',
    retiredCertificates: [],
    records: [record],
    told: [],
    updatedAt: '2026-11-20T10:00:00.000Z',
  } satisfies SiteDomains;
  const told: unknown[] = [];
  const { status } = await withLeading(domains, {
    sites: { get: async () => ({ liveRelease: 'R1' }) as never },
    deployments: { get: async (id) => (id === 'R9' ? { id, site: 'blog-main' } : { id, site: 'shop-main' }) as never },
    emit: async (...event) => {
      told.push(event);
    },
    dns: world(said),
    releaseAt: async (host, address) => answered[`${host} at ${address}`],
  });
  expect(told).toEqual(
    status === 'live' ? [['domain.ready', { deployment: { id: 'R1', site: 'shop-main' }, names: [name] }]] : [],
  );
  return status;
};

test.each([
  ['says nothing', {}, 'pointing'],
  [
    'leads elsewhere',
    { 'shop.example.org CNAME': 'elsewhere.example.net', 'elsewhere.example.net A': '192.0.2.1' },
    'pointing',
  ],
  ['has somebody else’s address', { 'shop.example.org A': '192.0.2.1', [`${DISTRIBUTION} A`]: EDGE }, 'pointing'],
  ['goes in circles', { 'shop.example.org CNAME': 'shop.example.org' }, 'pointing'],
  [
    'is an address of a name like CloudFront’s',
    { 'shop.example.org A': EDGE, [`${EDGE} PTR`]: 'cloudfront.net.evil.example' },
    'pointing',
  ],
  ['is a CNAME to the distribution', { 'shop.example.org CNAME': DISTRIBUTION }, 'live'],
  [
    'is one by way of another name',
    { 'shop.example.org CNAME': 'www.example.net', 'www.example.net CNAME': DISTRIBUTION },
    'live',
  ],
  [
    'leads to another name of CloudFront, where this distribution alone has it',
    { 'shop.example.org CNAME': 'd2.cloudfront.net' },
    'live',
  ],
  ['is an alias with the distribution’s address', { 'shop.example.org A': EDGE, [`${DISTRIBUTION} A`]: EDGE }, 'live'],
  [
    'is an alias that was resolved elsewhere',
    { 'shop.example.org A': EDGE, [`${EDGE} PTR`]: 'server-13-32-99-10.fra56.r.cloudfront.net' },
    'live',
  ],
] as [string, Record<string, string>, string][])('a name whose DNS %s', async (_, said, status) => {
  expect(await statusOf('shop.example.org', said)).toBe(status);
});

test('of a wildcard, a name that it stands for is looked up', async () => {
  expect(await statusOf('*.example.org', { 'any.example.org CNAME': DISTRIBUTION })).toBe('live');
  expect(await statusOf('*.example.org', { 'example.org CNAME': DISTRIBUTION })).toBe('pointing');
});

test('what Towpath set itself in a zone of the account leads there; a port is no part of a name', async () => {
  expect(await statusOf('shop.example.com', {}, { zone: 'Z1' })).toBe('live');
  const local = { value: 'e1.cloudfront.localhost:4566' };
  expect(await statusOf('shop.example.org', { 'shop.example.org CNAME': 'e1.cloudfront.localhost' }, local)).toBe(
    'live',
  );
});

test.each([
  ['a release of the site', '1.1.1.1', 'R1', 'live'],
  ['an older one, which the CDN still keeps', '1.1.1.1', 'R0', 'live'],
  ['a release of another site', '1.1.1.1', 'R9', 'pointing'],
  ['no release', '1.1.1.1', undefined, 'pointing'],
  ['nobody, for its address is a private one', '10.0.0.1', 'R1', 'pointing'],
])('behind a proxy, a name that is answered by %s', async (_, address, release, status) => {
  const answered: Record<string, string> = release ? { [`shop.example.org at ${address}`]: release } : {};
  expect(await statusOf('shop.example.org', { 'shop.example.org A': address }, {}, answered)).toBe(status);
});
