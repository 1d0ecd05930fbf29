import { expect, test } from '@jest/globals';
import type { SiteDomains } from '../../../domain/custom-domain.ts';
import type { Site } from '../../../domain/site.ts';
import { addDomains, type DomainPorts, removeDomain } from '../../../lifecycle/domains.ts';

const SHORT = 'shop.example.com';
/** 74 characters. */
const LONG = `${'shop-of-all-there-is'.repeat(3)}.of.example.com`.slice(-74);

function portsWith(names: string[]): DomainPorts {
  const kept = { site: 'shop-main', app: 'shop', names, revision: 1, status: 'live', records: [], told: [] };
  const before = names.length > 0 ? [{ ...kept, retiredCertificates: [] } as unknown as SiteDomains] : [];
  return {
    domains: { all: async () => before, get: async () => before[0], put: async () => true },
    sites: { get: async () => ({ id: 'shop-main', app: 'shop', distributionId: 'E1' }) as Site },
    executions: { start: async () => ({ executionArn: 'arn' }) } as unknown as DomainPorts['executions'],
    now: () => new Date(0),
  };
}

test('a certificate asks for one name of 64 characters or fewer: others stand beside it', async () => {
  expect(LONG.length).toBeGreaterThan(64);
  const refused = { code: 'DOMAINS_TOO_LONG', fault: 'user' };
  await expect(addDomains('shop-main', [LONG], portsWith([]))).rejects.toMatchObject(refused);
  expect((await addDomains('shop-main', [LONG, SHORT], portsWith([]))).names).toEqual([LONG, SHORT]);
  await expect(removeDomain('shop-main', SHORT, portsWith([LONG, SHORT]))).rejects.toMatchObject(refused);
  expect((await removeDomain('shop-main', SHORT, portsWith([SHORT]))).names).toEqual([]);
});
