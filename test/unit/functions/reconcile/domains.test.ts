import { expect, jest, test } from '@jest/globals';
import type { Execution } from '../../../../aws/executions.ts';
import type { SiteDomains } from '../../../../domain/custom-domain.ts';
import { type DomainPorts, reconcileDomains } from '../../../../functions/reconcile/domains.ts';

const asked: SiteDomains = {
  site: 'shop-main',
  app: 'shop',
  names: ['example.com'],
  revision: 7,
  status: 'validating',
  retiredCertificates: [],
  records: [],
  told: [],
  updatedAt: '2026-11-20T10:00:00.000Z',
};

/** `now`: what is there once the execution was looked at. */
function world(execution: Execution['status'] | undefined, now: SiteDomains | undefined = asked) {
  const found = execution && {
    arn: 'arn',
    status: execution,
    redriveCount: 0,
    redrivable: false,
    error: 'AccessDenied',
  };
  return {
    domains: {
      all: async () => [asked],
      get: async () => now,
      put: jest.fn<DomainPorts['domains']['put']>(async () => true),
    },
    executions: {
      describe: jest.fn<DomainPorts['executions']['describe']>(async () => found),
      start: jest.fn<DomainPorts['executions']['start']>(async () => 'arn'),
      arnOf: (machine: string, name: string) => `${machine}:${name}`,
    },
    sites: { get: async () => ({ liveRelease: 'R1' }) as never },
    deployments: { get: async (id: string) => ({ id }) as never },
    emit: jest.fn<DomainPorts['emit']>(async () => undefined),
    releaseAt: async () => undefined,
    dns: {
      aliases: jest.fn<DomainPorts['dns']['aliases']>(async () => []),
      addresses: async () => [],
      namesOf: async () => [],
    },
    now: () => new Date('2026-11-20T11:00:00Z'),
    log: jest.fn(),
  } satisfies DomainPorts;
}

test('a change whose execution never began is begun', async () => {
  const ports = world(undefined);
  await reconcileDomains(asked, ports);
  expect(ports.executions.describe).toHaveBeenCalledWith('domain:shop-main-7');
  const input = { domains: { site: 'shop-main', revision: 7 } };
  expect(ports.executions.start).toHaveBeenCalledWith('domain', 'shop-main-7', input);
  expect(ports.domains.put).not.toHaveBeenCalled();
});

test.each(['FAILED', 'TIMED_OUT', 'ABORTED', 'SUCCEEDED'] as const)(
  'one whose execution ended as %s and left it unsettled has failed, and says what to do',
  async (status) => {
    const ports = world(status);
    await reconcileDomains(asked, ports);
    const error = {
      code: 'DOMAIN_CHANGE_STOPPED',
      message: expect.stringContaining(`${status} (AccessDenied)`),
      remedy: expect.stringContaining('towpath domain add'),
    };
    expect(ports.domains.put).toHaveBeenCalledWith(expect.objectContaining({ status: 'failed', error }), 7);
    expect(ports.executions.start).not.toHaveBeenCalled();
  },
);

test.each<[string, SiteDomains, Execution['status'] | undefined, SiteDomains | undefined]>([
  ['it runs', asked, 'RUNNING', asked],
  ['it is live', { ...asked, status: 'live' }, 'SUCCEEDED', asked],
  ['it has failed, and that is known', { ...asked, status: 'failed' }, 'FAILED', asked],
  ['it became live meanwhile', asked, 'SUCCEEDED', { ...asked, status: 'live' }],
  ['it waits for somebody else’s DNS since', asked, 'SUCCEEDED', { ...asked, status: 'pointing' }],
  ['another revision came', asked, 'SUCCEEDED', { ...asked, revision: 8 }],
])('nothing is done when %s', async (_, found, execution, now) => {
  const ports = world(execution, now);
  await reconcileDomains(found, ports);
  expect([ports.domains.put.mock.calls, ports.executions.start.mock.calls]).toEqual([[], []]);
});

test('names that wait for somebody else’s DNS are looked up: each that leads to the site is told of, and the last makes it live', async () => {
  const names = ['example.com', 'www.example.org', 'shop.example.org'];
  const record = (name: string) => ({ name, type: 'ALIAS', value: 'd1.cloudfront.net', purpose: 'traffic' }) as const;
  const waiting: SiteDomains = {
    ...asked,
    names,
    status: 'pointing',
    told: ['example.com'],
    records: names.map(record),
  };
  const ports = world('SUCCEEDED');
  await reconcileDomains(waiting, ports);
  expect([ports.domains.put.mock.calls, ports.emit.mock.calls]).toEqual([[], []]);

  ports.dns.aliases.mockImplementation(async (name) => (name === 'shop.example.org' ? ['d1.cloudfront.net'] : []));
  await reconcileDomains(waiting, ports);
  const led = { ...waiting, told: ['example.com', 'shop.example.org'], updatedAt: '2026-11-20T11:00:00.000Z' };
  expect(ports.domains.put.mock.calls).toEqual([[led, 7]]);
  ports.dns.aliases.mockResolvedValue(['d1.cloudfront.net']);
  await reconcileDomains(led, ports);
  expect(ports.domains.put).toHaveBeenLastCalledWith({ ...led, told: names, status: 'live' }, 7);
  expect(ports.emit.mock.calls.map(([kind, detail]) => [kind, (detail as { names: string[] }).names])).toEqual([
    ['domain.ready', ['shop.example.org']],
    ['domain.ready', ['www.example.org']],
  ]);
  expect(ports.executions.start).not.toHaveBeenCalled();
});
