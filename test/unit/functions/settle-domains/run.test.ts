/** A site's names, try after try: what is asked of ACM, Route 53 and CloudFront, and what is remembered. */
import { CNAMEAlreadyExists } from '@aws-sdk/client-cloudfront';
import { InvalidChangeBatch } from '@aws-sdk/client-route-53';
import { describe, expect, test } from '@jest/globals';
import type { Certificate } from '../../../../aws/certificates.ts';
import type { Distribution } from '../../../../aws/distributions.ts';
import type { DomainRecord, SiteDomains } from '../../../../domain/custom-domain.ts';
import { type Ports, run } from '../../../../functions/settle-domains/run.ts';

const SITE = 'shop-main';
const proof = (name: string) => ({ name: `_p.${name}.`, value: '_q.acm-validations.aws.' });
const NAMED: SiteDomains = {
  site: SITE,
  app: 'shop',
  names: ['example.com', 'shop.example.org'],
  revision: 1,
  status: 'requested',
  retiredCertificates: [],
  records: [],
  told: [],
  updatedAt: '2026-11-20T10:00:00.000Z',
};

/** An account with the zone example.com, a distribution, and a certificate that is issued once `dns` has its proofs. */
function account(domains: SiteDomains | undefined = NAMED) {
  const dns = new Map<string, string>();
  const told: string[][] = [];
  const done: string[] = [];
  const distribution = {
    id: 'E1',
    domain: 'd1.cloudfront.net',
    deployed: true,
    etag: 'v1',
    config: { Enabled: true, Comment: 'towpath' } as Distribution['config'],
  } as Distribution;
  const certificate: Certificate = { status: 'PENDING_VALIDATION' };
  const state: { domains?: SiteDomains; certificate: Certificate } = { domains, certificate };
  const covered = () => state.domains?.names ?? [];
  const ports: Ports = {
    domains: {
      get: async () => state.domains,
      put: async (next, before) => {
        if (state.domains?.revision !== before) return false;
        state.domains = next;
        return true;
      },
      remove: async (_, revision) => {
        if (state.domains?.revision === revision) state.domains = undefined;
        return true;
      },
    },
    sites: { get: async () => ({ id: SITE, distributionId: 'E1', liveRelease: 'R1' }) as never },
    certificates: {
      request: async (names, token) => {
        done.push(`request ${names.join(' ')} as ${token}`);
        return 'arn:cert';
      },
      describe: async () => {
        const records = [...new Map(covered().map((name) => [name, proof(name.replace(/^\*\./, ''))])).values()];
        const proven = records.every(({ name, value }) => dns.get(`${name} CNAME`) === value);
        return proven ? { status: 'ISSUED', records } : { ...state.certificate, records };
      },
      remove: async (arn) => done.push(`remove ${arn}`) > 0,
    },
    zones: {
      holding: async (name) => (/(^|\.)example\.com\.?$/.test(name) ? 'Z1' : undefined),
      set: async (_, { name, type, value }) => {
        dns.set(`${name} ${type}`, value);
      },
      unset: async (_, { name, type }) => {
        dns.delete(`${name} ${type}`);
      },
    },
    distributions: {
      find: async () => structuredClone(distribution),
      update: async (_, config, etag) => {
        expect(etag).toBe('v1');
        Object.assign(distribution, { config, deployed: false });
        return undefined as never;
      },
    },
    deployments: { get: async (id) => ({ id }) as never },
    releaseAt: async () => undefined,
    dns: {
      aliases: async (name) => [dns.get(`${name} CNAME`) ?? []].flat(),
      addresses: async () => [],
      namesOf: async () => [],
    },
    emit: async (_, { names }: never) => {
      told.push(names);
    },
    stage: 'dev',
    now: () => new Date('2026-11-20T11:00:00Z'),
  };
  const attempt = () => run({ domains: { site: SITE, revision: state.domains?.revision ?? 1 } }, ports);
  return { state, ports, dns, told, done, distribution, attempt };
}

const PENDING = { name: 'DomainsPending', retryable: true };
const outside = (dns: Map<string, string>) => dns.set(`${proof('shop.example.org').name} CNAME`, proof('').value);

