import { expect, jest, test } from '@jest/globals';
import { allLogGroups } from '../../../../domain/log-groups.ts';
import { Site } from '../../../../domain/site.ts';
import { type Ports, run } from '../../../../functions/remove-functions/run.ts';
import { pipelineState } from '../../../support/pipeline-state.ts';

const { version, deployment } = pipelineState();
const deployer = { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' };

test('nothing invokes the regeneration function before it goes; edge functions with copies get a tombstone', async () => {
  const done: string[] = [];
  const did = (what: string) => async (name: string) => {
    done.push(`${what} ${name}`);
  };
  const put = jest.fn<Ports['tombstones']['put']>(async () => undefined);
  const ports: Ports = {
    functions: { remove: async (name) => (name.endsWith('-image') ? 'removed' : 'replicated') },
    regionalFunctions: { remove: async (name) => did('function')(name).then(() => 'removed' as const) },
    eventSources: { removeQueue: did('mapping') },
    queues: { remove: did('queue') },
    sites: {
      takeFence: async () => true,
      get: async () =>
        Site.parse({ id: 'shop-main', app: 'shop', branch: 'main', createdAt: '2026-01-01T00:00:00Z', lastNumber: 9 }),
    },
    tombstones: { put },
    deployer,
    now: () => new Date('2026-11-20T12:00:00Z'),
  };
  expect((await run({ version, deployment }, ports)).output).toEqual({ waiting: 1 });
  expect(done).toEqual([
    'mapping arn:aws:sqs:eu-west-1:111122223333:towpath-dev-shop-main-regeneration.fifo',
    'function towpath-dev-shop-main-regen',
    'queue towpath-dev-shop-main-regeneration.fifo',
  ]);
  expect(put.mock.calls.map(([{ functionName, site, attempts }]) => [functionName, site, attempts])).toEqual([
    ['towpath-dev-shop-main-default', 'shop-main', 0],
  ]);
});

test('logs are looked for in every Region that can have served, under names of this site alone', () => {
  const groups = allLogGroups(deployer, 'shop-main').map(({ region, group }) => [region, group] as const);
  expect(groups).toContainEqual(['ap-southeast-2', '/aws/lambda/us-east-1.towpath-dev-shop-main-default']);
  expect(groups).toContainEqual(['us-east-1', '/aws/lambda/towpath-dev-shop-main-image']);
  expect(groups).toContainEqual(['eu-west-1', '/aws/lambda/towpath-dev-shop-main-regen']);
  expect(groups.every(([, name]) => /towpath-dev-shop-main-(default|image|regen)$/.test(name))).toBe(true);
});
