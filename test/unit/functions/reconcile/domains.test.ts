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
  ['another revision came', asked, 'SUCCEEDED', { ...asked, revision: 8 }],
])('nothing is done when %s', async (_, found, execution, now) => {
  const ports = world(execution, now);
  await reconcileDomains(found, ports);
  expect([ports.domains.put.mock.calls, ports.executions.start.mock.calls]).toEqual([[], []]);
});