describe('from the first try to live', () => {
  test('each try goes as far as it can, and makes nothing twice', async () => {
    const { state, dns, told, done, distribution, attempt } = account();
    await expect(attempt()).rejects.toMatchObject(PENDING);
    expect(done).toEqual(['request example.com shop.example.org as shop_main_1']);
    expect(state.domains).toMatchObject({ status: 'validating', certificateArn: 'arn:cert' });
    // Where the zone is somebody else's, the record is shown, and not set.
    expect(state.domains?.records).toEqual([
      { ...proof('example.com'), type: 'CNAME', purpose: 'validation', zone: 'Z1' },
      { ...proof('shop.example.org'), type: 'CNAME', purpose: 'validation', zone: undefined },
    ]);
    expect([...dns.keys()]).toEqual(['_p.example.com. CNAME']);

    await expect(attempt()).rejects.toMatchObject({
      ...PENDING,
      message: expect.stringContaining('waits for its records'),
    });
    outside(dns);
    await expect(attempt()).rejects.toMatchObject(PENDING);
    expect(state.domains?.status).toBe('deploying');
    expect(distribution.config).toMatchObject({
      Comment: 'towpath',
      Aliases: { Quantity: 2, Items: ['example.com', 'shop.example.org'] },
      ViewerCertificate: { ACMCertificateArn: 'arn:cert', MinimumProtocolVersion: 'TLSv1.2_2021' },
    });
    await expect(attempt()).rejects.toMatchObject({ ...PENDING, message: expect.stringContaining('not everywhere') });
    expect(told).toEqual([]);

    distribution.deployed = true;
    expect((await attempt()).output).toEqual({ names: NAMED.names });
    expect(dns.get('example.com ALIAS')).toBe('d1.cloudfront.net');
    expect(dns.has('shop.example.org ALIAS')).toBe(false);
    // Somebody else's zone: nobody has said there where the name leads.
    expect(state.domains).toMatchObject({ status: 'pointing', told: ['example.com'] });
    dns.set('shop.example.org CNAME', 'd1.cloudfront.net');
    await attempt();
    expect(state.domains).toMatchObject({ status: 'live', told: NAMED.names });
    await attempt();
    expect([told, done.length]).toEqual([[['example.com'], ['shop.example.org']], 1]);
  });

  test('a wildcard and the name below it share one proof, and the wildcard has its own alias', async () => {
    const { state, dns, distribution, attempt } = account({ ...NAMED, names: ['example.com', '*.example.com'] });
    await expect(attempt()).rejects.toMatchObject(PENDING);
    expect(state.domains?.records).toHaveLength(1);
    await expect(attempt()).rejects.toMatchObject(PENDING);
    distribution.deployed = true;
    await attempt();
    expect([...dns.keys()]).toEqual(['_p.example.com. CNAME', 'example.com ALIAS', '*.example.com ALIAS']);
  });

  test('what a name no longer asks for goes: its alias, its proof, the certificate of before', async () => {
    const alias = (name: string): DomainRecord => ({
      name,
      value: 'd1.cloudfront.net',
      type: 'ALIAS',
      purpose: 'traffic',
      zone: 'Z1',
    });
    const { dns, done, distribution, attempt } = account({
      ...NAMED,
      names: ['example.com'],
      records: [alias('example.com'), alias('www.example.com')],
      told: ['example.com', 'www.example.com'],
      retiredCertificates: ['arn:before'],
    });
    for (const name of ['example.com', 'www.example.com']) dns.set(`${name} ALIAS`, 'd1.cloudfront.net');
    for (let tries = 0; tries < 2; tries++) await expect(attempt()).rejects.toMatchObject(PENDING);
    distribution.deployed = true;
    await attempt();
    expect([...dns.keys()]).toEqual(['example.com ALIAS', '_p.example.com. CNAME']);
    expect(done.at(-1)).toBe('remove arn:before');
  });
});

