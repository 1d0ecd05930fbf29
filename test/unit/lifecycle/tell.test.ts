import { expect, test } from '@jest/globals';
import type { DeploymentRecord } from '../../../domain/deployment.ts';
import { tell } from '../../../lifecycle/tell.ts';
import { eventDeployment } from '../../support/event-deployment.ts';

async function told(change: Partial<DeploymentRecord>): Promise<string[]> {
  const kinds: string[] = [];
  const failed = eventDeployment({ status: 'failed' });
  const emit = async (kind: string) => {
    kinds.push(kind);
  };
  await tell(eventDeployment(change), { emit, deployments: { get: async () => failed } });
  return kinds;
}

const preview = { number: 12, isFork: false };
const error = { code: 'BUILD_FAILED', message: 'No.', step: 'Build' } as const;

test.each([
  ['a deployment that waits', { status: 'queued' }, ['deployment.queued']],
  ['one that is live', { status: 'succeeded' }, ['deployment.succeeded']],
  ['a preview that is live', { status: 'succeeded', preview }, ['deployment.succeeded', 'preview.ready']],
  ['a preview that runs', { status: 'running', preview }, ['deployment.started']],
  ['a site that is gone', { status: 'succeeded', removes: true }, ['site.removed']],
  ['a preview that is gone', { status: 'succeeded', removes: true, preview }, ['site.removed', 'preview.removed']],
  ['a preview that failed', { status: 'failed', preview, error }, ['deployment.step_failed', 'deployment.failed']],
  ['one that a newer one overtook', { status: 'superseded' }, ['deployment.superseded']],
  [
    'a rollback after a failed Verify',
    { status: 'succeeded', promotes: { release: '01JD0000000000000000000000', insteadOf: eventDeployment().id } },
    ['deployment.succeeded', 'deployment.rolled_back'],
  ],
] as [string, Partial<DeploymentRecord>, string[]][])('%s', async (_, change, kinds) => {
  expect(await told(change)).toEqual(kinds);
});