describe('what ends it says what to do, and is remembered', () => {
  test.each([
    ['VALIDATION_TIMED_OUT', 'set them at your DNS host'],
    ['CAA_ERROR', 'amazon.com'],
    ['ADDITIONAL_VERIFICATION_REQUIRED', 'AWS Support'],
    ['SOMETHING_NEW', 'ACM console'],
  ])('ACM gives up: %s', async (failure, remedy) => {
    const { state, attempt } = account();
    await expect(attempt()).rejects.toMatchObject(PENDING);
    state.certificate = { status: 'FAILED', failure };
    await expect(attempt()).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_ISSUED', retryable: false });
    expect(state.domains).toMatchObject({
      status: 'failed',
      error: {
        code: 'CERTIFICATE_NOT_ISSUED',
        message: expect.stringContaining(failure),
        remedy: expect.stringContaining(remedy),
      },
    });
  });

  test('another account’s distribution has the name', async () => {
    const { state, ports, attempt } = account({ ...NAMED, names: ['example.com'] });
    ports.distributions.update = async () => {
      throw new CNAMEAlreadyExists({ message: 'taken', $metadata: {} });
    };
    await expect(attempt()).rejects.toMatchObject(PENDING);
    await expect(attempt()).rejects.toMatchObject({ code: 'DOMAIN_TAKEN' });
    expect(state.domains).toMatchObject({
      status: 'failed',
      error: { remedy: expect.stringContaining('in this or another account') },
    });
  });

  test('a record of another kind is in the way', async () => {
    const { state, ports, distribution, attempt } = account({ ...NAMED, names: ['example.com'] });
    const { set } = ports.zones;
    ports.zones.set = async (zone, record) => {
      if (record.purpose === 'validation') return set(zone, record);
      throw new InvalidChangeBatch({ message: 'a CNAME exists with that name', $metadata: {} });
    };
    for (let tries = 0; tries < 2; tries++) await expect(attempt()).rejects.toMatchObject(PENDING);
    distribution.deployed = true;
    await expect(attempt()).rejects.toMatchObject({ code: 'DNS_RECORD_IN_THE_WAY' });
    expect(state.domains?.error).toMatchObject({
      message: expect.stringContaining('example.com: a CNAME exists'),
      remedy: expect.stringContaining('delete it'),
    });
  });

  test('the site has no distribution any more', async () => {
    const { state, ports, dns, attempt } = account();
    await expect(attempt()).rejects.toMatchObject(PENDING);
    outside(dns);
    ports.distributions.find = async () => undefined;
    await expect(attempt()).rejects.toMatchObject({ code: 'SITE_WITHOUT_DISTRIBUTION' });
    expect(state.domains?.status).toBe('failed');
  });
});

describe('another revision', () => {
  test('that came before or meanwhile goes on with its own execution: this one ends, and says nothing', async () => {
    const { state, ports, told } = account();
    expect((await run({ domains: { site: SITE, revision: 7 } }, ports)).output).toEqual({ names: [] });
    expect(state.domains).toEqual(NAMED);
    const { request } = ports.certificates;
    ports.certificates.request = async (...given) => {
      state.domains = { ...NAMED, revision: 2 };
      return request(...given);
    };
    expect((await run({ domains: { site: SITE, revision: 1 } }, ports)).output).toEqual({ names: [] });
    expect([state.domains, told]).toEqual([{ ...NAMED, revision: 2 }, []]);
  });
});

describe('taken away', () => {
  const LIVE: SiteDomains = {
    ...NAMED,
    status: 'live',
    certificateArn: 'arn:cert',
    records: [{ name: 'example.com', value: 'd1.cloudfront.net', type: 'ALIAS', purpose: 'traffic', zone: 'Z1' }],
  };
  test.each([
    ['the last name', { ...LIVE, names: [], certificateArn: undefined, retiredCertificates: ['arn:cert'] }, undefined],
    ['the site', LIVE, { deployment: { site: SITE } }],
  ])(
    '%s: off the distribution first, then the records, the certificate, and what is remembered',
    async (_, domains, input) => {
      const { state, ports, dns, done, distribution, attempt } = account(domains);
      dns.set('example.com ALIAS', 'd1.cloudfront.net');
      distribution.config = { ...distribution.config, Aliases: { Quantity: 1, Items: ['example.com'] } };
      const next = () => (input ? run(input, ports) : attempt());
      await expect(next()).rejects.toMatchObject(PENDING);
      expect(distribution.config).toMatchObject({
        Aliases: { Quantity: 0 },
        ViewerCertificate: { CloudFrontDefaultCertificate: true },
      });
      expect([dns.size, done]).toEqual([1, []]);
      distribution.deployed = true;
      await next();
      expect([dns.size, done, state.domains]).toEqual([0, ['remove arn:cert'], undefined]);
      // The teardown is replayed.
      await next();
      expect(done).toHaveLength(1);
    },
  );

  test('a certificate that is still in use is waited for', async () => {
    const { state, ports } = account(LIVE);
    ports.certificates.remove = async () => false;
    await expect(run({ deployment: { site: SITE } }, ports)).rejects.toMatchObject({
      ...PENDING,
      message: expect.stringContaining('still in use'),
    });
    expect(state.domains).toBeDefined();
  });
});
